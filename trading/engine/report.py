"""What a start found, as a plain value: the engine fills it in, the chat shows it."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class InSymbol(Struct, frozen=True):
    """Fills in one symbol: how many, and what they bought (or sold, below zero) on balance."""

    symbol: str
    fills: int
    quantity: Decimal


class StartReport(Struct, frozen=True):
    """The state after a start, and what it took to get there. Durations in seconds.

    `resolved`, `not_placed` and `re_placed` hold order ids: orders whose fate was unknown and is known now,
    orders that were proven never to have reached the venue (and were not sent again), and exits that were
    placed anew. `filled`: fills of the desk's own orders that nobody had heard of; `by_hand`: fills of
    another hand, taken over; `explained`: fills that a person had adopted before as a difference, told now.
    `symbols`: where any of that was found, by what is held now, the largest first. `uncovered_longest_s` is
    the longest time that a position was without the stop of its plan when the desk came back, `offline_s` how
    long the desk was away; None where nobody knows.
    """

    accounts: int = 0
    positions: int = 0
    open_orders: int = 0
    resolved: tuple[str, ...] = ()
    not_placed: tuple[str, ...] = ()
    re_placed: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()  # why accounts are reduce-only: their venue and the book disagree
    uncovered_longest_s: float | None = None
    offline_s: float | None = None
    events_replayed: int = 0
    took_s: float = 0.0
    filled: tuple[InSymbol, ...] = ()
    by_hand: tuple[InSymbol, ...] = ()
    explained: tuple[InSymbol, ...] = ()
    symbols: tuple[str, ...] = ()

    @property
    def is_first(self) -> bool:
        """Whether there was nothing to come back to: a desk that starts for the first time."""
        return self.accounts == 0 and self.events_replayed == 0

    @property
    def has_found(self) -> bool:
        """Whether anything was not as the journal had left it."""
        found = (self.resolved, self.not_placed, self.re_placed, self.filled, self.by_hand, self.explained)
        return any(found) or bool(self.drift)
