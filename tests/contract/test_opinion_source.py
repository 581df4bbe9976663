"""What every source of opinions does, the three vendors through the openai client and the stub alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from sentiment import reading
from sentiment.prompt import mood_prompt, wish_prompt
from sentiment.source import Source, SourceFault
from sentiment.sources.grok import grok
from sentiment.sources.openai import openai
from sentiment.sources.perplexity import perplexity
from tests.fakes.opinion_server import KEYS, OpinionServer
from tests.fakes.opinion_stub import StubSource

pytestmark = pytest.mark.wire

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
MOOD = mood_prompt("BTC/USD", NOW)
KINDS = ("grok", "perplexity", "openai", "stub")
MAKES: dict[str, Callable[[SecretStr, str], Source]] = {
    "grok": grok,
    "perplexity": perplexity,
    "openai": openai,
}


class Stage:
    """A source, and how to make it fail."""

    def __init__(self, kind: str, server: OpinionServer) -> None:
        self.kind = kind
        self.server = server
        self.stub = StubSource()
        is_stub = kind == "stub"
        self.source: Source = self.stub if is_stub else MAKES[kind](SecretStr(KEYS[kind]), server.url(kind))

    def busy(self) -> None:
        """The next request is one too many."""
        if self.kind == "stub":
            self.stub.faults.append(SourceFault("busy", is_free=True, after_s=7))
        else:
            self.server.faults[self.kind].append("429")

    def hang(self) -> None:
        """Nobody answers from now on."""
        self.stub.hangs = True
        if self.kind != "stub":
            self.server.faults[self.kind].append("hang")


@pytest.fixture(params=KINDS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with OpinionServer() as server:
        one = Stage(request.param, server)
        yield one
        await one.source.close()


async def test_a_question_about_a_symbol_gets_an_answer_that_can_be_read(stage: Stage) -> None:
    mood = reading.mood(await stage.source.ask(MOOD, 5), "BTC/USD", NOW)
    assert mood.score < 0 and mood.citations and mood.reasons


async def test_a_question_without_search_gets_a_line(stage: Stage) -> None:
    stage.server.answers = {name: {"line": "buy btc 100"} for name in KEYS}
    stage.stub.writes = lambda prompt: {"line": "buy btc 100"}
    assert reading.line(await stage.source.ask(wish_prompt("buy 100 of btc", NOW), 5)) == "buy btc 100"


async def test_what_it_cost_can_be_read_from_the_answer(stage: Stage) -> None:
    told = reading.spent(await stage.source.ask(MOOD, 5))
    assert told is not None and told.input_tokens > 0


async def test_too_many_requests_say_for_how_long_to_be_quiet(stage: Stage) -> None:
    stage.busy()
    with pytest.raises(SourceFault) as found:
        await stage.source.ask(MOOD, 5)
    assert (found.value.code, found.value.after_s, found.value.is_free) == ("busy", 7, True)


async def test_a_source_that_hangs_can_be_left_at_any_time(stage: Stage) -> None:
    stage.hang()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await stage.source.ask(MOOD, 60)


async def test_a_source_can_be_closed_twice(stage: Stage) -> None:
    await stage.source.ask(MOOD, 5)
    await stage.source.close()
    await stage.source.close()
