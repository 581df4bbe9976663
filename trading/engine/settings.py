"""The engine's bounds: every queue, wait and retry has one, and here they all are."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec import Struct


class EngineSettings(Struct, frozen=True):
    """Bounds of the engine. Durations in seconds."""

    batch_max: int = 256
    commands_waiting_max: int = 10_000
    reports_waiting_max: int = 200_000
    answers_kept_max: int = 20_000
    snapshot_every: int = 10_000
    send_timeout_s: float = 8.0
    ask_timeout_s: float = 8.0
    resolve_tries_max: int = 60
    resolve_pause_s: float = 2.0
    doubt_budget_s: float = 600.0  # of an order that nobody answered for, until a person is asked
    doubt_told_s: float = 30.0  # of doubt, until people hear of it once more
    doubt_told_again_s: float = 900.0
    doubt_look_s: float = 8.0  # between two looks while something is in doubt
    look_every_s: float = 8.0  # between looks at a venue's orders, fills, positions; 0 = at a start only
    again_pause_max_s: float = 30.0  # between a refused cancel or change of what stands and the next one
    ask_again_s: float = 20.0  # before an order that a look found different is asked about once more
    quiet_s: float = 15.0  # after a fill in a symbol, before book and venue are compared there
    unheard_s: float = 30.0  # a venue that does not say for longer what it holds gets no entries
    entries_wait_s: float = 10.0  # how long an entry waits for the first look after a break of the stream
    free_within_s: float = 60.0  # how long an exit that goes once more waits until the venue holds its part
    relisten_pause_s: float = 5.0  # times the breaks in a row
    relisten_pause_max_s: float = 60.0
    flat_pause_s: float = 1.0
    flat_pause_max_s: float = 60.0
    time_again_s: float = 60.0
    write_pause_s: float = 0.5
    write_pause_max_s: float = 5.0
    bad_tick_percent: Decimal = Decimal(10)
    trails_every_s: float = 5.0
    trails_slice: int = 2_000
    live_allowed: bool = False
    raise_cools: timedelta = timedelta()  # before a limit that is raised allows more
