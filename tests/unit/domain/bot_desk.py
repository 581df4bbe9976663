"""Deciding about one bot by hand: a desk with a price and a bot, and what it wants and hears."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain.automation import (
    Automation,
    BotGuard,
    BotPlace,
)
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity
from trading.domain.order import OrderType, Side

D = Decimal


def place(tag: str, limit: str = "6600", size: str = "0.01", **more: Any) -> BotPlace:
    """A wish to buy (or, with `reduce_only`, to sell)."""
    side = more.pop("side", Side.SELL if more.get("reduce_only") else Side.BUY)
    return BotPlace(tag, side, OrderType.LIMIT, Quantity(D(size)), Price(D(limit)), **more)


class BotDesk(PureDesk):
    """A desk with a price and one bot."""

    def __init__(self, *, begins: bool = True, **more: Any) -> None:
        super().__init__(**more)
        self.price("6699.99", "6700.01")
        if begins:
            self.begin()

    def begin(self, name: str = "b", budget: str = "1000", instrument: Instrument | None = None) -> Any:
        seen = cm.Seen(instrument or self.instrument, self.book.marks.get(self.instrument.symbol))
        command = cm.StartBot(self.command_id(), OWNER, PAPER, seen, "grid", name, {}, D(budget), b"0")
        return self.tell(command)

    @property
    def bot(self) -> Automation:
        """The newest bot."""
        return self.account.bots.every[-1]

    def act(self, *wants: Any, heard: int | None = None, **more: Any) -> Any:
        """The bot moves, having heard all that waits."""
        bot = self.bot
        waiting = len(bot.heard) if heard is None else heard
        given = {"version": bot.version, "state": f"{bot.version + 1}".encode(), "seen": self.seen()} | more
        return self.do(cm.BotActs, bot_id=bot.bot_id, heard=waiting, wants=wants, **given)

    def heard(self) -> list[tuple[str, str, str]]:
        """What waits for it: kind, tag, code."""
        return [(one.kind.value, one.tag, one.code) for one in self.bot.heard]


def bought(**more: Any) -> BotDesk:
    """A bot that holds 0.02, with its stop at 6400."""
    desk = BotDesk(**more)
    desk.act(BotGuard("g/1", below=Price(D(6400))), place("t1", size="0.02"))
    (order,) = desk.orders
    desk.accept(order)
    desk.fill(order, price="6600")
    return desk
