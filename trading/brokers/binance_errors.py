"""What an error of ccxt means for the order that was sent: certainly not placed, too many, or nobody knows.

Certain is only what is on the lists here: a class that stands for a refusal *and* a code with which Binance
refuses before it takes anything. (`unknown` and `absent` are answers to questions and to cancels, and on no
list of what proves that an order was not taken.) Everything else, also what nobody has ever seen, is silence.
"""

from __future__ import annotations

from typing import Any, Final

from trading.brokers.ccxt_errors import (
    DUPLICATE,
    Busy,
    Refused,
    Unknown,
    VenueWord,
    is_certain,
    wait_of,
    was_never_sent,
    word_of,
)
from trading.domain.order import STOP_PASSED

BUSY_STATUS: Final = (418, 429)

_BY_TEXT: Final = (
    (-2010, "insufficient balance", "insufficient_funds", "Binance says that the balance does not suffice."),
    (-2010, "trigger immediately", STOP_PASSED, "The market has passed this stop already."),
    (
        -2010,
        "immediately match",
        "post_only_would_take",
        "This limit would trade at once; move it away or drop post-only.",
    ),
    (-2010, "duplicate order", DUPLICATE, "Binance has an open order of this name."),
    (-1013, "price_filter", "tick", "Binance does not take this price: it is off its steps."),
    (-1013, "percent_price", "price", "Binance does not take a price so far from the market."),
    (-1013, "lot_size", "lot", "Binance does not take this quantity: it is off its steps."),
    (-1013, "notional", "notional_min", "This order is smaller than Binance takes."),
    (-1013, "max_num", "too_many_orders", "Binance takes no more open orders for this symbol."),
    (-1013, "market is closed", "market_closed", "Binance says that the market is closed."),
)
_BY_CODE: Final = {
    -1002: ("key", "Binance does not let this key do that: check its rights."),
    -1013: ("form", "Binance refuses the form of this order."),
    -1020: ("not_supported", "Binance does not support that."),
    -1021: ("clock", "The clock of this machine is off by more than Binance allows: set it right."),
    -1022: ("key", "Binance does not take the signature: check the secret of the key."),
    -1111: ("tick", "Binance takes fewer decimals than that."),
    -1121: ("unknown_symbol", "Binance does not trade this symbol."),
    -2010: ("refused", "Binance refuses this order."),
    -2021: ("refused", "Binance has ended the order and did not take the changed one."),
    -2022: ("refused", "Binance has changed nothing."),
    -2038: ("refused", "Binance does not change the quantity of this order."),
    -2011: ("unknown", "Binance has no open order of this name."),
    -2013: ("absent", "Binance knows no order of this name."),
    -2014: ("key", "Binance does not know a key of this form."),
    -2015: (
        "key",
        "Binance does not take this key from here: it may be revoked, or bound to another address.",
    ),
}
_CLEAR_CODES: Final = (-2015, -2021, -2022, -2038)
"""Clear whatever ccxt makes of them: after one success it calls a refused key DDoSProtection, and it knows
nothing of changes in two steps."""
_UNCLEAR_CODES: Final = (-1000, -1001, -1006, -1007)
_FORM_CODES: Final = range(-1199, -1099)


def judged(error: BaseException) -> Refused | Busy | Unknown:
    """What an error of a request means, by allow-list."""
    word, name = word_of(error), type(error).__name__
    if was_never_sent(error):
        return Refused("venue_unavailable", "Binance cannot be reached from here: nothing was sent.")
    if word is None or word.code is None or not 400 <= word.status < 500:
        return Unknown(f"No clear answer came from Binance ({name}).")
    if word.status in BUSY_STATUS:
        return Busy(word.after_s, word.status == 418)
    if not is_certain(error) and word.code not in _CLEAR_CODES:
        return Unknown(f"Binance answered {word.code}, which proves nothing ({name}).")
    if any(_number(step) in _UNCLEAR_CODES for step in _steps(word)):
        return Unknown("Binance does not know itself what became of a part of that.")
    text = word.text.lower()
    for number, part, code, sentence in _BY_TEXT:
        if word.code == number and part in text:
            return Refused(code, sentence, number)
    if word.code in _BY_CODE:
        code, sentence = _BY_CODE[word.code]
        return Refused(code, sentence, word.code)
    if word.code in _FORM_CODES:
        return Refused("form", "Binance refuses the form of this order.", word.code)
    return Unknown(f"Binance answered {word.code}, which proves nothing ({name}).")


def _steps(word: VenueWord) -> list[Any]:
    data = word.data if isinstance(word.data, dict) else {}
    return [data.get("cancelResponse"), data.get("newOrderResponse")]


def _number(step: Any) -> Any:
    return step.get("code") if isinstance(step, dict) else None


def heard(status: int, body: Any, headers: dict[str, str]) -> VenueWord:
    """The venue's own words out of an HTTP answer."""
    told = body if isinstance(body, dict) else {}
    number = told.get("code")
    code = int(number) if isinstance(number, int | str) and str(number).lstrip("-").isdigit() else None
    return VenueWord(status, code, str(told.get("msg", "")), wait_of(headers), told.get("data"))
