"""The console without a terminal: lines in from a pipe or a file, plain text out, no control characters."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from bot.conversation.layout import WIDTH
from bot.conversation.screen import Line
from bot.conversation.words import say

LINE_BYTES_MAX = 16_384
"""A longer line is not carried out, not even in part."""

_NO_BREAK = "\u00a0"


class PlainFront:
    """Lines from `source`, text to `sink`. Writing stands beside the loop: slow readers cannot hold it up."""

    is_terminal = False

    def __init__(self, source: TextIO, sink: TextIO, *, is_pipe: bool, width: int = WIDTH) -> None:
        self.width = width
        self._source = source
        self._sink = sink
        self._is_pipe = is_pipe
        self._reader: asyncio.StreamReader | None = None
        self._transport: asyncio.ReadTransport | None = None
        self._turn = asyncio.Lock()

    async def next_line(self) -> str | None:
        """The next line that is short enough; None at the end."""
        while True:
            raw = await (self._from_pipe() if self._is_pipe else self._from_file())
            if raw is None:
                await self._write_text(say("console.too_long", n=LINE_BYTES_MAX) + "\n")
                continue
            if not raw:
                return None
            return raw.decode("utf-8", "replace").lstrip("\ufeff").rstrip("\r\n")

    async def write(self, lines: Sequence[Line]) -> None:
        """Raises BrokenPipeError when nobody reads."""
        text = "".join(f"{line.text.rstrip()}\n" for line in lines)
        await self._write_text(text.replace(_NO_BREAK, " "))

    async def close(self) -> None:
        """Stop watching the pipe."""
        if self._transport is not None:
            self._transport.close()

    # ------------------------------------------------------------ bytes

    async def _write_text(self, text: str) -> None:
        async with self._turn:
            await asyncio.get_running_loop().run_in_executor(None, self._put, text)

    def _put(self, text: str) -> None:
        encoding = self._sink.encoding or "utf-8"
        try:
            self._sink.write(text.encode(encoding, "replace").decode(encoding))
            self._sink.flush()
        except BrokenPipeError:
            self._mute()
            raise
        except ValueError as error:  # the stream was closed under us
            raise BrokenPipeError from error

    def _mute(self) -> None:
        """The interpreter flushes stdout once more when it ends, and would complain there."""
        if self._sink is sys.stdout:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._sink.fileno())
            os.close(nowhere)

    async def _from_pipe(self) -> bytes | None:
        """One line; empty at the end; None for a line that was too long and has been read away."""
        reader = self._reader or await self._connect()
        is_whole = True
        while True:
            try:
                raw = await reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as error:
                await reader.readexactly(max(1, error.consumed))
                is_whole = False
                continue
            except asyncio.IncompleteReadError as error:
                raw = error.partial
            return raw if is_whole else None

    async def _connect(self) -> asyncio.StreamReader:
        loop = asyncio.get_running_loop()
        self._reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
        protocol = asyncio.StreamReaderProtocol(self._reader)
        self._transport, _ = await loop.connect_read_pipe(lambda: protocol, self._source)
        return self._reader

    async def _from_file(self) -> bytes | None:
        return await asyncio.get_running_loop().run_in_executor(None, self._file_line)

    def _file_line(self) -> bytes | None:
        raw = self._source.buffer.readline(LINE_BYTES_MAX + 1)
        is_whole = len(raw) <= LINE_BYTES_MAX
        while len(raw) > LINE_BYTES_MAX and not raw.endswith(b"\n"):
            raw = self._source.buffer.readline(LINE_BYTES_MAX + 1)
        return raw if is_whole else None
