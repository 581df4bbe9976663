"""What waits to be decided: bounded, commands and reports in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from trading.domain.commands import Command
from trading.domain.decide import Message
from trading.ports import Denied, Taken


@dataclass(slots=True)
class Waiting:
    """A message on its way; `answer` is set for commands, whose senders wait. `twins` are redeliveries that
    came while it was undecided: they get its answer, also when its own sender has gone."""

    message: Message
    answer: asyncio.Future[Taken | Denied] | None = None
    fingerprint: str = ""
    twins: list[Waiting] = field(default_factory=list)


class Inbox:
    """A queue that is emptied in batches by one reader."""

    def __init__(self, commands_max: int, reports_max: int) -> None:
        self._waiting: deque[Waiting] = deque()
        self._commands = 0
        self._commands_max = commands_max
        self._reports_max = reports_max
        self._grown = asyncio.Event()
        self._failure: BaseException | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def put_command(self, command: Command, answer: asyncio.Future[Taken | Denied], fingerprint: str) -> bool:
        """Queue a command; False when too many wait."""
        if self._commands >= self._commands_max:
            return False
        self._commands += 1
        self._put(Waiting(command, answer, fingerprint))
        return True

    def put_report(self, report: Message) -> None:
        """Queue a report. Running over means that nobody decides any more: that must end the process."""
        assert len(self._waiting) < self._reports_max, "reports pile up: the writer does not keep up"
        self._put(Waiting(report))

    def fail(self, error: BaseException) -> None:
        """Have `take` raise this: something that deciding stands on is broken."""
        self._failure = self._failure or error
        self._grown.set()

    async def take(self, most: int) -> list[Waiting]:
        """Wait for something, then take up to `most` messages. Raises what `fail` was told."""
        while not self._waiting and self._failure is None:
            self._grown.clear()
            await self._grown.wait()
        if self._failure is not None:
            raise self._failure
        batch = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._commands -= sum(1 for waiting in batch if waiting.answer is not None)
        return batch

    def take_commands(self) -> list[Waiting]:
        """The commands that wait, at once and without the reports: for a desk that cannot write."""
        commands = [waiting for waiting in self._waiting if waiting.answer is not None]
        if commands:
            self._waiting = deque(waiting for waiting in self._waiting if waiting.answer is None)
            self._commands -= len(commands)
        return commands

    def _put(self, waiting: Waiting) -> None:
        self._waiting.append(waiting)
        self._grown.set()


class Answers:
    """The newest answers by command id, so that a redelivery seldom needs the store."""

    def __init__(self, kept_max: int) -> None:
        self._kept: dict[str, tuple[str, bytes]] = {}
        self._kept_max = kept_max

    def get(self, command_id: str) -> tuple[str, bytes] | None:
        """Fingerprint and stored answer."""
        return self._kept.get(command_id)

    def put(self, command_id: str, fingerprint: str, result: bytes) -> None:
        """Remember; the oldest goes when there are too many."""
        self._kept[command_id] = (fingerprint, result)
        if len(self._kept) > self._kept_max:
            del self._kept[next(iter(self._kept))]
