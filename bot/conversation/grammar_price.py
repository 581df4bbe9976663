"""Entry prices as typed: `@ 64000`, `@ -1%`, `better by 1%`, `stop 65000`."""

from __future__ import annotations

from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_number import figure, written
from bot.conversation.grammar_wording import Twofold, stop
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.money import HUNDRED

_HINT = "@ 64000 or @ -1%"
MARKET_WORDS = frozenset({"market", "mkt"})


def limit(words: Words) -> PriceSpec | None:
    """The price behind `@`, `at` or `limit`; None for `market`. Raises Stop or Twofold."""
    word = words.peek()
    if word in MARKET_WORDS:
        words.take()
        return None
    if word == "better":
        words.take()
        return better(words)
    found = _price(words, "price")
    if found.kind is PriceSpecKind.BETTER_BY:
        if words.peek() == "better":
            words.take()
            return found
        text = words.items[words.at].lstrip("@")
        raise Twofold("ask_price", text, (f"-{text}", f"+{text}", f"{text} better"))
    return found


def better(words: Words) -> PriceSpec:
    """The percent behind `better by`. Raises Stop."""
    if words.peek() == "by":
        words.take()
    found = _price(words, "price")
    if found.kind is not PriceSpecKind.BETTER_BY:
        raise stop("price_form", field="price", value=words.items[words.at])
    return found


def trigger(words: Words) -> PriceSpec:
    """The price behind `stop`. Raises Stop, and Twofold for a percent without a sign."""
    start = words.at
    found = _price(words, "stop")
    if found.kind is PriceSpecKind.BETTER_BY:
        text = words.items[words.at]
        raise Twofold("ask_stop", f"stop {text}", (f"sl {text}", f"stop +{text}", f"stop -{text}"), start)
    return found


def _price(words: Words, field: str) -> PriceSpec:
    """A price, or a percent: signed FROM_MID, unsigned BETTER_BY."""
    word = words.peek()
    if not word or not (word[0].isdigit() or word[0] in "+-.,$€£" or word in ("nan", "inf")):
        raise stop("price_missing", field=field, value=word, hint="stop 65000" if field == "stop" else _HINT)
    word = words.take()
    found = figure(word, field)
    if found.unit == "%":
        if found.value >= HUNDRED:
            raise stop("level_percent", field=field, value=word)
        if not found.sign:
            return PriceSpec(PriceSpecKind.BETTER_BY, found.value)
        value = -found.value if found.sign == "-" else found.value
        return PriceSpec(PriceSpecKind.FROM_MID, value)
    if found.unit and word[0] not in "$€£" and found.unit != "USD":
        raise stop("price_form", field=field, value=word)
    if found.sign:
        raise stop("number_sign", field=field, value=word)
    return PriceSpec(PriceSpecKind.ABSOLUTE, found.value)


def price_text(value: PriceSpec) -> str:
    """The canonical words of a limit price."""
    if value.kind is PriceSpecKind.BETTER_BY:
        return f"better by {written(value.value)}%"
    return "@ " + bare_price_text(value)


def bare_price_text(value: PriceSpec) -> str:
    """The canonical word of an absolute or signed price."""
    if value.kind is PriceSpecKind.ABSOLUTE:
        return written(value.value)
    return f"{'-' if value.value < 0 else '+'}{written(abs(value.value))}%"
