"""The language in which the operator was last served, in a small file beside the database.

It is read when the database cannot be: what a damaged desk has to say must be understood at once.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from bot.conversation.handling import Prefs, prefs_from
from bot.conversation.words import language_of
from bot.main.shutting import ShutDown, Step
from bot.spoken import language_of_terminal
from trading.domain.ids import PersonId
from trading.ports import JournalUnavailable, Registers

FILE = "desk.language"
_BYTES_MAX = 64


async def note_language(home: Path, registers: Registers, person: PersonId, defaults: Prefs) -> None:
    """Write down how this person is served now. A folder that takes no file costs nothing but this note."""
    with suppress(OSError, JournalUnavailable):
        language = prefs_from(await registers.settings(person), defaults).language
        await asyncio.to_thread(_written, home / FILE, language)


async def keep_noting(
    shut: ShutDown, home: Path, registers: Registers, person: PersonId, defaults: Prefs
) -> None:
    """Note it now, and once more when the desk ends."""
    note = partial(note_language, home, registers, person, defaults)
    await note()
    shut.add(Step.TELLING, note)


def _written(path: Path, language: str) -> None:
    aside = path.with_name(path.name + ".new")
    aside.write_text(f"{language}\n", encoding="utf-8")
    os.replace(aside, path)


def noted_language(home: Path, environ: Mapping[str, str], otherwise: str = "") -> str:
    """The language of the note, else `otherwise`, else that of the terminal, else English."""
    with suppress(OSError, UnicodeDecodeError):
        noted = language_of((home / FILE).read_bytes()[:_BYTES_MAX].decode().strip())
        if noted:
            return noted
    return otherwise or language_of_terminal(environ)
