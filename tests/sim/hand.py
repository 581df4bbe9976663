"""A hand at the venue: somebody trades past the desk, and ends its orders, in the venue's own app."""

from __future__ import annotations

from decimal import Decimal

from tests.sim.recipe import ACCOUNT, INSTRUMENTS
from tests.sim.thinking import pick
from tests.sim.world import World
from trading.brokers.paper_records import Filled
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.domain.reports import Accepted
from trading.ports import VenueOrder

D = Decimal

FOUND_WITHIN_S = 45.0
"""So long a desk may take to find what it is not told: nothing fills for 15 s, and two looks in a row see the
same. A look comes every 8 s, and it takes one to see that something has filled last."""


class Hand:
    """Closes, halves, enlarges, opens, turns round; leaves an order of its own waiting, and takes it back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("hand")
        self._belated = world.entropy.fork("belated")
        self._count = 0
        self._waiting: list[ClientOrderId] = []

    async def meddle(self, times: int) -> None:
        """So often, with pauses."""
        for _ in range(times):
            await self._world.clock.sleep_s(2 + 20 * self._draw.fraction())
            self._once()
            self._world.pass_on()

    def _once(self) -> None:
        instrument: Instrument = pick(self._draw, *INSTRUMENTS)
        held = self._world.venue.snapshot(self._world.clock.now()).positions.get(instrument.symbol, D(0))
        act = pick(self._draw, *self._world.recipe.hand_does)
        if act == "rest":
            self._rest(instrument)
        elif act == "pull":
            self._pull()
        elif act == "take back":
            if self._waiting:
                self._world.venue.cancel(self._waiting.pop(), self._world.clock.now())
        elif held:
            share = {"close": D(1), "half": D("0.5"), "more": D("-0.3"), "turn": D("1.4")}[act]
            self._trade(instrument, -held * share)
        elif act == "more":
            self._trade(instrument, instrument.quantity_down(D("0.02")) or D(1))

    def _pull(self) -> None:
        """One of the desk's own orders is ended in the venue's app (X36): no frame says so."""
        orders = self._world.venue.snapshot(self._world.clock.now()).orders
        if orders:
            chosen: VenueOrder = pick(self._draw, *orders)
            self._world.fire("X36")
            self._world.note("pulled", {"cid": chosen.client_order_id})
            self._world.venue.cancel(chosen.client_order_id, self._world.clock.now())

    def _trade(self, instrument: Instrument, signed: Decimal) -> None:
        quantity = instrument.quantity_down(abs(signed))
        if quantity:
            side = Side.BUY if signed > 0 else Side.SELL
            self._send(instrument, side, quantity, OrderType.MARKET, None)

    def _rest(self, instrument: Instrument) -> None:
        quote = self._world.quotes[instrument.symbol]
        price = instrument.price_nearest(quote.bid * D("0.99"))
        quantity = instrument.quantity_down(D("0.05")) or Quantity(D(1))
        cid = self._send(instrument, Side.BUY, Quantity(quantity), OrderType.LIMIT, price)
        if cid is not None:
            self._waiting.append(cid)

    def _send(
        self, instrument: Instrument, side: Side, quantity: Decimal, kind: OrderType, limit: Price | None
    ) -> ClientOrderId | None:
        self._count += 1
        cid = ClientOrderId(f"HAND-{self._count}")
        order = Order(
            OrderId(cid),
            cid,
            ACCOUNT,
            PositionId("hand"),
            instrument.symbol,
            side,
            kind,
            Quantity(quantity),
            Role.ENTRY,
            limit_price=limit,
        )
        self._world.fire("X37")
        is_told = self._world.recipe.tells_hands
        is_belated = not is_told and self._world.recipe.belated
        self._world.note("hand", {"cid": cid, "told": is_told or is_belated})
        if not is_told:
            self._world.faults.untold.add(cid)
        if is_belated:
            late_s = 30 + 60 * self._belated.fraction()
            self._world.loop.call_later(late_s, self._world.faults.untold.discard, cid)
        answer = self._world.venue.submit(order, self._world.clock.now())
        return cid if isinstance(answer, Accepted) else None


def is_sought(world: World) -> bool:
    """Whether the venue has filled an order of a hand so lately, and keeps it to itself, that no desk need
    have found that out."""
    now_s = world.loop.time()
    for (what, content), at_s in zip(reversed(world.timeline), reversed(world.times_s), strict=True):
        if now_s - at_s >= FOUND_WITHIN_S:
            return False
        is_fill = what == "venue" and isinstance(content, Filled)
        if is_fill and content.report.client_order_id in world.faults.untold:
            return True
    return False
