"""What must hold between a typed line and its reading, said without the parser's own tables.

`complaints` is empty for a reading that is allowed. The words and patterns here are written out by hand on
purpose: an alias that begins to open positions must be entered here too, by somebody who thought about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from unicodedata import category

from bot.conversation.grammar import (
    Asked,
    ExitsLine,
    NotUnderstood,
    OrderLine,
    Parsed,
    VerbLine,
    canonical,
    parse,
)
from trading.domain.exits import SizeKind

BEGINNINGS: dict[str, frozenset[str]] = {
    "buy": frozenset({"buy", "b", "long", "forcelong", "forcebuy", "forceenter"}),
    "short": frozenset({"short", "forceshort"}),
    "sell": frozenset({"sell", "s"}),
    "cover": frozenset({"cover", "bc", "buytocover"}),
    "close": frozenset({"close", "c", "forceexit", "fx", "forcesell", "exit"}),
    "tp": frozenset({"tp", "takeprofit", "target"}),
    "sl": frozenset({"sl", "stoploss"}),
    "trail": frozenset({"trail", "trailing"}),
    "breakeven": frozenset({"breakeven", "be"}),
    "bracket": frozenset({"bracket", "exits", "oco"}),
    "doubt": frozenset({"doubt"}),
    "guard": frozenset({"guard", "guards"}),
    "reconcile": frozenset({"reconcile", "sync", "compare", "reload_trade"}),
    "panic": frozenset({"panic", "killswitch"}),
    "flatten": frozenset({"flatten", "closeall", "exitall"}),
    "cancel": frozenset({"cancel", "coo", "cancel_open_order"}),
    "cancelall": frozenset({"cancelall", "ca"}),
    "modify": frozenset({"modify", "mod", "edit", "replace"}),
    "halt": frozenset({"halt", "stop", "stopbuy", "stopentry", "freeze"}),
    "pause": frozenset({"pause"}),
    "lockout": frozenset({"lockout"}),
    "maintenance": frozenset({"maintenance"}),
    "alerts": frozenset({"alerts", "alert", "notify"}),
    "schedule": frozenset({"schedule", "schedules", "dca", "recurring"}),
    "resume": frozenset({"resume", "unhalt", "unpause"}),
    "limits": frozenset({"limits", "limit"}),
    "repeat": frozenset({"repeat", "again"}),
    "preset": frozenset({"preset"}),
    "config": frozenset({"config"}),
    "settings": frozenset({"settings", "set", "show_config", "prefs"}),
    "link": frozenset({"link"}),
    "unlink": frozenset({"unlink"}),
    "role": frozenset({"role"}),
    "approve": frozenset({"approve"}),
    "second": frozenset({"second"}),
    "audit": frozenset({"audit", "who"}),
    "copilot": frozenset({"copilot", "ask"}),
    "profile": frozenset({"profile", "profiles", "autotrade"}),
    "protections": frozenset({"protections", "locks"}),
    "marketdir": frozenset({"marketdir", "marketdirection"}),
    "newbot": frozenset({"newbot"}),
    "bot": frozenset({"bot"}),
    "stopall": frozenset({"stopall"}),
    "signals": frozenset({"signals"}),
    "blacklist": frozenset({"blacklist", "bl", "bar"}),
    "mode": frozenset({"mode"}),
}
"""First words that may lead to each verb that does something."""
OPENING = ("buy", "short")
LENGTH_MAX = 500
_THOUSANDS_OR_POINT = re.compile(r"(?<![\w.,:/-])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,])")
_DECIMAL_COMMA = re.compile(r"(?:^|\s)[@$€£+-]*[0-9]+,[0-9]{1,2}(?![0-9.,])")
_OPEN = re.compile(r"(?<![0-9.,])(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]*,[0-9]+)(?![0-9.,])")
OPEN_MAX = 1
_NAMED = re.compile(r"\b(?:on|tag)\s+\S+", re.IGNORECASE)
_NUMBERS = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+")
_PARTS = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_FACTORS = (Decimal(1), Decimal(1000), Decimal(1_000_000))


def complaints(line: str, parsed: Parsed, *, deep: bool = False) -> list[str]:
    """What is wrong with reading `line` as `parsed`. `deep` also reads canonical lines and answers again."""
    found = list(_about_the_line(line, parsed))
    if isinstance(parsed, OrderLine):
        found += _about_an_order(line, parsed)
    if isinstance(parsed, (OrderLine, ExitsLine)):
        found += _about_numbers(line, parsed)
    if isinstance(parsed, (OrderLine, ExitsLine, VerbLine)) and deep and parse(canonical(parsed)) != parsed:
        found.append("its canonical line reads otherwise")
    if isinstance(parsed, Asked) and deep:
        found += _about_answers(line, parsed)
    return found


def first_word(line: str) -> str:
    """The word that must name the verb."""
    word = line.split(maxsplit=1)[0] if line.split() else ""
    return word.removeprefix("/").partition("@")[0].lower() if word[:1] == "/" else word.lower()


def _about_the_line(line: str, parsed: Parsed) -> Iterator[str]:
    if isinstance(parsed, NotUnderstood):
        if not parsed.sentence or not parsed.code or "{" in parsed.sentence.replace(parsed.value, ""):
            yield "a refusal without its sentence"
        return
    inside = line.strip(" \t\r\n")
    if len(line) > LENGTH_MAX:
        yield "longer than a command may be"
    if any(category(letter)[0] in "C" and letter != "\t" for letter in inside if not " " <= letter <= "~"):
        yield "an invisible character commands"
    if isinstance(parsed, Asked):
        if not parsed.choices or not parsed.sentence:
            yield "a question without an answer"
        return
    allowed = BEGINNINGS.get(parsed.verb)
    if parsed.verb == "flatten" and inside.lower().split()[1:2] == ["all"]:  # `fx all` and its like
        allowed = BEGINNINGS["flatten"] | BEGINNINGS["close"]
    if allowed is not None and first_word(inside) not in allowed:
        yield f"{parsed.verb} without a word that means it"


def _about_an_order(line: str, parsed: OrderLine) -> Iterator[str]:
    if parsed.reduce_only == (parsed.verb in OPENING):
        yield "reduce-only on the wrong side"
    if parsed.verb == "short" and "short" not in line.lower():
        yield "a short without the word"
    size = parsed.size
    if size is None or size.kind is SizeKind.MAX or "half" in line.lower():
        return
    if size.value not in literal_numbers(line):
        yield f"a size of {size.value} that nobody typed"


def _about_numbers(line: str, parsed: OrderLine | ExitsLine) -> Iterator[str]:
    plain = _NAMED.sub(" ", line)
    if _THOUSANDS_OR_POINT.search(plain) or _DECIMAL_COMMA.search(plain):
        yield "a number of two readings was guessed"
    typed = literal_numbers(line)
    values = [target.level.value for target in parsed.targets]
    values += [target.share for target in parsed.targets if target.share is not None]
    values += [level.value for level in (parsed.stop_loss,) if level]
    if parsed.trail:
        values.append(parsed.trail.distance.value)
    if isinstance(parsed, OrderLine):
        values += [abs(price.value) for price in (parsed.limit, parsed.stop) if price]
    for value in values:
        if value not in typed:
            yield f"a level of {value} that nobody typed"
        if not value > 0:
            yield f"a level of {value}"


def literal_numbers(line: str) -> set[Decimal]:
    """Every number that stands in a line, with and without its thousands."""
    texts = {text.replace(",", "") for text in _NUMBERS.findall(line)} | set(_PARTS.findall(line))
    return {Decimal(text) * factor for text in texts for factor in _FACTORS}


def _about_answers(line: str, parsed: Asked) -> Iterator[str]:
    beginning = first_word(line)
    may_open = any(beginning in BEGINNINGS[verb] for verb in OPENING)
    for _, choice in parsed.choices:
        answer = parse(choice)
        # Behind three open numbers the parser may not have seen the fault that ends the line.
        if isinstance(answer, NotUnderstood) and len(_OPEN.findall(choice)) < OPEN_MAX:
            yield f"the answer {choice!r} is refused"
        if isinstance(answer, OrderLine) and answer.verb in OPENING and not may_open:
            yield f"the answer {choice!r} opens a position"
        yield from (f"the answer {choice!r}: {wrong}" for wrong in complaints(choice, answer))
