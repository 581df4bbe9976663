"""Alerts about crossings, indicators, results; ends; and critical ones that nobody has seen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain import events_timed as et
from trading.domain import reports as rp
from trading.domain.decide.deciding import Deciding
from trading.domain.ids import AccountId, PersonId
from trading.domain.measure import Indicator, Measure
from trading.domain.money import Price
from trading.domain.timed import ALERT_LIFE_MAX, ESCALATION_PAUSE, PriceAlert, Side

D = Decimal
RSI = Indicator("rsi", (14,), 3_600)


def desk_at(price: str = "6700") -> PureDesk:
    desk = PureDesk()
    desk.price(price)
    return desk


def holding(price: str = "6700") -> PureDesk:
    """A desk that is long one unit bought at that price."""
    desk = desk_at(price)
    desk.buy("1")
    desk.fill(desk.orders[0], "1", price)
    assert desk.position.is_open
    return desk


def alert(desk: PureDesk, level: str, side: Side = Side.ABOVE, **more: Any) -> Deciding:
    seen = None if more.get("of") is Measure.DAY else desk.seen()
    return desk.do(cm.SetAlert, seen=seen, side=side, price=Price(D(level)), **more)


def on_rsi(
    desk: PureDesk, level: str, side: Side = Side.BELOW, value: str | None = "50", **more: Any
) -> None:
    known = D(value) if value is not None else None
    alert(desk, level, side, of=Measure.INDICATOR, indicator=more.pop("indicator", RSI), value=known, **more)


def touched(desk: PureDesk, price: str, number: int = 1) -> Deciding:
    quote = desk.price(price)
    return desk.tell(rp.AlertTouched(PAPER, f"paper/alert-{number}", quote, False, desk.now))


def measured(desk: PureDesk, value: str, number: int = 1) -> Deciding:
    return desk.tell(rp.AlertMeasured(PAPER, f"paper/alert-{number}", D(value), desk.now))


def due(desk: PureDesk, number: int = 1) -> Deciding:
    return desk.tell(rp.AlertDue(PAPER, f"paper/alert-{number}", desk.now))


# ---------------------------------------------------------------- crossings


def test_a_crossing_needs_the_other_side_first() -> None:
    desk = desk_at("6700")
    alert(desk, "6600", Side.CROSSES_UP)
    assert not desk.account.alerts[0].is_armed
    touched(desk, "6700")
    assert desk.said == []
    touched(desk, "6600")  # at the level is not below it
    assert desk.said == []
    touched(desk, "6599")
    assert desk.said == ["AlertRearmed"] and desk.account.alerts[0].is_armed
    touched(desk, "6600")
    assert desk.said == ["AlertFired"] and desk.account.alerts == ()


def test_a_crossing_from_the_side_on_which_it_stands_rings_at_once() -> None:
    desk = desk_at("6700")
    alert(desk, "6800", Side.CROSSES_UP)
    alert(desk, "6600", Side.CROSSES_DOWN)
    assert [one.is_armed for one in desk.account.alerts] == [True, True]
    touched(desk, "6600", number=2)
    assert desk.said == ["AlertFired"]
    assert [one.side for one in desk.account.alerts] == [Side.CROSSES_UP]


def test_a_crossing_that_repeats_waits_for_the_other_side_beyond_the_noise() -> None:
    desk = desk_at("6700")
    alert(desk, "6800", Side.CROSSES_UP, repeats=True)
    touched(desk, "6800")
    assert desk.account.alerts[0].watched == (Side.BELOW, D("6786.4"))
    assert touched(desk, "6790").events == []
    touched(desk, "6786.4")
    assert desk.said == ["AlertRearmed"]


# ---------------------------------------------------------------- indicators


def test_an_indicator_rings_at_its_level_and_says_its_value() -> None:
    desk = desk_at()
    on_rsi(desk, "30")
    measured(desk, "31")
    assert desk.said == []
    measured(desk, "29.5")
    fired = desk.events[-1]
    assert isinstance(fired, et.AlertFired)
    assert (fired.side, fired.symbol) == (Side.BELOW, "BTC/USD")
    assert f"{fired.level} {fired.price}" == "30 29.5"
    assert fired.alert is not None and fired.alert.indicator == RSI and fired.alert.person == OWNER


def test_one_that_cannot_be_measured_yet_waits_for_the_other_side_when_it_crosses() -> None:
    desk = desk_at()
    on_rsi(desk, "70", Side.CROSSES_UP, None)
    measured(desk, "75")
    assert desk.said == []
    measured(desk, "69")
    measured(desk, "71")
    assert desk.said == ["AlertFired"]


def test_what_is_there_already_is_named_with_the_line_that_it_is_over() -> None:
    desk = desk_at()
    on_rsi(desk, "0", Side.ABOVE, "12.5", indicator=Indicator("over_ema", (50,), 3_600))
    assert desk.refused == ["already_there"]
    assert desk.sentence.startswith("BTC/USD − ema(50) is at 12.5, so it is there already: crosses up 0 ")


@pytest.mark.parametrize(
    ("level", "side", "value", "indicator", "code"),
    [
        ("30", Side.BELOW, "29", RSI, "already_there"),
        ("70", Side.ABOVE, "70", RSI, "already_there"),
        ("100", Side.ABOVE, "50", RSI, "level_far"),
        ("0", Side.BELOW, "50", RSI, "level_far"),
        ("0", Side.BELOW, "50", Indicator("atr", (14,), 3_600), "level_far"),
        ("60", Side.ABOVE, "50", Indicator("sma", (20,), 3_600), "level_far"),
        ("30", Side.BELOW, "50", Indicator("magic", (14,), 3_600), "no_indicator"),
        ("30", Side.BELOW, "50", Indicator("rsi", (1,), 3_600), "no_indicator"),
        ("30", Side.BELOW, "50", Indicator("rsi", (14, 3), 3_600), "no_indicator"),
        ("30", Side.BELOW, "50", Indicator("rsi", (14,), 1), "frame"),
        ("50", Side.CROSSES, None, RSI, "no_bars"),
    ],
)
def test_an_indicator_that_cannot_ring_is_refused(
    level: str, side: Side, value: str | None, indicator: Indicator, code: str
) -> None:
    desk = desk_at()
    on_rsi(desk, level, side, value, indicator=indicator)
    assert desk.refused == [code] and desk.account.alerts == ()


def test_levels_below_zero_and_at_it_can_be_meant_where_there_are_such_values() -> None:
    desk = desk_at()
    on_rsi(desk, "-100", Side.BELOW, "10", indicator=Indicator("cci", (20,), 3_600))
    on_rsi(desk, "0", Side.CROSSES, "-3", indicator=Indicator("macd", (12, 26), 3_600), repeats=True)
    measured(desk, "0.5", number=2)
    assert desk.said == ["AlertFired"] and desk.account.alerts[1].waits is Side.BELOW


# ---------------------------------------------------------------- results


def test_the_result_of_a_position_rings_at_its_money() -> None:
    desk = holding("6700")
    alert(desk, "500", of=Measure.POSITION)
    touched(desk, "7199")
    assert desk.said == []
    touched(desk, "7200")
    fired = desk.events[-1]
    assert isinstance(fired, et.AlertFired) and fired.level == fired.price == D(500)


def test_the_result_of_nothing_rings_nothing() -> None:
    desk = desk_at("6700")
    alert(desk, "-50", Side.BELOW, of=Measure.POSITION)
    assert desk.account.alerts[0].set_price is None
    assert touched(desk, "1").events == []
    alert(desk, "5", Side.CROSSES, of=Measure.POSITION)
    assert desk.refused == ["no_value"]


def test_a_result_that_is_there_already_is_refused() -> None:
    desk = holding("6700")
    desk.price("6800")
    alert(desk, "100", of=Measure.POSITION)
    assert desk.refused == ["already_there"]


def test_the_day_is_measured_on_the_book_of_the_decision_and_rings_at_its_loss() -> None:
    desk = holding("6700")
    day = desk.now.date().isoformat()
    desk.tell(rp.DayTurned(PAPER, day, desk.book.equity(desk.account), desk.now))
    alert(desk, "-200", Side.BELOW, of=Measure.DAY)
    assert desk.account.alerts[0].symbol == ""
    desk.price("6510")
    assert measured(desk, "-999").events == []
    desk.price("6490")
    measured(desk, "-210")
    fired = desk.events[-1]
    assert isinstance(fired, et.AlertFired) and f"{fired.level} {fired.price}" == "-200 -210"


def test_a_price_that_is_too_old_speaks_for_the_day_but_not_against_it() -> None:
    desk = holding("6700")
    day = desk.now.date().isoformat()
    desk.tell(rp.DayTurned(PAPER, day, desk.book.equity(desk.account), desk.now))
    alert(desk, "-200", Side.BELOW, of=Measure.DAY)
    desk.price("6000")
    desk.wait(300)
    assert measured(desk, "-700").events == []
    alert(desk, "-1000", Side.BELOW, of=Measure.DAY)
    desk.price("5900")
    measured(desk, "-800")
    assert desk.said == ["AlertFired"]


def test_a_day_whose_result_nobody_knows_rings_for_nothing() -> None:
    desk = holding("6700")
    alert(desk, "-200", Side.BELOW, of=Measure.DAY)
    desk.price("6000")
    assert measured(desk, "-700").events == []


def test_news_of_an_alert_that_is_gone_changes_nothing() -> None:
    desk = desk_at()
    assert measured(desk, "29").events == [] and touched(desk, "7000").events == []
    elsewhere = AccountId("closed long ago")
    assert desk.tell(rp.AlertDue(elsewhere, "paper/alert-1", desk.now)).events == []
    assert desk.tell(rp.AlertMeasured(elsewhere, "paper/alert-1", D(29), desk.now)).events == []


def test_a_price_of_no_symbol_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="a price is of a symbol"):
        desk_at().do(cm.SetAlert, seen=None, side=Side.ABOVE, price=Price(D(7_000)))


# ---------------------------------------------------------------- ends


def test_an_alert_ends_at_its_end_and_rings_no_more() -> None:
    desk = desk_at()
    alert(desk, "7000", until=desk.now + timedelta(hours=1))
    due(desk)
    assert desk.said == []
    desk.wait(3_600)
    due(desk)
    assert desk.said == ["AlertEnded"] and desk.account.alerts == ()
    assert due(desk).events == []


def test_a_price_that_comes_after_the_end_ends_it_too() -> None:
    desk = desk_at()
    alert(desk, "7000", until=desk.now + timedelta(hours=1))
    desk.wait(3_601)
    touched(desk, "7001")
    assert desk.said == ["AlertEnded"]


def test_an_end_that_is_over_or_further_than_a_year_is_refused() -> None:
    desk = desk_at()
    for until in (desk.now, desk.now + ALERT_LIFE_MAX + timedelta(seconds=1)):
        alert(desk, "7000", until=until)
        assert desk.refused == ["until"]


# ---------------------------------------------------------------- seen, unseen


def ringing(desk: PureDesk) -> list[int]:
    return [one.step for one in desk.account.ringing]


def rung(*, repeats: bool = False) -> PureDesk:
    desk = desk_at()
    alert(desk, "7000", is_critical=True, repeats=repeats)
    touched(desk, "7000")
    assert ringing(desk) == [0]
    return desk


def test_a_critical_alert_that_nobody_has_seen_goes_three_steps_and_no_further() -> None:
    desk = rung()
    desk.wait(ESCALATION_PAUSE.total_seconds() - 1)
    assert due(desk).events == []
    steps = []
    for _ in range(5):
        desk.wait(ESCALATION_PAUSE.total_seconds())
        steps += [event.ringing.step for event in due(desk).events if isinstance(event, et.AlertEscalated)]
    assert steps == [1, 2, 3] and ringing(desk) == []


def test_a_desk_that_was_away_takes_one_step_at_a_time() -> None:
    desk = rung()
    desk.wait(86_400)
    due(desk)
    due(desk)
    assert ringing(desk) == [1]


def test_whoever_set_it_has_seen_it_with_whatever_they_do() -> None:
    desk = rung()
    desk.do(cm.SeeAlerts)
    assert desk.said == ["AlertsSeen"] and ringing(desk) == []
    desk.wait(ESCALATION_PAUSE.total_seconds())
    assert due(desk).events == []
    assert desk.do(cm.SeeAlerts).events == []


def test_somebody_else_has_to_say_which_one() -> None:
    desk = desk_at()
    desk.do(cm.SetRole, member=PersonId("bob"), role="trader")
    desk.tell(
        cm.SetAlert(
            desk.command_id(),
            PersonId("bob"),
            PAPER,
            desk.seen(),
            Side.ABOVE,
            Price(D(7000)),
            is_critical=True,
        )
    )
    touched(desk, "7000")
    desk.do(cm.SeeAlerts)
    assert ringing(desk) == [0]
    desk.do(cm.SeeAlerts, alert_ids=("paper/alert-1",))
    assert ringing(desk) == []


def test_ringing_again_counts_anew_and_only_once() -> None:
    desk = rung(repeats=True)
    desk.wait(ESCALATION_PAUSE.total_seconds())
    due(desk)
    assert ringing(desk) == [1]
    touched(desk, "6900")
    touched(desk, "7000")
    assert ringing(desk) == [0]


def test_an_alert_that_is_not_critical_is_told_once() -> None:
    desk = desk_at()
    alert(desk, "7000")
    touched(desk, "7000")
    assert ringing(desk) == []


# ---------------------------------------------------------------- old journals


def test_an_alert_of_an_older_journal_is_read_as_one_of_a_price() -> None:
    kept = (
        b'{"alert_id":"paper/alert-1","number":1,"symbol":"BTC/USD","side":"above","price":"7000",'
        b'"waits":"above","set_at":"2018-04-04T00:00:00Z","set_price":"6700"}'
    )
    found = msgspec.json.decode(kept, type=PriceAlert)
    assert (found.of, found.person, found.until, found.is_critical) == (Measure.PRICE, "", None, False)
    fired = (
        b'{"type":"AlertFired","account":"paper","alert_id":"paper/alert-1","number":1,"symbol":"BTC/USD",'
        b'"side":"above","level":"7000","price":"7001","note":"","is_after_gap":false,"is_over":true,'
        b'"at":"2018-04-04T00:00:00Z"}'
    )
    assert msgspec.json.decode(fired, type=et.AlertFired).alert is None


# ---------------------------------------------------------------- anchors


def test_the_first_bar_of_an_indicator_is_written_down_once_and_moves_only_when_it_is_another() -> None:
    desk = desk_at()
    first, later = desk.now, desk.now + timedelta(hours=5)
    on_rsi(desk, "30", anchored_at=first)
    assert desk.account.alerts[0].anchored_at == first
    said = desk.tell(rp.SeriesAnchored(PAPER, "paper/alert-1", first, desk.now))
    assert said.events == []
    desk.tell(rp.SeriesAnchored(PAPER, "paper/alert-1", later, desk.now))
    assert desk.said == ["AlertAnchored"] and desk.account.alerts[0].anchored_at == later
    assert desk.tell(rp.SeriesAnchored(PAPER, "paper/alert-9", later, desk.now)).events == []
