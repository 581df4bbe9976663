"""The master key is lost: the desk starts, says what it cannot do, and its keys are entered anew."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.cli_exits import Exit
from db.master import MASTER_FILE
from tests.fakes.binance_server import KEY, SECRET
from tests.integration.keys.process import openoutcry
from tests.integration.keys.test_key_opens_an_account import WAIT_S, Venue, venue
from tests.integration.keys.test_keys_of_a_running_desk import Running

__all__ = ["venue"]
pytestmark = [pytest.mark.wire, pytest.mark.slow]

ADD = ("keys", "add", "--venue", "binance", "--side", "paper")


def entered(home: Path, there: Mapping[str, str], *more: str) -> None:
    done = openoutcry(home, *ADD, *more, typed=f"{KEY}\n{SECRET}\n", more=there)
    assert done.returncode == Exit.OK, done.stderr


def heard(desk: Running, *texts: str) -> None:
    """Wait until the chat has told all of these."""
    until = time.monotonic() + WAIT_S
    while not all(one in " ".join(desk.text.split()) for one in texts):
        assert time.monotonic() < until, desk.text
        desk.say("/version", "Outcry 0.")


def opened(desk: Running) -> None:
    """Wait until the account is there and can be reached."""
    until = time.monotonic() + WAIT_S
    while "5,000" not in desk.say("/accounts\n/version", "Outcry 0."):
        assert time.monotonic() < until, "the account was never opened"


def test_a_desk_whose_master_key_is_lost_starts_says_so_and_goes_on_with_keys_entered_anew(
    tmp_path: Path, venue: Venue
) -> None:
    there = {"OPENOUTCRY_BINANCE_BASE_URL": venue.server.base}
    entered(tmp_path, there)
    nothing = openoutcry(tmp_path, "keys", "anew", more=there)
    assert nothing.returncode == Exit.SETTINGS and "Nothing is lost" in nothing.stderr
    desk = Running(tmp_path, there)
    try:
        opened(desk)
    finally:
        desk.close()
    (tmp_path / MASTER_FILE).unlink()

    desk = Running(tmp_path, there)
    try:
        assert "none of these keys can be read" in desk.say("/keys", "Never type or paste")
        heard(desk, "The vault is locked: secrets", "openoutcry keys anew", "binance-paper cannot be opened")
        refused = openoutcry(tmp_path, *ADD, typed=f"{KEY}\n{SECRET}\n", more=there)
        assert refused.returncode == Exit.SETTINGS and "Nothing was kept" in refused.stderr
        running = openoutcry(tmp_path, "keys", "anew", more=there)
        assert running.returncode == Exit.SETTINGS and "stop it first" in running.stderr
    finally:
        desk.close()

    sick = openoutcry(tmp_path, "doctor", more=there)
    assert "is gone" in sick.stdout and "keys anew" in sick.stdout
    unsure = openoutcry(tmp_path, "keys", "anew", typed="yes\n", more=there)
    assert "Nothing was changed" in unsure.stdout and not (tmp_path / MASTER_FILE).exists()
    anew = openoutcry(tmp_path, "keys", "anew", typed="forget\n", more=there)
    assert anew.returncode == Exit.OK, anew.stderr
    assert "2 secrets" in anew.stdout and "--account binance-paper" in anew.stdout
    assert (tmp_path / MASTER_FILE).exists() and list((tmp_path / "backups").glob("before-anew-*.backup"))

    desk = Running(tmp_path, there)
    try:
        heard(desk, "begun anew: 2 secrets")
        entered(tmp_path, there, "--account", "binance-paper")
        opened(desk)
    finally:
        desk.close()
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert [one.name for one in files if SECRET.encode() in one.read_bytes()] == []
