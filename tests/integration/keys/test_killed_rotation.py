"""TM2: the process is killed before each step of a change of the master key; every key opens all the same."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli_options import KeysOptions
from bot.main.connecting import Terminal
from bot.main.key_command import keys
from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from db.master import MASTER_FILE
from db.store import open_store
from tests.fakes.key_venue import SaidLook
from trading.domain.ids import AccountId
from trading.entropy import SystemEntropy

MANY = 30
STEPS_MIN = 12
QUIET = Terminal(lambda text: None, lambda prompt: None, lambda prompt: None)


def secret(number: int) -> str:
    return f"secret-number-{number}"


def filled(home: Path) -> None:
    """A desk with so many keys that they are moved in more than one transaction."""
    for number in range(MANY):
        typed = iter([f"key-{number:0>60}", secret(number)])
        options = KeysOptions("add", venue="binance", side="paper", account=f"b{number}")
        terminal = Terminal(lambda text: None, lambda prompt: None, lambda prompt, t=typed: next(t))  # type: ignore[misc]  # the loop's own
        assert keys(Settings(home=home), options, terminal, SaidLook()) == 0


def counted(step: Callable[[], None], real: Callable[..., object]) -> Callable[..., object]:
    """The same, with a step before it."""

    def within(*given: object, **more: object) -> object:
        step()
        return real(*given, **more)

    return within


def rotated_until(home: Path, last: int) -> bool:
    """Change the master key in a process that is killed before its step number `last` (what is put on the
    disk: files, renames, commits); True when it came to its end before."""
    child = os.fork()
    if child == 0:
        seen = 0

        def step() -> None:
            nonlocal seen
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in ("fsync", "rename"):
            real = getattr(os, name)
            setattr(os, name, counted(step, real))
        connect = sqlite3.connect

        def traced(*given: object, **more: object) -> sqlite3.Connection:
            made = connect(*given, **more)  # type: ignore[call-overload]  # handed through
            made.set_trace_callback(lambda text: step() if text.startswith("COMMIT") else None)
            return made  # type: ignore[no-any-return]  # of an overload

        sqlite3.connect = traced  # type: ignore[assignment]  # in this child alone
        code = keys(Settings(home=home), KeysOptions("rotate", master=True), QUIET, SaidLook())
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


async def opened(home: Path) -> list[str]:
    settings = Settings(home=home)
    store = await open_store(settings.store_url)
    vault = await open_vault(store, store.registers, settings, SystemEntropy())
    assert not vault.notice, vault.notice
    found = []
    for number in range(MANY):
        held = await vault.keys.keys_of(AccountId(f"b{number}"))
        assert held is not None
        found.append(held.secret)
    await store.close()
    return found


@pytest.mark.slow
def test_a_change_of_the_master_key_survives_a_kill_before_every_step(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    filled(before)
    old = (before / MASTER_FILE).read_text().splitlines()[-1]
    expected = [secret(number) for number in range(MANY)]
    last = 0
    while True:
        last += 1
        home = tmp_path / f"killed-{last}"
        shutil.copytree(before, home)
        is_whole = rotated_until(home, last)
        assert asyncio.run(opened(home)) == expected, f"killed before step {last}"
        if is_whole:
            break
        assert rotated_until(home, 0), "the next one brings it to its end"
        assert asyncio.run(opened(home)) == expected
        left = (home / MASTER_FILE).read_text().splitlines()
        assert len(left) == 2 and old not in left, f"killed before step {last}, the old key is still there"
        shutil.rmtree(home)
    assert last > STEPS_MIN, "it was killed often enough to mean something"
