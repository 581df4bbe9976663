"""A whole desk in memory on one account of a venue's test side: what certification trades with.

Whatever happens, it ends with nothing open that it has made.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from bot.main.sites import Session, Site
from bot.spoken import say
from db.store import memory_store
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.ids import AccountId, ClientOrderId, CommandId, PersonId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price, rounded_up
from trading.domain.order import Order, OrderType
from trading.domain.position import Position
from trading.engine.loop import Engine
from trading.entropy import SystemEntropy
from trading.feeds.market import Market
from trading.ports import Clock, Denied, MarketEvent, Taken

ME: Final = PersonId("certifier")
PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.02
BARE: Final = ExitPlan()
FIRST: Final = ("BTC", "ETH")
SHARES: Final = ("SPY", "AAPL")
"""What is traded when nobody says it: the best known of a venue."""
LARGER: Final = Decimal("1.3")
"""Times the least that the venue trades: prices move while an order travels."""


class Failed(Exception):
    """A case did not hold. The text says what was seen instead."""


class Floor:
    """A desk in memory on one account of the venue's test side."""

    def __init__(self, site: Site, clock: Clock, account: AccountId, wanted: str) -> None:
        self.site = site
        self.wanted = wanted
        self.clock = clock
        self.account = account
        self.engine = Engine(memory_store().journal, clock, SystemEntropy().token(32))
        self.market = Market([], clock, SystemEntropy())
        self.commands = 0
        self.session: Session | None = None
        self.rested: Order | None = None
        self.began = clock.now()
        self._tasks: list[asyncio.Task[None]] = []
        self._run = SystemEntropy().token(4).hex()

    def symbol_of(self, cid: ClientOrderId) -> str | None:
        """Where an order of this run trades."""
        order = self.engine.book.order_of_client_id(cid)
        return None if order is None else order.symbol

    async def open(self, session: Session) -> None:
        """Everything runs; nothing was asked of the venue yet."""
        self.session, engine = session, self.engine

        def heard(event: MarketEvent) -> None:
            if isinstance(event, Quote):
                engine.on_quote(event)

        self.market.subscribe(heard)
        engine.contract = self.market.instrument
        engine.memory.epoch = await engine.journal.next_epoch()
        await engine.load()
        self._tasks = [
            asyncio.create_task(engine.run(), name="engine"),
            asyncio.create_task(self.market.listen(self.site.feed), name="prices"),
        ]

    async def close(self) -> None:
        """Hang up."""
        await self.engine.outbox.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.session is not None:
            await self.session.close()
        await self.site.close()

    async def clean(self) -> None:
        """Nothing stays open that was made here."""
        if self.engine.book.account(self.account) is None:
            return
        await self.engine.submit(cm.Flatten(self.command_id(), ME, self.account))
        try:
            await self.until(lambda: not list(self.engine.book.live_positions(self.account)))
        except Failed:
            sys.stderr.write(say("certify.left_open", account=self.account) + "\n")

    # ------------------------------------------------------------ what cases use

    @property
    def venue(self) -> Session:
        """The account's way to its venue."""
        assert self.session is not None
        return self.session

    def command_id(self) -> CommandId:
        """A fresh one, of this run only: so is every name on the wire that grows from it."""
        self.commands += 1
        return CommandId(f"certify:{self._run}:{self.commands}")

    async def until(self, is_so: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        """Wait for what the venue tells."""
        until_s = self.clock.elapsed_s() + patience_s
        while not is_so():
            if self.clock.elapsed_s() > until_s:
                raise Failed(say("certify.not_seen", seconds=int(patience_s)))
            await self.clock.sleep_s(LOOK_S)

    async def do(self, command: cm.Command) -> Taken:
        """Have it decided; a refusal is a failure."""
        answer = await self.engine.submit(command)
        if isinstance(answer, Denied):
            raise Failed(" ".join(one.sentence for one in answer.refusals))
        return answer

    @property
    def first(self) -> tuple[str, ...]:
        """What may be traded, the wanted first."""
        is_of_shares = "ALPACA" in self.site.prefix and "COINS" not in self.site.prefix
        return (self.wanted, *(SHARES if is_of_shares else FIRST))

    @property
    def instrument(self) -> Instrument:
        """What is traded."""
        found = [one for base in self.first if base for one in self.market.search(base)]
        if not found:
            raise Failed(say("certify.no_market"))
        return found[0]

    def seen(self) -> cm.Seen:
        """The market now."""
        instrument = self.instrument
        quote = self.market.last(instrument.symbol)
        if quote is None:
            raise Failed(say("certify.no_price", symbol=instrument.symbol))
        return cm.Seen(instrument, quote, stale_after_s=Decimal(60))

    def least(self, price: Decimal) -> Decimal:
        """A little more than the least that may be traded."""
        one = self.instrument
        wanted = max(one.notional_min / price, one.quantity_min, one.lot_size) * LARGER
        return rounded_up(wanted, one.lot_size)

    def held(self) -> Position | None:
        """What is held of it."""
        found = self.engine.book.current_position(self.account, self.instrument.symbol)
        return found if found is not None and found.is_open else None

    async def bought(self, limit: Price | None, exits: ExitPlan = BARE) -> Order:
        """An entry of the least size, as the book has it."""
        seen = self.seen()
        assert seen.quote is not None
        # Far from the order that rested: the gate takes nearly the same again for a slip of the finger.
        times = 1 if limit else 2
        size = Size(SizeKind.BASE, self.least(limit or seen.quote.bid) * times)
        kind = OrderType.MARKET if limit is None else OrderType.LIMIT
        spec = None if limit is None else PriceSpec(PriceSpecKind.ABSOLUTE, limit)
        taken = await self.do(
            cm.OpenPosition(
                self.command_id(), ME, self.account, seen, True, size, kind, spec, exits=exits, tag="certify"
            )
        )
        found = self.engine.book.order(taken.facts["order_id"])
        assert found is not None
        return found

    def now(self, order: Order) -> Order:
        """The order as the book has it now."""
        found = self.engine.book.order(order.order_id)
        assert found is not None
        return found
