"""The seventh rule: an opinion is asked for last, is written down, and can only hold back."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from tests.fakes.profile_pit import Oracle, ProfilePit, in_profile_pit
from trading.domain import commands as cm
from trading.profiles.forgone import Forgone, forgone
from trading.profiles.profile import Outcome, Voice


def test_an_opinion_is_asked_only_when_all_rules_agreed_and_makes_the_order_smaller() -> None:
    async def scene(floor: ProfilePit) -> None:
        assert isinstance(floor.opinion, Oracle)
        floor.opinion.score = Decimal("-0.5")
        await floor.put(opinion=Voice.ON)
        await floor.calm()
        await floor.candle(0.5)
        assert floor.opinion.asked == []
        await floor.candle(2)
        assert floor.opinion.asked == ["BTC/USD"]
        (given,) = floor.pit.named("OpinionGiven")
        assert given.buying.value == Decimal("0.5")
        (newest, *_) = await floor.kept()
        assert (newest.outcome, newest.left) == (Outcome.ENTERED, "0.5")
        assert newest.card is not None and newest.card.verdicts[-1].rule == "opinion"
        (order,) = [one.order for one in floor.pit.named("OrderIntended") if one.order.is_entry]
        assert order.quantity * 7586 < 501

    in_profile_pit(scene, opinion=lambda pit: Oracle(pit.clock))


def test_an_opinion_may_forbid_and_its_praise_adds_nothing() -> None:
    async def scene(floor: ProfilePit) -> None:
        assert isinstance(floor.opinion, Oracle)
        floor.opinion.score = Decimal("-0.9")
        await floor.put(opinion=Voice.ON)
        await floor.calm()
        await floor.candle(2)
        assert (await floor.kept())[0].outcome is Outcome.VETOED and floor.intents() == []
        floor.opinion.score = Decimal("0.9")
        await floor.candle(2)
        (order,) = [one.order for one in floor.pit.named("OrderIntended") if one.order.is_entry]
        assert Decimal(990) < order.quantity * 7699 <= Decimal(1001)

    in_profile_pit(scene, opinion=lambda pit: Oracle(pit.clock))


def test_silence_is_neutral_unless_an_opinion_is_needed() -> None:
    async def scene(floor: ProfilePit) -> None:
        assert isinstance(floor.opinion, Oracle)
        floor.opinion.is_silent = True
        await floor.put(opinion=Voice.NEEDED)
        await floor.calm()
        await floor.candle(2)
        await floor.pit.clock.sleep_s(25)
        await floor.quiet()
        assert (await floor.kept())[0].outcome is Outcome.VETOED and floor.intents() == []
        await floor.put(opinion=Voice.ON)
        await floor.candle(2)
        await floor.pit.clock.sleep_s(25)
        await floor.quiet()
        assert (await floor.kept())[0].left == "1" and floor.held() > 0

    in_profile_pit(scene, opinion=lambda pit: Oracle(pit.clock))


def test_what_was_said_first_about_a_candle_holds_after_a_crash() -> None:
    async def scene(floor: ProfilePit) -> None:
        assert isinstance(floor.opinion, Oracle)
        floor.opinion.score = Decimal("-0.5")
        await floor.put(opinion=Voice.ON)
        await floor.calm()
        marks = await floor.pit.store.profiles.marks()
        desk, submit = floor.pit.engine, floor.pit.engine.submit

        async def dying(command: cm.Command) -> object:
            answer = await submit(command)
            if isinstance(command, cm.NoteOpinion):
                raise asyncio.CancelledError
            return answer

        desk.submit = dying  # type: ignore[method-assign, assignment]  # the process ends in this very call
        await floor.candle(2)
        assert await floor.pit.store.profiles.marks() == marks
        floor.opinion.score = Decimal("0.9")
        await floor.restart()
        assert len(floor.pit.named("OpinionGiven")) == 1
        (newest, *_) = await floor.kept()
        assert (newest.outcome, newest.left) == (Outcome.ENTERED, "0.5")

    in_profile_pit(scene, opinion=lambda pit: Oracle(pit.clock))


def test_what_a_forbidden_entry_would_have_brought_is_counted_from_the_candles_behind_it() -> None:
    async def scene(floor: ProfilePit) -> None:
        assert isinstance(floor.opinion, Oracle) and floor.desk is not None
        floor.opinion.score = Decimal("-0.9")
        profile = await floor.put(opinion=Voice.ON, direction="long")
        await floor.calm()
        await floor.candle(2)
        (vetoed, *_) = await floor.kept()
        assert vetoed.price == Decimal("7548") and vetoed.quantity == Decimal("0.13248542")
        instrument = floor.market.instrument("BTC/USD")
        assert instrument is not None and vetoed.exits is not None
        assert forgone(vetoed, instrument, floor.desk.candles(profile, "BTC/USD")) is None, "none came yet"
        await floor.candle(0.5)
        open_yet = forgone(vetoed, instrument, floor.desk.candles(profile, "BTC/USD"))
        assert open_yet == Forgone(Decimal("0.13248542") * Decimal("37.74"), True)
        await floor.candle(-5)
        stop = Decimal("7397.04")
        ended = forgone(vetoed, instrument, floor.desk.candles(profile, "BTC/USD"))
        assert ended == Forgone(Decimal("0.13248542") * (stop - Decimal(7548)), False)
        assert floor.intents() == []

    in_profile_pit(scene, opinion=lambda pit: Oracle(pit.clock))
