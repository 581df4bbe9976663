"""The console on a real terminal: line editing, history, completion, and alerts above the half-typed line."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import termios
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style as Sheet
from prompt_toolkit.utils import is_dumb_terminal

from bot.conversation.screen import Line, Span, Style, Tone

PROMPT = "> "
_INPUT_MODES, _LOCAL_MODES = 0, 3  # where termios keeps them
_NO_BREAK = "\u00a0"
# Plain colour names follow the person's own palette, so that light terminals stay readable.
_SHEET = Sheet.from_dict(
    {
        "bold": "bold",
        "code": "ansicyan",
        "italic": "italic",
        "good": "ansigreen",
        "bad": "ansired",
        "warn": "ansiyellow",
        "dim": "ansibrightblack",
        "prompt": "bold",
    }
)
_SECRET = re.compile(
    r"\b(?:secret|password|passphrase|token|api[ _-]?key|private[ _-]?key|seed|mnemonic|pin|totp|otp)\b"
    r"|(?=[A-Za-z0-9+/=_:.-]*\d)(?=[A-Za-z0-9+/=_:.-]*[A-Za-z])[A-Za-z0-9+/=_:.-]{24,}"
    r"|-----BEGIN",
    re.IGNORECASE,
)

Complete = Callable[[str], Iterable[str]]
"""The line up to the cursor -> words that may stand in place of its last one."""


def looks_secret(text: str) -> bool:
    """Whether a line should not be kept: it names a secret or holds something like a key."""
    return _SECRET.search(text) is not None


class PrivateHistory(FileHistory):
    """What was typed, in a file that only its owner reads, without lines that look like secrets."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        path.chmod(0o600)
        super().__init__(str(path))

    def append_string(self, string: str) -> None:
        """Secrets stay out of the arrow keys too."""
        if not looks_secret(string):
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """A full disk costs the file a line; the arrow keys still know it, and the desk goes on."""
        with contextlib.suppress(OSError):
            super().store_string(string)


class _LastWord(Completer):
    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        start = -len(before.rpartition(" ")[2])
        for word in self._complete(before):
            yield Completion(word, start_position=start)


class TerminalFront:
    """A prompt in the running loop. Ctrl-C clears the line, Ctrl-D ends the input."""

    is_terminal = True

    def __init__(self, history: Path, complete: Complete) -> None:
        self._session: PromptSession[str] = PromptSession(
            history=PrivateHistory(history),
            completer=_LastWord(complete),
            complete_while_typing=False,
            enable_open_in_editor=False,
            style=_SHEET,
        )
        self._attributes: list[Any] | None = None
        self._patched: AbstractContextManager[None] = patch_stdout(raw=True)
        self._patched.__enter__()

    @property
    def width(self) -> int:
        """The terminal's columns, as they are now."""
        return self._session.output.get_size().columns

    async def next_line(self) -> str | None:
        """What was typed; None after Ctrl-D on an empty line."""
        self._silence()
        while True:
            try:
                return await self._session.prompt_async(
                    FormattedText([("class:prompt", PROMPT)]),
                    # It would stop the desk at "Press ENTER to continue".
                    set_exception_handler=False,
                )
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None

    async def write(self, lines: Sequence[Line]) -> None:
        """Above the half-typed line, which is drawn again below."""
        pieces = [piece for line in lines for piece in (*map(_styled, line.spans), ("", "\n"))]

        def show() -> None:
            if is_dumb_terminal():
                self._session.output.write("".join(text for _, text in pieces))
                self._session.output.flush()
                return
            print_formatted_text(FormattedText(pieces), end="", style=_SHEET, output=self._session.output)

        if self._session.app.is_running:
            await run_in_terminal(show)
        else:
            show()

    def _silence(self) -> None:
        """Between two prompts keys are only kept: an echo would show them twice, line mode swallow Ctrl-D."""
        if self._attributes is None:
            fileno = sys.stdin.fileno()
            self._attributes = termios.tcgetattr(fileno)
            quiet = termios.tcgetattr(fileno)
            quiet[_INPUT_MODES] &= ~termios.ICRNL
            quiet[_LOCAL_MODES] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(fileno, termios.TCSANOW, quiet)

    async def close(self) -> None:
        """Give the terminal back."""
        if self._attributes is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._attributes)
            self._attributes = None
        self._patched.__exit__(None, None, None)


def _styled(span: Span) -> tuple[str, str]:
    classes = []
    if span.style is not Style.PLAIN:
        classes.append(f"class:{span.style.value}")
    if span.tone is not Tone.NEUTRAL:
        classes.append(f"class:{span.tone.value}")
    return " ".join(classes), span.text.replace(_NO_BREAK, " ")
