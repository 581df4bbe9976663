"""T13, T14, T15, T20 and the fill on its card: what people are told, on a Telegram that is not kind."""

from __future__ import annotations

import re

import pytest

from tests.fakes.pit import PAPER
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.telegram.desk import TelegramDesk
from tests.integration.telegram.telling import Telling, ringing
from trading.domain import commands as cm
from trading.domain.commands import HaltState
from trading.domain.ids import CommandId

pytestmark = pytest.mark.wire

_CODE = re.compile(r"#[a-z2-7]{3}-\d{4,}")


async def halted(desk: TelegramDesk, state: HaltState, name: str) -> None:
    """News that nobody typed: a job halts the account, or opens it."""
    account = desk.pit.engine.book.accounts[PAPER]
    command = cm.SetHalt(CommandId(f"job:{name}"), account.owner, account.account, state, name)
    await desk.pit.engine.submit(command)
    await desk.settle()


async def flipped(desk: TelegramDesk, times: int, first: int = 0) -> None:
    """As many pieces of news, one after the other."""
    for number in range(first, first + times):
        state = HaltState.REDUCE_ONLY if number % 2 == 0 else HaltState.ACTIVE
        await halted(desk, state, f"news-{number}")


def lines(ann: TelegramPerson, word: str) -> list[str]:
    """What Ann's phone shows of it now."""
    return [message.text for message in ann.screen if word in message.text]


def test_t13_a_flood_limit_is_kept_and_what_was_told_to_wait_arrives_once() -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        desk.server.order_pause(20, ann.id)
        await halted(desk, HaltState.REDUCE_ONLY, "storm")
        await desk.settle(5)
        assert lines(ann, "storm") == []
        await desk.settle(60)
        assert len(lines(ann, "storm")) == 1
        assert desk.server.limits.refused["impatient"] == 0

    ringing(scene, limits=FloodLimits())


def test_t13_twenty_pieces_of_news_pass_without_a_single_429() -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        await flipped(desk, 16)
        await desk.settle(120)
        said = "\n".join(message.text for message in ann.screen)
        assert all(f"news-{number}" in said for number in range(16))
        assert sum(desk.server.limits.refused.values()) == 0

    ringing(scene, limits=FloodLimits())


def test_t14_a_blocked_bot_waits_and_tells_all_when_it_is_let_in_again() -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        ann.block()
        await halted(desk, HaltState.REDUCE_ONLY, "storm")
        await desk.settle(3_600)
        calls = len(desk.server.called("sendMessage", ann.id))
        await desk.settle(3_600)
        assert len(desk.server.called("sendMessage", ann.id)) == calls, "nobody knocks at a closed door"
        ann.unblock()
        ann.say("/help buy")
        await desk.settle(10)
        assert len(lines(ann, "storm")) == 1

    ringing(scene)


def test_t15_a_message_whose_answer_was_lost_comes_again_and_says_so() -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        desk.server.faults.lose_answer("sendMessage")
        await halted(desk, HaltState.REDUCE_ONLY, "storm")
        await desk.settle(60)
        told = [message.text for message in ann.screen if _CODE.search(message.text)]
        first, second = told[-2:]
        assert "(repeat)" not in first and "(repeat)" in second
        assert _CODE.findall(first) == _CODE.findall(second)
        await halted(desk, HaltState.ACTIVE, "calm")
        await desk.settle(60)
        assert len(lines(ann, "calm")) == 1 and "(repeat)" not in lines(ann, "calm")[0]

    ringing(scene)


@pytest.mark.parametrize("how", ["closed", "silent", "gateway"])
def test_t20_four_hours_without_telegram_lose_nothing_and_end_in_a_digest(how: str) -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        before = len(ann.screen)
        desk.server.go_down(how, for_s=4 * 3_600)
        for number in range(30):
            await flipped(desk, 1, number)
            await desk.settle(460)
        await desk.settle(2_000)
        fresh = [message.text for message in ann.screen[before:]]
        digest = [text for text in fresh if "While nobody was told" in text]
        single = [text for text in fresh if "news-" in text]
        states = dict(await desk.pit.store.deliveries.states())
        assert set(states) <= {"told", "counted"}, states
        assert states["told"] + states["counted"] >= 30
        assert len(single) <= 21 and len(digest) <= 1, fresh
        assert desk.intents() == 0

    ringing(scene)


def test_t20_trading_goes_on_while_telegram_is_away() -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        desk.server.go_down("closed", for_s=3_600)
        await desk.pit.buy("1000")
        await desk.pit.quote("7500", "7501")
        assert desk.pit.position() is not None
        await desk.settle(3_700)
        assert len(lines(ann, "✅ Bought")) == 1

    ringing(scene)


def test_a_fill_takes_the_place_of_the_card_of_its_press() -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        ann.say("/buy BTC 1000 tp 2% sl 1%")
        await desk.settle(2)
        card = ann.last
        ann.press("Buy", card)
        await desk.settle(1)
        await desk.pit.quote("7400", "7401")
        await desk.settle(5)
        assert card.text.startswith("✅ Bought") and not card.labels
        assert len(lines(ann, "✅ Bought")) == 1
        assert len(lines(ann, "I tell you when it fills")) == 0

    ringing(scene)


def test_quiet_hours_take_the_sound_and_risk_keeps_it() -> None:
    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        ann.say("/settings quiet 00:00-12:00")
        await desk.settle(2)
        await desk.pit.buy("1000")
        await desk.pit.quote("7400", "7401")
        await desk.settle(10)
        fill = next(message for message in ann.screen if "✅ Bought" in message.text)
        await halted(desk, HaltState.REDUCE_ONLY, "storm")
        await desk.settle(10)
        alarm = next(message for message in ann.screen if "storm" in message.text)
        assert fill.is_silent and not alarm.is_silent

    ringing(scene)
