"""Which platform hears what, and what becomes of it when one is away for hours: urgent on the other."""

from __future__ import annotations

import pytest

from tests.fakes.discord_people import DiscordPerson
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.phones.desk import PhonesDesk, on_both, words
from trading.domain.commands import HaltState

HOURS_4_S = 4 * 3_600


async def quiet_on_discord(desk: PhonesDesk, ann: TelegramPerson) -> None:
    ann.say("/settings notify discord off")
    await desk.settle()
    assert "Everything on Discord is off now" in ann.chat.from_bot[-1].text
    ann.say("/settings notify")
    await desk.settle()
    assert "Discord" in ann.chat.from_bot[-1].text


async def bought(desk: PhonesDesk, ann: TelegramPerson) -> None:
    ann.say("/buy BTC 100")
    await desk.settle()
    ann.press("Buy")
    await desk.settle()
    await desk.pit.quote("7400", "7401")
    await desk.settle(10)


def test_a_platform_that_is_off_hears_nothing_while_the_other_rings() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        await quiet_on_discord(desk, ann)
        await bought(desk, ann)
        await desk.news("storm")
        await desk.settle(60)
        assert "storm" in words(ann) and "Bought" in words(ann)
        assert "storm" not in words(ann_too) and "Bought" not in words(ann_too), words(ann_too)
        ann.say("/settings notify discord reset")
        await desk.settle()
        await desk.news("calm", HaltState.ACTIVE)
        await desk.settle(10)
        assert len(ann_too.seen()) > 0 and "Open" in words(ann_too)

    on_both(scene)


@pytest.mark.parametrize("how", ["closed", "silent"])
def test_four_hours_without_telegram_ring_on_discord_within_five_seconds_and_end_in_a_digest(
    how: str,
) -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        await quiet_on_discord(desk, ann)
        said = len(ann.chat.from_bot)
        desk.on_telegram.server.go_down(how, for_s=HOURS_4_S)
        for number in range(40):
            state = HaltState.REDUCE_ONLY if number % 2 == 0 else HaltState.ACTIVE
            before_s = desk.pit.clock.elapsed_s()
            await desk.news(f"storm-{number}.", state)
            while state is HaltState.REDUCE_ONLY and f"storm-{number}." not in words(ann_too):
                await desk.settle(0.25)
                assert desk.pit.clock.elapsed_s() - before_s <= 5, words(ann_too)
            await desk.settle(HOURS_4_S / 41)
        assert words(ann_too).count("Your other phone does not take this now") == 40
        await desk.settle(2_000)
        came = [message.text for message in ann.chat.from_bot[said:]]
        assert len(came) <= 21 and any("While nobody was told" in text for text in came), came
        assert words(ann_too).count("Your other phone does not take this now") == 40
        states = dict(await desk.pit.store.deliveries.states())
        assert set(states) <= {"told", "counted", "kept"}, states

    on_both(scene)


def test_a_crash_while_one_platform_waits_for_the_other_loses_nothing() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        await quiet_on_discord(desk, ann)
        desk.on_telegram.server.go_down("silent", for_s=60)
        await desk.news("storm")
        await desk.settle(1)
        assert "storm" not in words(ann_too)
        await desk.die()
        await desk.live()
        await desk.settle(5)
        assert words(ann_too).count("storm") == 1
        await desk.settle(120)
        assert "storm" in words(ann)

    on_both(scene)


def test_what_was_told_before_a_crash_is_not_told_again_on_the_other_phone() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        await quiet_on_discord(desk, ann)
        await desk.news("storm")
        await desk.settle(0.1)
        assert "storm" in words(ann)
        await desk.die()
        await desk.live()
        await desk.settle(30)
        assert "storm" not in words(ann_too)

    on_both(scene)


def test_a_blocked_bot_on_the_one_rings_on_the_other_at_once() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        await quiet_on_discord(desk, ann)
        ann.block()
        await desk.settle(1)
        await desk.news("storm")
        await desk.settle(4)
        assert "storm" in words(ann_too), words(ann_too)
        ann.unblock()
        ann.say("/balance")
        await desk.settle(60)
        assert "storm" in words(ann)

    on_both(scene)
