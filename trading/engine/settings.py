"""The engine's bounds: every queue, wait and retry has one, and here they all are."""

from __future__ import annotations

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
    doubt_budget_s: float = 600.0
    flat_pause_s: float = 1.0
    flat_pause_max_s: float = 60.0
    time_again_s: float = 60.0
    write_pause_s: float = 0.5
    write_pause_max_s: float = 5.0
    bad_tick_percent: Decimal = Decimal(10)
    trails_every_s: float = 5.0
    trails_slice: int = 2_000
    live_allowed: bool = False
