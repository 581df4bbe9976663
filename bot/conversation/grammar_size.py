"""Sizes as typed: money, units, contracts, shares, risk, all of it."""

from __future__ import annotations

from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_number import (
    NOT_FINITE,
    OWN_UNITS,
    THOUSANDS,
    Figure,
    unsigned,
    written,
)
from bot.conversation.grammar_symbol import base_of, quote_of
from bot.conversation.grammar_wording import Twofold, stop
from trading.domain.currency import CURRENCIES
from trading.domain.exits import Size, SizeKind
from trading.domain.money import HUNDRED, plain

_UNITS = frozenset({"units", "unit", "shares", "share", "coins", "coin", "tokens", "token"})
_CONTRACTS = frozenset({"c", "contracts", "contract"})
_DISTANCES = frozenset({"r", "atr"})
SIZE_WORDS = frozenset({"max", "all", "half", "risk", "size"})
"""Words that begin a size."""


def begins_size(word: str) -> bool:
    """Whether a lower-case word begins a size."""
    if word in SIZE_WORDS or word in NOT_FINITE:
        return True
    return bool(word) and (word[0].isdigit() or word[0] in "+-.,$€£")


def size(words: Words, verb: str, is_entry: bool, symbol: str) -> Size:
    """The size that begins behind the place. `symbol` may be empty when it is not known yet.

    Raises Stop or Twofold.
    """
    if words.peek() == "size":
        words.take()
        if words.is_done:
            raise stop("size_missing", field="size", value="size")
    word = words.take()
    lowered = word.lower()
    if lowered == "max":
        return Size(SizeKind.MAX)
    if lowered in ("all", "half"):
        if is_entry:
            raise stop("size_all", field="size", value=word)
        return Size(SizeKind.MAX) if lowered == "all" else Size(SizeKind.POSITION, HUNDRED / 2)
    if lowered == "risk":
        return _risk(words, is_entry)
    found = unsigned(word, "size")
    if not found.unit:
        return _bare(words, found, word, verb, symbol)
    return with_unit(found, word, is_entry, symbol)


def _risk(words: Words, is_entry: bool) -> Size:
    if words.is_done:
        raise stop("size_missing", field="size", value="risk")
    word = words.take()
    found = unsigned(word, "size")
    if not is_entry:
        raise stop("size_unit", field="size", value=f"risk {word}", hint="a line that reduces")
    if not found.unit:
        text = written(found.value)
        raise Twofold("ask_risk", word, (f"${text}", f"{text}%"))
    if found.unit == "%":
        if found.value > HUNDRED:
            raise stop("size_percent", field="size", value=word)
        return Size(SizeKind.RISK, found.value)
    if found.unit not in CURRENCIES:
        raise stop("size_unit", field="size", value=word, hint="a risk")
    return Size(SizeKind.RISK, found.value, found.unit)


def _bare(words: Words, found: Figure, word: str, verb: str, symbol: str) -> Size:
    behind = words.peek()
    code = behind.upper()
    if behind in _UNITS:
        words.take()
        return Size(SizeKind.BASE, found.value)
    if behind in _CONTRACTS:
        words.take()
        return _contracts(found, word)
    is_own = symbol and _is_code(behind) and code in (base_of(symbol), quote_of(symbol))
    if code in CURRENCIES or is_own:
        words.take()
        return with_unit(Figure(found.value, code), f"{word} {behind}", True, symbol)
    if verb == "close" and found.value <= HUNDRED:
        text = written(found.value)
        raise Twofold("ask_size", word, (f"{text}%", f"${text}", f"{text}c", f"{text} units"))
    return Size(SizeKind.BARE, found.value)


def _is_code(word: str) -> bool:
    """Whether a word can be glued to a number and be read back as a code."""
    return word.isalpha() and word not in THOUSANDS and word not in OWN_UNITS


def with_unit(found: Figure, word: str, is_entry: bool, symbol: str) -> Size:
    """The size of a number with a unit; `symbol` decides what a code stands for. Raises Stop."""
    unit = found.unit
    if unit == "%":
        if found.value > HUNDRED:
            raise stop("size_percent", field="size", value=word)
        return Size(SizeKind.EQUITY if is_entry else SizeKind.POSITION, found.value)
    if unit == "c":
        return _contracts(found, word)
    if unit in _DISTANCES:
        raise stop("size_unit", field="size", value=word, hint=symbol or "an order")
    if not symbol:
        return Size(SizeKind.SPEND if unit in CURRENCIES else SizeKind.BASE, found.value, unit)
    base = base_of(symbol)
    if unit == base or (base == symbol and unit not in CURRENCIES and symbol.startswith(unit)):
        return Size(SizeKind.BASE, found.value, unit)
    if unit in CURRENCIES or unit == quote_of(symbol):
        return Size(SizeKind.SPEND, found.value, unit)
    raise stop("size_unit", field="size", value=word, hint=symbol or "an order")


def _contracts(found: Figure, word: str) -> Size:
    if found.value != found.value.to_integral_value():
        raise stop("size_contracts", field="size", value=word)
    return Size(SizeKind.CONTRACTS, found.value)


def size_text(value: Size) -> str:
    """The canonical words of a size."""
    text = written(value.value)
    match value.kind:
        case SizeKind.MAX:
            return "max"
        case SizeKind.EQUITY | SizeKind.POSITION:
            return text + "%"
        case SizeKind.CONTRACTS:
            return plain(value.value) + "c"
        case SizeKind.BASE:
            return text + value.unit.lower() if value.unit else f"{text} units"
        case SizeKind.RISK:
            return "risk " + (_money(text, value.unit) if value.unit else text + "%")
        case SizeKind.SPEND:
            return _money(text, value.unit)
        case SizeKind.BARE:
            return text


def _money(text: str, unit: str) -> str:
    return f"${text}" if unit in ("USD", "") else text + unit.lower()
