"""Planted bugs in the barring of symbols: nothing opens there, what waits to is withdrawn, exits go out."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import effects as fx
from trading.domain import stops
from trading.domain.barring import barred_in
from trading.domain.decide.deciding import Deciding
from trading.engine import loop, outbox


@mutant("I13")
def a_barred_symbol_is_opened_all_the_same() -> Patch:
    """The list is shown, and nobody looks at it."""
    with patch.object(stops, "barred_in", lambda barred, symbol: None):
        yield


@mutant("I13")
def a_barred_symbol_is_free_after_a_start() -> Patch:
    """Accounts come back without what was barred."""

    async def load(self: loop.Engine) -> int:
        loaded: int = await real(self)
        for name, account in self.book.accounts.items():
            self.book.accounts[name] = replace(account, barred=())
        return loaded

    real = loop.Engine.load
    with patch.object(loop.Engine, "load", load):
        yield


@mutant("I13")
def what_waits_in_a_barred_symbol_stays() -> Patch:
    """An entry that waits at the venue fills behind the bar."""

    def ask(self: Deciding, order: Any, cause: str, **more: Any) -> None:
        if not (order.is_entry and barred_in(self.account(order.account).barred, order.symbol)):
            real(self, order, cause, **more)

    real = Deciding.ask_cancel
    with patch.object(Deciding, "ask_cancel", ask):
        yield


@mutant("I2", "I7", "I8")
def a_barred_symbol_holds_its_exits_back() -> Patch:
    """Nothing at all is sent there, also what would close."""

    async def submit(self: outbox.Outbox, effect: fx.Submit, *rest: Any, **more: Any) -> None:
        order = effect.orders[0].item
        account = self._engine.book.account(order.account)
        if account is not None and not order.is_entry and barred_in(account.barred, order.symbol):
            self._not_sent(effect, "halted", "the symbol is barred")
            return
        await real(self, effect, *rest, **more)

    real = outbox.Outbox._submit
    with patch.object(outbox.Outbox, "_submit", submit):
        yield
