"""What the paper account owns: cash, holdings, and how much of it is spoken for. The venue's own truth."""

from __future__ import annotations

from decimal import Decimal

from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Quantity
from trading.domain.position import cost_share


class Holding:
    """Signed quantity and signed exact cost of one symbol."""

    __slots__ = ("cost", "held", "quantity")

    def __init__(self) -> None:
        self.quantity = ZERO
        self.cost = ZERO
        self.held = ZERO


class Purse:
    """Cash and holdings of one account.

    Bought spot, shares and tokens are paid in full. A short brings its proceeds, which stay locked, and
    locks `margin_fraction` of them again; a future moves cash only by what it realises and locks
    `margin_fraction` of its notional at cost.
    """

    def __init__(self, cash: Decimal) -> None:
        self.cash = cash
        self.reserved = ZERO  # for entries that wait
        self._holdings: dict[str, Holding] = {}
        self._held = ZERO

    @property
    def available(self) -> Decimal:
        """What new entries may use."""
        return self.cash - self._held - self.reserved

    def quantity(self, symbol: str) -> Decimal:
        """Signed holding of `symbol`."""
        holding = self._holdings.get(symbol)
        return holding.quantity if holding else ZERO

    def positions(self) -> dict[str, Quantity]:
        """All that is held, signed."""
        return {symbol: Quantity(h.quantity) for symbol, h in self._holdings.items() if h.quantity}

    def closable(self, symbol: str, is_buy: bool) -> Decimal:
        """How much an order of that side can close."""
        held = self.quantity(symbol)
        return max(-held if is_buy else held, ZERO)

    def need(self, instrument: Instrument, is_buy: bool, quantity: Decimal, price: Decimal) -> Decimal:
        """What an order locks for the part that opens."""
        opening = max(quantity - self.closable(instrument.symbol, is_buy), ZERO)
        notional = abs(instrument.notional(price, opening).value)
        is_paid = is_buy and not instrument.is_future
        return notional if is_paid else notional * instrument.margin_fraction

    def take_fill(
        self, instrument: Instrument, is_buy: bool, quantity: Decimal, price: Decimal, fee: Decimal
    ) -> None:
        """Let a fill change cash and holding; what goes beyond flat opens the other way."""
        holding = self._holdings.setdefault(instrument.symbol, Holding())
        sign = 1 if is_buy else -1
        closing = min(quantity, abs(holding.quantity)) if holding.quantity * sign < 0 else ZERO
        opening = quantity - closing
        worth = price * instrument.multiplier
        if closing:
            share = cost_share(holding.cost, holding.quantity, closing)
            realised = -sign * closing * worth - share
            holding.cost -= share
            self.cash += realised if instrument.is_future else realised + share
        if opening:
            holding.cost += sign * opening * worth
            if not instrument.is_future:
                self.cash -= sign * opening * worth
        holding.quantity += sign * quantity
        self.cash -= fee
        self._hold(instrument, holding)

    def _hold(self, instrument: Instrument, holding: Holding) -> None:
        self._held -= holding.held
        cost = abs(holding.cost)
        if instrument.is_future:
            holding.held = cost * instrument.margin_fraction
        elif holding.quantity < 0:
            holding.held = cost * (1 + instrument.margin_fraction)
        else:
            holding.held = ZERO
        self._held += holding.held
