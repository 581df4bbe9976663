"""/chart and the picture of /equity: what is handed to the painter, the words beside it, and refusals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.conversation.painting import (
    CalendarSpec,
    CardSpec,
    ChartSpec,
    ChartStyle,
    EquityPoint,
    EquitySpec,
    LevelKind,
    NotPainted,
    PlanSpec,
    ReportSpec,
    Theme,
)
from bot.conversation.screen import ACTION_BYTES_MAX, Kind
from bot.handlers.curve import POINTS_MAX, Step, curve_of, thinned
from bot.pictures.painter import Spec
from tests.unit.handlers.test_views_money import close
from tests.unit.handlers.views_stage import START, Stage
from trading.domain.exits import ExitPlan, Level, Target, Trail
from trading.domain.exits import LevelKind as Unit
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Bar
from trading.domain.money import Price

PNG = b"\x89PNG-made-up"
PLAN = ExitPlan(
    targets=(Target(Level(Unit.PERCENT, Decimal(5))),),
    stop=Level(Unit.PERCENT, Decimal(2)),
)


class Sketcher:
    """A painter that keeps what it is asked for."""

    def __init__(self) -> None:
        self.specs: list[Spec] = []
        self.fails = False

    async def chart(self, spec: ChartSpec) -> bytes:
        return self._drawn(spec)

    async def equity(self, spec: EquitySpec) -> bytes:
        return self._drawn(spec)

    async def card(self, spec: CardSpec) -> bytes:
        return self._drawn(spec)

    async def calendar(self, spec: CalendarSpec) -> bytes:
        return self._drawn(spec)

    async def plan(self, spec: PlanSpec) -> bytes:
        return self._drawn(spec)

    async def report(self, spec: ReportSpec) -> bytes:
        return self._drawn(spec)

    def _drawn(self, spec: Spec) -> bytes:
        if self.fails:
            raise NotPainted("made up")
        self.specs.append(spec)
        return PNG

    @property
    def last_chart(self) -> ChartSpec:
        assert isinstance(self.specs[-1], ChartSpec)
        return self.specs[-1]

    @property
    def last_card(self) -> CardSpec:
        assert isinstance(self.specs[-1], CardSpec)
        return self.specs[-1]

    @property
    def last_calendar(self) -> CalendarSpec:
        assert isinstance(self.specs[-1], CalendarSpec)
        return self.specs[-1]

    @property
    def last_equity(self) -> EquitySpec:
        assert isinstance(self.specs[-1], EquitySpec)
        return self.specs[-1]


def minutes(
    count: int, symbol: str = "BTC/USD", span: timedelta = timedelta(minutes=1), price: int = 7400
) -> list[Bar]:
    """Bars that rise by one each, the last of which ends at the start."""
    found = []
    for number in range(count):
        at = START - (count - number) * span
        opens, high, low, close = (Price(Decimal(price - count + number + more)) for more in (0, 2, -1, 1))
        found.append(Bar(symbol, at, at + span, opens, high, low, close))
    return found


async def drawing(count: int = 240) -> tuple[Stage, Sketcher]:
    stage = await Stage().opened()
    stage.market.past["BTC/USD"] = minutes(count)
    sketcher = Sketcher()
    stage.painter = sketcher
    return stage, sketcher


async def test_a_chart_has_a_picture_and_the_same_numbers_in_words() -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen("/chart BTC")
    assert screen.picture is not None
    assert (screen.picture.name, screen.picture.png) == ("chart-BTC-USD-5m", PNG)
    spec = sketcher.last_chart
    assert (spec.symbol, spec.frame, spec.style) == ("BTC/USD", "5m", ChartStyle.CANDLES)
    assert len(spec.candles) == 48 and spec.candles[-1].close == spec.last == 7400
    assert await stage.say("/chart BTC") == (
        "BTC/USD 5m\n"
        "[PAPER]\n"
        "Last        7,400.00\n"
        "Change 4h   +3.35%\n"
        "High / low  7,401.00 / 7,159.00\n"
        "Shown       48 candles of 5m since 2018-04-03 21:00 UTC"
    )


async def test_frame_and_style_are_as_typed_in_any_order() -> None:
    stage, sketcher = await drawing()
    for line in ("/chart BTC 1h area", "chart area 60min btc", "/graph btc area h1"):
        await stage.say(line)
        spec = sketcher.last_chart
        assert (spec.frame, spec.span, spec.style) == ("1h", timedelta(hours=1), ChartStyle.AREA)


async def test_buttons_lead_to_every_other_view() -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen("/chart BTC 1h line")
    rows = [[button.label for button in row] for row in screen.buttons]
    assert rows == [
        ["1m", "5m", "15m", "• 1h", "4h", "1d"],
        ["Candles", "• Line", "Area"],
        ["Buy", "Price", "Refresh"],
    ]
    assert all(button.action.is_navigation for button in screen.all_buttons)
    await stage.press(screen, "15m")
    assert (sketcher.last_chart.frame, sketcher.last_chart.style) == ("15m", ChartStyle.LINE)
    await stage.press(screen, "Candles")
    assert (sketcher.last_chart.frame, sketcher.last_chart.style) == ("1h", ChartStyle.CANDLES)
    assert "Spread" in await stage.press(screen, "Price")


async def test_what_you_hold_is_in_the_picture() -> None:
    stage, sketcher = await drawing()
    await stage.buy(plan=replace(PLAN, trail=Trail(Level(Unit.PERCENT, Decimal(1)))))
    screen = await stage.screen("/chart BTC")
    spec = sketcher.last_chart
    assert [(level.kind, level.label) for level in spec.levels] == [
        (LevelKind.ENTRY, "Entry"),
        (LevelKind.STOP, "Stop"),
        (LevelKind.TARGET, "TP 1"),
        (LevelKind.TRAIL, "Trail"),
    ]
    prices = {level.label: level.price for level in spec.levels}
    assert prices["Entry"] == 7401 and prices["TP 1"] == Decimal("7771.05")
    assert prices["Stop"] == Decimal("7252.98")
    assert spec.is_long and spec.entered_at == START
    assert [(fill.price, fill.is_buy) for fill in spec.fills] == [(Decimal(7401), True)]
    assert "You hold" in await stage.say("/chart BTC")
    assert "Position" in [button.label for button in screen.all_buttons]


async def test_an_exit_that_is_done_is_not_drawn_any_more() -> None:
    stage, sketcher = await drawing()
    await stage.buy(plan=PLAN)
    await close(stage)
    await stage.say("/chart BTC")
    assert sketcher.last_chart.levels == ()
    assert [fill.is_buy for fill in sketcher.last_chart.fills] == [True, False]


async def test_the_picture_says_that_prices_are_replayed() -> None:
    stage, sketcher = await drawing()
    stage.market.notes["BTC/USD"] = "REPLAY 2018-04-04 01:00 UTC"
    await stage.say("/chart BTC")
    assert sketcher.last_chart.note == "REPLAY 2018-04-04 01:00 UTC"


async def test_the_picture_reads_as_the_person_does() -> None:
    stage, sketcher = await drawing()
    await stage.say("/settings zone Europe/Berlin")
    await stage.say("/settings numbers 1.234,56")
    await stage.say("/chart BTC")
    assert sketcher.last_chart.wording.zone == "Europe/Berlin"
    assert sketcher.last_chart.wording.numbers == "1.234,56"


async def test_pictures_are_dark_or_light_as_the_person_likes() -> None:
    stage, sketcher = await drawing()
    await stage.buy(plan=PLAN)
    for line in ("/chart BTC", "/equity"):
        await stage.say("/settings theme light")
        await stage.say(line)
        await stage.say("/settings theme off")
        await stage.say(line)
    assert [spec.theme for spec in sketcher.specs] == [Theme.LIGHT, Theme.DARK] * 2


async def test_gaps_are_told_and_not_filled() -> None:
    stage, sketcher = await drawing(60)
    stage.market.past["BTC/USD"][20:40] = []
    said = await stage.say("/chart BTC 1m")
    assert "1 gap: nothing was quoted there" in said
    assert len(sketcher.last_chart.candles) == 40


async def test_the_newest_price_is_in_the_picture_before_its_bar_ends() -> None:
    stage, sketcher = await drawing()
    stage.wait(seconds=20)
    stage.price("BTC/USD", "7500", "7501")
    await stage.say("/chart BTC 1m")
    assert sketcher.last_chart.last == 7500
    assert sketcher.last_chart.candles[-1].at == START


# ---------------------------------------------------------------- what cannot be shown


async def test_without_bars_the_price_is_offered() -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen("/chart ES")
    assert screen.kind is Kind.REFUSAL and screen.picture is None and not sketcher.specs
    assert "There are no bars of ES yet" in await stage.say("/chart ES")
    assert "2,600.00" in await stage.press(screen, "ES price")


async def test_a_frame_that_is_finer_than_the_bars_is_refused_with_one_that_works() -> None:
    stage, sketcher = await drawing()
    stage.market.past["ES"] = minutes(48, "ES", timedelta(hours=1), 2600)
    said = await stage.say("/chart ES 5m")
    assert said == "Prices of ES come in bars of 1h: 5m would be finer than they are. Type /chart ES 1h"
    screen = await stage.screen("/chart ES")
    assert [button.label for button in screen.buttons[0]] == ["• 1h", "4h", "1d"]
    assert sketcher.last_chart.frame == "1h"


async def test_bars_of_weeks_are_shown_as_they_are() -> None:
    stage, sketcher = await drawing()
    stage.market.past["ES"] = minutes(30, "ES", timedelta(days=7), 2600)
    screen = await stage.screen("/chart ES")
    assert sketcher.last_chart.frame == "7d" and len(sketcher.last_chart.candles) == 30
    assert [button.label for button in screen.buttons[0]] == ["• Candles", "Line", "Area"]
    assert "bars of 7d" in await stage.say("/chart ES 1d")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/chart", "/chart needs a symbol, like BTC."),
        ("/chart 1h", "/chart needs a symbol, like BTC."),
        ("/chart BTC 7m", "There are no candles of “7m”: type one of 1m, 5m, 15m, 1h, 4h, 1d."),
        ("/chart BTC 1w", "There are no candles of “1w”: type one of 1m, 5m, 15m, 1h, 4h, 1d."),
        ("/chart BTC bars", "/chart cannot take “bars”: type /chart BTC or /chart BTC 1h."),
        ("/chart BTC 1h 4h", "/chart cannot take “4h”: type /chart BTC or /chart BTC 1h."),
        ("/chart BTCC", "did you mean BTC/USD"),
        ("/chart BTC on nobody", "nobody"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_what_to_type(line: str, said: str) -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen(line)
    assert screen.kind is Kind.REFUSAL
    assert said in await stage.say(line)
    assert not sketcher.specs


async def test_where_pictures_are_off_the_numbers_stand() -> None:
    stage, _ = await drawing()
    stage.painter = None
    screen = await stage.screen("/chart BTC")
    said = await stage.say("/chart BTC")
    assert screen.picture is None and screen.buttons
    assert "Last        7,400.00" in said
    assert "Pictures are off on this desk: the numbers stand here, /price BTC/USD shows more." in said


async def test_a_picture_that_takes_too_long_costs_the_picture_alone() -> None:
    stage, sketcher = await drawing()
    await stage.buy()
    sketcher.fails = True
    for line in ("/chart BTC", "/equity"):
        screen = await stage.screen(line)
        assert screen.picture is None and screen.kind is Kind.ANSWER
        assert "could not be drawn in time" in await stage.say(line)


async def test_a_token_with_a_long_address_keeps_its_buttons_short() -> None:
    stage, _ = await drawing()
    address = "So11111111111111111111111111111111111111112A"
    assert len(address) == 44
    stage.market.instruments[address] = Instrument(
        address, InstrumentKind.TOKEN, address, "USD", Decimal("1e-12"), Decimal("1e-6")
    )
    stage.price(address, "0.000012")
    stage.market.past[address] = minutes(30, address)
    for line in (f"/chart {address} 15m line", f"/chart {address} 1m on paper", f"/price {address}"):
        screen = await stage.screen(line)
        assert screen.kind is Kind.ANSWER, line
        assert all(len(button.action.id.encode()) <= ACTION_BYTES_MAX for button in screen.all_buttons)


async def test_price_and_position_lead_to_the_chart() -> None:
    stage, sketcher = await drawing()
    await stage.buy()
    for line in ("/price BTC", "/position BTC"):
        await stage.press(await stage.screen(line), "Chart")
        assert sketcher.last_chart.symbol == "BTC/USD"
    assert len(sketcher.specs) == 2


# ---------------------------------------------------------------- equity


async def test_the_equity_picture_ends_with_what_everything_is_worth() -> None:
    stage, sketcher = await drawing()
    await stage.buy(plan=PLAN)
    stage.wait(minutes=10)
    stage.price("BTC/USD", "7500", "7501")
    screen = await stage.screen("/equity")
    assert screen.picture is not None and screen.picture.name == "equity-Equity-paper-month"
    points = sketcher.last_equity.points
    assert [point.value for point in points] == [10_000, Decimal("9999.2599"), Decimal("10009.2099")]
    assert points[-1].at == stage.clock.at
    labels = [button.label for button in screen.all_buttons]
    assert labels == ["Today", "Week", "• Month", "All time", "Refresh", "Ledger"]


async def test_an_account_that_never_traded_has_no_curve_and_says_so() -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen("/equity")
    assert screen.picture is None and not sketcher.specs
    assert "No curve: nothing was filled in this period." in await stage.say("/equity")
    stage.painter = None
    assert "curve" not in await stage.say("/equity")


def test_a_curve_begins_with_the_period_and_a_deposit_is_marked() -> None:
    step = timedelta(hours=1)
    steps = [
        Step(START + step, Decimal(-5), Decimal(995)),
        Step(START + 2 * step, Decimal(500), Decimal(1495), Decimal(500)),
    ]
    points = curve_of(steps, START, START + 3 * step, Decimal(1490))
    assert points == (
        EquityPoint(START, Decimal(1000)),
        EquityPoint(START + step, Decimal(995)),
        EquityPoint(START + 2 * step, Decimal(1495), Decimal(500)),
        EquityPoint(START + 3 * step, Decimal(1490)),
    )
    assert curve_of(steps[1:], START, START + 3 * step, Decimal(1490)) == ()
    assert curve_of([], START, START + step, Decimal(0)) == ()


def test_a_long_curve_is_thinned_and_keeps_its_peaks_and_deposits() -> None:
    points = [
        EquityPoint(START + timedelta(minutes=i), Decimal(i * 7919 % 1000), Decimal(i % 100 == 0))
        for i in range(20_000)
    ]
    found = thinned(points, POINTS_MAX)
    assert len(found) <= POINTS_MAX + 3
    assert found[0] == points[0] and found[-1].at == points[-1].at
    assert {max(p.value for p in found), min(p.value for p in found)} == {999, 0}
    assert sum(p.moved for p in found[1:]) == sum(p.moved for p in points[1:])
    assert [p.at for p in found] == sorted({p.at for p in found})
    assert thinned(points[:10], POINTS_MAX) == tuple(points[:10])
