"""Lines of /alerts and /schedule: what they say, and what is wrong with those that say nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.conversation.grammar_alert import (
    AlertDrop,
    AlertLine,
    AlertList,
    AlertSeen,
    Misread,
    alert_line,
    alert_text,
    numbers_of,
)
from bot.conversation.grammar_schedule import ScheduleDo, ScheduleLine, When, schedule_line
from bot.conversation.grammar_shapes import Asked, NotUnderstood
from bot.conversation.grammar_wording import Stop, Twofold
from bot.conversation.words import CATALOGUE, DEFAULT, say
from trading.domain.exits import Moment
from trading.domain.timed import Side

ALERTS = [
    ("btc > 70000", "BTC > 70000"),
    ("btc>70k", "BTC > 70000"),
    ("BTC >70,000", "BTC > 70000"),
    ("btc/usd above $70000", "BTC/USD > 70000"),
    ("btc < 60k", "BTC < 60000"),
    ("btc under 60000usd repeat buy the dip", "BTC < 60000 repeat note buy the dip"),
    ("eth crosses 3000 once", "ETH crosses 3000"),
    ("eth 3000", "ETH crosses 3000"),
    ("eth @ 3000", "ETH crosses 3000"),
    ("btc +5%", "BTC +5%"),
    ("btc -3% repeat", "BTC -3% repeat"),
    ("btc > +5%", "BTC +5%"),
    ("add btc > 1 note > than one", "BTC > 1 note > than one"),
    ("sol <= 12.5 note sell <half>", "SOL < 12.5 note sell <half>"),
    ("btc crosses up 70k", "BTC crosses up 70000"),
    ("btc crosses above 70k repeat", "BTC crosses up 70000 repeat"),
    ("btc cross down 70k", "BTC crosses down 70000"),
    ("btc rsi(14,1h) < 30", "BTC rsi(14,1h) < 30"),
    ("btc rsi(14, 1h)<30 critical buy", "BTC rsi(14,1h) < 30 critical note buy"),
    ("btc/usd RSI < 30", "BTC/USD rsi(14,1h) < 30"),
    ("btc > ema(50,1h)", "BTC > ema(50,1h)"),
    ("btc price>EMA", "BTC > ema(20,1h)"),
    ("btc price crosses sma(200,1d) repeat", "BTC crosses sma(200,1d) repeat"),
    ("btc crosses up upper for 3d", "BTC crosses up upper(20,1h) for 3d"),
    ("btc close below lower(20, 4h) sell half", "BTC < lower(20,4h) note sell half"),
    ("btc over_ema(50,1h) > 100", "BTC over_ema(50,1h) > 100"),
    ("btc over_ema(50,1h) > 0", "BTC > ema(50,1h)"),
    ("btc price > 70k", "BTC > 70000"),
    ("btc rsi (9) > 70", "BTC rsi(9,1h) > 70"),
    ("btc rsi(daily) crosses 50", "BTC rsi(14,1d) crosses 50"),
    ("eth macd(12,26,4h) crosses up 0", "ETH macd(12,26,4h) crosses up 0"),
    ("eth cci < -100 repeat", "ETH cci(20,1h) < -100 repeat"),
    ("btc sma(50,1d) > 70,000", "BTC sma(50,1d) > 70000"),
    ("pnl btc > 500", "pnl BTC > 500"),
    ("pnl btc>$500", "pnl BTC > 500"),
    ("btc pnl < -200", "pnl BTC < -200"),
    ("pnl btc -200", "pnl BTC < -200"),
    ("p&l btc crosses 0", "pnl BTC crosses 0"),
    ("day < -200 critical", "day < -200 critical"),
    ("today > 300usd", "day > 300"),
    ("day<-200", "day < -200"),
    ("btc > 70k for 3d", "BTC > 70000 for 3d"),
    (
        "btc > 70k repeat until tomorrow 09:00 sell half",
        "BTC > 70000 repeat until tomorrow 09:00 note sell half",
    ),
    ("btc > 70k until 2026-12-01 urgent repeat", "BTC > 70000 repeat critical until 2026-12-01 00:00"),
    ("btc > 70k for the win", "BTC > 70000 note for the win"),
]


@pytest.mark.parametrize(("text", "read"), ALERTS)
def test_an_alert_is_read_and_reads_back_as_itself(text: str, read: str) -> None:
    found = alert_line(text)
    assert isinstance(found, AlertLine)
    assert alert_text(found) == read
    assert alert_line(alert_text(found)) == found


def test_a_sign_means_a_side() -> None:
    up, down = alert_line("btc +5%"), alert_line("btc -3%")
    assert isinstance(up, AlertLine) and isinstance(down, AlertLine)
    assert (up.side, up.percent) == (Side.ABOVE, Decimal(5))
    assert (down.side, down.percent) == (Side.BELOW, Decimal(-3))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", AlertList()),
        ("list", AlertList()),
        ("btc", AlertList("BTC")),
        ("del 3", AlertDrop((3,))),
        ("delete #3, 4", AlertDrop((3, 4))),
        ("off all", AlertDrop()),
        ("seen", AlertSeen()),
        ("seen #3", AlertSeen((3,))),
    ],
)
def test_alerts_are_listed_and_forgotten(text: str, read: object) -> None:
    assert alert_line(text) == read


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("> 70000", "alerts.no_symbol"),
        ("btc >", "alerts.no_price"),
        ("btc to 70000", "alerts.no_side"),
        ("btc > 5%", "alerts.percent_sign"),
        ("btc > -5%", "alerts.percent_sign"),
        ("btc < +5%", "alerts.percent_sign"),
        ("btc -100%", "alerts.percent_all"),
        ("btc > -70000", "alerts.price_form"),
        ("btc > 2r", "alerts.price_form"),
        ("btc > 1 " + "x" * 121, "alerts.note_long"),
        ("del", "alerts.which"),
        ("del btc", "alerts.number_form"),
        ("btc magic(14) < 30", "alerts.no_indicator"),
        ("btc rsi(14,1y) < 30", "alerts.indicator_form"),
        ("btc rsi(1h,14) < 30", "alerts.indicator_form"),
        ("btc rsi(1) < 30", "alerts.indicator_length"),
        ("btc rsi(201) < 30", "alerts.indicator_length"),
        ("btc rsi(12,26) < 30", "alerts.indicator_length"),
        ("btc rsi(14,1h)", "alerts.no_value"),
        ("btc rsi(14,1h) <", "alerts.no_value"),
        ("btc rsi < 30%", "alerts.value_form"),
        ("btc rsi < $30", "alerts.value_form"),
        ("pnl btc", "alerts.no_value"),
        ("pnl btc > 5%", "alerts.value_form"),
        ("day", "alerts.no_value"),
        ("day < -2%", "alerts.value_form"),
        ("day is bad", "alerts.no_side"),
        ("pnl -5 > 3", "alerts.no_symbol"),
        ("del -1", "alerts.number_form"),
    ],
)
def test_a_bad_alert_says_what_to_type_instead(text: str, key: str) -> None:
    with pytest.raises(Misread) as told:
        alert_line(text)
    assert told.value.key == key
    assert "{" not in say(key, **told.value.values)


def test_a_number_that_is_none_is_told_by_the_grammar() -> None:
    for text in ("btc > nan", "btc > 0", "btc > 1e5", "day < nan", "btc > 1 until friday", "btc > 1 for 3x"):
        with pytest.raises(Stop):
            alert_line(text)


def test_a_number_with_two_readings_is_asked() -> None:
    with pytest.raises(Twofold) as told:
        alert_line("eur/usd > 1.085")
    assert len(told.value.choices) == 2


NINE = Moment(hour=9, minute=0)
TIMES: list[tuple[str, When]] = [
    ("every day at 09:00", When(at=NINE)),
    ("daily at 9:00", When(at=NINE)),
    ("every day 09:00", When(at=NINE)),
    ("every day at 09:00 Europe/Berlin", When(at=Moment(hour=9, zone="Europe/Berlin"))),
    ("every day at 09:00 utc", When(at=Moment(hour=9, zone="UTC"))),
    ("every weekday at 15:30", When(at=Moment(hour=15, minute=30), weekdays=(0, 1, 2, 3, 4))),
    ("weekends at 15:30", When(at=Moment(hour=15, minute=30), weekdays=(5, 6))),
    ("every monday at 15:30", When(at=Moment(hour=15, minute=30), weekdays=(0,))),
    ("every mon, wed and fri at 09:00", When(at=NINE, weekdays=(0, 2, 4))),
    ("every mon,fri at 09:00", When(at=NINE, weekdays=(0, 4))),
    ("every tuesdays at 09:00", When(at=NINE, weekdays=(1,))),
    ("weekly on sunday at 09:00", When(at=NINE, weekdays=(6,))),
    ("every week on thu at 09:00", When(at=NINE, weekdays=(3,))),
    ("every month on the 1st at 09:00", When(at=NINE, days=(1,))),
    ("monthly on the 1st and 15th at 09:00", When(at=NINE, days=(1, 15))),
    ("every month on the last day at 09:00", When(at=NINE, days=(31,))),
    ("every 4h", When(every_s=14_400)),
    ("every 30 minutes", When(every_s=1_800)),
    ("every hour", When(every_s=3_600)),
    ("every 2 weeks", When(every_s=1_209_600)),
    ("cron 0 9 * * 1-5", When(cron="0 9 * * 1-5")),
    ("cron 0 9 * * 1-5 Asia/Tokyo", When(cron="0 9 * * 1-5", zone="Asia/Tokyo")),
    ("at 2026-12-01 09:00", When(once=Moment(hour=9, date="2026-12-01"))),
    ("at 09:00 America/New_York", When(once=Moment(hour=9, zone="America/New_York"))),
]


@pytest.mark.parametrize(("text", "when"), TIMES)
def test_the_time_of_a_recurring_order_is_read(text: str, when: When) -> None:
    found = schedule_line(f"buy btc 100 {text}")
    assert isinstance(found, ScheduleLine)
    assert found.when == when
    assert (found.order.verb, found.order.symbol, found.time) == ("buy", "BTC", text)


def test_the_words_of_an_order_are_not_taken_for_its_time() -> None:
    found = schedule_line("buy btc 100 @ 64000 tp 5% exit at 15:55 tag daily every day at 09:00")
    assert isinstance(found, ScheduleLine)
    assert found.order.tag == "daily" and found.order.exit == Moment(hour=15, minute=55)
    assert found.when == When(at=NINE)
    once = schedule_line("/buy btc 100 at 64000 at 2026-12-01 09:00")
    assert isinstance(once, ScheduleLine) and once.order.limit is not None
    assert once.when == When(once=Moment(hour=9, date="2026-12-01"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ScheduleDo()),
        ("list", ScheduleDo()),
        ("pause 2", ScheduleDo("pause", (2,))),
        ("resume #2", ScheduleDo("resume", (2,))),
        ("del 1 2", ScheduleDo("del", (1, 2))),
        ("now 3", ScheduleDo("now", (3,))),
    ],
)
def test_recurring_orders_are_listed_paused_and_ended(text: str, read: ScheduleDo) -> None:
    assert schedule_line(text) == read


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("buy btc 100", "schedules.no_time"),
        ("buy btc 100 exit at 15:55", "schedules.no_time"),
        ("every day at 09:00", "schedules.no_order"),
        ("sell btc 50% every day at 09:00", "schedules.only_entries"),
        ("alerts every day at 09:00", "schedules.only_entries"),
        ("buy btc every day at 09:00", "schedules.no_size"),
        ("buy btc 100 exit 2026-01-05 15:55 every day at 09:00", "schedules.dated_exit"),
        ("buy btc 100 every", "schedules.every_what"),
        ("buy btc 100 every full moon", "schedules.every_form"),
        ("buy btc 100 every 4x", "schedules.every_form"),
        ("buy btc 100 every 0h", "schedules.every_form"),
        ("buy btc 100 every 4h please", "schedules.every_form"),
        ("buy btc 100 every day", "schedules.no_clock"),
        ("buy btc 100 every monday", "schedules.no_clock"),
        ("buy btc 100 every monday and moonday at 09:00", "schedules.weekday"),
        ("buy btc 100 weekly at 09:00", "schedules.weekday_missing"),
        ("buy btc 100 monthly at 09:00", "schedules.day_missing"),
        ("buy btc 100 every month on the 32nd at 09:00", "schedules.day"),
        ("buy btc 100 every day at 09:00 sharp", "schedules.extra"),
        ("buy btc 100 cron 0 9 * *", "schedules.cron"),
        ("buy btc 100 cron 0 25 * * *", "schedules.cron"),
        ("pause", "schedules.which"),
        ("del all", "schedules.which"),
        ("pause btc", "schedules.number_form"),
    ],
)
def test_a_bad_schedule_says_what_to_type_instead(text: str, key: str) -> None:
    with pytest.raises(Misread) as told:
        schedule_line(text)
    assert told.value.key == key
    assert key in CATALOGUE[DEFAULT]
    assert "{" not in say(key, **told.value.values)


def test_a_clock_that_is_none_is_told_by_the_grammar() -> None:
    with pytest.raises(Stop):
        schedule_line("buy btc 100 every day at 25:00")


def test_an_order_that_cannot_be_read_comes_back_as_the_grammars_own_refusal() -> None:
    found = schedule_line("buy btc risk 1% every day at 09:00")
    assert isinstance(found, NotUnderstood) and found.code == "risk_needs_stop"


def test_an_order_with_two_readings_is_asked_and_stays_a_recurring_one() -> None:
    found = schedule_line("buy 100 btc every day at 09:00")
    assert isinstance(found, Asked)
    for _, line in found.choices:
        assert line.startswith("/schedule ")
        again = schedule_line(line.removeprefix("/schedule "))
        assert isinstance(again, ScheduleLine) and again.when == When(at=NINE)


def test_numbers_have_a_bound() -> None:
    with pytest.raises(Misread):
        numbers_of([str(number) for number in range(51)], "alert")
