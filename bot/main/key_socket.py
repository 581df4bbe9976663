"""The door beside the desk: a socket in the data folder by which `openoutcry keys` reaches a desk that runs.

Only whoever runs the desk gets in: the folder and the socket are theirs, and the kernel says who knocks. One
line of JSON in, one out.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from bot.conversation.key_desk import Outcome
from trading.key_checking import Checked
from trading.ports import JournalUnavailable, VenueKey

SOCKET_FILE = "desk.sock"
LINE_MAX = 65_536
ANSWER_S = 60.0
"""A venue has some seconds to answer about a key, and is asked twice."""
_PATH_MAX = 100


class Request(Struct, frozen=True, repr_omit_defaults=True):
    """What is wanted: `add`, `list`, `check`, `rotate`, `remove`."""

    act: str
    venue: str = ""
    environment: str = ""
    name: str = ""
    key: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return f"Request({self.act})"


class Reply(Struct, frozen=True):
    """What came of it; `problem` is the store's sentence when it could not be written."""

    outcome: Outcome | None = None
    keys: Sequence[VenueKey] = ()
    checked: Sequence[Checked] = ()
    count: int = 0
    problem: str = ""


Answer = Callable[[Request], Awaitable[Reply]]


class KeySocket:
    """Listens until cancelled; one request for each connection."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        self._folder = folder
        self._answer = answer

    async def run(self) -> None:
        """Listen. Raises OSError when the socket cannot be made."""
        with _within(self._folder) as path:
            _gone(path)
            server = await asyncio.start_unix_server(self._serve, path=path, limit=LINE_MAX)
            os.chmod(path, 0o600)
        try:
            await server.serve_forever()
        finally:
            server.close()
            _gone(str(self._folder / SOCKET_FILE))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if _user_of(writer) in (os.getuid(), 0):
                writer.write(msgspec.json.encode(await self._answered(await reader.readline())) + b"\n")
                await writer.drain()
        except (OSError, ValueError):
            pass  # whoever asked has gone, or sent what is no line: nobody is there to hear it
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answered(self, line: bytes) -> Reply:
        try:
            return await self._answer(msgspec.json.decode(line, type=Request))
        except JournalUnavailable as problem:
            return Reply(problem=str(problem))


async def asked(folder: Path, request: Request) -> Reply | None:
    """What the desk that runs in this folder answers; None when none runs there. Raises OSError when one runs
    and does not answer."""
    try:
        with _within(folder) as path:
            reader, writer = await asyncio.open_unix_connection(path, limit=LINE_MAX)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        return None
    try:
        writer.write(msgspec.json.encode(request) + b"\n")
        async with asyncio.timeout(ANSWER_S):
            line = await reader.readline()
        return msgspec.json.decode(line, type=Reply)
    except (TimeoutError, ValueError) as error:
        raise OSError(str(folder / SOCKET_FILE)) from error
    finally:
        writer.close()


def _gone(path: str) -> None:
    """What a desk that died has left."""
    with suppress(FileNotFoundError):
        os.unlink(path)


class _within:
    """The socket's path; a long one by way of its folder's handle, since the kernel takes 107 bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle = -1

    def __enter__(self) -> str:
        path = str(self._folder / SOCKET_FILE)
        if len(os.fsencode(path)) <= _PATH_MAX:
            return path
        self._handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._handle}/{SOCKET_FILE}"

    def __exit__(self, *_: object) -> None:
        if self._handle >= 0:
            os.close(self._handle)


def _user_of(writer: asyncio.StreamWriter) -> int:
    """Who knocks, as the kernel knows; -1 where it does not say."""
    line: Any = writer.get_extra_info("socket")
    if not hasattr(socket, "SO_PEERCRED"):
        return os.getuid()  # the socket's mode alone keeps others out there
    _, user, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(user)
