"""The door to research: have the past played beside the desk, ask how far it is, end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import CommandId, PersonId

SUBJECT = "research/"
"""What a screen about a run names as its subject, so that the run knows which message to edit."""


WINNER_LASTS = timedelta(days=1)
"""How long the best set of a sweep may be put to work with one press; later the sweep is played anew."""


class Sort(StrEnum):
    """What is played: one set of settings, or many."""

    BACKTEST = "backtest"
    SWEEP = "sweep"


class Wish(Struct, frozen=True):
    """What is to be played. `series`: symbols of the bundle or `SYMBOL@FRAME` of the history; `settings` and
    `over` are `key=value`; `flags` are pairs of a flag of the command line and its value."""

    sort: Sort
    series: tuple[str, ...]
    name: str
    is_bot: bool = False
    settings: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    flags: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """What a person types to have the same."""
        words = [*self.series, self.name, *self.settings, *self.over, *(f"{k}={v}" for k, v in self.flags)]
        return f"/{self.sort} {' '.join(words)}"


class Run(Struct, frozen=True):
    """One wish of one person: where it was said, and how they read. `tries` counts how often it was begun."""

    run_id: str
    wish: Wish
    person: PersonId
    platform: str
    chat: str
    topic: str
    at: datetime
    language: str
    zone: str
    numbers: str
    is_light: bool = False
    message_id: str = ""
    tries: int = 0

    @property
    def subject(self) -> str:
        """Of the screens that show it."""
        return SUBJECT + self.run_id


class Winner(Struct, frozen=True):
    """The best set of a person's sweep, as text, with the strategy, symbols and candles that it was found on.
    `line`: what plays the sweep again."""

    run_id: str
    person: PersonId
    strategy: str
    symbols: tuple[str, ...]
    frame: str
    settings: dict[str, str]
    at: datetime
    line: str


class Refused(Exception):
    """A wish that is not taken; `key` of the catalogue says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Research(Protocol):
    """Plays in another process, one at a time, one for each person at a time; the others wait."""

    def series(self) -> Sequence[str]:
        """What there are bars of: `SYMBOL@FRAME` of the history, then bundled symbols."""
        ...

    async def begin(self, run: Run) -> int:
        """Take a wish; how many are before it. The same run again is the same wish. Raises Refused."""
        ...

    def of(self, person: PersonId) -> Sequence[Run]:
        """What this person has running or waiting, the first one first."""
        ...

    async def cancel(self, run_id: str, person: PersonId) -> bool:
        """End it, running or waiting; False when there is no such run of this person."""
        ...

    async def winner(self, run_id: str, person: PersonId) -> Winner | None:
        """The best set of a sweep of this person; None when there is none any more."""
        ...


def run_id_of(command: CommandId) -> str:
    """Grown from the message that asked: a redelivered one asks for the same run."""
    return sha256(command.encode()).hexdigest()[:12]
