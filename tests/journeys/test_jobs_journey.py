"""Digests and the desk's own jobs over days of virtual time, restarts and changed settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from scheduler.job import Missed
from scheduler.jobs import Standing
from tests.fakes.pit import PAPER, START
from tests.journeys.hall import Hall, in_hall
from trading.domain.events import Noticed
from trading.domain.ids import PersonId, StreamId
from trading.domain.schedule import Calendar
from trading.ports import Pending, StoredEvent

# ---------------------------------------------------------------- digests and the desk's own jobs


def notices(hall: Hall, code: str) -> list[Noticed]:
    return [one for one in hall.pit.named("Noticed") if one.code == code]


def test_a_digest_tells_the_day_before_on_the_persons_own_clock() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        await hall.registers.put_setting(PersonId("owner"), "zone", "Asia/Tokyo")
        await chat.hold("/buy btc 1000 sl 5%")
        await hall.until("2018-04-04T02:00", "7500")
        await chat.hold("/close btc")
        await hall.until("2018-04-04T22:59", "7500")
        assert notices(hall, "digest") == []
        await hall.until("2018-04-04T23:05", "7500")  # 08:00 in Tokyo
        (digest,) = notices(hall, "digest")
        assert digest.facts["day"] == "2018-04-04"
        assert (digest.facts["fills"], digest.facts["closed"], digest.facts["exits"]) == ("2", "1", "close=1")
        assert Decimal(digest.facts["realised.1"]) > 13
        text = hall.told()[-1]
        assert "Your 2018-04-04" in text and "2 fills, 1 closed" in text and "Nothing is held." in text
        await hall.restart(timedelta(minutes=5))
        await hall.until("2018-04-05T10:00", "7500")
        assert len(notices(hall, "digest")) == 1

    in_hall(scene)


def test_a_digest_follows_its_setting_at_once_and_can_be_switched_off() -> None:
    async def scene(hall: Hall) -> None:
        for name, value in (("digest", "21:30"),):
            await hall.registers.put_setting(PersonId("owner"), name, value)
        await hall.until("2018-04-04T21:31")
        assert len(notices(hall, "digest")) == 1
        await hall.registers.put_setting(PersonId("owner"), "digest", "off")
        await hall.until("2018-04-06T10:00")
        assert len(notices(hall, "digest")) == 1

    in_hall(scene)


def test_the_digests_time_is_set_in_the_chat_and_nonsense_is_refused() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        assert "07:30" in await chat.say("/settings digest 7:30")
        assert "no" in await chat.say("/settings digest off")
        assert "no time of day" in await chat.say("/settings digest noon")
        kept = await hall.pit.store.registers.settings(PersonId("owner"))
        assert kept["digest"] == "off"

    in_hall(scene)


def test_a_nightly_backup_is_made_once_and_only_its_failure_is_told() -> None:
    async def scene(hall: Hall) -> None:
        await hall.until("2018-04-05T04:00")
        assert hall.backups == [datetime(2018, 4, day, 3, 17, tzinfo=UTC) for day in (4, 5)]
        assert notices(hall, "backup_failed") == []
        hall.backup_problem = "The disk is full: free some space."
        await hall.restart(timedelta(days=3))
        await hall.pit.clock.sleep_s(5)
        assert hall.backups[2:] == [datetime(2018, 4, 8, 3, 17, tzinfo=UTC)]
        (told,) = notices(hall, "backup_failed")
        assert told.facts["problem"].startswith("The disk")
        assert "The nightly backup failed" in hall.told()[-1]

    in_hall(scene)


def test_a_stale_price_of_something_held_is_told_once_and_once_that_it_is_back() -> None:
    async def scene(hall: Hall) -> None:
        await hall.pit.clock.sleep_s(900)
        assert notices(hall, "feed_stale") == []  # nothing is held
        await hall.pit.quote("7400")
        await hall.chat.hold("/buy btc 1000")
        await hall.pit.clock.sleep_s(900)
        await hall.pit.settle()
        assert [one.facts["symbol"] for one in notices(hall, "feed_stale")] == ["BTC/USD"]
        assert "The price of BTC/USD is old\nIt is 2m" in hall.told()[-1]
        await hall.pit.quote("7400")
        await hall.pit.clock.sleep_s(60)
        await hall.pit.settle()
        assert len(notices(hall, "feed_fresh")) == 1 and len(notices(hall, "feed_stale")) == 1
        for _ in range(4):  # a feed that comes and goes is no news each time
            await hall.pit.clock.sleep_s(400)
            await hall.pit.quote("7400")
            await hall.pit.clock.sleep_s(31)
        assert len(notices(hall, "feed_stale")) == 1
        await hall.pit.clock.sleep_s(1_000)
        await hall.pit.settle()
        assert len(notices(hall, "feed_stale")) == 2

    in_hall(scene)


def test_a_job_that_was_left_out_says_how_often_and_between_when() -> None:
    async def scene(hall: Hall) -> None:
        ran: list[datetime] = []

        async def work(slot: datetime) -> None:
            ran.append(slot)

        job = Standing("sweep", Calendar(6, 0), work, Missed.SKIP_AND_SAY, remembers=True, says=True)
        hall.more.append(job)
        await hall.restart()
        await hall.until("2018-04-04T07:00")
        await hall.restart(timedelta(days=3))
        await hall.pit.clock.sleep_s(5)
        assert ran == [datetime(2018, 4, 4, 6, tzinfo=UTC)]
        text = hall.told()[-1]
        assert "The job sweep was left out 3 times" in text
        assert "Due from 2018-04-05 06:00 UTC to 2018-04-07 06:00 UTC" in text
        await hall.restart(timedelta(minutes=1))
        await hall.pit.clock.sleep_s(5)
        assert len(notices(hall, "job_missed")) == 1

    in_hall(scene)


def test_a_symbol_that_an_alert_waits_for_is_asked_for_until_it_has_a_price() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.say("/alerts eth > 400")
        await hall.pit.clock.sleep_s(60)
        assert hall.wanted == []  # its price is fresh
        await hall.restart(timedelta(hours=1))
        await hall.pit.clock.sleep_s(31)
        assert set(hall.wanted) == {"ETH/USD"}
        await hall.pit.quote("410", symbol="ETH/USD")
        hall.wanted.clear()
        await hall.pit.clock.sleep_s(31)
        assert hall.wanted == [] and len(hall.pit.named("AlertFired")) == 1

    in_hall(scene)


def test_an_order_that_its_venue_ends_itself_is_never_canceled_by_the_clock() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.hold("/buy btc 100 @ 7000 gtd 1h")
        await hall.until("2018-04-04T01:30")
        assert hall.pit.named("CancelRequested") == []

    in_hall(scene)


def test_an_order_that_its_venue_forgets_to_end_is_canceled_by_the_clock_once() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.hold("/buy btc 100 @ 7000 gtd 1h")
        await hall.pit.clock.sleep_s(3_600)  # no price comes, so this venue never looks at its orders
        assert hall.pit.named("CancelRequested") == []
        await hall.pit.clock.sleep_s(180)
        await hall.pit.settle()
        assert len(hall.pit.named("CancelRequested")) == 1
        assert list(hall.pit.engine.book.open_orders(PAPER)) == []

    in_hall(scene)


def test_questions_that_nobody_can_mean_any_more_are_forgotten() -> None:
    async def scene(hall: Hall) -> None:
        old = Pending("n" * 22, PersonId("owner"), "console:chat", b"{}", START)
        await hall.registers.put_pending(old)
        await hall.until("2018-04-05T02:00")
        assert await hall.registers.pending("n" * 22) is None

    in_hall(scene)


def test_ten_days_of_virtual_time_write_nothing_that_nobody_asked_for() -> None:
    async def scene(hall: Hall) -> None:
        before: list[StoredEvent] = list(hall.pit.events)
        await hall.registers.put_setting(PersonId("owner"), "digest", "off")
        await hall.pit.clock.sleep_s(10 * 86_400)
        assert hall.pit.events == before
        assert all(stored.stream in (StreamId("paper"), StreamId("desk")) for stored in before)
        assert not hall.runner.is_busy and hall.runner.passed_over == {}

    in_hall(scene)
