"""A chat script for replay: one line of chat per line, each with its instant."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from bot.cli_exits import BadInput

_LINE = re.compile(r"(\S+)\s+(.+)")
_PRESS = re.compile(r"\[(.+)\]")


class Said(Struct, frozen=True):
    """One line of the script: what was typed at `at`, or the label that was pressed."""

    at: datetime
    text: str = ""
    press: str = ""


def instant(text: str) -> datetime | None:
    """An ISO 8601 instant with a zone (`2018-04-04T01:00Z`); None when it is not one."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None


def read_script(path: Path | None) -> list[Said]:
    """The lines of a script file (`-` is stdin), in order; empty lines and `#` comments are left out."""
    if path is None:
        return []
    if str(path) == "-":
        return parsed(sys.stdin, "stdin")
    with path.open(encoding="utf-8") as lines:
        try:
            return parsed(lines, str(path))
        except UnicodeDecodeError as error:
            raise BadInput(
                f"{path} is not a text file in UTF-8: write the chat script as plain text."
            ) from error


def parsed(lines: Iterable[str], name: str) -> list[Said]:
    """The same from any lines; instants must not run backwards."""
    found: list[Said] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        at = instant(match[1]) if match else None
        if match is None or at is None:
            raise BadInput(
                f"Line {number} of {name} needs an instant with a zone and what is typed, "
                "for example 2018-04-04T01:00Z /buy BTC 1000 tp 2% sl 1%."
            )
        if found and at < found[-1].at:
            raise BadInput(f"Line {number} of {name} is earlier than the line before it: put them in order.")
        press = _PRESS.fullmatch(match[2])
        found.append(Said(at, press=press[1]) if press else Said(at, text=match[2]))
    return found
