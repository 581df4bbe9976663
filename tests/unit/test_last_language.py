"""The language for the day on which the database cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.conversation.handling import Prefs
from bot.conversation.retelling import told_as
from bot.conversation.wording import Wording
from bot.main.last_language import FILE, note_language, noted_language
from db.problem import SENTENCES
from db.store import memory_store
from trading.domain.ids import PersonId

ANN = PersonId("owner")


async def test_what_a_person_has_set_is_noted_and_found_without_a_database(tmp_path: Path) -> None:
    store = memory_store()
    await note_language(tmp_path, store.registers, ANN, Prefs())
    assert noted_language(tmp_path, {"LANG": "de_DE.UTF-8"}) == "en"
    await store.registers.put_setting(ANN, "language", "de")
    await note_language(tmp_path, store.registers, ANN, Prefs())
    assert noted_language(tmp_path, {}) == "de"
    assert sorted(os.listdir(tmp_path)) == [FILE]
    await store.close()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_DE", "LC_ALL": "en_US"}, "en"),
        ({"LC_MESSAGES": "de", "LANG": "fr_FR"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_without_a_note_the_terminal_says_it(tmp_path: Path, environ: dict[str, str], language: str) -> None:
    assert noted_language(tmp_path, environ) == language


@pytest.mark.parametrize("broken", [b"\xff\xfe", b"", b"klingon\n"])
def test_a_note_that_says_nothing_is_as_good_as_none(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / FILE).write_bytes(broken)
    assert noted_language(tmp_path, {"LANG": "de"}) == "de"


async def test_a_folder_that_takes_no_file_stops_nothing(tmp_path: Path) -> None:
    store = memory_store()
    await note_language(tmp_path / "nowhere", store.registers, ANN, Prefs())
    await store.close()


def test_every_reason_for_safe_mode_has_its_german_phrase() -> None:
    chain = (
        "The journal of paper was changed at event 3: stop here and run `openoutcry restore` with a backup "
        "from before."
    )
    told = {
        one: told_as(Wording("de"), "safe.why", one) for one in (SENTENCES["corrupt"], SENTENCES["io"], chain)
    }
    assert all(said != sentence for sentence, said in told.items())
    assert "von paper" in told[chain] and "Ereignis 3" in told[chain]
