"""What a venue does not take is said before anybody presses, and what it takes is shown on a card.

By venue and by field: the columns are those of docs/venues.md, the rules those of the adapters.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.journeys.chat import Chat, in_chat
from tests.journeys.test_accounts_journey import SPOT, Outside, with_spot
from trading.brokers.alpaca_profile import PROFILES, AlpacaMarket
from trading.brokers.binance_profile import BINANCE_SPOT
from trading.brokers.foreseen import at_alpaca, at_binance, at_kraken
from trading.brokers.kraken_profile import KRAKEN_SPOT
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side, TimeInForce
from trading.domain.reports import BrokerConnected

SYMBOL = "BINANCE-PAPER:BTC/USD"
Rule = Callable[[Order, Instrument], str]


def alpaca(market: AlpacaMarket) -> Rule:
    return lambda order, instrument: at_alpaca(order, instrument, market)


COLUMNS: dict[str, Rule] = {
    "binance": at_binance,
    "kraken": at_kraken,
    **{f"alpaca-{one.value}": alpaca(one) for one in AlpacaMarket},
}
PROFILE = {
    "binance": BINANCE_SPOT,
    "kraken": KRAKEN_SPOT,
    **{f"alpaca-{one.value}": PROFILES[one] for one in AlpacaMarket},
}
FIELDS: tuple[tuple[str, str, str], ...] = (
    ("market", "/buy btc 100", ""),
    ("limit", "/buy btc 100 @ 6000", "alpaca-parts"),
    ("stop", "/buy btc 100 stop 9000", "alpaca-parts alpaca-coins"),
    ("stop-limit", "/buy btc 100 stop 8100 @ 8150", "alpaca-parts"),
    ("limit for the day", "/buy btc 100 @ 6000 day", "binance kraken alpaca-coins"),
    ("limit, IOC", "/buy btc 100 @ 6000 ioc", "alpaca-parts"),
    ("limit, FOK", "/buy btc 100 @ 6000 fok", "kraken alpaca-parts alpaca-coins"),
    ("post-only", "/buy btc 100 @ 6000 post", "alpaca-shares alpaca-parts alpaca-coins"),
    ("an end at an instant", "/buy btc 100 @ 6000 gtd 2h", "binance alpaca-shares alpaca-parts alpaca-coins"),
)
"""The field, the line, and the columns that refuse it."""


class AtVenue(Outside):
    """Accounts at a venue with these rules."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule

    def foreseen(self, order: Order, instrument: Instrument) -> str:
        return self.rule(order, instrument)


async def at(chat: Chat, column: str) -> None:
    """An account there, in use, with what the venue holds of exits."""
    await with_spot(chat, live=False, currency="USD", kind="paper")
    chat.venues = AtVenue(COLUMNS[column])
    exits = PROFILE[column].exits
    engine = chat.pit.engine
    engine.report(BrokerConnected(SPOT, column, exits.is_whole, engine.clock.now(), exits))
    instrument = replace(chat.pit.instruments["BTC/USD"], symbol=SYMBOL)
    chat.pit.instruments[SYMBOL] = instrument
    now = engine.clock.now()
    engine.on_quote(Quote(SYMBOL, Price(Decimal(8000)), Price(Decimal(8001)), now, source="venue"))
    await chat.pit.settle()
    await chat.say("/use spot")


@pytest.mark.parametrize("column", COLUMNS)
def test_each_field_has_a_card_or_a_sentence_before_the_press(column: str) -> None:
    async def scene(chat: Chat) -> None:
        await at(chat, column)
        wrong = []
        for name, line, refusing in FIELDS:
            said = await chat.say(f"{line} on spot")
            is_refused = "would refuse this order" in said
            if is_refused != (column in refusing.split()) or is_refused == ("[Buy" in said):
                wrong.append((name, said))
        assert wrong == []

    in_chat(scene)


@pytest.mark.parametrize(
    ("column", "guard"),
    [
        ("binance", "this desk watches the rest while it runs"),
        ("kraken", "this desk watches the rest while it runs"),
        ("alpaca-shares", "this desk watches the rest while it runs"),
        ("alpaca-parts", "this desk, while it runs"),
        ("alpaca-coins", "this desk, while it runs"),
    ],
)
def test_the_card_says_who_carries_its_exits_out(column: str, guard: str) -> None:
    async def scene(chat: Chat) -> None:
        await at(chat, column)
        said = await chat.say("/buy btc 100 sl 2% tp 5% on spot")
        assert guard in " ".join(said.split()), said

    in_chat(scene)


BTC = Instrument(
    SYMBOL, InstrumentKind.SPOT, "BTC", "USD", Decimal("0.01"), Decimal("0.0001"),
    quantity_min=Decimal("0.001"), notional_min=Decimal(10),
)  # fmt: skip


def wish(quantity: str, limit: str | None = "8000", **more: Any) -> Order:
    """A limit order, at market without a limit."""
    kind = OrderType.MARKET if limit is None else OrderType.LIMIT
    at_price = None if limit is None else Price(Decimal(limit))
    ids = OrderId("card"), ClientOrderId("card"), SPOT, PositionId("card"), SYMBOL
    sized = Quantity(Decimal(quantity))
    return Order(*ids, Side.BUY, kind, sized, Role.ENTRY, limit_price=at_price, **more)


@pytest.mark.parametrize("column", ["binance", "kraken", "alpaca-shares", "alpaca-coins"])
@pytest.mark.parametrize(
    ("order", "said"),
    [
        (wish("0.002"), ""),
        (wish("0.00255"), "whole steps of 0.0001, not 0.00255. The nearest size is 0.0025."),
        (wish("0.00005"), "whole steps of 0.0001, not 0.00005. The nearest size is 0.001."),
        (wish("0.0009"), "needs at least 0.001."),
        (wish("0.002", "8000.006"), "steps of 0.01, not 8000.006. The nearest price is 8000.01."),
        (wish("0.0012"), "needs at least 10 USD. At 8000 that is 0.0013 or more."),
        (
            wish("0.0012", None, reference_price=Price(Decimal(4000))),
            "needs at least 10 USD. At 4000 that is 0.0025 or more.",
        ),
        (wish("0.0012", None), ""),
    ],
)
def test_a_size_or_price_that_a_venue_does_not_take_is_told_with_the_nearest(
    column: str, order: Order, said: str
) -> None:
    if column == "alpaca-shares" and order.type is OrderType.MARKET:
        order = replace(order, time_in_force=TimeInForce.DAY)
    told = COLUMNS[column](order, BTC)
    assert told.endswith(said) and bool(told) is bool(said), told


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_change_that_the_venue_would_refuse_is_said_before_the_press(language: str) -> None:
    async def scene(chat: Chat) -> None:
        await chat.pit.quote("8000")
        chat.venues = AtVenue(
            lambda order, instrument: at_binance(order, replace(instrument, notional_min=Decimal(50)))
        )
        await chat.say("/buy btc 100 @ 6000")
        await chat.press("Buy")
        if language == "de":
            await chat.say("/settings language de")
        said = " ".join((await chat.say("/modify #1 @ 1000")).split())
        if language == "en":
            assert "would refuse this change" in said
            assert "needs at least 50 USD. At 1000 that is 0.05" in said
        else:
            assert "braucht mindestens 50 USD. Zum Kurs 1.000 sind das 0,05" in said
        assert "[Change" not in said and "[Ändern" not in said
        assert "[Change" in await chat.say("/modify #1 @ 5900") or "[Ändern" in chat.said[-1]

    in_chat(scene)
