"""Screens in fixed pitch: lines that fit a width, plain text, and the transcript form of a replay.

The terminal colours these lines; a chat with a fixed-pitch block uses them as they are. No escape codes here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypedDict

from bot.conversation.screen import (
    Align,
    Badges,
    Block,
    KeyValues,
    Line,
    Screen,
    Span,
    Style,
    Table,
    Tone,
)

WIDTH_MIN, WIDTH_MAX = 40, 200
WIDTH = 100
"""Where nobody said how wide the chat is: files, pipes, transcripts."""

_GUTTER = 2
_NAME_SHARE = 5, 2  # names of facts take at most 2/5 of the width
_NO_BREAK = "\u00a0"


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me") else
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )  # fmt: skip


def laid_out(screen: Screen, width: int = WIDTH) -> list[Line]:
    """The screen as lines of at most `width` columns (held between 40 and 200)."""
    room = max(WIDTH_MIN, min(WIDTH_MAX, width))
    return [line for block in screen.blocks for line in _block(block, room)]


def fitted(block: Table, width: int) -> list[Line]:
    """A table's lines side by side; nothing when its columns do not fit `width` (of any size)."""
    return _grid(block, width)


def as_text(screen: Screen, width: int = WIDTH) -> str:
    """The bare words, line by line, without buttons."""
    return "\n".join(line.text.rstrip() for line in laid_out(screen, width)).replace(_NO_BREAK, " ")


class Said(TypedDict):
    """One message of a transcript. `direction`: "in" (person) or "out" (desk); `buttons` by label."""

    at: str
    direction: str
    text: str
    buttons: list[str]


def said_by_desk(at: datetime, screen: Screen, width: int = WIDTH) -> Said:
    """A screen as a transcript holds it."""
    labels = [button.label for button in screen.all_buttons]
    return Said(at=iso(at), direction="out", text=as_text(screen, width), buttons=labels)


def said_by_person(at: datetime, text: str) -> Said:
    """A typed line or a press (`[Buy]`) as a transcript holds it."""
    return Said(at=iso(at), direction="in", text=text, buttons=[])


def iso(at: datetime) -> str:
    """`2018-04-04T01:00:05Z`: ISO 8601 in UTC, fractions only when there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# ---------------------------------------------------------------- blocks


def _block(block: Block, width: int) -> Iterable[Line]:
    match block:
        case Line():
            return wrapped(block, width)
        case Badges():
            return wrapped(_side_by_side(block.spans), width)
        case KeyValues():
            return _facts(block, width)
        case Table():
            return _grid(block, width) or _stacked(block, width)


def _side_by_side(spans: Sequence[Span]) -> Line:
    parts: list[Span] = []
    for span in spans:
        held = Span(f"[{span.text}]".replace(" ", _NO_BREAK), Style.BOLD, span.tone)
        parts += [Span(" "), held] if parts else [held]
    return Line(tuple(parts))


def _facts(block: KeyValues, width: int) -> Iterable[Line]:
    most, least = _NAME_SHARE
    column = min(max((cells(name) for name, _ in block.pairs), default=0), width * least // most)
    lines: list[Line] = []
    for name, value in block.pairs:
        heads = wrapped(Line((Span(name, tone=Tone.DIM),)), column)
        tails = wrapped(value, width - column - _GUTTER)
        for i in range(max(len(heads), len(tails))):
            head = heads[i] if i < len(heads) else Line()
            tail = tails[i] if i < len(tails) else Line()
            pad = Span(" " * (column - cells(head.text) + _GUTTER))
            lines.append(Line((*head.spans, pad, *tail.spans)))
    return lines


def _grid(block: Table, width: int) -> list[Line]:
    """Nothing when the columns do not fit side by side."""
    titles = tuple(Line((Span(column.title, tone=Tone.DIM),)) for column in block.columns)
    rows = (titles, *block.rows)
    widths = [max(cells(row[i].text) for row in rows) for i in range(len(titles))]
    if sum(widths) + _GUTTER * (len(widths) - 1) > width:
        return []
    return [_grid_row(block, row, widths) for row in rows]


def _grid_row(block: Table, row: Sequence[Line], widths: Sequence[int]) -> Line:
    spans: list[Span] = []
    for column, cell, wide in zip(block.columns, row, widths, strict=True):
        pad = Span(" " * (wide - cells(cell.text)))
        gutter = (Span(" " * _GUTTER),) if spans else ()
        spans += [*gutter, pad, *cell.spans] if column.align is Align.RIGHT else [*gutter, *cell.spans, pad]
    return Line(tuple(spans))


def _stacked(block: Table, width: int) -> list[Line]:
    """Row by row: the first cell as a heading, the others as facts below it."""
    lines: list[Line] = []
    for row in block.rows:
        head = Line(tuple(Span(span.text, Style.BOLD, span.tone) for span in row[0].spans))
        facts = KeyValues(
            tuple((column.title, cell) for column, cell in zip(block.columns[1:], row[1:], strict=True))
        )
        lines += wrapped(head, width)
        lines += [Line((Span(" " * _GUTTER), *fact.spans)) for fact in _facts(facts, width - _GUTTER)]
    return lines


# ---------------------------------------------------------------- wrapping


def wrapped(line: Line, width: int) -> list[Line]:
    """The line broken between words; a word that is wider than the room is cut, unless it is code to copy."""
    if cells(line.text) <= width:
        return [line]
    lines: list[list[Span]] = [[]]
    used = 0
    for span in line.spans:
        for word in _words(span, width):
            wide = cells(word.text)
            if used + wide > width and used:
                lines.append([])
                used = 0
                if word.text.isspace():
                    continue
            lines[-1].append(word)
            used += wide
    return [_trimmed(spans) for spans in lines]


def _words(span: Span, width: int) -> Iterable[Span]:
    """Words and the gaps between them, none wider than `width` but code."""
    for i, word in enumerate(span.text.split(" ")):
        if i:
            yield _like(span, " ")
        if span.style is Style.CODE:
            yield _like(span, word)
            continue
        start, used = 0, 0
        for end, char in enumerate(word):
            if used + cells(char) > width:
                yield _like(span, word[start:end])
                start, used = end, 0
            used += cells(char)
        if word[start:]:
            yield _like(span, word[start:])


def _like(span: Span, text: str) -> Span:
    return Span(text, span.style, span.tone, span.link)


def _trimmed(spans: list[Span]) -> Line:
    while spans and spans[-1].text == " ":
        spans.pop()
    return Line(tuple(spans))
