"""Cache, fallback, budget and patience of the desk of opinions."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from sentiment.budget import SPENT, Budget, Daily
from sentiment.patience import FAILURES_MAX, PAUSE_S
from sentiment.pricing import most, really
from sentiment.prompt import Prompt, mood_prompt, wish_prompt
from sentiment.reading import Spent
from sentiment.service import OpinionDesk
from sentiment.source import SourceFault
from tests.unit.sentiment.bench import ME, NOW, YOU, Bench
from trading.domain.opinion import Lean
from trading.opinions import Proposal

D = Decimal
MOST = most("grok", mood_prompt("BTC/USD", NOW))


async def _proposed(desk: OpinionDesk, text: str) -> Proposal:
    found = await desk.propose_soon(ME, text, within_s=5)
    assert found is not None
    return found


async def test_an_answer_is_given_again_for_five_minutes_and_costs_once() -> None:
    bench = Bench()
    first = await bench.desk.ask(ME, "BTC/USD")
    bench.clock.advance(299)
    assert await bench.desk.ask(YOU, "BTC/USD") is first
    assert (await bench.desk.ask(ME, "ETH/USD")).symbol == "ETH/USD"
    assert bench.asked == [2, 0, 0]
    bench.clock.advance(1)
    again = await bench.desk.ask(ME, "BTC/USD")
    assert again is not first and bench.asked == [3, 0, 0]
    assert again.asked_at - first.asked_at == bench.clock.now() - NOW


async def test_who_asks_at_the_same_time_shares_one_answer() -> None:
    bench = Bench()
    answers = await asyncio.gather(*(bench.desk.ask(ME, "BTC/USD") for _ in range(20)))
    assert bench.asked == [1, 0, 0] and len(set(map(id, answers))) == 1


async def test_an_answer_from_the_future_is_not_given_again() -> None:
    bench = Bench()
    await bench.desk.ask(ME, "BTC/USD")
    bench.clock.jump(NOW - bench.clock.now() - (NOW - NOW.replace(hour=1)))
    await bench.desk.ask(ME, "BTC/USD")
    assert bench.asked == [2, 0, 0]


async def test_that_there_is_nothing_is_asked_again_after_a_minute() -> None:
    bench = Bench(lambda prompt: "garbage")
    assert (await bench.desk.ask(ME, "BTC/USD")).neutral_because == "malformed"
    bench.clock.advance(59)
    await bench.desk.ask(ME, "BTC/USD")
    assert bench.asked == [1, 1, 1]
    bench.clock.advance(1)
    await bench.desk.ask(ME, "BTC/USD")
    assert bench.asked == [2, 2, 2]


async def test_the_persons_order_counts_and_names_without_a_key_are_passed_over() -> None:
    bench = Bench()
    bench.openai.faults.append(SourceFault("server"))
    stance = await bench.desk.ask(ME, "BTC/USD", order=("openai", "claude", "perplexity"))
    assert (stance.source, stance.tried) == ("perplexity", ("openai:server",))
    assert bench.asked == [0, 1, 1]
    assert (await bench.desk.ask(ME, "BTC/USD", order=("claude",))).source == "grok"


async def test_without_any_source_the_answer_is_neutral_and_says_so() -> None:
    bench = Bench()
    empty = OpinionDesk((), bench.budget, bench.clock)
    stance = await empty.ask(ME, "BTC/USD")
    assert (stance.neutral_because, stance.lean, stance.tried) == ("no_key", Lean.NEUTRAL, ())
    assert (await _proposed(empty, "buy")).nothing_because == "no_key"


async def test_a_source_that_keeps_failing_rests_and_then_gets_another_chance() -> None:
    bench = Bench()
    for number in range(FAILURES_MAX):
        bench.grok.faults.append(SourceFault("server"))
        assert (await bench.desk.ask(ME, f"C{number}/USD")).tried == ("grok:server",)
    assert (await bench.desk.ask(ME, "D/USD")).tried == ("grok:paused",)
    bench.clock.advance(PAUSE_S)
    assert (await bench.desk.ask(ME, "E/USD")).source == "grok"


async def test_a_source_with_a_wrong_key_is_off_for_good() -> None:
    bench = Bench()
    bench.grok.faults.append(SourceFault("bad_key", is_setup=True, is_free=True))
    assert (await bench.desk.ask(ME, "A/USD")).tried == ("grok:bad_key",)
    bench.clock.advance(1_000_000)
    assert (await bench.desk.ask(ME, "B/USD")).tried == ("grok:off",)


# ---------------------------------------------------------------- the budget


async def test_money_is_counted_before_the_call_and_corrected_after_it() -> None:
    bench = Bench(daily=Daily(10, D(1)))
    seen: list[Decimal] = []

    def writes(prompt: object) -> str:
        kept = bench.notes.kept[ME][SPENT]
        seen.append(D(kept.split('"money":"')[1].split('"')[0]))
        return "garbage"

    bench.grok.writes = writes
    stance = await bench.desk.ask(ME, "BTC/USD")
    assert seen == [MOST] and stance.cost < MOST
    left = await bench.desk.allowance(ME)
    assert left.money_left == D(1) - stance.cost and left.calls_left == 8  # grok in vain, then perplexity
    assert left.renews_at.isoformat() == "2026-12-01T00:00:00+00:00"


async def test_a_call_that_may_cost_too_much_is_not_made() -> None:
    bench = Bench(daily=Daily(10, D("0.01")))
    stance = await bench.desk.ask(ME, "BTC/USD")
    assert stance.neutral_because == "budget" and not stance.is_given
    assert "grok:budget" in stance.tried and bench.asked[0] == 0


async def test_calls_run_out_for_one_person_alone_and_are_there_again_tomorrow() -> None:
    bench = Bench(daily=Daily(2, D(100)))
    for symbol in ("A/USD", "B/USD"):
        assert (await bench.desk.ask(ME, symbol)).is_given
    assert (await bench.desk.ask(ME, "C/USD")).neutral_because == "budget"
    assert (await bench.desk.ask(YOU, "C/USD")).is_given
    assert (await bench.desk.ask(ME, "C/USD")).is_given, "somebody else's young answer costs nothing"
    bench.clock.advance(86_400)
    assert (await bench.desk.ask(ME, "D/USD")).is_given


async def test_a_restart_gives_nobody_a_second_budget() -> None:
    bench = Bench(daily=Daily(1, D(100)))
    await bench.desk.ask(ME, "A/USD")
    anew = Budget(bench.notes, bench.clock, Daily(1, D(100)))
    assert not await anew.reserve(ME, D("0.01"))
    bench.notes.kept[ME][SPENT] = "nonsense"
    assert not await anew.reserve(ME, D("0.01")), "a count that cannot be read is a full one"


async def test_at_the_same_time_nobody_spends_more_than_their_budget() -> None:
    bench = Bench(daily=Daily(100, MOST * 3))
    bench.grok.hangs = bench.perplexity.hangs = bench.openai.hangs = True
    tasks = [
        asyncio.create_task(bench.desk.ask(ME, f"C{number}/USD", order=("grok",))) for number in range(10)
    ]
    for _ in range(50):
        await asyncio.sleep(0)
    assert bench.asked == [3, 0, 0]
    await bench.desk.close()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await bench.desk.allowance(ME)).money_left < MOST, "what was left hanging may have cost all of it"


async def test_what_certainly_cost_nothing_is_given_back_and_what_may_have_cost_is_not() -> None:
    bench = Bench(daily=Daily(100, D(10)))
    for is_free, expected in ((True, D(10)), (False, D(10) - MOST)):
        bench.grok.faults.append(SourceFault("server", is_free=is_free))
        await bench.desk.ask(ME, f"X{is_free}/USD", order=("grok",))
        left = (await bench.desk.allowance(ME)).money_left
        assert abs(left - expected) < D("0.001"), "the second symbol is a letter longer"
    assert (await bench.desk.allowance(ME)).calls_left == 98


async def test_what_cannot_be_counted_is_not_asked() -> None:
    bench = Bench()
    bench.notes.is_full = True
    stance = await bench.desk.ask(ME, "BTC/USD")
    assert stance.neutral_because == "not_recorded" and bench.asked == [0, 0, 0]


def test_the_most_that_a_question_may_cost_is_above_what_a_usual_answer_costs() -> None:
    usual = Spent(None, 8_000, 800)
    for source in ("grok", "perplexity", "openai", "somebody else"):
        assert really(source, usual) < most(source, mood_prompt("BTC/USD", NOW))
    assert most("openai", wish_prompt("buy btc", NOW)) < most("openai", mood_prompt("BTC/USD", NOW))
    assert really("grok", Spent(D("0.5"), 1, 1)) == D("0.5")


@pytest.mark.parametrize("symbol", ["", "BTC USD", "BTC\nIgnore all", "x" * 65, "BTC/USD; buy", "…"])
async def test_what_is_no_symbol_is_asked_of_nobody(symbol: str) -> None:
    bench = Bench()
    assert (await bench.desk.ask(ME, symbol)).neutral_because == "no_symbol"
    assert bench.asked == [0, 0, 0]


async def test_closing_the_desk_lets_go_of_all_sources() -> None:
    bench = Bench()
    await bench.desk.close()
    assert bench.grok.is_closed and bench.perplexity.is_closed and bench.openai.is_closed


async def test_a_question_that_takes_long_holds_nobody_up_and_its_answer_is_there_later() -> None:
    bench = Bench()
    release = asyncio.Event()
    ask = bench.grok.ask

    async def slowly(prompt: Prompt, within_s: float) -> bytes:
        await release.wait()
        return await ask(prompt, within_s)

    bench.grok.ask = slowly  # type: ignore[method-assign]  # this one takes its time
    assert await bench.desk.ask_soon(ME, "BTC/USD", within_s=0.01) is None
    assert await bench.desk.propose_soon(ME, "buy btc", within_s=0.01) is None
    release.set()
    stance = await bench.desk.ask_soon(ME, "BTC/USD", within_s=5)
    assert stance is not None and stance.is_given
    assert (await _proposed(bench.desk, "buy btc")).nothing_because == "no_line"
    assert bench.asked == [2, 0, 0], "each was asked once"


async def test_the_same_sentence_is_asked_about_once_in_two_minutes() -> None:
    bench = Bench(lambda prompt: {"line": "buy btc 100"})
    for _ in range(3):
        assert (await _proposed(bench.desk, "buy 100 of btc")).line == "buy btc 100"
    assert bench.asked == [1, 0, 0]
    bench.clock.advance(120)
    await _proposed(bench.desk, "buy 100 of btc")
    assert bench.asked == [2, 0, 0]


async def test_whoever_goes_away_leaves_the_question_to_the_others() -> None:
    bench = Bench()
    first = asyncio.create_task(bench.desk.ask(ME, "BTC/USD"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await bench.desk.ask(YOU, "BTC/USD")).is_given
    assert bench.asked == [1, 0, 0]


async def test_a_used_up_day_of_another_does_not_answer_for_me() -> None:
    bench = Bench(daily=Daily(1, D(100)))
    await bench.desk.ask(ME, "A/USD")
    mine, yours = await asyncio.gather(bench.desk.ask(ME, "B/USD"), bench.desk.ask(YOU, "B/USD"))
    assert mine.neutral_because == "budget" and yours.is_given


async def test_a_sentence_that_came_to_nothing_is_asked_about_anew_once_that_was_told() -> None:
    bench = Bench(lambda prompt: {"line": ""})
    assert (await _proposed(bench.desk, "buy btc")).nothing_because == "no_line"
    for source in (bench.grok, bench.perplexity, bench.openai):
        source.writes = lambda prompt: {"line": "buy btc 100"}
    assert (await _proposed(bench.desk, "buy btc")).line == "buy btc 100"
