"""Lines of /alerts: `btc > 70000 repeat sell half`, `btc rsi(14,1h) < 30`, `pnl btc > 500`, `day < -200`,
`btc -3%`, `del 3`. Pure: no price is known here."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.frames import FRAMES, frame_named
from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_moment import until, until_text
from bot.conversation.grammar_number import Figure, figure, written
from bot.conversation.grammar_symbol import is_symbol, symbol, symbol_text
from trading.domain.currency import CURRENCIES
from trading.domain.exits import Moment
from trading.domain.measure import INDICATORS, LENGTH_MAX, OVER, Indicator, Measure, line_of
from trading.domain.money import HUNDRED
from trading.domain.timed import Side

NOTE_LENGTH_MAX = 120
TRADE = "trade"
TRADES = ("buy", "close")
_EPOCH_DIGITS = 11
NUMBERS_MAX = 50
_SIGNS = re.compile(r"(>=|<=|=>|=<|>|<)")
_SIDES = {
    **dict.fromkeys((">", ">=", "=>", "above", "over"), Side.ABOVE),
    **dict.fromkeys(("<", "<=", "=<", "below", "under"), Side.BELOW),
    **dict.fromkeys(("crosses", "cross", "x", "hits", "at", "@"), Side.CROSSES),
}
_MODES = {"once": False, "repeat": True, "repeats": True, "repeating": True, "always": True}
_WAYS = {
    **dict.fromkeys(("up", "upward", "upwards", "above", "over"), Side.CROSSES_UP),
    **dict.fromkeys(("down", "downward", "downwards", "below", "under"), Side.CROSSES_DOWN),
}
_CRITICAL = frozenset({"critical", "urgent", "important"})
_RESULT = frozenset({"pnl", "p&l", "profit", "result"})
_DAYS = frozenset({"day", "today"})
_PRICE = frozenset({"price", "close"})
_FRAME = "1h"
_SPELLED = re.compile(r"\s*([a-z_]+)(?:\s*\(([^()]*)\))?(?=\s|[<>=]|$)", re.IGNORECASE)
_DROP = frozenset({"del", "delete", "drop", "remove", "off", "cancel"})
_WORDS_BEFORE_SIGN = 3
_DIGITS_MAX = 9
_ZERO = re.compile(r"[+-]?[$€£]?0+(?:[.,]0+)?")
MARKS = {
    Side.ABOVE: ">",
    Side.BELOW: "<",
    Side.CROSSES: "crosses",
    Side.CROSSES_UP: "crosses up",
    Side.CROSSES_DOWN: "crosses down",
}
"""How each side is written in a line."""


_TYPED = tuple(name for name in INDICATORS if not name.startswith(OVER))


class Misread(Exception):
    """The line cannot be read: a key of the catalogue with its values. Stays inside the handlers."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class AlertLine(Struct, frozen=True):
    """A level to hear of: a `price` (or a value in the unit of `of`), or a signed `percent` from the price of
    now. `symbol` is empty for the account's day."""

    symbol: str
    side: Side
    price: Decimal | None = None
    percent: Decimal | None = None
    repeats: bool = False
    note: str = ""
    of: Measure = Measure.PRICE
    indicator: Indicator | None = None
    until: Moment | None = None
    is_critical: bool = False


class AlertList(Struct, frozen=True):
    """Show what waits, of one symbol or of all."""

    symbol: str = ""


class AlertSeen(Struct, frozen=True):
    """These critical alerts were seen; none = all that rang for the person."""

    numbers: tuple[int, ...] = ()


class AlertTrade(Struct, frozen=True):
    """A button of an alert was pressed: show the card of an order in its symbol. `rang_s`: when it rang
    (seconds of the epoch), 0 when nobody says; `account` is empty for the current one."""

    verb: str
    symbol: str
    rang_s: int = 0
    account: str = ""


class AlertDrop(Struct, frozen=True):
    """Forget these numbers; none = all."""

    numbers: tuple[int, ...] = ()


def alert_line(text: str) -> AlertLine | AlertList | AlertDrop | AlertSeen | AlertTrade:
    """What stands behind /alerts. Raises Misread, and Stop or Twofold for its numbers."""
    words = text.split()
    if not words or words[0].lower() == "list":
        return AlertList()
    if words[0].lower() in _DROP:
        return AlertDrop(numbers_of(words[1:], "alert"))
    if words[0].lower() == TRADE and len(words) > 2:
        return _trade(words[1:])
    if words[0].lower() == "seen" and all(word.strip("#,").isdigit() for word in words[1:]):
        return AlertSeen(numbers_of(words[1:], "alert") if words[1:] else ())
    if words[0].lower() in ("add", "set", "new") and len(words) > 1:
        words = words[1:]
    return _about_day(words) or _about_symbol(words)


def _trade(words: list[str]) -> AlertTrade:
    """`trade buy BTC/USD 1522800000 paper`."""
    verb, name, *more = words
    if verb.lower() not in TRADES or not is_symbol(name):
        raise Misread("alerts.no_symbol", typed=name)
    rang = more[0] if more and more[0].isascii() and more[0].isdigit() else "0"
    account = more[1] if len(more) > 1 else ""
    return AlertTrade(verb.lower(), symbol(name, "BTC"), int(rang[:_EPOCH_DIGITS]), account)


def _about_day(words: list[str]) -> AlertLine | None:
    """`day < -200`; None when the line is about something else."""
    parted = _parted(words)
    if parted[0].lower() not in _DAYS:
        return None
    return _line(AlertLine("", Side.CROSSES, of=Measure.DAY), parted, 1, parted[0].lower())


def _about_symbol(words: list[str]) -> AlertLine | AlertList:
    is_result = words[0].lower() in _RESULT and len(words) > 1
    words = _parted(words[1:] if is_result else words)
    if not is_symbol(words[0]):
        raise Misread("alerts.no_symbol", typed=words[0])
    name = symbol(words[0], "BTC")
    if len(words) == 1 and not is_result:
        return AlertList(name)
    if is_result or words[1].lower() in _RESULT:
        line = AlertLine(name, Side.CROSSES, of=Measure.POSITION)
        return _line(line, words, 1 if is_result else 2, f"pnl {symbol_text(name)}")
    found = _SPELLED.match(" ".join(words[1:]))
    if found is not None and (found[1].lower() in INDICATORS or found[2] is not None):
        indicator = _indicator(found[1].lower(), found[2], symbol_text(name))
        rest = _parted([words[0], *" ".join(words[1:])[found.end() :].split()])
        line = AlertLine(name, Side.CROSSES, of=Measure.INDICATOR, indicator=indicator)
        return _line(line, rest, 1, f"{symbol_text(name)} {indicator_text(indicator)}")
    if words[1].lower() in _PRICE and len(words) > 2:
        words = [words[0], *_parted(words[2:])]
    return _against(name, words) or _line(AlertLine(name, Side.CROSSES), words, 1, name)


def _against(name: str, words: list[str]) -> AlertLine | None:
    """`btc > ema(50,1h)`, `btc price crosses sma(200,1d)`: a close against a line that moves; None for a
    level that stands still."""
    side, after = _SIDES.get(words[1].lower()), 2
    if side is Side.CROSSES and len(words) > 2 and words[2].lower() in _WAYS:
        side, after = _WAYS[words[2].lower()], 3
    behind = " ".join(words[after:])
    found = _SPELLED.match(behind)
    if side is None or found is None or f"{OVER}{found[1].lower()}" not in INDICATORS:
        return None
    line = _indicator(found[1].lower(), found[2], f"{symbol_text(name)} {MARKS[side]}")
    over = replace(line, name=f"{OVER}{line.name}")
    against = AlertLine(name, side, Decimal(0), of=Measure.INDICATOR, indicator=over)
    return _rest(against, behind[found.end() :].split())


def _indicator(name: str, inside: str | None, shown: str) -> Indicator:
    """`rsi`, `rsi(14)`, `rsi(1h)`, `rsi(14, 1h)`, `macd(12,26,4h)`."""
    kind = INDICATORS.get(name)
    if kind is None:
        raise Misread("alerts.no_indicator", typed=name, known=", ".join(_TYPED))
    lengths, frame = [], ""
    for word in (inside or "").replace(",", " ").split():
        if word.isascii() and word.isdigit() and not frame:
            lengths.append(int(word[:_DIGITS_MAX]))
        elif not frame and frame_named(word):
            frame = frame_named(word)
        else:
            raise Misread("alerts.indicator_form", typed=word, symbol=shown, frames=", ".join(FRAMES))
    if lengths and (len(lengths) != len(kind.lengths) or not all(2 <= one <= LENGTH_MAX for one in lengths)):
        usual = ",".join(str(one) for one in kind.lengths)
        raise Misread("alerts.indicator_length", typed=f"{name}({inside})", usual=f"{name}({usual},{_FRAME})")
    span_s = int(FRAMES[frame or _FRAME].total_seconds())
    return Indicator(name, tuple(lengths) or kind.lengths, span_s)


def _line(line: AlertLine, words: list[str], at: int, shown: str) -> AlertLine:
    """The line with side, level and what stands behind them; `shown` are the words before the side."""
    side, at = _side(words, at, shown)
    if at >= len(words):
        raise Misread("alerts.no_price" if line.of is Measure.PRICE else "alerts.no_value", symbol=shown)
    is_zero = line.of is not Measure.PRICE and _ZERO.fullmatch(words[at]) is not None
    found = Figure(Decimal(0)) if is_zero else figure(words[at], "price")
    price, percent = None, None
    if line.of is not Measure.PRICE:
        if found.unit not in ("", *CURRENCIES) or (line.of is Measure.INDICATOR and found.unit):
            raise Misread("alerts.value_form", typed=words[at], symbol=shown)
        price = -found.value if found.sign == "-" else found.value
        if side is None:
            side = Side.BELOW if found.sign == "-" else Side.ABOVE
    elif found.unit == "%":
        side, percent = _percent(shown, side, words[at], found.value, found.sign)
    elif found.sign or found.unit not in ("", *CURRENCIES):
        raise Misread("alerts.price_form", typed=words[at], symbol=shown)
    else:
        price = found.value
    line = replace(line, side=side or Side.CROSSES, price=price, percent=percent)
    return _rest(line, words[at + 1 :])


def _parted(words: list[str]) -> list[str]:
    """`btc>70k` as three words; signs in a note stay as they are."""
    head = _SIGNS.sub(r" \1 ", " ".join(words[:_WORDS_BEFORE_SIGN]), count=1).split()
    return [*head, *words[_WORDS_BEFORE_SIGN:]] or words


def _side(words: list[str], at: int, name: str) -> tuple[Side | None, int]:
    """The side that is named at a place, and where the level stands."""
    if at >= len(words):
        return None, at
    word = words[at].lower()
    side = _SIDES.get(word)
    if side is Side.CROSSES and at + 1 < len(words) and words[at + 1].lower() in _WAYS:
        return _WAYS[words[at + 1].lower()], at + 2
    if side is not None:
        return side, at + 1
    if word[0].isdigit() or word[0] in "+-.,$€£":
        return None, at
    raise Misread("alerts.no_side", typed=words[at], symbol=name)


def _percent(name: str, side: Side | None, typed: str, value: Decimal, sign: str) -> tuple[Side, Decimal]:
    if not sign or (side is Side.ABOVE and sign == "-") or (side is Side.BELOW and sign == "+"):
        raise Misread("alerts.percent_sign", typed=typed.lstrip("+-"), symbol=name)
    if sign == "-" and value >= HUNDRED:
        raise Misread("alerts.percent_all", typed=typed)
    return (Side.ABOVE, value) if sign == "+" else (Side.BELOW, -value)


def _rest(line: AlertLine, words: list[str]) -> AlertLine:
    """How often, how important, until when; then the note."""
    while words:
        word = words[0].lower()
        if word in _MODES:
            line = replace(line, repeats=_MODES[word])
        elif word in _CRITICAL:
            line = replace(line, is_critical=True)
        elif word in ("until", "till") or (word == "for" and len(words) > 1 and words[1][0].isdigit()):
            cursor = Words(words)
            cursor.at = -1
            line = replace(line, until=until(cursor, "until"))
            words = words[cursor.at + 1 :]
            continue
        else:
            break
        words = words[1:]
    if words and words[0].lower() == "note":
        words = words[1:]
    note = " ".join(words)
    if len(note) > NOTE_LENGTH_MAX:
        raise Misread("alerts.note_long", most=str(NOTE_LENGTH_MAX))
    return replace(line, note=note)


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


def indicator_text(indicator: Indicator) -> str:
    """`rsi(14,1h)`, as a line says it."""
    lengths = ",".join(str(one) for one in indicator.lengths)
    return f"{indicator.name}({lengths},{frame_of(indicator)})"


def frame_of(indicator: Indicator) -> str:
    """The name of the time frame of its bars."""
    return next(name for name, span in FRAMES.items() if span.total_seconds() == indicator.frame_s)


def against(indicator: Indicator | None, level: Decimal | None) -> Indicator | None:
    """The line that a close is compared with, where the alert is said so: at no distance from it."""
    return line_of(indicator) if indicator is not None and level == 0 else None


def alert_text(line: AlertLine) -> str:
    """The canonical words of an alert, as /alerts reads them."""
    over = None
    match line.of:
        case Measure.DAY:
            words = ["day"]
        case Measure.POSITION:
            words = ["pnl", symbol_text(line.symbol)]
        case Measure.INDICATOR:
            assert line.indicator is not None, "an alert about an indicator names it"
            over = against(line.indicator, line.price)
            words = [symbol_text(line.symbol), *([] if over else [indicator_text(line.indicator)])]
        case _:
            words = [symbol_text(line.symbol)]
    if line.percent is not None:
        words.append(f"{'+' if line.percent > 0 else '-'}{written(abs(line.percent))}%")
    elif over is not None:
        words += [MARKS[line.side], indicator_text(over)]
    else:
        assert line.price is not None, "a level is a price or a percent"
        words += [MARKS[line.side], f"{'-' if line.price < 0 else ''}{written(abs(line.price))}"]
    if line.repeats:
        words.append("repeat")
    if line.is_critical:
        words.append("critical")
    if line.until is not None:
        words.append(until_text(line.until))
    if line.note:
        words += ["note", line.note]
    return " ".join(words)
