"""A terminal for tests: a pty with a person who reads the glass, types and waits for what must appear.

The glass understands as much of a VT100 as prompt_toolkit writes.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence

ROWS = 60
DEADLINE_S = 30.0

_SEQUENCE = re.compile(r"\x1b\[([?>=]?)([\d;]*)([A-Za-z])|\x1b[=>78M]|\x1b\][^\x07]*\x07")


class Glass:
    """What a person sees: rows of characters, written to by the control sequences of a program."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = [[]]
        self.row = self.column = 0
        self._rest = ""

    @property
    def lines(self) -> list[str]:
        """The rows, without blanks at their ends."""
        return ["".join(row).rstrip() for row in self.rows]

    def write(self, text: str) -> None:
        """Show what the program wrote; a sequence that is cut off waits for its end."""
        text, self._rest = self._rest + text, ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self._character(text[at])
                at += 1
                continue
            match = _SEQUENCE.match(text, at)
            if match is None:
                self._rest = text[at:]
                return
            if match[3] and not match[1]:
                self._move(match[3], match[2])
            at = match.end()

    def _character(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self.row += 1
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char >= " ":
            self._put(char)
        while len(self.rows) <= self.row:
            self.rows.append([])

    def _put(self, char: str) -> None:
        row = self.rows[self.row]
        row += [" "] * (self.column + 1 - len(row))
        row[self.column] = char
        self.column += 1

    def _move(self, letter: str, numbers: str) -> None:
        n = int(numbers.split(";")[0] or 1) if numbers else 1
        match letter:
            case "A":
                self.row = max(0, self.row - n)
            case "B":
                self.row += n
            case "C":
                self.column += n
            case "D":
                self.column = max(0, self.column - n)
            case "J":
                del self.rows[self.row + 1 :]
                del self.rows[self.row][self.column :]
            case "K":
                del self.rows[self.row][self.column :]
            case _:
                pass  # colours and modes


class Person:
    """Types into a program on a pty and reads its glass."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 80) -> None:
        self.glass = Glass()
        self.raw = b""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        self.modes_at_start = self.modes_at_end = termios.tcgetattr(theirs)
        self._errors, errors = os.pipe()
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=errors, env=dict(environment), start_new_session=True
        )
        os.close(theirs)
        os.close(errors)

    def types(self, text: str) -> None:
        """Keys, as they are pressed: `\\r` is Enter, `\\x03` Ctrl-C, `\\x04` Ctrl-D."""
        os.write(self._ours, text.encode())

    def sees(self, what: Callable[[list[str]], bool]) -> list[str]:
        """The glass once `what` holds of it. Fails after half a minute, showing the glass."""
        deadline = time.monotonic() + DEADLINE_S
        while not what(self.glass.lines):
            left = deadline - time.monotonic()
            shown = "\n".join(self.glass.lines)
            assert left > 0, f"never seen; the glass shows:\n{shown}"
            if select.select([self._ours], [], [], left)[0]:
                assert self._read(), f"the program ended; the glass shows:\n{shown}"
        return self.glass.lines

    def sees_line(self, text: str) -> list[str]:
        """The glass once it has this line."""
        return self.sees(lambda lines: text in lines)

    def signals(self, number: signal.Signals) -> None:
        """Tell the program something from outside."""
        self.process.send_signal(number)

    def ends(self) -> tuple[int, str]:
        """Exit code and stderr, once the program has ended."""
        while self._read():
            pass
        code = self.process.wait(DEADLINE_S)
        with os.fdopen(self._errors, "rb") as errors:
            told = errors.read().decode()
        self.modes_at_end = termios.tcgetattr(self._ours)
        os.close(self._ours)
        return code, told

    def _read(self) -> bool:
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # Linux: nobody holds the other side any more
            return False
        self.raw += data
        self.glass.write(data.decode("utf-8", "replace"))
        return bool(data)
