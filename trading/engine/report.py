"""What a start found, as a plain value: the engine fills it in, the chat shows it."""

from __future__ import annotations

from msgspec import Struct


class StartReport(Struct, frozen=True):
    """The state after a start, and what it took to get there. Durations in seconds.

    `resolved`, `not_placed` and `re_placed` hold order ids: orders whose fate was unknown and is known now,
    orders that were proven never to have reached the venue (and were not sent again), and exits that were
    placed anew. `uncovered_longest_s` is the longest time that a position was without the stop of its plan
    when the desk came back, `offline_s` how long the desk was away; None where nobody knows.
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

    @property
    def is_first(self) -> bool:
        """Whether there was nothing to come back to: a desk that starts for the first time."""
        return self.accounts == 0 and self.events_replayed == 0

    @property
    def has_found(self) -> bool:
        """Whether anything was not as the journal had left it."""
        return bool(self.resolved or self.not_placed or self.re_placed or self.drift)
