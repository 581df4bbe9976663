"""What a person wants to hear, how loud and when; and that risk is never muted."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.hearing import (
    ALWAYS,
    EXIT_REASONS,
    Hearing,
    Loudness,
    Topic,
    Urgency,
    hearing_from,
    hours_of,
    kinds_known,
)
from tests.unit.notifications.chat import NO_EXITS, World, play, started
from tests.unit.notifications.desk import ACCOUNT, OWNER
from trading.delivery import State
from trading.domain import events as ev
from trading.domain.commands import HaltState
from trading.domain.ids import DESK, AccountId, PersonId

NIGHT = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_everything_is_heard_by_default() -> None:
    for topic in Topic:
        assert Hearing().loudness(topic, Urgency.NORMAL, "", NOON, "UTC") is Loudness.ON


def test_a_reason_of_an_exit_is_stronger_than_its_topic() -> None:
    hearing = hearing_from({"hear.exit": "silent", "hear.exit.stop": "on", "hear.exit.target": "off"})
    said = [hearing.loudness(Topic.EXIT, Urgency.NORMAL, reason, NOON, "UTC") for reason in EXIT_REASONS]
    assert said[:3] == [Loudness.OFF, Loudness.ON, Loudness.SILENT]


def test_quiet_hours_follow_the_clock_of_the_person_across_midnight() -> None:
    hearing = hearing_from({"quiet": "22:00-07:00"})
    assert hearing.loudness(Topic.FILL, Urgency.NORMAL, "", NIGHT, "UTC") is Loudness.SILENT
    assert hearing.loudness(Topic.FILL, Urgency.NORMAL, "", NIGHT, "America/New_York") is Loudness.ON
    assert hearing.loudness(Topic.FILL, Urgency.NORMAL, "", NOON, "UTC") is Loudness.ON
    assert hearing.loudness(Topic.EXIT, Urgency.URGENT, "stop", NIGHT, "UTC") is Loudness.ON


@given(
    st.dictionaries(st.sampled_from(["risk", "halt", "fill"]), st.sampled_from(list(Loudness))),
    st.times(),
    st.times(),
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from(list(Urgency)),
)
def test_no_setting_mutes_risk_or_a_halt(
    kinds: dict[str, Loudness], first: time, last: time, now: datetime, urgency: Urgency
) -> None:
    hearing = Hearing(kinds, first, last)
    for topic in ALWAYS:
        assert hearing.loudness(topic, urgency, "", now, "Europe/Berlin") is Loudness.ON


def test_what_nobody_knows_any_more_is_left_out() -> None:
    assert hearing_from({"hear.risk": "off", "hear.moon": "off", "hear.fill": "loud"}) == Hearing()
    assert "risk" not in kinds_known() and "exit.stop" in kinds_known()


@pytest.mark.parametrize("text", ["", "22-7", "25:00-07:00", "22:00", "07:00-07:00", "22:00-07:60"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    assert hours_of(text) is None


def test_news_that_is_off_stands_in_the_inbox_and_rings_nowhere() -> None:
    async def story(world: World) -> None:
        await world.store.registers.put_setting(OWNER, "hear.fill", "off")
        chat = world.chat()
        started(world.notifier(chat))
        world.desk.bought(exits=NO_EXITS)
        world.desk.write(ev.HaltChanged(ACCOUNT, HaltState.HALTED, "x", OWNER, world.desk.now))
        await world.write()
        await world.pass_s(10)
        assert [text[:1] for text in chat.texts] == ["⛔"]
        kept = await world.store.deliveries.of_person(OWNER, limit=10)
        assert {(row.topic, row.state) for row, _ in kept} == {
            ("fill", State.KEPT),
            ("halt", State.TOLD),
        }

    play(story)


def test_a_silent_kind_arrives_without_a_sound() -> None:
    async def story(world: World) -> None:
        await world.store.registers.put_setting(OWNER, "hear.fill", "silent")
        chat = world.chat()
        started(world.notifier(chat))
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(10)
        assert [manner.is_silent for manner in chat.manners] == [True]

    play(story)


def test_what_binds_the_desk_is_told_to_everybody_but_its_author() -> None:
    async def story(world: World) -> None:
        ann, bob = world.chat(), world.chat()
        world.desk.open_account("bobs", PersonId("bob"))
        notifier = world.notifier(ann)
        notifier.open("test:bob", bob, "b", PersonId("bob"))
        started(notifier)
        desk = AccountId(DESK)
        typed = ev.HaltChanged(desk, HaltState.HALTED, "news", OWNER, world.desk.now)
        world.desk.write(typed, causation="nonce")
        await world.write()
        await world.pass_s(5)
        assert ann.texts == [] and len(bob.texts) == 1
        machine = ev.HaltChanged(desk, HaltState.ACTIVE, "over", PersonId("machine"), world.desk.now)
        world.desk.write(machine, causation="job:x")
        await world.write()
        await world.pass_s(5)
        assert len(ann.texts) == 1 and len(bob.texts) == 2

    play(story)


def test_a_choice_for_one_platform_goes_before_one_for_all() -> None:
    kept = {
        "hear.fill": "off",
        "hear.fill@discord": "on",
        "hear.exit.stop": "silent",
        "hear.all@telegram": "off",
        "hear.exit.stop@telegram": "on",
        "hear.fill@fax": "off",
    }
    hearing = hearing_from(kept)
    assert hearing.choice(Topic.FILL, "", "discord") is Loudness.ON
    assert hearing.choice(Topic.FILL, "") is Loudness.OFF and hearing.is_muted(Topic.FILL, "")
    assert hearing.choice(Topic.EXIT, "stop", "telegram") is Loudness.ON
    assert hearing.choice(Topic.EXIT, "target", "telegram") is Loudness.OFF
    assert hearing.choice(Topic.EXIT, "stop", "discord") is Loudness.SILENT
    assert "fill@fax" not in hearing.kinds


def test_what_is_never_muted_may_be_off_on_one_platform_and_not_everywhere() -> None:
    hearing = hearing_from({"hear.risk": "off", "hear.all@discord": "off", "hear.halt@discord": "silent"})
    assert hearing.loudness(Topic.RISK, Urgency.URGENT, "", NIGHT, "UTC", "discord") is Loudness.OFF
    assert hearing.loudness(Topic.HALT, Urgency.URGENT, "", NIGHT, "UTC", "discord") is Loudness.ON
    assert hearing.loudness(Topic.RISK, Urgency.URGENT, "", NIGHT, "UTC", "telegram") is Loudness.ON
    assert not hearing.is_muted(Topic.RISK, "")
