"""Lines of /alerts: `btc > 70000 repeat sell half`, `btc -3%`, `del 3`. Pure: no price is known here."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from bot.conversation.grammar_number import figure, written
from bot.conversation.grammar_symbol import is_symbol, symbol, symbol_text
from trading.domain.currency import CURRENCIES
from trading.domain.money import HUNDRED
from trading.domain.timed import Side

NOTE_LENGTH_MAX = 120
NUMBERS_MAX = 50
_SIGNS = re.compile(r"(>=|<=|=>|=<|>|<)")
_SIDES = {
    **dict.fromkeys((">", ">=", "=>", "above", "over"), Side.ABOVE),
    **dict.fromkeys(("<", "<=", "=<", "below", "under"), Side.BELOW),
    **dict.fromkeys(("crosses", "cross", "x", "hits", "at", "@"), Side.CROSSES),
}
_MODES = {"once": False, "repeat": True, "repeats": True, "repeating": True, "always": True}
_DROP = frozenset({"del", "delete", "drop", "remove", "off", "cancel"})
_WORDS_BEFORE_SIGN = 3
_DIGITS_MAX = 9
MARKS = {Side.ABOVE: ">", Side.BELOW: "<", Side.CROSSES: "crosses"}
"""How each side is written in a line."""


class Misread(Exception):
    """The line cannot be read: a key of the catalogue with its values. Stays inside the handlers."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class AlertLine(Struct, frozen=True):
    """A level to hear of: a `price`, or a signed `percent` from the price of now."""

    symbol: str
    side: Side
    price: Decimal | None = None
    percent: Decimal | None = None
    repeats: bool = False
    note: str = ""


class AlertList(Struct, frozen=True):
    """Show what waits, of one symbol or of all."""

    symbol: str = ""


class AlertDrop(Struct, frozen=True):
    """Forget these numbers; none = all."""

    numbers: tuple[int, ...] = ()


def alert_line(text: str) -> AlertLine | AlertList | AlertDrop:
    """What stands behind /alerts. Raises Misread, and Stop or Twofold for its numbers."""
    words = text.split()
    if not words or words[0].lower() == "list":
        return AlertList()
    if words[0].lower() in _DROP:
        return AlertDrop(numbers_of(words[1:], "alert"))
    if words[0].lower() in ("add", "set", "new") and len(words) > 1:
        words = words[1:]
    words = _parted(words)
    if not is_symbol(words[0]):
        raise Misread("alerts.no_symbol", typed=words[0])
    name = symbol(words[0], "BTC")
    if len(words) == 1:
        return AlertList(name)
    side, at = _side(words, name)
    if at >= len(words):
        raise Misread("alerts.no_price", symbol=name)
    found = figure(words[at], "price")
    price, percent = None, None
    if found.unit == "%":
        side, percent = _percent(name, side, words[at], found.value, found.sign)
    elif found.sign or found.unit not in ("", *CURRENCIES):
        raise Misread("alerts.price_form", typed=words[at], symbol=name)
    else:
        price = found.value
    repeats, note = _rest(words[at + 1 :])
    return AlertLine(name, side or Side.CROSSES, price, percent, repeats, note)


def _parted(words: list[str]) -> list[str]:
    """`btc>70k` as three words; signs in a note stay as they are."""
    head = _SIGNS.sub(r" \1 ", " ".join(words[:_WORDS_BEFORE_SIGN]), count=1).split()
    return [*head, *words[_WORDS_BEFORE_SIGN:]] or words


def _side(words: list[str], name: str) -> tuple[Side | None, int]:
    """The side that is named and where the level stands."""
    word = words[1].lower()
    side = _SIDES.get(word)
    if side is not None:
        return side, 2
    if word[0].isdigit() or word[0] in "+-.,$€£":
        return None, 1
    raise Misread("alerts.no_side", typed=words[1], symbol=name)


def _percent(name: str, side: Side | None, typed: str, value: Decimal, sign: str) -> tuple[Side, Decimal]:
    if not sign or (side is Side.ABOVE and sign == "-") or (side is Side.BELOW and sign == "+"):
        raise Misread("alerts.percent_sign", typed=typed.lstrip("+-"), symbol=name)
    if sign == "-" and value >= HUNDRED:
        raise Misread("alerts.percent_all", typed=typed)
    return (Side.ABOVE, value) if sign == "+" else (Side.BELOW, -value)


def _rest(words: list[str]) -> tuple[bool, str]:
    repeats = False
    if words and words[0].lower() in _MODES:
        repeats = _MODES[words[0].lower()]
        words = words[1:]
    if words and words[0].lower() == "note":
        words = words[1:]
    note = " ".join(words)
    if len(note) > NOTE_LENGTH_MAX:
        raise Misread("alerts.note_long", most=str(NOTE_LENGTH_MAX))
    return repeats, note


def numbers_of(words: list[str], noun: str) -> tuple[int, ...]:
    """The short numbers behind `del`; empty for `all`. Raises Misread."""
    if [word.lower() for word in words] == ["all"]:
        return ()
    numbers = []
    for word in words:
        digits = word.strip(",").removeprefix("#")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX):
            raise Misread(f"{noun}s.number_form", typed=word)
        numbers.append(int(digits))
    if not numbers or len(numbers) > NUMBERS_MAX:
        raise Misread(f"{noun}s.which")
    return tuple(numbers)


def alert_text(line: AlertLine) -> str:
    """The canonical words of an alert, as /alerts reads them."""
    if line.percent is not None:
        level = f"{'+' if line.percent > 0 else '-'}{written(abs(line.percent))}%"
        words = [symbol_text(line.symbol), level]
    else:
        assert line.price is not None, "a level is a price or a percent"
        words = [symbol_text(line.symbol), MARKS[line.side], written(line.price)]
    if line.repeats:
        words.append("repeat")
    if line.note:
        words += ["note", line.note]
    return " ".join(words)
