"""The whole desk as a process, vendors on loopback, a person at the terminal; and no key anywhere."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.fakes.opinion_server import KEYS, OpinionServer

pytestmark = [pytest.mark.wire, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
LINES = "/sentiment BTC\n/copilot buy 100 of btc with a 5 % stop\n/sentiment BTC\n/regime BTC\n"


async def test_a_person_asks_and_no_key_stands_in_anything_that_is_left_behind(tmp_path: Path) -> None:
    async with OpinionServer() as server:
        server.answers["openai"] = {"line": "buy btc 100 sl 5%"}
        server.faults["grok"].append("500")
        out, err = await _run(tmp_path, server)
    assert "BTC/USD: bearish" in out and "perplexity perplexity/sonar" in out, out
    assert "grok (the vendor has a fault)" in out
    assert "Read as: /buy BTC 100 sl 5% tag copilot by openai" in out
    assert server.asked("perplexity") == 2, "one mood, one line that was none of its business"
    left = _left(tmp_path)
    for key in KEYS.values():
        assert key not in out + err
        assert not any(key.encode() in one for one in left)


def _left(home: Path) -> list[bytes]:
    return [path.read_bytes() for path in home.rglob("*") if path.is_file()]


async def _run(home: Path, server: OpinionServer) -> tuple[str, str]:
    """One life of a desk that reads those lines; the second source writes no line that can be used."""
    ours = ("OPENOUTCRY", "TELEGRAM", "DISCORD", "XAI", "PERPLEXITY", "OPENAI")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "OPENOUTCRY_HOME": str(home),
        "XAI_API_KEY": KEYS["grok"],
        "PERPLEXITY_API_KEY": KEYS["perplexity"],
        "OPENAI_API_KEY": KEYS["openai"],
        "OPENOUTCRY_XAI_BASE_URL": server.url("grok"),
        "OPENOUTCRY_PERPLEXITY_BASE_URL": server.url("perplexity"),
        "OPENOUTCRY_OPENAI_BASE_URL": server.url("openai"),
        "COLUMNS": "110",
    }
    desk = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--once",
        cwd=ROOT, env=environ,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(desk.communicate(LINES.encode()), 90)
    return out.decode(), err.decode()
