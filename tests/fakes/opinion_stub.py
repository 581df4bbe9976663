"""A source of opinions without a network: answers like a vendor, and obeys whatever a test tells it.

It passes the contract of sources (tests/contract/test_opinion_source.py) like the real ones do.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from sentiment.prompt import Prompt
from sentiment.source import SourceFault
from tests.fakes.opinion_server import OpinionServer, said
from trading.ports import JournalUnavailable


def body_of(written: Any, *, vendor: str = "openai", searched: bool = True) -> bytes:
    """A vendor's complete answer around what its model has written (an object, or text as it is)."""
    server = OpinionServer()
    server.answers[vendor] = written
    tools = [{"type": "web_search"}] if searched else []
    return json.dumps(server.answer(vendor, {"model": "stub-1", "tools": tools})).encode()


class StubSource:
    """`sentiment.source.Source`: `writes` makes the answer from the prompt; `faults` are raised first, one by
    one; `asked` are the prompts; `hangs`: it answers nobody until it is canceled."""

    def __init__(self, name: str = "grok", writes: Callable[[Prompt], Any] | None = None) -> None:
        self.name = name
        self.model = "stub-1"
        self.writes = writes or _as_asked
        self.faults: deque[SourceFault] = deque()
        self.asked: list[Prompt] = []
        self.hangs = False
        self.is_closed = False

    async def ask(self, prompt: Prompt, within_s: float) -> bytes:
        """The body of the answer."""
        self.asked.append(prompt)
        if self.hangs:
            await asyncio.Event().wait()
        if self.faults:
            raise self.faults.popleft()
        written = self.writes(prompt)
        return written if isinstance(written, bytes) else body_of(written, searched=prompt.wants_search)

    async def close(self) -> None:
        """Nothing to let go of."""
        self.is_closed = True


def _as_asked(prompt: Prompt) -> Any:
    symbol = prompt.text.partition("\n")[0].removeprefix("Symbol: ")
    return said(symbol) if prompt.wants_search else {"line": ""}


class NoteBook:
    """The registers' settings in memory; `is_full`: nothing can be written."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, str]] = {}
        self.is_full = False

    async def settings(self, person: Any) -> dict[str, str]:
        """Of a person."""
        return dict(self.kept.get(person, {}))

    async def put_setting(self, person: Any, name: str, value: str | None) -> None:
        """Keep or forget one."""
        if self.is_full:
            raise JournalUnavailable("The disk is full.")
        own = self.kept.setdefault(person, {})
        if value is None:
            own.pop(name, None)
        else:
            own[name] = value

    async def put_pending(self, pending: Any) -> None:
        """Not here."""

    async def pending(self, nonce: str) -> None:
        """There is none."""
        return

    async def drop_pending(self, nonces: Any, *, expired_before: Any = None) -> None:
        """Not here."""

    async def meta(self, name: str) -> None:
        """Nothing is known."""
        return

    async def put_meta(self, name: str, value: str) -> None:
        """Not here."""
