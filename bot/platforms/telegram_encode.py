"""Screens as Telegram's HTML: every value escaped by itself, tables for a phone's width, long texts in parts.

Lengths count as Telegram counts them: UTF-16 units of the text without tags. A part never cuts a tag in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.layout import fitted
from bot.conversation.screen import (
    Badges,
    Block,
    Button,
    KeyValues,
    Line,
    Screen,
    Span,
    Style,
    Table,
    Tone,
)

TEXT_MAX = 4096
CAPTION_MAX = 1024
WIDTH = 34
"""Columns of fixed pitch that a phone shows without breaking a line."""
BUTTONS_MAX = 100
BUTTONS_IN_ROW_MAX = 3
LABELS_IN_ROW_MAX = 34
LABEL_MAX = 64

LINKS = frozenset({"t.me", "telegram.org", "core.telegram.org"})
"""Hosts that a link may lead to; any other link is shown as its words."""

_BLANK = "—"
_MARKS = {Tone.WARN: "⚠️", Tone.GOOD: "🟢", Tone.BAD: "🔴"}
_TAGS = {Style.BOLD: ("<b>", "</b>"), Style.CODE: ("<code>", "</code>"), Style.ITALIC: ("<i>", "</i>")}

# Telegram turns names, addresses and numbers in plain text into links by itself. Strings of others (a token's
# name, a venue's refusal) must not: a character of no width breaks what it looks for.
_BREAK = "\u200c"
_LURE = re.compile(r"(?<=@)(?=\w)|(?<=:)(?=//)|(?<=[\w-]\.)(?=[^\W\d]{2})", re.UNICODE)


class Atom(Struct, frozen=True, gc=False):
    """Text within one pair of tags."""

    text: str
    opening: str = ""
    closing: str = ""

    @property
    def html(self) -> str:
        """The text escaped, within its tags."""
        text = self.text
        if "<" in text or "&" in text or ">" in text:
            text = escape(text, quote=False)
        return f"{self.opening}{text}{self.closing}" if self.opening else text


class Row(Struct, frozen=True, gc=False):
    """One line of a message. `is_fixed`: part of a block of fixed pitch."""

    atoms: tuple[Atom, ...]
    is_fixed: bool = False

    @property
    def units(self) -> int:
        """UTF-16 units that Telegram counts."""
        return units("".join([atom.text for atom in self.atoms]))


def units(text: str) -> int:
    """UTF-16 units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


# ---------------------------------------------------------------- messages


def parts(screen: Screen, most: int = TEXT_MAX) -> list[str]:
    """The screen's text as HTML, in as many messages as it takes; at least one, none of them empty."""
    found: list[str] = []
    held: list[Row] = []
    used = 0
    for row, long in _cut(_rows(screen.blocks), most):
        if held and used + 1 + long > most:
            found.append(_joined(held))
            held, used = [], 0
        used += long + (1 if held else 0)
        held.append(row)
    found.append(_joined(held))
    shown = [part for part in found if part]
    return shown or [_BLANK]


def text_units(screen: Screen) -> int:
    """How long the screen's text is, in Telegram's units."""
    rows = list(_rows(screen.blocks))
    return sum(row.units for row in rows) + max(0, len(rows) - 1)


def is_blank(screen: Screen) -> bool:
    """Whether the screen has no visible text."""
    return not any(atom.text.strip() for row in _rows(screen.blocks) for atom in row.atoms)


def _joined(rows: Sequence[Row]) -> str:
    """Lines as one message. Telegram cuts blank lines at both ends away, and takes no blank message."""
    kept = list(rows)
    while kept and not _has_text(kept[0]):
        kept.pop(0)
    while kept and not _has_text(kept[-1]):
        kept.pop()
    lines: list[str] = []
    is_open = False
    for row in kept:
        html = "".join(atom.html for atom in row.atoms)
        if row.is_fixed and not is_open:
            html = "<pre>" + html
        if is_open and not row.is_fixed:
            lines[-1] += "</pre>"
        is_open = row.is_fixed
        lines.append(html)
    return "\n".join(lines) + ("</pre>" if is_open else "")


def _has_text(row: Row) -> bool:
    return any(atom.text.strip(" \u00a0\u200c") for atom in row.atoms)


def _cut(rows: Iterable[Row], most: int) -> Iterator[tuple[Row, int]]:
    """Lines with their lengths; longer ones than a message are broken, between characters and never inside a
    tag."""
    for row in rows:
        long = row.units
        if long <= most:
            yield row, long
            continue
        held: list[Atom] = []
        room = most
        for atom in row.atoms:
            text = atom.text
            while units(text) > room:
                head = _head(text, room)
                yield _measured((*held, replace(atom, text=head)), row)
                text, held, room = text[len(head) :], [], most
            held.append(replace(atom, text=text))
            room -= units(text)
        if held:
            yield _measured(tuple(held), row)


def _measured(atoms: tuple[Atom, ...], like: Row) -> tuple[Row, int]:
    row = Row(atoms, like.is_fixed)
    return row, row.units


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
                yield Row(_badges(block))
            case KeyValues():
                yield from _facts(block)
            case Table():
                yield from _table(block)


def _marked(line: Line) -> tuple[Atom, ...]:
    """A line; what warns is marked at its beginning."""
    atoms = tuple(_atom(span) for span in line.spans)
    if line.spans and line.spans[0].tone is Tone.WARN:
        return (Atom(f"{_MARKS[Tone.WARN]} "), *atoms)
    return atoms


def _badges(block: Badges) -> tuple[Atom, ...]:
    atoms: list[Atom] = []
    for span in block.spans:
        mark = _MARKS.get(span.tone, "")
        between = " · " if atoms else ""
        atoms += [Atom(between + (f"{mark} " if mark else "")), Atom(defused(span.text), "<b>", "</b>")]
    return tuple(atom for atom in atoms if atom.text)


def _facts(block: KeyValues) -> Iterator[Row]:
    for name, value in block.pairs:
        yield Row((Atom(f"{defused(name)}: "), *(_atom(span) for span in value.spans)))


def _table(block: Table) -> Iterator[Row]:
    """In fixed pitch where it fits a phone; else row by row, the first cell as a heading."""
    lines = fitted(block, WIDTH)
    if lines:
        yield from (Row((Atom(line.text.rstrip() or " "),), is_fixed=True) for line in lines)
        return
    for row in block.rows:
        yield Row(tuple(Atom(defused(span.text), *_TAGS[Style.BOLD]) for span in row[0].spans))
        facts: list[Atom] = []
        for column, cell in zip(block.columns[1:], row[1:], strict=True):
            if cell.text.strip():
                head = f"{column.title} " if column.title else ""
                facts += [Atom(f"{' · ' if facts else '  '}{defused(head)}"), *map(_atom, cell.spans)]
        if facts:
            yield Row(tuple(facts))


def _atom(span: Span) -> Atom:
    if span.style is Style.PLAIN and not span.link:
        return Atom(defused(span.text))
    if span.link and urlsplit(span.link).hostname in LINKS:
        return Atom(span.text, f'<a href="{escape(span.link, quote=True)}">', "</a>")
    if not span.text:
        return Atom("")
    if span.style is Style.CODE:
        return Atom(span.text, *_TAGS[Style.CODE])
    opening, closing = _TAGS.get(span.style, ("", ""))
    return Atom(defused(span.text), opening, closing)


def defused(text: str) -> str:
    """`text` in which Telegram finds no name to call and no address to lead to (T18)."""
    return _LURE.sub(_BREAK, text) if "@" in text or "." in text or ":" in text else text


# ---------------------------------------------------------------- buttons


def keyboard(screen: Screen) -> dict[str, Any] | None:
    """The buttons as Telegram's inline keyboard, a few in a row so that a thumb meets them; None for none."""
    rows: list[list[dict[str, str]]] = []
    count = 0
    for row in screen.buttons:
        for some in _readable(row):
            some = some[: BUTTONS_MAX - count]
            count += len(some)
            if some:
                rows.append([{"text": _label(one), "callback_data": one.action.id} for one in some])
    return {"inline_keyboard": rows} if rows else None


def _readable(row: Sequence[Button]) -> Iterator[list[Button]]:
    held: list[Button] = []
    used = 0
    for one in row:
        wide = len(one.label)
        if held and (len(held) == BUTTONS_IN_ROW_MAX or used + wide > LABELS_IN_ROW_MAX):
            yield held
            held, used = [], 0
        held.append(one)
        used += wide
    if held:
        yield held


def _label(one: Button) -> str:
    return one.label if len(one.label) <= LABEL_MAX else one.label[: LABEL_MAX - 1] + "…"
