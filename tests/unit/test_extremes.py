"""How far prices went while positions were open: heard, written down, and whole again after a restart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.fakes.pit import PAPER, Pit, in_pit
from tests.unit.round_trips import START, round_trip
from trading.domain.ids import PositionId
from trading.domain.market import Bar, Quote
from trading.domain.money import Price
from trading.excursion import UNHEARD_MAX, Excursion, Path, excursion_of
from trading.extremes import CLOSED_MAX, OPEN_NAME, Extremes
from trading.ports import JournalUnavailable

MINUTE = timedelta(minutes=1)


def went(best: int, worst: int) -> Excursion:
    return Excursion(Decimal(best), Decimal(worst))


class Past:
    """The bars of a market and when it is open."""

    def __init__(self) -> None:
        self.past: list[Bar] = []
        self.rests: list[tuple[datetime, datetime]] = []

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        return [bar for bar in self.past if bar.symbol == symbol][-count:]

    def is_open(self, symbol: str, at: datetime) -> bool:
        return not any(since < at < until for since, until in self.rests)


class Listening:
    """A pit whose prices are listened to; `die` loses what was not written."""

    def __init__(self, pit: Pit) -> None:
        self.pit = pit
        self.market = Past()

    async def begin(self) -> Listening:
        self.ear = Extremes(
            self.market,  # type: ignore[arg-type]  # only its bars and its hours are asked for
            self.pit.store.registers,
            self.pit.clock,
            lambda: self.pit.engine.book,
        )
        await self.ear.load()
        self.pit.engine.committed(self.ear.committed)
        return self

    async def price(self, price: str, after: timedelta = MINUTE) -> None:
        """A quote, `after` the one before it."""
        await self.pit.clock.sleep_s(after.total_seconds())
        value = Price(Decimal(price))
        self.ear.hear(Quote("BTC/USD", value, value, self.pit.clock.now()))
        await self.pit.quote(price)

    async def buy(self) -> None:
        """Ten units, filled at 100."""
        await self.pit.buy("1000")
        await self.pit.quote("100")

    async def close(self, price: str) -> None:
        """All of it, filled at `price`."""
        await self.pit.close()
        await self.pit.quote(price)

    def bar(self, low: str, high: str, at: datetime, span: timedelta = MINUTE) -> Bar:
        bottom, top = Price(Decimal(low)), Price(Decimal(high))
        return Bar("BTC/USD", at, at + span, bottom, top, bottom, top)

    async def again(self) -> None:
        """The process dies and comes back."""
        await self.pit.die()
        await self.pit.open()
        await self.begin()

    async def moves(self) -> Excursion | None:
        """MFE and MAE of the newest round trip, a unit's worth, from what was noted alone."""
        row = (await self.pit.store.ledger.closed([PAPER], limit=1))[-1]
        paths = await self.ear.paths_of(PAPER)
        found = excursion_of(row, [], paths.get(row.position_id))
        if found is None:
            return None
        return Excursion(round(found.best / row.quantity, 6), round(found.worst / row.quantity, 6))


async def listening(pit: Pit) -> Listening:
    desk = await Listening(pit).begin()
    await desk.price("100")
    return desk


def test_the_extremes_of_a_position_are_those_that_were_heard_from_its_fill_to_its_close() -> None:
    async def scene(pit: Pit) -> None:
        desk = await listening(pit)
        await desk.price("50")
        await desk.price("100")
        await desk.buy()
        for price in ("104", "93", "101"):
            await desk.price(price)
        await desk.close("101")
        await desk.price("500")
        assert await desk.moves() == went(4, 7)
        assert desk.ear._runs == {}

    in_pit(scene)


def test_a_restart_goes_on_with_what_was_written_and_bars_tell_the_time_between() -> None:
    async def scene(pit: Pit) -> None:
        desk = await listening(pit)
        await desk.buy()
        await desk.price("120")
        await desk.ear.write()
        written = pit.clock.now()
        await desk.price("180")  # heard, and lost with the process: only bars can tell of it
        desk.market.past = [desk.bar("100", "130", written - MINUTE)]
        desk.market.past += [desk.bar("90", "150", written + n * MINUTE) for n in range(30)]
        await pit.clock.sleep_s(1_740)
        await desk.again()
        await desk.price("100")
        await desk.close("100")
        assert await desk.moves() == went(50, 10)

    in_pit(scene)


def test_a_time_of_which_nothing_tells_makes_the_path_unknown_and_a_market_that_rests_does_not() -> None:
    async def scene(pit: Pit) -> None:
        desk = await listening(pit)
        await desk.buy()
        await desk.price("110")
        begun = pit.clock.now()
        desk.market.rests = [(begun, begun + timedelta(hours=16))]
        await desk.price("105", timedelta(hours=16))
        path = (await desk.ear.paths_of(PAPER))[pit.position().position_id]  # type: ignore[union-attr]  # held
        assert not path.is_broken and path.highest == 110
        await desk.price("105", timedelta(hours=2))
        await desk.close("100")
        assert await desk.moves() is None

    in_pit(scene)


def test_a_position_that_was_closed_while_nobody_listened_is_ended_by_bars_at_the_next_start() -> None:
    async def scene(pit: Pit) -> None:
        desk = await listening(pit)
        await desk.buy()
        await desk.price("110")
        await desk.ear.write()
        written = pit.clock.now()
        pit.engine._listeners.remove(desk.ear.committed)
        await pit.clock.sleep_s(1_800)
        await pit.quote("100")
        await desk.close("100")
        desk.market.past = [desk.bar("80", "109", written + n * MINUTE) for n in range(30)]
        await desk.again()
        assert await desk.moves() == went(10, 20)
        await desk.ear.write()
        assert await pit.store.registers.meta(OPEN_NAME) == "{}"
        desk.market.past = []
        await desk.again()
        assert await desk.moves() == went(10, 20)

    in_pit(scene)


def test_what_cannot_be_written_now_is_written_later_and_no_more_is_kept_than_is_looked_at() -> None:
    async def scene(pit: Pit) -> None:
        desk = await listening(pit)
        await desk.buy()
        await desk.price("90")
        await desk.close("100")
        put, fails = pit.store.registers.put_meta, [True]

        async def fail(name: str, value: str) -> None:
            if fails[0]:
                raise JournalUnavailable("disk full")
            await put(name, value)

        pit.store.registers.put_meta = fail  # type: ignore[method-assign]  # a disk that is full for a while
        await desk.ear.write()
        assert await desk.moves() == went(0, 10)
        fails[0] = False
        now = pit.clock.now()
        many = {}
        for n in range(1, CLOSED_MAX + 5):
            at = now - timedelta(days=n)
            many[f"old/{n}"] = Path(Decimal(2), Decimal(1), at, at)
        desk.ear._ended[PAPER] |= many  # type: ignore[arg-type]  # ids of other positions
        await desk.ear.write()
        assert desk.ear._ended == {} and len(await desk.ear.paths_of(PAPER)) == CLOSED_MAX
        assert await desk.moves() == went(0, 10)

    in_pit(scene)


def test_many_who_hold_one_symbol_each_have_the_extremes_of_their_own_time() -> None:
    async def scene(pit: Pit) -> None:
        desk = await listening(pit)
        chance = random.Random(5)
        await desk.buy()
        position = pit.position()
        assert position is not None
        heard = [[Decimal(100)]]
        others = []
        for step in range(200):
            await pit.clock.sleep_s(20)
            price = Price(Decimal(chance.randrange(50, 150)))
            desk.ear.hear(Quote("BTC/USD", price, price, pit.clock.now()))
            for one in heard:
                one.append(price)
            if step % 10 == 0:
                other = replace(position, position_id=PositionId(f"other-{step}"), opened_at=pit.clock.now())
                desk.ear._begin(other, None)
                others.append(other.position_id)
                heard.append([Decimal(100)])
            if step % 35 == 0:
                await desk.ear.write()
        paths = await desk.ear.paths_of(PAPER)
        for name, one in zip([position.position_id, *others], heard, strict=True):
            assert (paths[name].lowest, paths[name].highest) == (min(one), max(one)), name
        assert len(desk.ear._runs["BTC/USD"].stretches) == 1
        ended = desk.ear._open.pop(others[0])
        desk.ear._end(ended, pit.clock.now())
        assert (await desk.ear.paths_of(PAPER))[others[0]].until == pit.clock.now()

    in_pit(scene)


def test_an_open_position_says_how_far_it_went_so_far_and_goes_on() -> None:
    async def scene(pit: Pit) -> None:
        desk = await listening(pit)
        await desk.buy()
        for price in ("107", "95"):
            await desk.price(price)
        position = pit.position()
        assert position is not None
        for _ in range(2):
            path = desk.ear.open_path(position.position_id)
            assert path is not None and path.highest == 107 and path.lowest == 95
        assert desk.ear.open_path("nobody's") is None
        await desk.price("111")
        await desk.close("100")
        assert await desk.moves() == went(11, 5)
        assert desk.ear.open_path(position.position_id) is None

    in_pit(scene)


def test_a_path_that_began_late_or_ended_early_tells_nothing_of_the_whole() -> None:
    row = round_trip("10", closed_h=3, held_h=3)
    whole = Path(Decimal(130), Decimal(95), row.opened_at, row.closed_at - UNHEARD_MAX)
    assert excursion_of(row, [], whole) == went(30, 5)
    assert excursion_of(row, [], Path(whole.highest, whole.lowest, START + MINUTE, row.closed_at)) is None
    early = row.closed_at - UNHEARD_MAX - timedelta(seconds=1)
    assert excursion_of(row, [], Path(whole.highest, whole.lowest, row.opened_at, early)) is None
