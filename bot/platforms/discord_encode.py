"""Screens as Discord's embeds and components: every value escaped by itself, long texts in parts.

A part is one message: an embed whose description stays below Discord's bound, counted in UTF-16 units. No
part cuts an escape or a code block in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import discord

from bot.conversation.layout import fitted
from bot.conversation.screen import (
    Badges,
    Block,
    Button,
    KeyValues,
    Kind,
    Line,
    Screen,
    Span,
    Style,
    Table,
    Tone,
)
from bot.platforms.discord_decode import PICK

DESCRIPTION_MAX = 4_000
"""Of Discord's 4,096, so that a fence that a part has to open and close anew always fits."""
WIDTH = 40
"""Columns of fixed pitch that a phone shows without breaking a line."""
ROWS_MAX = BUTTONS_IN_ROW_MAX = 5
LABELS_IN_ROW_MAX = 40
LABEL_MAX = 80
CHOICE_MAX = 100
CHOICES_MAX = 25

_MARKS = {Tone.WARN: "⚠️", Tone.GOOD: "🟢", Tone.BAD: "🔴"}
_TAGS = {Style.BOLD: "**", Style.ITALIC: "*"}
_BREAK = "\u200b"
_BLANK = "—"
_GREY, _BLUE, _GREEN, _RED, _AMBER = 0x80848E, 0x3D7DCA, 0x2D9D5D, 0xC8423D, 0xD29922
_COLOURS = {Tone.GOOD: _GREEN, Tone.BAD: _RED, Tone.WARN: _AMBER}

# What Discord would read as markup, as a name to call or as an address to lead to, in strings of others.
_MARKUP = re.compile(r"[\\`*_~|<>\[\]]|^[#+-](?=\s)|(?<=\d)\.(?=\s)|:(?=//)|@(?=\S)", re.MULTILINE)


class Row(NamedTuple):
    """One line of a message. `is_fixed`: part of a block of fixed pitch."""

    text: str
    is_fixed: bool = False


def units(text: str) -> int:
    """UTF-16 units of a text, as Discord counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def escaped(text: str) -> str:
    """`text` in which Discord finds no markup, nobody to call and nowhere to lead to (D10)."""
    return _MARKUP.sub(_defused, text)


def _defused(match: re.Match[str]) -> str:
    found = match[0]
    return found + _BREAK if found in ":@" else "\\" + found


# ---------------------------------------------------------------- messages


def parts(screen: Screen, most: int = DESCRIPTION_MAX) -> list[str]:
    """The screen's text as markdown, in as many messages as it takes; at least one, none of them empty."""
    found: list[str] = []
    held: list[Row] = []
    used = 0
    for row in _cut(_rows(screen.blocks), most):
        long = units(row.text) + 1
        if held and used + long > most:
            found.append(_joined(held))
            held, used = [], 0
        used += long
        held.append(row)
    found.append(_joined(held))
    return [part for part in found if part] or [_BLANK]


def is_blank(screen: Screen) -> bool:
    """Whether the screen has no visible text."""
    return not any(row.text.strip() for row in _rows(screen.blocks))


def embed(text: str, screen: Screen, picture: str = "") -> dict[str, Any]:
    """One part as an embed. `picture`: the name of an attached file to show in it."""
    made = discord.Embed(description=text, colour=_colour(screen))
    if picture:
        made.set_image(url=f"attachment://{picture}")
    return dict(made.to_dict())


def _colour(screen: Screen) -> int:
    if screen.kind is Kind.REVIEW:
        return _BLUE
    for block in screen.blocks:
        spans = block.spans if isinstance(block, Line | Badges) else ()
        for span in spans:
            if span.tone in _COLOURS:
                return _COLOURS[span.tone]
    return _AMBER if screen.kind is Kind.REFUSAL else _GREY


def _joined(rows: Sequence[Row]) -> str:
    kept = list(rows)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    lines: list[str] = []
    is_open = False
    for row in kept:
        if row.is_fixed is not is_open:
            lines.append("```")
            is_open = row.is_fixed
        lines.append(row.text)
    if is_open:
        lines.append("```")
    # The fences stand on lines of their own: Discord shows no blank line for them.
    return "\n".join(lines)


def _cut(rows: Iterator[Row], most: int) -> Iterator[Row]:
    """Lines that are longer than a message are broken, not between a backslash and what it escapes."""
    for row in rows:
        text = row.text
        while units(text) > most - 1:
            head = _head(text, most - 1)
            if head.endswith("\\") and not head.endswith("\\\\"):
                head = head[:-1]
            yield Row(head, row.is_fixed)
            text = text[len(head) :]
        yield Row(text, row.is_fixed)


def _head(text: str, room: int) -> str:
    """The longest beginning of at most `room` UTF-16 units; a pair of surrogates stays together."""
    end = min(len(text), room)
    while units(text[:end]) > room:
        end -= max(1, (units(text[:end]) - room + 1) // 2)
    return text[:end]


# ---------------------------------------------------------------- blocks


def _rows(blocks: Sequence[Block]) -> Iterator[Row]:
    for block in blocks:
        match block:
            case Line():
                yield Row(_marked(block))
            case Badges():
                yield Row(" · ".join(_badge(span) for span in block.spans if span.text))
            case KeyValues():
                for name, value in block.pairs:
                    yield Row(f"{escaped(name)}: {_line(value)}")
            case Table():
                yield from _table(block)


def _marked(line: Line) -> str:
    text = _line(line)
    if line.spans and line.spans[0].tone is Tone.WARN:
        return f"{_MARKS[Tone.WARN]} {text}"
    return text


def _badge(span: Span) -> str:
    mark = _MARKS.get(span.tone, "")
    return f"{mark} **{escaped(span.text)}**".strip()


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line.spans)


def _span(span: Span) -> str:
    if not span.text.strip():
        return span.text
    if span.style is Style.CODE:
        return f"`{span.text.replace('`', '´')}`"
    tag = _TAGS.get(span.style, "")
    if not tag:
        return escaped(span.text)
    # Discord sees no emphasis when a blank stands next to its sign.
    bare = span.text.strip()
    before, _, after = span.text.partition(bare)
    return f"{before}{tag}{escaped(bare)}{tag}{after}"


def _table(block: Table) -> Iterator[Row]:
    """In fixed pitch where it fits a phone; else row by row, the first cell as a heading."""
    lines = fitted(block, WIDTH)
    if lines:
        yield from (Row(line.text.rstrip().replace("`", "´") or " ", is_fixed=True) for line in lines)
        return
    for row in block.rows:
        yield Row(f"**{escaped(row[0].text)}**" if row[0].text.strip() else "")
        facts = [
            f"{escaped(column.title)} {_line(cell)}".strip()
            for column, cell in zip(block.columns[1:], row[1:], strict=True)
            if cell.text.strip()
        ]
        if facts:
            yield Row("  " + " · ".join(facts))


# ---------------------------------------------------------------- components


def components(screen: Screen) -> list[dict[str, Any]]:
    """The buttons, a few in a row so that a thumb meets them. What does not fit and only looks is offered in
    selects; what acts stays a button of its own."""
    seen: set[str] = set()
    rows = [[one for one in row if not _is_known(one, seen)] for row in screen.buttons]
    readable = [some for row in rows for some in _readable(row)]
    if len(readable) <= ROWS_MAX:
        return [_row([_button(one) for one in some]) for some in readable]
    everything = [one for some in readable for one in some]
    acting = [one for one in everything if not one.action.is_navigation]
    looking = [one for one in everything if one.action.is_navigation]
    made = [
        _row([_button(one) for one in acting[at : at + BUTTONS_IN_ROW_MAX]])
        for at in range(0, len(acting), BUTTONS_IN_ROW_MAX)
    ]
    made += [
        _row([_select(looking[at : at + CHOICES_MAX], at // CHOICES_MAX)])
        for at in range(0, len(looking), CHOICES_MAX)
    ]
    return made[:ROWS_MAX]


def _is_known(one: Button, seen: set[str]) -> bool:
    """Discord takes an id once in a message."""
    if one.action.id in seen:
        return True
    seen.add(one.action.id)
    return False


def _readable(row: Sequence[Button]) -> Iterator[list[Button]]:
    held: list[Button] = []
    used = 0
    for one in row:
        if held and (len(held) == BUTTONS_IN_ROW_MAX or used + len(one.label) > LABELS_IN_ROW_MAX):
            yield held
            held, used = [], 0
        held.append(one)
        used += len(one.label)
    if held:
        yield held


def _row(parts_of_row: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": discord.ComponentType.action_row.value, "components": parts_of_row}


def _button(one: Button) -> dict[str, Any]:
    style = discord.ButtonStyle.primary if one.is_confirming else discord.ButtonStyle.secondary
    return {
        "type": discord.ComponentType.button.value,
        "style": style.value,
        "label": _short(one.label, LABEL_MAX),
        "custom_id": one.action.id,
    }


def _select(some: Sequence[Button], number: int) -> dict[str, Any]:
    return {
        "type": discord.ComponentType.string_select.value,
        "custom_id": f"{PICK}-{number}" if number else PICK,
        "options": [{"label": _short(one.label, CHOICE_MAX), "value": one.action.id} for one in some],
    }


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
