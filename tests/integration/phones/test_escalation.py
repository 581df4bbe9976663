"""A critical alert over two real front ends: again on the one, then on the other one, then to an admin."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.discord_people import DiscordPerson
from tests.fakes.pit import PAPER
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.phones.desk import PhonesDesk, on_both, words
from tests.integration.phones.test_roles import let_in
from trading.domain.timed import ESCALATION_PAUSE
from trading.engine.alert_rounds import AlertRounds
from trading.gauge import Gauge

RING = "BTC/USD is above 7,500"
AGAIN = "Nobody has seen this for"
PAUSE_S = ESCALATION_PAUSE.total_seconds()


class Rounds:
    """The desk's look at what is due, by hand: it makes one each second where it runs."""

    def __init__(self, desk: PhonesDesk) -> None:
        market = desk.on_telegram.market
        gauge = Gauge(market, desk.pit.clock)
        self._desk = desk
        self._rounds = AlertRounds(desk.pit.engine, gauge.reading, market.stale_after_s)

    async def wait(self, seconds: float) -> None:
        await self._desk.settle(seconds)
        self._rounds.round()
        await self._desk.settle(5)


async def rung(desk: PhonesDesk, ann: TelegramPerson) -> Rounds:
    """Discord is off, a critical alert has rung on Telegram, and nobody has looked."""
    ann.say("/settings notify discord off")
    await desk.settle()
    ann.say("/alerts btc > 7500 critical")
    await desk.settle()
    assert "Alert #1" in words(ann)
    await desk.pit.quote("7501", "7502")
    await desk.settle(5)
    return Rounds(desk)


def test_nobody_looks_and_it_goes_from_phone_to_phone_until_it_is_left() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        rounds = await rung(desk, ann)
        assert words(ann).count(RING) == 1 and AGAIN not in words(ann)
        await rounds.wait(PAUSE_S + 1)
        assert words(ann).count(AGAIN) == 1 and AGAIN not in words(ann_too)
        await rounds.wait(PAUSE_S)
        assert words(ann).count(AGAIN) == 2 and words(ann_too).count(AGAIN) == 1, "also where it is off"
        for _ in range(6):
            await rounds.wait(PAUSE_S)
        assert (words(ann).count(AGAIN), words(ann_too).count(AGAIN)) == (3, 2), "then it is left"
        account = desk.pit.engine.book.account(PAPER)
        assert account is not None and account.ringing == ()

    on_both(scene)


def test_seen_on_the_other_phone_ends_it_on_both() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        rounds = await rung(desk, ann)
        await rounds.wait(PAUSE_S + 1)
        await rounds.wait(PAUSE_S)
        assert words(ann_too).count(AGAIN) == 1
        ann_too.press("Seen")
        await desk.settle(5)
        said = words(ann).count(AGAIN), words(ann_too).count(AGAIN)
        account = desk.pit.engine.book.account(PAPER)
        assert account is not None and account.ringing == ()
        await rounds.wait(PAUSE_S)
        await rounds.wait(PAUSE_S)
        assert (words(ann).count(AGAIN), words(ann_too).count(AGAIN)) == said

    on_both(scene)


def test_a_crash_in_between_goes_on_where_it_was() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        rounds = await rung(desk, ann)
        await rounds.wait(PAUSE_S + 1)
        assert words(ann).count(AGAIN) == 1
        await desk.die()
        await desk.pit.clock.sleep_s(timedelta(minutes=3).total_seconds())
        await desk.live()
        rounds = Rounds(desk)
        await rounds.wait(PAUSE_S)
        assert words(ann_too).count(AGAIN) == 1

    on_both(scene)


def test_in_the_end_an_admin_of_the_account_hears_of_it() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "admin")
        rounds = await rung(desk, ann)
        for _ in range(2):
            await rounds.wait(PAUSE_S + 1)
        assert AGAIN not in words(bob)
        await rounds.wait(PAUSE_S)
        assert AGAIN in words(bob), words(bob)

    on_both(scene)
