"""Alerts beyond a price as a person lives them: indicators, results, crossings, ends, what must be seen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.conversation.layout import as_text
from tests.fakes.pit import START
from tests.journeys.hall import Hall, in_hall
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.domain.timed import ESCALATION_PAUSE

HOUR = timedelta(hours=1)


def hours(*closes: int) -> list[Bar]:
    """Closed hours, the newest of which ends now."""
    first = START - len(closes) * HOUR
    prices = [Price(Decimal(close)) for close in closes]
    return [
        Bar("BTC/USD", first + n * HOUR, first + (n + 1) * HOUR, price, price, price, price)
        for n, price in enumerate(prices)
    ]


def test_an_indicator_is_set_listed_and_rings_when_an_hour_closes() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        chat.market.past["BTC/USD"] = hours(*(7_400 + 10 * (n % 2) for n in range(20)))
        said = await chat.say("/alerts btc rsi(14,1h) < 30 buy the dip")
        assert "Alert #1: BTC/USD rsi(14,1h) < 30.00" in said
        assert "BTC/USD rsi(14,1h) is at 53." in said and "buy the dip" in said
        listed = await chat.say("/alerts")
        assert "#1 BTC/USD rsi(14,1h) < 30.00" in listed and "now 53." in listed
        await hall.pass_time(timedelta(minutes=59))
        assert hall.told() == []
        last = chat.market.past["BTC/USD"][-1]
        for n, close in enumerate((7_300, 7_200), start=1):
            price = Price(Decimal(close))
            chat.market.past["BTC/USD"].append(
                Bar("BTC/USD", last.at + n * HOUR, last.ends_at + n * HOUR, price, price, price, price)
            )
        await hall.pass_time(timedelta(minutes=1))
        (told,) = hall.told()
        assert told.startswith("🔔 BTC/USD rsi(14,1h) is at 30.00 or below\nNow ")
        assert "buy the dip" in told and "[Buy BTC/USD]" in told
        assert "Alert #1 rang: BTC/USD rsi(14,1h) < 30.00, at " in await chat.say("/why")

    in_hall(scene)


def test_a_price_against_its_average_is_said_as_it_was_typed_and_rings_when_an_hour_closes() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        chat.market.past["BTC/USD"] = hours(*range(7_340, 7_401))
        refused = (await chat.say("/alerts btc price > ema(50,1h)")).replace("\n", " ")
        assert "BTC/USD − ema(50) is at " in refused and "crosses up 0 waits" in refused, refused
        said = await chat.say("/alerts btc price < ema(50,1h) out of it")
        assert "Alert #1: BTC/USD < ema(50,1h)" in said and "over it" in said, said
        assert "#1 BTC/USD < ema(50,1h)" in await chat.say("/alerts")
        last = chat.market.past["BTC/USD"][-1]
        price = Price(Decimal(7_000))
        fallen = Bar("BTC/USD", last.at + HOUR, last.ends_at + HOUR, price, price, price, price)
        chat.market.past["BTC/USD"].append(fallen)
        await hall.pass_time(HOUR)
        (told,) = hall.told()
        assert told.startswith("🔔 BTC/USD is at ema(50,1h) or below\nNow ") and "under it" in told, told
        assert "Alert #1 rang: BTC/USD < ema(50,1h), at " in await chat.say("/why")

    in_hall(scene)


def test_an_indicator_that_cannot_be_measured_yet_says_what_it_waits_for() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        said = await chat.say("/alerts btc rsi(14,1h) < 30")
        assert "15 closed bars are missing until it can be measured." in said
        assert "15 bars are missing" in await chat.say("/alerts")
        chat.market.past["BTC/USD"] = hours(*range(7_400, 7_420))
        refused = await chat.say("/alerts btc rsi(14,5m) < 30")
        assert "The bars of BTC/USD are longer than that: type /alerts BTC rsi(14,1h) < 30." in refused
        assert "too few bars" in await chat.say("/alerts eth rsi crosses 50")

    in_hall(scene)


def test_the_result_of_a_position_rings_in_money() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        said = await chat.say("/alerts pnl btc > 100")
        assert "Alert #1: P&L of BTC/USD > $100.00" in said and "Nothing is held in BTC/USD now" in said
        await chat.hold("/buy btc 7401")
        await hall.pit.quote("7450")
        assert hall.told() == []
        await hall.pit.quote("7501")
        (told,) = hall.told()
        assert told.startswith("🔔 P&L of BTC/USD is at $100.00 or above\nNow $100.00")

    in_hall(scene)


def test_the_day_rings_at_its_loss() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        await chat.hold("/buy btc 7401")
        await hall.pit.quote("7401")
        assert "P&L of today < -$200.00" in await chat.say("/alerts day < -200 critical")
        await hall.pit.quote("7300")
        await hall.pass_time(timedelta(seconds=1))
        assert hall.told() == []
        await hall.pit.quote("7190")
        await hall.pass_time(timedelta(seconds=1))
        (told,) = hall.told()
        assert told.startswith("🔔 P&L of today is at -$200.00 or below") and "[Seen]" in told
        assert "[Price]" not in told

    in_hall(scene)


def test_a_crossing_waits_for_the_other_side_and_an_end_is_told() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        said = await chat.say("/alerts btc crosses up 7300 for 2h")
        assert "BTC/USD crosses up 7,300.00" in said and "It ends 2018-04-04 02:00 UTC." in said
        await chat.say("/alerts btc > 9000 for 1h moon")
        assert "until 2018-04-04 02:00 UTC" in await chat.say("/alerts")
        await hall.pit.quote("7310")
        await hall.pit.quote("7290")
        assert hall.told() == []
        await hall.pit.quote("7300")
        assert hall.told()[-1].startswith("🔔 BTC/USD is above 7,300.00")
        await hall.pass_time(timedelta(hours=3))
        ended = hall.told()[-1]
        assert ended.startswith("🔔 Alert #2 has ended: BTC/USD > 9,000.00\nIt did not ring.\nmoon")
        assert "No alert waits" in await chat.say("/alerts")

    in_hall(scene)


def test_a_critical_alert_is_told_again_until_it_was_seen() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        said = await chat.say("/alerts btc > 7500 critical repeat")
        assert "Critical: unless you press Seen" in said
        await hall.pit.quote("7500")
        assert "[Seen]" in hall.told()[-1]
        await hall.pass_time(ESCALATION_PAUSE)
        assert "Nobody has seen this for 5m." in hall.told()[-1]
        await hall.restart()
        await hall.pass_time(ESCALATION_PAUSE)
        assert "It is told on every phone now." in hall.told()[-1]
        shown = await chat.screens(action="alerts:seen 1")
        assert "Seen: it is not told any further." in str(shown)
        before = len(hall.told())
        await hall.pass_time(ESCALATION_PAUSE)
        assert len(hall.told()) == before
        assert "Nothing rings unseen." in await chat.say("/alerts seen")

    in_hall(scene)


def test_whatever_its_person_does_counts_as_having_seen_it() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.say("/alerts btc > 7500 critical")
        await hall.pit.quote("7500")
        await hall.chat.join("bob")
        await hall.chat.say("/status", by="bob")
        assert hall.pit.named("AlertsSeen") == []
        await hall.chat.say("/price btc")
        await hall.chat.say("/price btc")
        assert [event.by for event in hall.pit.named("AlertsSeen")] == ["owner"]
        await hall.pass_time(ESCALATION_PAUSE)
        assert hall.pit.named("AlertEscalated") == []

    in_hall(scene)


# ---------------------------------------------------------------- one tap to the card


async def rung(hall: Hall) -> str:
    """An alert has rung; what its Buy button does."""
    await hall.chat.say("/alerts btc > 7500")
    await hall.pit.quote("7500")
    return hall.action("Buy BTC/USD")


async def pressed(hall: Hall, action: str) -> str:
    return as_text((await hall.chat.screens(action=action))[-1])


def test_the_buy_button_of_an_alert_shows_the_usual_card_and_sends_nothing() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.say("/settings one_tap 100000")
        action = await rung(hall)
        card = await pressed(hall, action)
        assert card.startswith("Buy BTC/USD?") and "1%" in card
        assert await pressed(hall, action) != "" and hall.entries() == 0
        assert "7500" not in action
        await hall.chat.press("Buy")
        assert hall.entries() == 1
        await hall.pit.quote("7500")
        await hall.chat.say("/alerts btc > 7600")
        await hall.pit.quote("7600")
        assert "[Buy BTC/USD]  [Close BTC/USD]" in hall.told()[-1]
        assert (await pressed(hall, hall.action("Close BTC/USD"))).startswith("Close BTC/USD?")

    in_hall(scene)


def test_the_preset_called_alert_says_how_much_and_with_which_exits() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.say("/preset save alert 250 tp 3% sl 1%")
        card = await pressed(hall, await rung(hall))
        assert "$250.00" in card and "3%" in card

    in_hall(scene)


def test_a_button_of_an_alert_that_rang_long_ago_is_refused() -> None:
    async def scene(hall: Hall) -> None:
        action = await rung(hall)
        await hall.pass_time(timedelta(minutes=16))
        await hall.pit.quote("7500")
        said = await pressed(hall, action)
        assert "the market has moved on: type /buy BTC/USD" in said
        assert hall.entries() == 0

    in_hall(scene)


def test_the_server_decides_who_may_buy_whatever_the_button_shows() -> None:
    async def scene(hall: Hall) -> None:
        action = await rung(hall)
        await hall.chat.join("bob")
        foreign = as_text((await hall.chat.screens(action=action, by="bob"))[-1])
        assert "no account" in foreign.lower() and "paper" in foreign
        await hall.chat.say("/halt")
        assert "Buy BTC/USD?" not in await pressed(hall, action)
        assert hall.entries() == 0

    in_hall(scene)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/alerts btc magic(3) < 5", "These are: rsi, adx"),
        ("/alerts btc rsi < 130", "130 is never passed"),
        ("/alerts pnl btc > 5%", "/alerts pnl BTC > 50"),
        ("/alerts btc > 9000 until 2018-01-01", "2018-01-01"),
        ("/alerts btc > 9000 until whenever", "whenever"),
        ("/alerts day > 0", "there already"),
    ],
)
def test_what_cannot_be_set_says_what_to_type(typed: str, says: str) -> None:
    async def scene(hall: Hall) -> None:
        assert says in await hall.chat.say(typed)

    in_hall(scene)
