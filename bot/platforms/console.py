"""The chat in the terminal: shows screens, numbers their buttons, turns lines and presses into `Incoming`.

Bare numbers press the newest card that answered the person's own line. A card that came by itself never takes
them over, because an alert between reading and typing would turn a `1` into another order; its buttons are
pressed by its number, `#7.1`. A used card keeps the numbers, so that a second `1` cannot reach an older card.
"""

from __future__ import annotations

import asyncio
import os
import re
import stat
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TextIO

from msgspec import Struct

from bot.conversation.incoming import Incoming
from bot.conversation.layout import WIDTH_MAX, laid_out
from bot.conversation.messenger import PLAINLY, Manner, MessageRef
from bot.conversation.screen import (
    Action,
    Button,
    Kind,
    Line,
    Screen,
    Span,
    Style,
    Tone,
    clean,
    dim,
    line,
    warn,
)
from bot.conversation.secrecy import redacted
from bot.conversation.words import say

PLATFORM = "console"
CARDS_MAX = 200
"""Older cards are forgotten: their buttons can no longer be pressed, their edits are shown as news."""

_PRESS = re.compile(
    r"(?:\#(?P<card>\d{1,9})(?:[.\s]\s*|\s*(?=\[)))?"  # which card, when it is not the newest
    r"(?:(?P<number>\d{1,3})|\[(?P<label>[^\]]+)\])"
)
_LEAVE = frozenset({"quit", "exit", "/quit", "/exit", "bye"})

Handle = Callable[[Incoming], Awaitable[Sequence[Screen]]]
"""The conversation: answers in screens."""
Told = Callable[[Incoming, Screen, MessageRef], None]
"""Hears where an answer stands, so that it can be edited later."""


class ConsoleGone(ConnectionError):
    """Nobody reads the output any more: what was to be told must be told elsewhere or later."""


class Ended(StrEnum):
    """Why the console stopped reading."""

    LEFT = "left"  # the person said so (Ctrl-D, quit)
    INPUT_ENDED = "input_ended"  # the pipe or file is used up
    NO_INPUT = "no_input"  # there never was any
    OUTPUT_GONE = "output_gone"  # whoever read us went away


class Front(Protocol):
    """The two ways to read and write: a real terminal, or plain lines."""

    @property
    def is_terminal(self) -> bool:
        """Whether a person sits there, who leaves by ending the input."""
        ...

    @property
    def width(self) -> int:
        """Columns."""
        ...

    async def next_line(self) -> str | None:
        """What was typed next; None at the end of input."""
        ...

    async def write(self, lines: Sequence[Line]) -> None:
        """Show lines, above a half-typed one. Raises BrokenPipeError when nobody reads."""
        ...

    async def close(self) -> None:
        """Give the terminal back."""
        ...


class Card(Struct):
    """A message that was shown. `number` is what the person calls it."""

    number: int
    buttons: tuple[Button, ...]
    shown: tuple[Line, ...]


class InputKind(StrEnum):
    """What stands behind stdin."""

    TERMINAL = "terminal"
    PIPE = "pipe"
    FILE = "file"
    NOTHING = "nothing"


def input_kind(stream: TextIO | None) -> InputKind:
    """`/dev/null`, other devices and a closed stdin are nothing: nobody types there."""
    try:
        if stream is None or stream.closed:
            return InputKind.NOTHING
        if stream.isatty():
            return InputKind.TERMINAL
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return InputKind.NOTHING
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        return InputKind.PIPE
    return InputKind.FILE if stat.S_ISREG(mode) else InputKind.NOTHING


Language = Callable[[], Awaitable[str]]
"""How the person at the terminal is spoken to now."""


class Console:
    """One person at one terminal. Implements `Messenger`; `run` reads until the input ends.

    Args:
        front: where lines come from and go to (`front_for`).
        handle: the conversation.
        now: the instant, from the clock port.
        session: different at every start, so that a line typed today is no redelivery of yesterday's.
        exports: the folder for documents; made when the first one comes.
        language: in which the terminal itself speaks; English without it.
    """

    def __init__(
        self,
        front: Front | None,
        handle: Handle,
        now: Callable[[], datetime],
        *,
        session: str,
        exports: Path,
        person: str = "local",
        chat: str = "terminal",
        told: Told | None = None,
        language: Language | None = None,
    ) -> None:
        self.chat = chat
        self._front = front
        self._handle = handle
        self._now = now
        self._session = session
        self._exports = exports
        self._person = person
        self._told = told
        self._language = language
        self._lines = 0
        self._numbers = 0
        self._cards: dict[int, Card] = {}
        self._current: Card | None = None
        self._gone = False
        self._answering = asyncio.Lock()

    @property
    def has_front(self) -> bool:
        """Whether anybody can read here at all."""
        return self._front is not None

    # ------------------------------------------------------------ Messenger

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """Show a screen that nobody asked for. Raises ConsoleGone."""
        assert chat == self.chat, f"this console is the chat {self.chat!r}, not {chat!r}"
        # News that is faster than the answer to the line that caused it waits for that answer.
        async with self._answering:
            return await self._show(screen, asked=False)

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Show a card again, when it has changed, under its own number. Raises ConsoleGone."""
        session, _, number = ref.message_id.partition("-")
        card = self._cards.get(int(number)) if session == self._session and number.isdigit() else None
        if card is None:
            await self._show(screen, asked=False)
            return
        lines = tuple(laid_out(screen, self._width))
        buttons = screen.all_buttons
        if lines == card.shown and buttons == card.buttons:
            return
        if card is self._current and buttons and buttons != card.buttons:
            self._current = None
        card.shown, card.buttons = lines, buttons
        updated = say("console.updated", await self._spoken(), number=card.number)
        marker = Line((Span(updated, tone=Tone.DIM),))
        await self._write([marker, *lines, *self._button_lines(screen, card)])
        await self._save(screen)

    # ------------------------------------------------------------ reading

    async def run(self, first: Iterable[Screen] = ()) -> Ended:
        """Show `first`, then answer line by line, each before the next is taken."""
        if self._front is None:
            return Ended.NO_INPUT
        try:
            for screen in first:
                await self._show(screen, asked=True)
            while (text := await self._front.next_line()) is not None:
                if text.strip().lower() in _LEAVE:
                    return await self._leave()
                if text.strip():
                    await self._take(text.strip())
            return await self._leave() if self._front.is_terminal else Ended.INPUT_ENDED
        except ConsoleGone:
            return Ended.OUTPUT_GONE
        finally:
            await self._front.close()

    async def _leave(self) -> Ended:
        await self._say("console.bye")
        return Ended.LEFT

    async def _take(self, text: str) -> None:
        _, secrets = redacted(text)
        if secrets:
            await self._exposed(secrets)
            return
        incoming = await self._read(text)
        if incoming is None:
            return
        async with self._answering:
            for screen in await self._handle(incoming):
                ref = await self._show(screen, asked=True)
                if self._told is not None:
                    self._told(incoming, screen, ref)

    async def _exposed(self, secrets: Sequence[str]) -> None:
        """A line that held a key goes no further: not into the journal, not into the history."""
        language = await self._spoken()
        kinds = ", ".join(say(f"secret.{kind}", language) for kind in secrets)
        screen = Screen.of(
            line(warn(say("chat.secret", language, what=kinds))),
            say("console.secret", language),
            line(dim(say("chat.secret.safer", language))),
            kind=Kind.REFUSAL,
        )
        async with self._answering:
            await self._show(screen, asked=True)

    async def _read(self, text: str) -> Incoming | None:
        """The line as a press, when it is one; None when it presses what is not there (it was said)."""
        match = _PRESS.fullmatch(text)
        if match is None:
            return self._incoming(text=text)
        number, label = match["number"], match["label"]
        if number and match["card"] is None and self._current is None:
            return self._incoming(text=text)
        card = self._card(match["card"], label)
        if card is None or not card.buttons:
            named = match["card"] or (card.number if card else None)
            if named is not None:
                await self._say("console.no_buttons", number=named)
            else:
                await self._say("console.nothing_to_press", text=clean(text))
            return None
        button = self._button(card, number, label)
        if button is None:
            count = len(card.buttons)
            await self._say("console.no_such_button", text=clean(number or label), card=card.number, n=count)
            return None
        return self._incoming(action=button.action, label=button.label, card=card)

    def _card(self, named: str | None, label: str | None) -> Card | None:
        if named is not None:
            return self._cards.get(int(named))
        if label is None or (self._current and self._button(self._current, None, label)):
            return self._current
        newest_first = reversed(self._cards.values())
        return next((card for card in newest_first if self._button(card, None, label)), self._current)

    @staticmethod
    def _button(card: Card, number: str | None, label: str | None) -> Button | None:
        if number is not None:
            return card.buttons[int(number) - 1] if 1 <= int(number) <= len(card.buttons) else None
        wanted = (label or "").strip().casefold()
        return next((button for button in card.buttons if button.label.casefold() == wanted), None)

    def _incoming(
        self, *, text: str = "", action: Action | None = None, label: str = "", card: Card | None = None
    ) -> Incoming:
        self._lines += 1
        return Incoming(
            platform=PLATFORM,
            chat=self.chat,
            message_id=f"{self._session}-in{self._lines}",
            person=self._person,
            at=self._now(),
            text=text,
            action=action.id if action else "",
            label=label,
            card_id=f"{self._session}-{card.number}" if card else "",
        )

    # ------------------------------------------------------------ showing

    @property
    def _width(self) -> int:
        return self._front.width if self._front else WIDTH_MAX

    async def _show(self, screen: Screen, *, asked: bool) -> MessageRef:
        self._numbers += 1
        card = Card(self._numbers, screen.all_buttons, tuple(laid_out(screen, self._width)))
        self._cards[card.number] = card
        if len(self._cards) > CARDS_MAX:
            del self._cards[next(iter(self._cards))]
        if asked and card.buttons:
            self._current = card
        await self._write([*card.shown, *self._button_lines(screen, card)])
        await self._save(screen)
        return MessageRef(PLATFORM, self.chat, f"{self._session}-{card.number}")

    def _button_lines(self, screen: Screen, card: Card) -> list[Line]:
        """`[1] Buy  [2] Cancel`; `[#7.1] Close` where a bare number would press another card."""
        prefix = "" if card is self._current else f"#{card.number}."
        lines: list[Line] = []
        number, width = 0, self._width
        for row in screen.buttons:
            spans: list[Span] = []
            for button in row:
                number += 1
                pair = (Span(f"[{prefix}{number}]", Style.BOLD), Span(f" {button.label}"))
                used = sum(len(span.text) for span in (*spans, *pair)) + 2
                if spans and used > width:
                    lines.append(Line(tuple(spans)))
                    spans = []
                spans += [Span("  "), *pair] if spans else pair
            lines.append(Line(tuple(spans)))
        return lines

    async def _say(self, key: str, **values: object) -> None:
        # Not laid out: a path that is cut in two cannot be copied.
        await self._write([line(say(key, await self._spoken(), **values))])

    async def _spoken(self) -> str:
        return await self._language() if self._language is not None else ""

    async def _save(self, screen: Screen) -> None:
        files = [(document.name, document.body) for document in screen.documents]
        if screen.picture is not None:
            files.append((f"{screen.picture.name}.png", screen.picture.png))
        for name, body in files:
            path = self._exports / name
            try:
                _store(path, body)
            except OSError as error:
                await self._say("console.not_saved", path=path, reason=error.strerror or str(error))
            else:
                await self._say("console.saved", path=path)

    async def _write(self, lines: Sequence[Line]) -> None:
        if self._gone:
            raise ConsoleGone
        if self._front is None:
            return
        try:
            await self._front.write(lines)
        except BrokenPipeError as error:
            self._gone = True
            raise ConsoleGone from error


def _store(path: Path, body: bytes) -> None:
    """For its owner only: an export tells what somebody owns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "wb") as file:
        file.write(body)
