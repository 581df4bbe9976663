"""Slash commands made from THE table of verbs, and the line that a filled-in command stands for.

The line is read by the desk's own grammar like any typed one: a command is only another keyboard. Aliases are
typed only; sub-commands are grouped under their verb, so that there are never more than a hundred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from bot.conversation.frames import FRAMES
from bot.conversation.verbs import BY_WORD, VERBS
from bot.conversation.verbs_shape import Argument, Kind, Right, Shape, Verb
from bot.conversation.words import CATALOGUE, DEFAULT, say
from bot.platforms.discord_shapes import SUB_COMMAND, Data, Option

COMMANDS_MAX = 100
OPTIONS_MAX = CHOICES_MAX = 25
DESCRIPTION_MAX = 100
FREE_TEXT = "do"
TEXT, INTEGER = 3, 4
PERIODS = ("day", "week", "month", "year", "all")
OTHERS = tuple(language for language in CATALOGUE if language != DEFAULT)
"""Languages of the catalogue beside the first; each is also a locale of Discord."""
_GUILD, _BOT_DIRECT = 0, 1
_MANAGE_GUILD = str(1 << 5)

_PIECE = re.compile(r"\[(?P<maybe>[^\[\]]*(?:\[[^\]]*\])?[^\[\]]*)\]|(?P<bare>\S+)")
_NAMES = {"@": "price", "SIZE": "size"}


class Slot(Struct, frozen=True):
    """One option of a command. `before` stands before its value in the line; `completes` says what may be
    offered while it is typed: symbol, position, order, subject, preset, verb or line."""

    name: str
    before: str = ""
    kind: int = TEXT
    choices: tuple[str, ...] = ()
    completes: str = ""
    is_required: bool = False


class Entry(Struct, frozen=True):
    """One command: the verb, its slots in the order of the line, and its sub-commands (their word stands
    behind the verb). `has_ticket`: without a size it opens a form."""

    name: str
    help: str
    slots: tuple[Slot, ...] = ()
    subs: tuple[str, ...] = ()
    has_ticket: bool = False


# ---------------------------------------------------------------- from the table


def _entry(row: Verb) -> Entry:
    if row.shape is Shape.PLAIN:
        action = next((one for one in row.arguments if one.name == "action"), None)
        slots = tuple(_slot(row, one) for one in row.arguments if not _is_second(one) and one is not action)
        return Entry(row.name, row.help, slots, action.choices if action is not None else ())
    slots = tuple(_syntax_slots(row))
    has_ticket = row.shape is Shape.ORDER and any(slot.name == "tp" for slot in slots)
    if has_ticket:
        # What is missing is asked for by the form.
        slots = tuple(_loose(slot) for slot in slots)
    return Entry(row.name, row.help, slots, has_ticket=has_ticket)


def _is_second(argument: Argument) -> bool:
    """Whether it is another place of an argument that has one (`/pause desk 2h`, `/pause 2h desk`)."""
    return argument.name.endswith("_behind")


def _loose(slot: Slot) -> Slot:
    return Slot(slot.name, slot.before, slot.kind, slot.choices, slot.completes)


_COMPLETES = {
    Kind.SYMBOL: "symbol",
    Kind.ORDER: "order",
    Kind.SUBJECT: "subject",
    Kind.VERB: "verb",
}


def _slot(row: Verb, one: Argument) -> Slot:
    choices = one.choices
    if one.kind is Kind.PERIOD:
        choices = PERIODS
    elif one.kind is Kind.FRAME:
        choices = tuple(FRAMES)
    completes = _COMPLETES.get(one.kind, "")
    if one.kind is Kind.SYMBOL and row.name in _OF_POSITIONS:
        completes = "position"
    if row.name == "preset" and one.name == "name":
        completes = "preset"
    before = {Kind.PRICE: "@", Kind.STOP: "stop"}.get(one.kind, one.keyword)
    kind = INTEGER if one.kind is Kind.COUNT else TEXT
    return Slot(one.name, before, kind, choices[:CHOICES_MAX], completes, one.required)


_OF_POSITIONS = frozenset({"position", "flatten"})


def _syntax_slots(row: Verb) -> Iterable[Slot]:
    """The options of an order's or an exit's line, from its syntax in the table."""
    holds = row.shape is Shape.EXITS or "tp" not in row.syntax
    yield Slot("symbol", completes="position" if holds else "symbol", is_required=True)
    rest = row.syntax.removeprefix("SYMBOL").strip()
    whole, bar, last = rest.rpartition(" | ")
    pieces = [match.groupdict() for match in _PIECE.finditer(whole or rest)]
    if any(piece["maybe"] is None or "|" in piece["maybe"] for piece in pieces):
        is_required = not (rest.startswith("[") and rest.endswith("]"))
        yield Slot("how", is_required=is_required)
        return
    for piece in pieces:
        word = str(piece["maybe"]).split(" ")[0]
        name = _NAMES.get(word, word)
        yield Slot(name, "" if name == "size" else word)
    if bar and last == "off":
        yield Slot("off", choices=("off",))
    if row.shape is Shape.ORDER:
        yield Slot("account", "on")


ENTRIES: dict[str, Entry] = {
    **{row.name: _entry(row) for row in VERBS},
    FREE_TEXT: Entry(FREE_TEXT, say("discord.do"), (Slot("line", completes="line", is_required=True),)),
}
"""Every command by its name."""


# ---------------------------------------------------------------- for Discord


def command_bodies() -> list[dict[str, Any]]:
    """All commands as Discord takes them in one request."""
    bodies = [_body(entry) for entry in ENTRIES.values()]
    assert len(bodies) <= COMMANDS_MAX, "more commands than Discord takes"
    return bodies


def _body(entry: Entry) -> dict[str, Any]:
    options = _options(entry)
    if entry.subs:
        options = [
            {
                "type": SUB_COMMAND,
                "name": word,
                **_described(f"discord.sub.{entry.name}.{word}", entry.help, _help_key(entry.name)),
                "options": options if word != "list" else [],
            }
            for word in entry.subs
        ]
    return {
        "name": entry.name,
        "type": 1,
        **_described(_help_key(entry.name), entry.help),
        "options": options,
        "contexts": [_GUILD, _BOT_DIRECT],
        "integration_types": [0],
        "default_member_permissions": _MANAGE_GUILD if _is_for_few(entry.name) else None,
    }


def _is_for_few(name: str) -> bool:
    """Whether a server shows the command at first to its managers only: it lets people in, or binds the whole
    desk. A hint, which a server's owner may change; in direct messages everybody sees all."""
    row = BY_WORD.get(name)
    return row is not None and row.right in (Right.PEOPLE, Right.OPERATE)


def _options(entry: Entry) -> list[dict[str, Any]]:
    """Discord wants what must be filled in first; the line's own order is kept by `line_of`."""
    slots = sorted(entry.slots, key=lambda slot: not slot.is_required)[:OPTIONS_MAX]
    return [_option(slot) for slot in slots]


def _option(slot: Slot) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": slot.kind,
        "name": slot.name,
        **_described(f"discord.option.{slot.name}", slot.name),
    }
    if slot.is_required:
        made["required"] = True
    if slot.choices:
        made["choices"] = [{"name": one, "value": one} for one in slot.choices]
    elif slot.completes:
        made["autocomplete"] = True
    if slot.kind == INTEGER:
        made |= {"min_value": 1, "max_value": 1_000}
    return made


def _help_key(name: str) -> str:
    return "discord.do" if name == FREE_TEXT else f"verb.{name}"


def _described(key: str, otherwise: str, instead: str = "") -> dict[str, Any]:
    """What a key says, or its substitute, with the same for people whose Discord speaks another language."""
    key = key if key in CATALOGUE[DEFAULT] else instead
    said = (say(key) if key else otherwise)[:DESCRIPTION_MAX]
    others = {language: say(key, language)[:DESCRIPTION_MAX] for language in OTHERS if key}
    return {"description": said, **({"description_localizations": others} if others else {})}


# ---------------------------------------------------------------- what was filled in


def line_of(data: Data) -> str:
    """The line that the filled-in command stands for; empty for a command that this desk never made."""
    entry = ENTRIES.get(data.name)
    if entry is None:
        return ""
    words, given = [f"/{data.name}"], _given(data)
    if data.options and data.options[0].type == SUB_COMMAND:
        words.append(data.options[0].name)
    if entry.name == FREE_TEXT:
        return given.get("line", "").strip()
    return " ".join([*words, *said(entry, given)])


def said(entry: Entry, given: dict[str, str]) -> Iterable[str]:
    """The filled-in parts in the order of the line, each behind the word that introduces it."""
    for slot in entry.slots:
        value = given.get(slot.name, "").strip()
        if not value:
            continue
        first = value.split(" ")[0].lower()
        is_led = not slot.before or first == slot.before or (slot.before == "@" and value.startswith("@"))
        yield value if is_led or first in _WORDS_FOR_PRICES else f"{slot.before} {value}"


_WORDS_FOR_PRICES = frozenset({"better", "worse", "market"})


def _given(data: Data) -> dict[str, str]:
    return {one.name: str(one.value) for one in _leaves(data.options) if one.value is not None}


def _leaves(options: Sequence[Option]) -> Sequence[Option]:
    """The options of the sub-command, when there is one."""
    while options and options[0].type == SUB_COMMAND:
        options = options[0].options
    return options


def focused(data: Data) -> tuple[str, str]:
    """What is being typed: what may be offered for it, and what stands there so far."""
    entry = ENTRIES.get(data.name)
    for one in _leaves(data.options):
        slot = next((slot for slot in entry.slots if slot.name == one.name), None) if entry else None
        if one.focused and slot is not None:
            return slot.completes, str(one.value or "")
    return "", ""


# ---------------------------------------------------------------- the order ticket

TICKET = "ticket"
"""`ticket:buy` is the id of the form for /buy."""
FIELDS = ("symbol", "size", "price", "exits")
_EXITS = ("tp", "sl", "trail", "be", "exit")


def wants_ticket(data: Data) -> bool:
    """Whether the command is answered by a form: an entry without its size."""
    entry = ENTRIES.get(data.name)
    return entry is not None and entry.has_ticket and "size" not in _given(data)


def ticket(data: Data, language: str = "") -> dict[str, Any]:
    """The order ticket as a form, with what was filled in already."""
    given = _given(data)
    entry = ENTRIES[data.name]
    exits = list(said(entry, {name: given.get(name, "") for name in _EXITS}))
    held = {"symbol": given.get("symbol", ""), "price": _price(given), "exits": " ".join(exits)}
    return {
        "custom_id": f"{TICKET}:{data.name}",
        "title": say("discord.ticket.title", language, verb=data.name.capitalize()),
        "components": [
            {"type": 1, "components": [_field(name, held.get(name, ""), language)]} for name in FIELDS
        ],
    }


def _price(given: dict[str, str]) -> str:
    stop = given.get("stop", "")
    return " ".join(part for part in (given.get("price", ""), f"stop {stop}" if stop else "") if part)


def _field(name: str, value: str, language: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": 4,
        "custom_id": name,
        "style": 1,
        "label": say(f"discord.ticket.{name}", language),
        "placeholder": say(f"discord.ticket.{name}.like", language),
        "required": name in ("symbol", "size"),
        "max_length": 200,
    }
    return made | ({"value": value[:200]} if value else {})


def line_of_ticket(data: Data) -> str:
    """The line that a filled-in form stands for; empty for a form that this desk never made."""
    head, _, name = data.custom_id.partition(":")
    entry = ENTRIES.get(name)
    if head != TICKET or entry is None or not entry.has_ticket:
        return ""
    fields = {one.custom_id: (one.value or "").strip() for row in data.components for one in row.components}
    price = fields.get("price", "")
    if price and price.split(" ")[0].lower() not in {"stop", *_WORDS_FOR_PRICES} and price[0] != "@":
        price = f"@ {price}"
    parts = (f"/{name}", fields.get("symbol", ""), fields.get("size", ""), price, fields.get("exits", ""))
    return " ".join(part for part in parts if part)
