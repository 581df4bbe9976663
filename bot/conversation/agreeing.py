"""Whether a line that a model proposes says what the person said: the same side, symbol and numbers.

Pure, and narrow on purpose (RELIABILITY L07): what cannot be found in the person's own words is refused,
and so is what they said and the line leaves out. A model may invent or forget; nobody reads a card that
carefully.
"""

from __future__ import annotations

import re
from collections import Counter

from msgspec import Struct

from bot.conversation.grammar_shapes import OrderLine, Parsed
from bot.conversation.sentence import Number, Sentence, sentence_of, symbol_word
from trading.domain.exits import Level, LevelKind, PriceSpecKind, SizeKind
from trading.domain.order import OrderType, TimeInForce

SIDES: dict[str, frozenset[str]] = {
    "buy": frozenset({"buy", "long", "purchase", "kauf", "kaufe", "kaufen"}),
    "short": frozenset({"short", "shorte", "shorten", "leerverkaufen", "leerverkauf"}),
    "sell": frozenset({"sell", "verkauf", "verkaufe", "verkaufen"}),
    "cover": frozenset({"cover", "eindecken", "decke"}),
    "close": frozenset({"close", "schließ", "schließe", "schließen", "schliess", "schliesse", "schliessen"}),
}
"""Words that say a side. Exactly one must be said; `sell short` is short, `close my long` is close."""
_HELD = frozenset({"long", "short"})
_NOT_NOW = frozenset(
    {
        *("not", "dont", "don", "never", "no", "without", "cancel", "ignore", "instead", "forget"),
        *("if", "when", "once", "unless", "until", "after", "before", "later", "tomorrow", "every", "each"),
        *("nicht", "nie", "niemals", "kein", "keine", "keinen", "ohne", "statt", "vergiss", "ignoriere"),
        *("falls", "wenn", "sobald", "bis", "nach", "vor", "später", "morgen", "jeden", "jede", "jedes"),
    }
)
"""Words that turn a sentence round, tie it to a condition or put it off: that is typed by hand."""
NAMES: dict[str, frozenset[str]] = {
    "stop": frozenset({"stop", "sl", "stopp", "stoploss"}),
    "target": frozenset({"target", "tp", "profit", "ziel", "gewinnziel", "gewinnmitnahme"}),
    "trail": frozenset({"trail", "trailing", "nachziehend", "nachgezogen", "nachziehen", "nachziehendem"}),
    "limit": frozenset({"at", "limit", "bei"}),
    "risk": frozenset({"risk", "risking", "risiko", "riskiere"}),
    "contracts": frozenset({"contract", "contracts", "kontrakt", "kontrakte"}),
    "all": frozenset({"all", "max", "everything", "alles", "maximum"}),
    "r": frozenset({"r"}),
    "atr": frozenset({"atr"}),
    "units": frozenset({"units", "shares", "coins", "stück", "aktien"}),
}
"""What a part of a line is called in a sentence."""
_EVERYTHING = frozenset({"ALL", "EVERYTHING"})


class Disagreement(Struct, frozen=True):
    """Why a proposed line is not taken: a key of the catalogue behind `copilot.no.`, and what it is about."""

    code: str
    about: str = ""


def disagreement(text: str, parsed: Parsed) -> Disagreement | None:
    """What a proposed reading says that the person's `text` does not, or the other way round; None when they
    agree to the last number."""
    if not isinstance(parsed, OrderLine):
        return Disagreement("no_order")
    said = sentence_of(text, parsed.symbol)
    return (
        _unusual(parsed)
        or _put_off(said)
        or _other_side(said, parsed)
        or _other_symbol(text, parsed)
        or _other_parts(text, said, parsed)
        or _other_numbers(said, parsed)
        or _other_places(said, parsed)
    )


def _unusual(parsed: OrderLine) -> Disagreement | None:
    """Parts that a sentence says too loosely."""
    is_plain = (
        parsed.order_type in (OrderType.MARKET, OrderType.LIMIT)
        and parsed.time_in_force is TimeInForce.GTC
        and not (parsed.expires or parsed.post_only or parsed.exit or parsed.break_even or parsed.gap)
        and not (parsed.account or parsed.tag)
        and (parsed.limit is None or parsed.limit.kind is PriceSpecKind.ABSOLUTE)
        and len(parsed.targets) <= 1
        and all(target.share is None for target in parsed.targets)
        and (parsed.trail is None or parsed.trail.activation is None)
    )
    return None if is_plain else Disagreement("too_much")


def _put_off(said: Sentence) -> Disagreement | None:
    found = sorted(said.words & _NOT_NOW)
    return Disagreement("not_plain", found[0]) if found else None


def _other_side(said: Sentence, parsed: OrderLine) -> Disagreement | None:
    sides = {side for side, names in SIDES.items() if names & said.words}
    if "short" in sides:
        sides -= {"sell"}
    if sides & {"close", "cover"}:
        # Behind these, long and short say what is held and not what to do.
        sides = {side for side in sides if (SIDES[side] - _HELD) & said.words}
    if len(sides) != 1:
        return Disagreement("which_side" if sides else "no_side")
    return None if sides == {parsed.verb} else Disagreement("other_side", parsed.verb)


def _other_symbol(text: str, parsed: OrderLine) -> Disagreement | None:
    """Each part of the symbol must stand in the text as a word of its own."""
    for part in parsed.symbol.split("/"):
        if part.upper() in _EVERYTHING or not symbol_word(part).search(text):
            return Disagreement("other_symbol", parsed.symbol)
    return None


def _other_parts(text: str, said: Sentence, parsed: OrderLine) -> Disagreement | None:
    """An exit, a limit or a unit that nobody has named; an exit that was named and is not there."""
    size = parsed.size.kind if parsed.size is not None else None
    unit = parsed.size.unit if parsed.size is not None else ""
    levels = [level for level in (parsed.stop_loss, *(one.level for one in parsed.targets)) if level]
    has = {
        "stop": parsed.stop_loss is not None,
        "target": bool(parsed.targets),
        "trail": parsed.trail is not None,
        "limit": parsed.limit is not None,
        "risk": size is SizeKind.RISK,
        "contracts": size is SizeKind.CONTRACTS,
        "all": size is SizeKind.MAX,
        "r": any(level.kind is LevelKind.R for level in levels),
        "atr": any(level.kind is LevelKind.ATR for level in levels),
        "units": size is SizeKind.BASE and not _counts(text, unit),
    }
    for part, is_there in has.items():
        if is_there and not NAMES[part] & said.words:
            return Disagreement("invented", part)
    if size is SizeKind.SPEND and unit not in ("", "USD") and unit.casefold() not in said.words:
        return Disagreement("invented", unit)
    if parsed.trail is not None:
        has["stop"] = True  # a trailing stop is called a stop too
    for part in ("stop", "target", "trail", "risk", "contracts", "all", "atr"):
        if NAMES[part] & said.words and not has[part]:
            return Disagreement("left_out", part)
    return None


def _counts(text: str, unit: str) -> bool:
    """Whether the person counts in units: `0.5 btc` does, `100 of btc` does not say of what."""
    return bool(unit) and re.search(rf"\d\s*{re.escape(unit)}(?!\w)", text, re.IGNORECASE) is not None


def _other_numbers(said: Sentence, parsed: OrderLine) -> Disagreement | None:
    """Each number of the one must stand in the other, as often."""
    if not said.is_clear:
        return Disagreement("unclear_number")
    proposed = Counter(number for _, number in _roles(parsed))
    invented, left_out = proposed - Counter(said.numbers), Counter(said.numbers) - proposed
    if invented:
        return Disagreement("invented", written(next(iter(invented))))
    return Disagreement("left_out", written(next(iter(left_out)))) if left_out else None


def _other_places(said: Sentence, parsed: OrderLine) -> Disagreement | None:
    """Numbers that have changed their places: the stop's must stand at the word stop, the size's must not."""
    exits = {"stop", "target", "trail"}
    for role, number in _roles(parsed):
        if role in exits | {"risk"} and number not in said.nearest(NAMES[role]):
            return Disagreement("misplaced", written(number))
        if role == "limit" and number not in said.behind(NAMES[role]):
            return Disagreement("misplaced", written(number))
        if role == "size":
            owned = [said.nearest(NAMES[one] & said.words) for one in exits]
            if any(near == {number} for near in owned) and said.numbers.count(number) == 1:
                return Disagreement("misplaced", written(number))
    return None


def _roles(parsed: OrderLine) -> list[tuple[str, Number]]:
    """Every number of a plain line, with what it is."""
    found: list[tuple[str, Number]] = []
    size = parsed.size
    if size is not None and size.kind is not SizeKind.MAX:
        is_percent = size.kind in (SizeKind.EQUITY, SizeKind.POSITION) or (
            size.kind is SizeKind.RISK and not size.unit
        )
        found.append(("risk" if size.kind is SizeKind.RISK else "size", (size.value, is_percent)))
    if parsed.limit is not None:
        found.append(("limit", (parsed.limit.value, False)))
    if parsed.stop_loss is not None:
        found.append(("stop", _of_level(parsed.stop_loss)))
    found += [("target", _of_level(target.level)) for target in parsed.targets]
    if parsed.trail is not None:
        found.append(("trail", _of_level(parsed.trail.distance)))
    return found


def _of_level(level: Level) -> Number:
    return level.value, level.kind is LevelKind.PERCENT


def written(number: Number) -> str:
    """A number as it may be typed."""
    value, is_percent = number
    return f"{value.normalize():f}{'%' if is_percent else ''}"
