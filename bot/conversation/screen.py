"""What a person sees, as plain values: text, tables, buttons. Each platform draws them its own way.

Every text in a screen is clean by construction (`clean`), so that no platform can forget it. What does not
belong here: how wide a chat is (layout.py), how numbers are written (wording.py), what a button does.
Frozen values hold no cycles, so the garbage collector need not look at them (`gc=False`): they are many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import force_setattr, replace

ACTION_BYTES_MAX = 64
"""Telegram carries no more with a button."""

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC, DCS, SOS, PM, APC: titles, clipboard
    r"|\x1b[ -/]*[0-~]"
)
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# Soft hyphen, Arabic letter mark, zero width and direction signs, overrides, isolates, tags, surrogates.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """`text` without what could repaint a terminal or turn a line around; line breaks become spaces."""
    if text.isprintable():
        return text
    return _UNSEEN.sub("", _BREAKS.sub(" ", _ESCAPES.sub("", text)))


class Style(StrEnum):
    """How a piece of text stands out."""

    PLAIN = "plain"
    BOLD = "bold"
    CODE = "code"
    ITALIC = "italic"


class Tone(StrEnum):
    """What a piece of text means for the person; platforms may colour it, none has to."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    DIM = "dim"


class Span(Struct, frozen=True, gc=False):
    """A piece of text in one style. `link` is where it leads, if anywhere (http and https only)."""

    text: str
    style: Style = Style.PLAIN
    tone: Tone = Tone.NEUTRAL
    link: str = ""

    def __post_init__(self) -> None:
        # Nearly every text is clean as it comes; a page holds hundreds.
        if not self.text.isprintable():
            force_setattr(self, "text", clean(self.text))
        assert not self.link or self.link.startswith(("https://", "http://")), f"not a web link: {self.link}"


class Line(Struct, frozen=True, tag=True, gc=False):
    """One line of rich text. No spans = an empty line."""

    spans: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The bare words."""
        return "".join(span.text for span in self.spans)


class Align(StrEnum):
    """Where the cells of a column stand."""

    LEFT = "left"
    RIGHT = "right"


class Column(Struct, frozen=True, gc=False):
    """A column's heading and alignment."""

    title: str
    align: Align = Align.LEFT

    def __post_init__(self) -> None:
        force_setattr(self, "title", clean(self.title))


class Table(Struct, frozen=True, tag=True, gc=False):
    """Rows of cells; platforms draw it in a fixed pitch or, when too narrow, row by row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Line, ...], ...]

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        assert not wrong, f"a row does not fit its {len(self.columns)} columns: {wrong[0]}"


class KeyValues(Struct, frozen=True, tag=True, gc=False):
    """A list of facts: name and value."""

    pairs: tuple[tuple[str, Line], ...]

    def __post_init__(self) -> None:
        force_setattr(self, "pairs", tuple((clean(name), value) for name, value in self.pairs))


class Badges(Struct, frozen=True, tag=True, gc=False):
    """Short states side by side: PAPER, HALTED, REPLAY."""

    spans: tuple[Span, ...]


Block = Line | Table | KeyValues | Badges


class Action(Struct, frozen=True, gc=False):
    """What a press sends back: a nonce (no colon), or a read-only verb and its argument (`verb:arg`)."""

    id: str

    def __post_init__(self) -> None:
        assert 0 < len(self.id.encode()) <= ACTION_BYTES_MAX, f"an action holds 1 to 64 bytes: {self.id!r}"
        assert self.id == clean(self.id), f"an action holds visible characters: {self.id!r}"

    @property
    def is_navigation(self) -> bool:
        """Whether the press only looks at something, and so may be pressed again and again."""
        return ":" in self.id


class Button(Struct, frozen=True, gc=False):
    """A label and what its press sends back. `is_confirming` marks the one that `--yes` presses."""

    label: str
    action: Action
    is_confirming: bool = False

    def __post_init__(self) -> None:
        force_setattr(self, "label", clean(self.label).strip())
        assert self.label, "a button needs a label"


class Kind(StrEnum):
    """What a screen is to the person: platforms and policies treat these differently."""

    ANSWER = "answer"
    REVIEW = "review"  # asks before it acts
    REFUSAL = "refusal"
    ALERT = "alert"  # nobody asked for it
    BOARD = "board"  # edits itself
    ASIDE = "aside"  # a refusal for whoever pressed and nobody else: over the chat where a platform can


class Document(Struct, frozen=True, gc=False):
    """A file that goes with a screen (`/export`). `name` is a bare file name."""

    name: str
    body: bytes

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", self.name), f"not a bare file name: {self.name!r}"


class Picture(Struct, frozen=True, gc=False):
    """A drawn image that goes with a screen. `name` is a bare file name without its ending."""

    name: str
    png: bytes

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", self.name), f"not a bare file name: {self.name!r}"
        assert self.png.startswith(b"\x89PNG"), "a picture is a PNG"


def picture_name(*parts: str) -> str:
    """`chart-BTC-USD-15m`: a bare file name from words, letters, digits and dashes only."""
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") or "x" for part in parts)


class Screen(Struct, frozen=True, gc=False):
    """One message. `event_code` names the event that it tells of, so that telling twice is recognised."""

    blocks: tuple[Block, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    kind: Kind = Kind.ANSWER
    event_code: str = ""
    documents: tuple[Document, ...] = ()
    picture: Picture | None = None
    subject: str = ""  # the order that it is about, so that its fill can take this message's place
    is_private: bool = False  # for the eyes of whoever asked: never shown where others read along

    @classmethod
    def of(cls, *blocks: Block | Span | str, kind: Kind = Kind.ANSWER, event_code: str = "") -> Screen:
        """A screen from blocks; strings and spans become lines."""
        made = tuple(line(block) if isinstance(block, str | Span) else block for block in blocks)
        return cls(made, kind=kind, event_code=event_code)

    def with_buttons(self, *rows: tuple[Button, ...]) -> Screen:
        """The same with these rows of buttons (empty rows are left out)."""
        return replace(self, buttons=tuple(row for row in rows if row))

    def with_blocks(self, *blocks: Block) -> Screen:
        """The same with more blocks at its end."""
        return replace(self, blocks=self.blocks + blocks)

    def with_documents(self, *documents: Document) -> Screen:
        """The same with files."""
        return replace(self, documents=documents)

    def with_picture(self, picture: Picture) -> Screen:
        """The same with an image above its text."""
        return replace(self, picture=picture)

    def without_buttons(self) -> Screen:
        """The same, when nothing can be pressed any more."""
        return replace(self, buttons=())

    def for_one(self) -> Screen:
        """The same, for the eyes of whoever asked alone."""
        return replace(self, is_private=True)

    @property
    def all_buttons(self) -> tuple[Button, ...]:
        """Row by row."""
        return tuple(button for row in self.buttons for button in row)

    @property
    def confirming(self) -> Button | None:
        """The button that says yes to this card, if it asks anything."""
        return next((button for button in self.all_buttons if button.is_confirming), None)


# ---------------------------------------------------------------- builders: handlers read like the screen


def span(text: str, *, style: Style = Style.PLAIN, tone: Tone = Tone.NEUTRAL) -> Span:
    """Text in a style and a tone."""
    return Span(text, style, tone)


def bold(text: str, tone: Tone = Tone.NEUTRAL) -> Span:
    """Strong text."""
    return Span(text, Style.BOLD, tone)


def code(text: str) -> Span:
    """What can be typed or copied: a command, an id."""
    return Span(text, Style.CODE)


def italic(text: str) -> Span:
    """A side remark."""
    return Span(text, Style.ITALIC)


def link(text: str, url: str) -> Span:
    """Text that leads somewhere."""
    return Span(text, link=url)


def good(text: str) -> Span:
    """A gain, a yes."""
    return Span(text, tone=Tone.GOOD)


def bad(text: str) -> Span:
    """A loss, a no."""
    return Span(text, tone=Tone.BAD)


def warn(text: str) -> Span:
    """Something to look at before going on."""
    return Span(text, tone=Tone.WARN)


def dim(text: str) -> Span:
    """What matters less than the rest."""
    return Span(text, tone=Tone.DIM)


def line(*parts: str | Span | Line) -> Line:
    """One line from strings, spans and other lines."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans.append(Span(part))
        elif isinstance(part, Span):
            spans.append(part)
        else:
            spans.extend(part.spans)
    return Line(tuple(spans))


def title(text: str) -> Line:
    """A screen's first line."""
    return Line((bold(text),))


def gap() -> Line:
    """An empty line."""
    return Line()


def kv(*pairs: tuple[str, str | Span | Line] | None) -> KeyValues:
    """Facts, name by name; None leaves one out, so that handlers need no ladder of ifs."""
    return KeyValues(tuple((pair[0], line(pair[1])) for pair in pairs if pair is not None))


def table(columns: Iterable[str], rows: Iterable[Iterable[str | Span | Line]]) -> Table:
    """A table. A heading that begins with `>` has its column stand right: `table(("Symbol", ">P&L"), …)`."""
    heads = tuple(
        Column(name[1:], Align.RIGHT) if name.startswith(">") else Column(name, Align.LEFT)
        for name in columns
    )
    return Table(heads, tuple(tuple(line(cell) for cell in row) for row in rows))


def badges(*parts: str | Span) -> Badges:
    """States side by side; strings are neutral."""
    return Badges(tuple(part if isinstance(part, Span) else Span(part) for part in parts))


def button(label: str, nonce: str, *, confirming: bool = False) -> Button:
    """A button that acts once: `nonce` comes from the stored question."""
    action = Action(nonce)
    assert not action.is_navigation, "a nonce holds no colon"
    return Button(label, action, confirming)


def look(label: str, verb: str, argument: str = "") -> Button:
    """A button that only shows: the verb with its argument, as if it were typed."""
    return Button(label, Action(f"{verb}:{argument}"))


def row(*buttons: Button | None) -> tuple[Button, ...]:
    """Buttons side by side; None is left out."""
    return tuple(one for one in buttons if one is not None)
