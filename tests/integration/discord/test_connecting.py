"""`openoutcry connect discord` walks a person to a bot; each failure has its sentence; only yes writes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cli_exits import Exit
from bot.main.connecting import Terminal
from bot.main.connecting_discord import connect_discord
from bot.settings import load
from tests.fakes.discord_server import TOKEN, DiscordServer

pytestmark = pytest.mark.wire


class Beside:
    """The local Discord in a thread of its own: the walk has its own event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server: DiscordServer = self.call(self._start())

    async def _start(self) -> DiscordServer:
        return await DiscordServer().__aenter__()

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def close(self) -> None:
        self.call(self.server.__aexit__())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def discord() -> Iterator[DiscordServer]:
    """A Discord to be asked."""
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

    settings = load({"home": folder}, environ={"DISCORD_API_BASE_URL": api}, env_file=folder / "none")
    code = connect_discord(settings, folder / ".env", Terminal(said.append, ask, ask))
    return code, "\n".join(said)


def test_a_token_that_works_is_written_and_the_link_asks_for_no_more_than_needed(
    discord: DiscordServer, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("# mine\nOPENOUTCRY_DISCORD_BOT_TOKEN=old\nLOG_LEVEL=info\n")
    code, said = walk(discord.api_url, tmp_path, [f" {TOKEN}\n", "yes\n"])
    assert code == Exit.OK and "This is open_outcry; it can listen" in said and TOKEN not in said
    assert (tmp_path / ".env").read_text() == f"# mine\nDISCORD_BOT_TOKEN={TOKEN}\nLOG_LEVEL=info\n"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    link = next(word for word in said.split() if word.startswith("https://discord.com/oauth2"))
    asked = parse_qs(urlsplit(link).query)
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["client_id"] == [discord.world.application_id]
    administrator, mention_everyone = 1 << 3, 1 << 17
    assert not int(asked["permissions"][0]) & (administrator | mention_everyone)
    assert discord.gateway.identified == 1


def test_nothing_is_written_without_a_yes(discord: DiscordServer, tmp_path: Path) -> None:
    code, said = walk(discord.api_url, tmp_path, [TOKEN, "no\n"])
    assert code == Exit.OK and "Not written" in said
    assert walk(discord.api_url, tmp_path, [""])[0] == Exit.OK
    assert walk(discord.api_url, tmp_path, [])[0] == Exit.OK
    assert not (tmp_path / ".env").exists()


def test_each_failure_has_its_sentence(discord: DiscordServer, tmp_path: Path, unused_tcp_port: int) -> None:
    other = "x" * 24 + ".GexAmp." + "y" * 30
    code, said = walk(discord.api_url, tmp_path, ["hello", other, other])
    assert code == Exit.SETTINGS and "That is no token" in said and "does not know this token" in said
    assert "Three times" in said
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"
    assert f"{nowhere} cannot be reached" in walk(nowhere, tmp_path, [TOKEN])[1]
    discord.faults.plan("status", "GET", "/users/@me", status=502)
    assert "no answer that can be used" in walk(discord.api_url, tmp_path, [TOKEN])[1]
    discord.faults.plan("flood", "GET", "/users/@me", retry_after_s=60.0)
    assert "pause of 60 s" in walk(discord.api_url, tmp_path, [TOKEN])[1]
    assert not (tmp_path / ".env").exists()


def test_a_place_that_cannot_be_written_is_told(discord: DiscordServer, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    code, said = walk(discord.api_url, tmp_path, [TOKEN, "yes"])
    assert code == Exit.SETTINGS and "cannot be written" in said


def test_the_command_works_on_a_pipe(discord: DiscordServer, tmp_path: Path) -> None:
    environ = {**os.environ, "DISCORD_API_BASE_URL": discord.api_url, "OPENOUTCRY_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "connect", "discord"],
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
