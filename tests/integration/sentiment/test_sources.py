"""The real sources against vendors on loopback: every way to fail ends in a code of ours, and no key gets
out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from sentiment.budget import Budget, Daily
from sentiment.prompt import mood_prompt
from sentiment.service import OpinionDesk
from sentiment.source import SourceFault
from sentiment.sources.grok import grok
from sentiment.sources.openai import openai
from sentiment.sources.perplexity import perplexity
from sentiment.sources.responses import ResponsesSource
from tests.fakes.hand_clock import HandClock
from tests.fakes.opinion_server import KEYS, OpinionServer, said
from tests.fakes.opinion_stub import NoteBook
from trading.domain.ids import PersonId

pytestmark = pytest.mark.wire

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ME = PersonId("owner")
MAKES = {"grok": grok, "perplexity": perplexity, "openai": openai}


class Bench:
    """All three vendors behind one desk of opinions."""

    def __init__(self, server: OpinionServer, **more: Any) -> None:
        self.server = server
        self.clock = HandClock(NOW)
        self.notes = NoteBook()
        self.sources = [made(SecretStr(KEYS[name]), server.url(name)) for name, made in MAKES.items()]
        budget = Budget(self.notes, self.clock, Daily(money=Decimal(5)))
        self.desk = OpinionDesk(self.sources, budget, self.clock, **more)

    def fail(self, fault: str, *vendors: str) -> None:
        for vendor in vendors or KEYS:
            self.server.faults[vendor].append(fault)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with OpinionServer() as server:
        one = Bench(server, deadline_s=10)
        yield one
        await one.desk.close()


def source_at(server: OpinionServer, vendor: str = "openai", key: str = "") -> ResponsesSource:
    return MAKES[vendor](SecretStr(key or KEYS[vendor]), server.url(vendor))


async def warm_up(server: OpinionServer) -> None:
    """The first question also loads the client; that is not what deadlines are measured with here."""
    source = source_at(server)
    await source.ask(mood_prompt("BTC/USD", NOW), 10)
    await source.close()


async def test_the_first_source_answers_and_the_others_are_not_asked(bench: Bench) -> None:
    stance = await bench.desk.ask(ME, "BTC/USD")
    assert (stance.source, stance.model, stance.tried) == ("grok", "grok-4.3", ())
    assert stance.score == Decimal("-0.8") and len(stance.citations) == 4
    assert stance.cost == Decimal("0.0123")
    assert [bench.server.asked(name) for name in KEYS] == [1, 0, 0]


async def test_each_vendor_is_asked_in_its_own_dialect_and_told_what_it_cost(bench: Bench) -> None:
    costs = {}
    for name in KEYS:
        stance = await bench.desk.ask(ME, "BTC/USD", order=(name,))
        assert stance.is_given, (name, stance.tried)
        costs[name] = stance.cost
    assert costs["grok"] == Decimal("0.0123") and costs["perplexity"] == Decimal("0.0057")
    assert Decimal(0) < costs["openai"] < Decimal("0.1")
    left = await bench.desk.allowance(ME)
    assert left.money_left == left.money_max - sum(costs.values())
    assert left.calls_left == left.calls_max - 3
    headers = [dict(one[2]) for one in bench.server.seen]
    assert all(one["x-stainless-retry-count"] == "0" for one in headers)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("401", "bad_key"),
        ("402", "quota"),
        ("403", "bad_key"),
        ("404", "not_there"),
        ("410", "not_there"),
        ("400", "not_taken"),
        ("422", "not_taken"),
        ("429", "busy"),
        ("quota", "quota"),
        ("500", "server"),
        ("503", "server"),
        ("html", "malformed"),
        ("cut", "unreachable"),
        ("refusal", "refused"),
        ("length", "truncated"),
        ("content_filter", "filtered"),
        ("failed", "failed"),
        ("queued", "failed"),
        ("garbage", "malformed"),
        ("prose", "malformed"),
        ("nan", "malformed"),
        ("odd", "malformed"),
        ("list", "malformed"),
        ("empty", "malformed"),
        ("unsearched", "no_evidence"),
        ("uncited", "no_evidence"),
    ],
)
async def test_whatever_goes_wrong_the_next_source_is_asked_and_the_code_is_kept(
    bench: Bench, fault: str, code: str
) -> None:
    bench.fail(fault, "grok")
    if fault == "cut":
        bench.fail(fault, "grok")
    stance = await bench.desk.ask(ME, "BTC/USD")
    assert (stance.source, stance.tried) == ("perplexity", (f"grok:{code}",))


@pytest.mark.parametrize("fault", ["500", "garbage", "429", "refusal"])
async def test_when_all_fail_the_answer_is_neutral_with_the_reason(bench: Bench, fault: str) -> None:
    bench.fail(fault)
    stance = await bench.desk.ask(ME, "BTC/USD")
    assert not stance.is_given and stance.score == 0 and len(stance.tried) == 3
    assert stance.neutral_because in ("server", "malformed", "busy", "refused")


@pytest.mark.parametrize("fault", ["hang", "drip"])
async def test_one_deadline_stands_over_all_sources_also_when_bytes_drip(fault: str) -> None:
    async with OpinionServer() as server:
        bench = Bench(server, deadline_s=0.8)
        await warm_up(server)
        bench.fail(fault)
        begun = asyncio.get_running_loop().time()
        stance = await bench.desk.ask(ME, "BTC/USD")
        assert asyncio.get_running_loop().time() - begun < 3
        assert stance.neutral_because in ("timeout", "deadline")
        await bench.desk.close()


async def test_a_source_that_hangs_leaves_time_for_the_next(bench: Bench) -> None:
    await warm_up(bench.server)
    quick = Bench(bench.server, deadline_s=2)
    quick.fail("hang", "grok")
    stance = await quick.desk.ask(ME, "BTC/USD")
    assert (stance.source, stance.tried) == ("perplexity", ("grok:timeout",))
    await quick.desk.close()


async def test_a_busy_vendor_is_left_alone_for_as_long_as_it_says(bench: Bench) -> None:
    bench.server.retry_after = "40"
    bench.fail("429", "grok")
    assert (await bench.desk.ask(ME, "BTC/USD")).tried == ("grok:busy",)
    bench.clock.advance(39)
    assert (await bench.desk.ask(ME, "ETH/USD")).tried[0] == "grok:paused"
    bench.clock.advance(2)
    bench.server.answers["grok"] = said("SOL/USD")
    assert (await bench.desk.ask(ME, "SOL/USD")).source == "grok"


async def test_a_wrong_key_turns_a_source_off_and_is_not_tried_again(bench: Bench) -> None:
    bench.fail("401", "grok")
    await bench.desk.ask(ME, "BTC/USD")
    bench.clock.advance(86_400)
    assert (await bench.desk.ask(ME, "BTC/USD")).tried == ("grok:off",)
    assert bench.server.asked("grok") == 1


async def test_a_request_that_never_arrived_is_sent_once_more(bench: Bench) -> None:
    closed = ResponsesSource("openai", SecretStr("k"), "http://127.0.0.1:9/v1", "m", lambda prompt: {})
    with pytest.raises(SourceFault) as found:
        await closed.ask(mood_prompt("BTC/USD", NOW), 2)
    assert found.value.code == "unreachable" and found.value.is_free
    await closed.close()


async def test_a_request_that_was_cut_off_may_have_cost_and_is_not_repeated(bench: Bench) -> None:
    bench.fail("cut", "openai")
    with pytest.raises(SourceFault) as found:
        await source_at(bench.server).ask(mood_prompt("BTC/USD", NOW), 2)
    assert found.value.code == "unreachable" and not found.value.is_free
    assert bench.server.asked("openai") == 1


@pytest.mark.parametrize("vendor", sorted(KEYS))
async def test_no_key_stands_in_an_error_a_log_line_or_a_picture_of_the_object(
    vendor: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Vendors repeat the key that they refuse, and clients keep it: none of that may get out."""
    canary = "sk-CANARY-7f3a9c1e"
    async with OpinionServer() as server:
        source = source_at(server, vendor, canary)
        texts = [repr(source), str(source), repr(vars(source))]
        with caplog.at_level(logging.DEBUG), pytest.raises(SourceFault) as found:
            await source.ask(mood_prompt("BTC/USD", NOW), 5)
        texts += ["".join(traceback.format_exception(found.value)), repr(found.value), str(found.value)]
        texts += [repr(found.value.__cause__), repr(found.value.__context__), caplog.text]
        texts += [repr(source), repr(vars(source))]
        await source.close()
    assert not [text for text in texts if "CANARY" in text]
    assert found.value.code in ("bad_key", "not_taken")


async def test_headers_that_are_only_for_openai_go_to_nobody_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/elsewhere")
    for name in KEYS:
        assert (await bench.desk.ask(ME, "BTC/USD", order=(name,))).source == name
    for vendor, _, headers in bench.server.seen:
        assert ("org-secret" in str(headers)) == (vendor == "openai")
