"""What a venue does not take is said before anybody presses, and what it takes is shown on a card.

By venue and by field: the columns are those of docs/venues.md, the rules those of the adapters.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.journeys.chat import Chat, in_chat
from tests.journeys.test_accounts_journey import SPOT, Outside, with_spot
from trading.brokers.alpaca_profile import PROFILES, AlpacaMarket
from trading.brokers.binance_profile import BINANCE_SPOT
from trading.brokers.foreseen import at_alpaca, at_binance, at_kraken
from trading.brokers.kraken_profile import KRAKEN_SPOT
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.domain.order import Order
from trading.domain.reports import BrokerConnected

SYMBOL = "BINANCE-PAPER:BTC/USD"
Rule = Callable[[Order, Instrument], str]


def alpaca(market: AlpacaMarket) -> Rule:
    return lambda order, instrument: at_alpaca(order, market)


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
