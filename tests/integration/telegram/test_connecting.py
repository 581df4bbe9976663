"""`openoutcry connect telegram` walks a person to a bot; each failure has its sentence; only yes writes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli_exits import Exit
from bot.main.connecting import Terminal, connect_telegram, write_token
from bot.settings import load
from tests.fakes.telegram_server import TelegramServer

pytestmark = pytest.mark.wire

TOKEN = "7200000007:AAopen-outcry-test-token-of-a-bot"


class Beside:
    """The local Telegram in a thread of its own: the walk has its own event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self.call(self._start())

    async def _start(self) -> TelegramServer:
        server = TelegramServer(token=TOKEN)
        return await server.__aenter__()

    def call(self, work: object) -> TelegramServer:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)  # type: ignore[arg-type]

    def close(self) -> None:
        self.call(self.server.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    """A Telegram to be asked."""
    beside = Beside()
    yield beside.server
    beside.close()


def walk(api: str, folder: Path, answers: list[str]) -> tuple[int, str]:
    """Walk with these answers; the exit code and everything that was said."""
    said: list[str] = []
    left = iter(answers)

    def ask(prompt: str) -> str | None:
        said.append(prompt)
        return next(left, None)

    settings = load({"home": folder}, environ={"TELEGRAM_API_BASE_URL": api}, env_file=folder / "none")
    code = connect_telegram(settings, folder / ".env", Terminal(said.append, ask, ask))
    return code, "\n".join(said)


def test_a_token_that_works_is_written_for_its_owner_only(telegram: TelegramServer, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\nOPENOUTCRY_FEED=replay\nTELEGRAM_BOT_TOKEN=\nLOG_LEVEL=info\n")
    code, said = walk(telegram.address, tmp_path, [f" {TOKEN}\n", "yes\n"])
    assert code == Exit.OK and "@open_outcry_bot" in said and "t.me/open_outcry_bot" in said
    assert TOKEN.partition(":")[2] not in said
    text = (tmp_path / ".env").read_text()
    assert text == f"# mine\nOPENOUTCRY_FEED=replay\nTELEGRAM_BOT_TOKEN={TOKEN}\nLOG_LEVEL=info\n"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [".env"]


def test_nothing_is_written_without_a_yes(telegram: TelegramServer, tmp_path: Path) -> None:
    for answer in ("no\n", "\n", "whatever\n"):
        code, said = walk(telegram.address, tmp_path, [TOKEN, answer])
        assert code == Exit.OK and "Not written" in said
    assert walk(telegram.address, tmp_path, [""])[0] == Exit.OK
    assert walk(telegram.address, tmp_path, [])[0] == Exit.OK
    assert not (tmp_path / ".env").exists()


def test_each_failure_has_its_sentence(
    telegram: TelegramServer, tmp_path: Path, unused_tcp_port: int
) -> None:
    other = "7200000008:AAwrong-wrong-wrong-wrong-wrong-wr"
    code, said = walk(telegram.address, tmp_path, ["hello", other, other])
    assert code == Exit.SETTINGS and "That is no token" in said and "does not know this token" in said
    assert "Three times" in said
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"
    assert f"{nowhere} cannot be reached" in walk(nowhere, tmp_path, [TOKEN])[1]
    telegram.faults.gateway("getMe")
    assert "no answer that can be used" in walk(telegram.address, tmp_path, [TOKEN])[1]
    telegram.faults.refuse("overloaded", "getMe")
    assert "pause of 60 s" in walk(telegram.address, tmp_path, [TOKEN])[1]
    assert not (tmp_path / ".env").exists()


def test_a_place_that_cannot_be_written_is_told(telegram: TelegramServer, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    code, said = walk(telegram.address, tmp_path, [TOKEN, "yes"])
    assert code == Exit.SETTINGS and "cannot be written" in said


def test_a_token_is_replaced_wherever_it_stood(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("export TELEGRAM_BOT_TOKEN=old\nA=1\nOPENOUTCRY_TELEGRAM_BOT_TOKEN=older\n")
    write_token(path, TOKEN)
    assert path.read_text() == f"TELEGRAM_BOT_TOKEN={TOKEN}\nA=1\n"


def test_the_command_works_on_a_pipe(telegram: TelegramServer, tmp_path: Path) -> None:
    environ = {**os.environ, "TELEGRAM_API_BASE_URL": telegram.address, "OPENOUTCRY_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "connect", "telegram"],
        input=f"{TOKEN}\nyes\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Written to" in done.stdout and not done.stderr
    assert TOKEN in (tmp_path / ".env").read_text()
