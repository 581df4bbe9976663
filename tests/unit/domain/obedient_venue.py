"""A venue for exit properties: takes what the desk sends when the test says so, and remembers the truth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.fakes.proofs import proof_of
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.apply import apply
from trading.domain.book import Book, same
from trading.domain.ids import ClientOrderId, FillId, VenueOrderId
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, OrderType

D = Decimal


@dataclass
class Held:
    """An order as this venue holds it."""

    order: Order
    quantity: Decimal
    filled: Decimal = ZERO
    status: str = "working"
    limit: Price | None = None
    stop: Price | None = None

    @property
    def left(self) -> Decimal:
        """What may still fill."""
        return self.quantity - self.filled if self.status == "working" else D(0)


class ObedientVenue:
    """Effects wait in `sent`, reports in `said`; both are lost in a crash, the venue's truth is not.

    `guards`: whether it holds brackets and lets a group trade no more than the position. Without that it
    fills whatever it is given: then the desk itself must never promise too much.
    """

    def __init__(self, desk: PureDesk, *, guards: bool) -> None:
        self.desk = desk
        self.guards = guards
        self.orders: dict[ClientOrderId, Held] = {}
        self.fills: list[rp.FillReported] = []
        self.said: list[rp.BrokerReport] = []
        self.position = D(0)
        self._carried = len(desk.effects)

    @property
    def sent(self) -> list[fx.Effect]:
        """What has not arrived yet."""
        return self.desk.effects[self._carried :]

    @property
    def open(self) -> list[Held]:
        """What may still fill."""
        return [held for held in self.orders.values() if held.left > 0]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way in either direction."""
        return not self.sent and not self.said

    # ------------------------------------------------------------ what arrives

    def carry(self) -> None:
        """The next effect arrives."""
        if not self.sent:
            return
        effect = self.sent[0]
        self._carried += 1
        match effect:
            case fx.Submit():
                for approved in effect.orders:
                    self._take(approved.item)
            case fx.Cancel():
                self._cancel(effect.client_order_id)
            case fx.Replace():
                self._replace(effect)
            case fx.Resolve():
                self.said += self.truth_of(effect.client_order_id)
            case _:
                pass

    def hear(self) -> None:
        """The desk hears the oldest report."""
        if self.said:
            self.desk.tell(self.said.pop(0))

    def rest(self) -> None:
        """Everything that is on its way arrives."""
        for _ in range(400):
            if self.is_quiet:
                return
            self.carry()
            self.hear()
        raise AssertionError("it never comes to rest")

    def _take(self, order: Order) -> None:
        cid, at = order.client_order_id, self.desk.now
        closable = abs(self.position) if self.position * order.side.sign < 0 else D(0)
        if order.reduce_only and not closable:
            self.said.append(rp.Rejected(PAPER, cid, "reduce_only", "Nothing is left to reduce.", at))
            return
        self.orders[cid] = Held(order, order.quantity, limit=order.limit_price, stop=order.stop_price)
        self.said.append(rp.Accepted(PAPER, cid, VenueOrderId(f"V{len(self.orders)}"), at))
        if order.type is OrderType.MARKET:
            self.fill(self.orders[cid], order.quantity, D(6700))

    def _cancel(self, cid: ClientOrderId) -> None:
        held = self.orders.get(cid)
        if held is None or not held.left:
            self.said.append(rp.CancelRefused(PAPER, cid, "not open", self.desk.now))
            return
        self.end(held, "requested")

    def _replace(self, effect: fx.Replace) -> None:
        held, at = self.orders.get(effect.client_order_id), self.desk.now
        if held is None or not held.left or effect.quantity <= held.filled:
            self.said.append(rp.ReplaceRefused(PAPER, effect.client_order_id, "not open", at))
            return
        held.quantity, held.limit, held.stop = effect.quantity, effect.limit_price, effect.stop_price
        self.said.append(
            rp.Replaced(
                PAPER,
                effect.client_order_id,
                effect.quantity,
                effect.limit_price,
                effect.stop_price,
                "",
                at,
            )
        )

    # ------------------------------------------------------------ what it does by itself

    def end(self, held: Held, reason: str) -> None:
        """No more fills."""
        held.status = "canceled"
        self.said.append(rp.CanceledReported(PAPER, held.order.client_order_id, reason, self.desk.now))

    def fill(self, held: Held, quantity: Decimal, price: Decimal) -> None:
        """Trade `quantity` of it, or what the group and the position allow."""
        order = held.order
        if order.reduce_only and self.guards:
            closable = abs(self.position) if self.position * order.side.sign < 0 else D(0)
            quantity = min(quantity, closable)
        quantity = min(quantity, held.left)
        if quantity <= 0:
            return
        held.filled += quantity
        if held.filled >= held.quantity:
            held.status = "filled"
        self.position += order.side.sign * quantity
        report = rp.FillReported(
            PAPER,
            order.client_order_id,
            FillId(f"F{len(self.fills) + 1}"),
            Quantity(quantity),
            Price(price),
            D(0),
            rp.Liquidity.TAKER,
            self.desk.now,
        )
        self.fills.append(report)
        self.said.append(report)
        if self.guards:
            self._fit()

    def _fit(self) -> None:
        for held in self.open:
            if not held.order.reduce_only:
                continue
            closable = abs(self.position) if self.position * held.order.side.sign < 0 else D(0)
            if not closable:
                self.end(held, "oco")
            elif held.order.group and held.left > closable:
                held.quantity = held.filled + closable
                self.said.append(
                    rp.Replaced(
                        PAPER,
                        held.order.client_order_id,
                        Quantity(held.quantity),
                        held.limit,
                        held.stop,
                        "oco",
                        self.desk.now,
                    )
                )

    # ------------------------------------------------------------ a crash

    def truth_of(self, cid: ClientOrderId) -> list[rp.BrokerReport]:
        """All that there is to say about an order, or the proof that it never came."""
        at, held = self.desk.now, self.orders.get(cid)
        if held is None:
            order = self.desk.book.order_of_client_id(cid)
            assert order is not None
            return [rp.AbsenceProven(PAPER, cid, proof_of(self.desk.book, order), at)]
        said: list[rp.BrokerReport] = [rp.Accepted(PAPER, cid, VenueOrderId("V"), at)]
        if held.status != "canceled":
            quantity = Quantity(held.quantity)
            said.append(rp.Replaced(PAPER, cid, quantity, held.limit, held.stop, "venue", at))
        said += [one for one in self.fills if one.client_order_id == cid]
        if held.status == "canceled":
            said.append(rp.CanceledReported(PAPER, cid, "venue", at))
        return said

    def crash(self) -> None:
        """What was on its way is lost; a new life has the events, and asks the venue."""
        desk = self.desk
        self._carried = len(desk.effects)
        self.said.clear()
        rebuilt = Book()
        staged = rebuilt.staged()
        for event in desk.events:
            apply(staged, event)
        rebuilt.publish(staged)
        assert same(rebuilt, desk.book), "the book is not what its events say"
        rebuilt.marks = desk.book.marks
        desk.book = rebuilt
        waiting = list(rebuilt.open_orders(PAPER))
        for order in waiting:
            desk.tell(rp.Silent(PAPER, order.client_order_id, "the desk stopped", desk.now))
        for order in waiting:
            for report in self.truth_of(order.client_order_id):
                desk.tell(report)
        for fill in self.fills:
            desk.tell(fill)
        desk.tell(rp.BrokerConnected(PAPER, "paper", self.guards, desk.now))
