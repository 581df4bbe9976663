"""A desk that runs: its chat gives a link to its own page, and the command line reaches it by its socket."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO

import pytest

from bot.cli_exits import Exit
from tests.integration.keys.process import ROOT, environment, openoutcry

pytestmark = pytest.mark.wire

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


class Running:
    """`openoutcry run` with a pipe for a chat."""

    def __init__(self, home: Path, more: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        here = {"OPENOUTCRY_LISTEN": f"127.0.0.1:{self.port}", "OPENOUTCRY_LOG_LEVEL": "debug"}
        env = environment(home, here | dict(more or {}))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=ROOT,
            text=True,
        )
        self.lines: Queue[str] = Queue()
        assert self.process.stdout is not None
        Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        self.text = ""

    def _read(self, out: IO[str]) -> None:
        for line in out:
            self.lines.put(line)

    def say(self, line: str, until: str) -> str:
        """Type a line and read until something is said; all of it."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        heard = ""
        while until not in heard:
            heard += self.lines.get(timeout=60)
        self.text += heard
        return heard

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_link_page_and_socket_of_a_desk_that_runs(tmp_path: Path) -> None:
    desk = Running(tmp_path)
    try:
        said = desk.say("/keys add binance paper", "Never type or paste")
        (link,) = re.findall(rf"http://127\.0\.0\.1:{desk.port}/keys#\S+", said)
        address, _, code = link.partition("#")
        form = urllib.parse.urlencode({"code": code, "key": KEY, "secret": KEY}).encode()
        request = urllib.request.Request(address, form, {"Origin": address.removesuffix("/keys")})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        page = refused.value.read().decode()
        assert refused.value.code == 422 and "Key and secret are the same" in page
        listed = openoutcry(tmp_path, "keys", "list")
        assert listed.returncode == Exit.OK and "no key here" in listed.stdout, listed.stderr
        held = openoutcry(tmp_path, "keys", "rotate", "--master")
        assert held.returncode == Exit.SETTINGS and "stop it first" in held.stderr
    finally:
        desk.close()
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert [one.name for one in files if KEY.encode() in one.read_bytes()] == []
    assert [one.name for one in files if code.encode() in one.read_bytes()] == [], "not even the link's code"
