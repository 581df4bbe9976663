"""What Kraken's errors mean for the order that was sent: certainly not placed, too many, or nobody knows.

Kraken answers HTTP 200 with its own sentences (`EOrder:Insufficient funds`). Certain is only what is on the
list here; everything else, also what nobody has ever seen, is silence.
"""

from __future__ import annotations

from typing import Any, Final

from trading.brokers.ccxt_errors import (
    DUPLICATE,
    Busy,
    Refused,
    Unknown,
    VenueWord,
    wait_of,
    was_never_sent,
    word_of,
)

TOO_MANY: Final = 429
DEADLINE: Final = "eservice:deadline elapsed"
_TOO_MANY_WORDS: Final = (
    "eapi:rate limit exceeded",
    "eorder:rate limit exceeded",
    "egeneral:too many requests",
)
_OVERTAKEN: Final = "eapi:invalid nonce"
_LOCKED_OUT: Final = "egeneral:temporary lockout"
_NAME_IN_USE: Final = ("already", "duplicate", "in use", "unique")
_BY_TEXT: Final = (
    ("eorder:insufficient funds", "insufficient_funds", "Kraken says that the balance does not suffice."),
    ("eorder:post only order", "post_only_would_take",
     "This limit would trade at once; move it away or drop post-only."),
    ("eorder:order minimum not met", "quantity_min", "This order is smaller than Kraken takes."),
    ("eorder:cost minimum not met", "notional_min", "This order is smaller than Kraken takes."),
    ("eorder:tick size check failed", "tick", "Kraken does not take this price: it is off its steps."),
    ("egeneral:invalid arguments:volume", "lot", "Kraken does not take this quantity."),
    ("egeneral:invalid arguments:price", "tick", "Kraken does not take this price."),
    ("eorder:invalid price", "price", "Kraken does not take this price."),
    ("eorder:orders limit exceeded", "too_many_orders", "Kraken takes no more open orders for this symbol."),
    ("eorder:unknown order", "unknown", "Kraken has no open order of this name."),
    ("equery:unknown asset pair", "unknown_symbol", "Kraken does not trade this symbol."),
    ("equery:invalid asset pair", "unknown_symbol", "Kraken does not trade this symbol."),
    ("eapi:invalid key", "key",
     "Kraken does not take this key from here: it may be revoked, or bound to another address."),
    ("eapi:invalid signature", "key", "Kraken does not take the signature: check the secret of the key."),
    ("egeneral:permission denied", "key", "Kraken does not let this key do that: check its rights."),
    ("eaccount:invalid permissions", "not_supported", "Kraken does not let this account trade that."),
    ("eservice:market in", "market_closed", "Kraken takes no such orders for this symbol at present."),
    ("egeneral:invalid arguments", "form", "Kraken refuses the form of this order."),
)  # fmt: skip


def judged(error: BaseException) -> Refused | Busy | Unknown:
    """What an error of a request means, by allow-list. Of several things all must be clear."""
    word, name = word_of(error), type(error).__name__
    if was_never_sent(error):
        return Refused("venue_unavailable", "Kraken cannot be reached from here: nothing was sent.")
    if word is not None and word.status == TOO_MANY:
        return Busy(word.after_s, is_ban=False)
    if word is None or word.status != 200 or not word.data:
        return Unknown(f"No clear answer came from Kraken ({name}).")
    said = [_meaning(str(one)) for one in word.data]
    return next((one for one in said if not isinstance(one, Refused)), said[0])


def says_late(error: BaseException) -> bool:
    """Whether the engine had the order too late by the clock that we gave it: ours may be off."""
    word = word_of(error)
    return word is not None and any(str(one).lower().startswith(DEADLINE) for one in word.data or ())


def _meaning(text: str) -> Refused | Busy | Unknown:
    said = text.lower()
    if said.startswith(_TOO_MANY_WORDS):
        return Busy(None, is_ban=False)
    if said.startswith(_OVERTAKEN):
        # It says nothing about the order: another request of the same key was faster.
        return Busy(None, is_ban=False, is_ours=True)
    if said.startswith(_LOCKED_OUT):
        return Busy(None, is_ban=True)
    if "cl_ord_id" in said and any(part in said for part in _NAME_IN_USE):
        return Refused(DUPLICATE, "Kraken has an open order of this name.", 1)
    for begin, code, sentence in _BY_TEXT:
        if said.startswith(begin):
            return Refused(code, sentence, 1)
    return Unknown(f"Kraken answered {text}, which proves nothing.")


def heard(status: int, body: Any, headers: dict[str, str]) -> VenueWord:
    """The venue's own words out of an HTTP answer."""
    said = body.get("error") if isinstance(body, dict) else None
    errors = [str(one) for one in said] if isinstance(said, list) else []
    return VenueWord(status, None, "; ".join(errors), wait_of(headers), errors)
