"""Profiles trade by themselves: once per candle, whatever dies; what they leave is known with its reason."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.fakes.profile_pit import ProfilePit, in_profile_pit
from trading.domain import commands as cm
from trading.domain.ids import PersonId, PositionId
from trading.parameters import ParameterHistory, Revision
from trading.profiles.profile import Mode, Outcome, cause_of
from trading.strategies.table import STRATEGIES


def test_a_signal_becomes_an_order_with_its_exits_and_the_profiles_tag() -> None:
    async def scene(floor: ProfilePit) -> None:
        profile = await floor.put()
        await floor.calm()
        assert floor.intents() == []
        bar = await floor.candle(2)
        position = floor.pit.position()
        assert position is not None and position.is_long
        assert position.tag == "profile:jumps"
        assert position.command_id == cause_of(profile, "BTC/USD", bar.ends_at, "long")
        assert position.plan.stop is not None and position.plan.stop.value == Decimal("7397.04")
        assert position.plan.targets[0].level.value == Decimal("7849.92")
        assert [leg.kind for leg in position.bracket.legs] if position.bracket else []
        (newest,) = await floor.kept()
        assert (newest.outcome, newest.closed_at) == (Outcome.ENTERED, bar.ends_at)
        assert newest.position_id == position.position_id
        assert newest.card is not None and newest.card.decided

    in_profile_pit(scene)


def test_a_refused_candle_leaves_its_scorecard_with_the_rule_and_its_numbers() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        await floor.candle(0.5)
        (newest, *_) = await floor.kept()
        assert newest.outcome is Outcome.REFUSED and newest.card is not None
        refused = newest.card.refused_by
        assert refused is not None and refused.rule == "trigger"
        assert refused.numbers["least"] == "1" and refused.numbers["percent"].startswith("0.5")
        assert floor.intents() == []

    in_profile_pit(scene)


def test_the_strategys_exit_closes_what_the_profile_holds_and_nothing_of_others() -> None:
    async def scene(floor: ProfilePit) -> None:
        profile = await floor.put(symbols=("BTC/USD", "ETH/USD"))
        await floor.pit.buy(symbol="ETH/USD")
        await floor.calm(3, "BTC/USD", "ETH/USD")
        await floor.candles_of({"BTC/USD": 2, "ETH/USD": 0})
        assert floor.held() > 0
        await floor.candles_of({"BTC/USD": -0.5, "ETH/USD": -0.5})
        assert floor.held() == 0 and floor.held("ETH/USD") > 0
        assert (await floor.kept())[0].outcome is Outcome.LEFT
        eth = floor.pit.position("ETH/USD")
        assert eth is not None
        await floor.put(symbols=profile.symbols, handed=(eth.position_id,))
        await floor.candles_of({"BTC/USD": 0, "ETH/USD": -0.5})
        assert floor.held("ETH/USD") == 0

    in_profile_pit(scene)


def test_what_a_person_has_taken_back_is_left_alone() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        await floor.candle(2)
        await floor.put(released=(PositionId("paper/BTC/USD/1"),))
        await floor.candle(-0.5)
        assert floor.held() > 0
        await floor.candle(2)
        assert (await floor.kept())[0].outcome is Outcome.HELD
        assert floor.intents().count("buy entry") == 1

    in_profile_pit(scene)


def test_a_process_that_dies_between_signal_and_order_sends_exactly_one() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        # The candle has closed and nobody has looked at it.
        await floor.candle(2, wakes=False)
        assert floor.intents() == []
        await floor.restart()
        assert floor.intents().count("buy entry") == 1 and floor.held() > 0
        assert (await floor.kept())[0].outcome is Outcome.ENTERED

    in_profile_pit(scene)


def test_a_process_that_dies_between_order_and_note_sends_no_second_one() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        marks = await floor.pit.store.profiles.marks()
        await floor.candle(2)
        # As if the note of what became of it had never been written.
        await floor.pit.store.profiles.keep((), marks)
        for _ in range(3):
            await floor.restart()
            await floor.pit.store.profiles.keep((), marks)
        assert floor.intents().count("buy entry") == 1
        assert (await floor.kept())[0].outcome is Outcome.ENTERED
        # Nor when it was closed meanwhile.
        await floor.pit.close()
        await floor.restart()
        assert floor.held() == 0 and floor.intents().count("buy entry") == 1

    in_profile_pit(scene)


def test_a_death_at_any_moment_of_acting_ends_with_one_order() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        marks = await floor.pit.store.profiles.marks()
        desk, submit, died = floor.pit.engine, floor.pit.engine.submit, []

        async def dying(command: cm.Command) -> object:
            answer = await submit(command)
            if isinstance(command, cm.OpenPosition):
                died.append(answer)
                raise asyncio.CancelledError
            return answer

        desk.submit = dying  # type: ignore[method-assign, assignment]  # the process ends in this very call
        await floor.candle(2)
        assert len(died) == 1
        assert await floor.pit.store.profiles.marks() == marks
        await floor.restart()
        assert floor.intents().count("buy entry") == 1
        assert (await floor.kept())[0].outcome is Outcome.ENTERED

    in_profile_pit(scene)


def test_a_candle_that_is_looked_at_too_late_enters_nothing_and_says_so() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        await floor.candle(2, wakes=False)
        await floor.restart(timedelta(minutes=3))
        (late,) = [one for one in await floor.kept() if one.outcome is Outcome.LATE]
        assert late.card is not None and late.card.decided
        assert floor.intents() == []

    in_profile_pit(scene)


def test_a_candle_that_never_came_is_known_as_missing() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        await floor.pit.clock.sleep_s(240)
        await floor.quiet()
        assert {one.outcome for one in (await floor.kept())[:2]} == {Outcome.MISSING}

    in_profile_pit(scene)


def test_candles_of_before_its_start_are_not_its_business() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put(is_running=False)
        await floor.calm()
        await floor.candle(2)
        await floor.put()
        assert floor.intents() == [] and await floor.kept() == []
        await floor.candle(2)
        assert floor.intents().count("buy entry") == 1

    in_profile_pit(scene)


def test_new_settings_count_from_the_next_candle_on() -> None:
    async def scene(floor: ProfilePit) -> None:
        profile = await floor.put()
        await floor.calm()
        assert floor.desk is not None
        revision = Revision(1, {"target_atr": "3"}, "owner", floor.pit.clock.now())
        await floor.desk.put(replace(profile, history=ParameterHistory((revision,))))
        await floor.candle(2)
        (newest, *_) = await floor.kept()
        assert floor.intents() == [] and newest.settings == 1
        await floor.candle(4)
        assert floor.held() > 0

    in_profile_pit(scene)


def test_settings_that_are_not_taken_any_more_keep_it_from_running_and_say_why() -> None:
    async def scene(floor: ProfilePit) -> None:
        history = ParameterHistory((Revision(1, {"target_atr": "77"}, "owner", floor.pit.clock.now()),))
        profile = await floor.put(history=history)
        assert floor.desk is not None
        trouble = floor.desk.trouble(profile)
        assert trouble is not None and trouble.code == "parameter_high"
        await floor.calm()
        await floor.candle(4)
        assert floor.intents() == []

    in_profile_pit(scene)


# ---------------------------------------------------------------- hurdles


def test_a_side_that_is_not_allowed_is_refused_by_the_rule_of_directions() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put(direction="short")
        await floor.calm()
        await floor.candle(2)
        (newest, *_) = await floor.kept()
        assert newest.outcome is Outcome.REFUSED and newest.card is not None
        assert newest.card.refused_by is not None and newest.card.refused_by.rule == "direction"
        assert floor.intents() == []

    in_profile_pit(scene)


def test_a_trend_set_by_hand_and_the_market_direction_leave_one_side() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        put = floor.pit.store.registers.put_setting
        until = (floor.pit.clock.now() + timedelta(hours=1)).isoformat()
        await put(
            floor.market.pit.engine.book.accounts[(await floor.put()).account].owner,
            "regimes",
            f'{{"BTC/USD":{{"trend":"down","until":"{until}"}}}}',
        )
        await floor.candle(2)
        assert floor.intents() == []
        await put((await floor.put()).person, "regimes", None)
        await put((await floor.put()).person, "market_direction", "none")
        await floor.candle(2)
        assert floor.intents() == []
        await put((await floor.put()).person, "market_direction", "long")
        await floor.candle(2)
        assert floor.held() > 0

    in_profile_pit(scene)


def test_a_protection_holds_back_and_says_until_when() -> None:
    async def scene(floor: ProfilePit) -> None:
        profile = await floor.put(protections={"cooldown": {"minutes": "30"}})
        await floor.calm()
        await floor.candle(2)
        await floor.candle(-0.5)
        assert floor.held() == 0
        await floor.candle(2)
        (newest, *_) = await floor.kept()
        assert newest.outcome is Outcome.PROTECTED and newest.code == "protection_cooldown"
        assert newest.until is not None and newest.until > floor.pit.clock.now()
        assert "rests for 30 minutes" in newest.sentence
        assert floor.intents().count("buy entry") == 1
        assert floor.desk is not None
        (rest,) = await floor.desk.resting(profile)
        assert (rest.protection, rest.symbol, rest.until) == ("cooldown", "BTC/USD", newest.until)

    in_profile_pit(scene)


def test_whoever_may_not_trade_there_any_more_has_no_profile_that_runs() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put(person=PersonId("gone"))
        await floor.calm()
        await floor.candle(2)
        assert (await floor.kept())[0].outcome is Outcome.DENIED and floor.intents() == []
        (stored,) = await floor.pit.store.profiles.profiles()
        assert not stored.is_running
        assert floor.desk is not None and not floor.desk.every()[0].is_running
        (told,) = [one for one in floor.pit.named("Noticed") if one.code == "profile_stopped"]
        assert told.facts["profile"] == "jumps"
        await floor.candle(2)
        assert len([one for one in floor.pit.named("Noticed") if one.code == "profile_stopped"]) == 1

    in_profile_pit(scene)


def test_two_signals_of_one_candle_do_not_slip_past_a_daily_count() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put(symbols=("BTC/USD", "ETH/USD"), protections={"daily_count": {"most": "1"}})
        await floor.calm(3, "BTC/USD", "ETH/USD")
        await floor.candles_of({"BTC/USD": 2, "ETH/USD": 2})
        assert floor.intents().count("buy entry") == 1
        outcomes = {(await floor.kept(symbol))[0].outcome for symbol in ("BTC/USD", "ETH/USD")}
        assert outcomes == {Outcome.ENTERED, Outcome.PROTECTED}

    in_profile_pit(scene)


def test_the_gate_says_no_and_the_scorecard_says_why() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put()
        await floor.calm()
        await floor.pit.do(cm.SetHalt, state=cm.HaltState.HALTED, reason="lunch")
        await floor.candle(2)
        (newest, *_) = await floor.kept()
        assert newest.outcome is Outcome.DENIED and "lunch" in newest.sentence
        assert floor.intents() == []

    in_profile_pit(scene)


def test_a_proposal_is_kept_and_told_and_orders_nothing() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.put(mode=Mode.PROPOSE)
        await floor.calm()
        bar = await floor.candle(2)
        (newest, *_) = await floor.kept()
        assert newest.outcome is Outcome.PROPOSED and floor.intents() == []
        assert newest.until == bar.ends_at + timedelta(minutes=1)
        (told,) = [one for one in floor.pit.named("Noticed") if one.code == "profile_proposed"]
        assert told.facts["symbol"] == "BTC/USD" and told.facts["stop"] == "7397.04"
        await floor.restart()
        assert len([one for one in floor.pit.named("Noticed") if one.code == "profile_proposed"]) == 1

    in_profile_pit(scene)


def test_the_real_pipeline_runs_on_many_symbols_and_says_what_it_waits_for() -> None:
    async def scene(floor: ProfilePit) -> None:
        assert "pipeline" in STRATEGIES
        await floor.put(strategy="pipeline", symbols=("BTC/USD", "ETH/USD"))
        await floor.calm(4, "BTC/USD", "ETH/USD")
        assert floor.desk is not None
        (profile,) = floor.desk.every()
        for symbol in ("BTC/USD", "ETH/USD"):
            # Nothing was on offer, so nothing is stored; who asks is told all the same.
            assert await floor.kept(symbol) == []
            (asked,) = await floor.desk.kept(profile, symbol)
            assert asked.card is not None and asked.card.refused_by is not None
            assert asked.card.refused_by.rule == "warm_up"

    in_profile_pit(scene)


def test_who_is_stopped_while_a_candle_waits_for_a_price_sends_nothing() -> None:
    async def scene(floor: ProfilePit) -> None:
        profile = await floor.put()
        await floor.calm()
        # No price is fresh when the candle closes: the entry waits, and its person ends it meanwhile.
        floor.market.stale_s = 0.0
        await floor.candle(2)
        assert floor.desk is not None
        await floor.desk.put(replace(profile, is_running=False))
        floor.market.stale_s = 600.0
        await floor.pit.clock.sleep_s(3)
        await floor.quiet()
        assert floor.intents() == []
        (newest,) = await floor.kept()
        assert (newest.outcome, newest.code) == (Outcome.DENIED, "stopped_meanwhile")
        assert newest.sentence == "jumps was stopped before its order could go out."

    in_profile_pit(scene)


def test_the_first_candle_of_all_is_dealt_with_although_the_desk_was_away_when_it_closed() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.calm(3)
        await floor.put()
        await floor.candle(2, wakes=False)
        await floor.restart()
        assert floor.intents().count("buy entry") == 1

    in_profile_pit(scene)


def test_who_is_to_ask_from_now_on_asks_about_the_candle_that_waits_too() -> None:
    async def scene(floor: ProfilePit) -> None:
        profile = await floor.put()
        await floor.calm()
        floor.market.stale_s = 0.0
        await floor.candle(2)
        assert floor.desk is not None
        await floor.desk.put(replace(profile, mode=Mode.PROPOSE))
        floor.market.stale_s = 600.0
        await floor.pit.clock.sleep_s(3)
        await floor.quiet()
        assert floor.intents() == []
        assert [one.outcome for one in await floor.kept()] == [Outcome.PROPOSED]

    in_profile_pit(scene)
