"""From a key typed in a terminal to an account in the chat of a desk that runs, with a local Binance."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli_exits import Exit
from tests.fakes.binance_server import KEY, SECRET, BinanceServer
from tests.integration.keys.process import openoutcry
from tests.integration.keys.test_keys_of_a_running_desk import Running

pytestmark = [pytest.mark.wire, pytest.mark.slow]

WAIT_S = 60.0


class Venue:
    """Binance on loopback, in a thread with a loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = BinanceServer()
        self.server.engine.balances = {"USDT": Decimal(5000)}
        asyncio.run_coroutine_threadsafe(self.server.start(), self.loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.server.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def venue() -> Iterator[Venue]:
    made = Venue()
    yield made
    made.close()


def test_a_key_that_is_typed_beside_a_running_desk_opens_its_account(tmp_path: Path, venue: Venue) -> None:
    there = {"OPENOUTCRY_BINANCE_BASE_URL": venue.server.base}
    desk = Running(tmp_path, there)
    try:
        desk.say("/keys", "You have none")
        wrong = openoutcry(
            tmp_path,
            "keys",
            "add",
            "--venue",
            "binance",
            "--side",
            "paper",
            typed=f"{KEY}\nnot-it\n",
            more=there,
        )
        assert wrong.returncode == Exit.SETTINGS and "does not take this key" in wrong.stderr
        done = openoutcry(
            tmp_path,
            "keys",
            "add",
            "--venue",
            "binance",
            "--side",
            "paper",
            typed=f"{KEY}\n{SECRET}\n",
            more=there,
        )
        assert done.returncode == Exit.OK, done.stderr
        assert "account binance-paper" in done.stdout and SECRET not in done.stdout
        until = time.monotonic() + WAIT_S
        while "binance-paper" not in desk.say("/accounts\n/version", "1."):
            assert time.monotonic() < until, "the account was never opened"
        assert "binance paper" in desk.say("/keys", "Never type or paste")
    finally:
        desk.close()
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert [one.name for one in files if SECRET.encode() in one.read_bytes()] == []
