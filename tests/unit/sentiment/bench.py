"""A desk of opinions over stubs, for tests: three sources that write what they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sentiment.budget import Budget, Daily
from sentiment.prompt import Prompt
from sentiment.service import OpinionDesk
from tests.fakes.hand_clock import HandClock
from tests.fakes.opinion_stub import NoteBook, StubSource
from trading.domain.ids import PersonId

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ME, YOU = PersonId("me"), PersonId("you")
RICH = Daily(10_000, Decimal(10_000))


class Bench:
    """`grok`, `perplexity`, `openai` as stubs; `writes` is what all three write."""

    def __init__(
        self, writes: Callable[[Prompt], Any] | None = None, daily: Daily = RICH, **more: Any
    ) -> None:
        self.clock = HandClock(NOW)
        self.notes = NoteBook()
        self.grok, self.perplexity, self.openai = (
            StubSource(name, writes) for name in ("grok", "perplexity", "openai")
        )
        self.budget = Budget(self.notes, self.clock, daily)
        sources = (self.grok, self.perplexity, self.openai)
        self.desk = OpinionDesk(sources, self.budget, self.clock, **more)

    @property
    def asked(self) -> list[int]:
        """How often each was asked."""
        return [len(one.asked) for one in (self.grok, self.perplexity, self.openai)]
