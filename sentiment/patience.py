"""Which sources are left alone for now: those that must be set right first, that asked for quiet, that keep
failing."""

from __future__ import annotations

from msgspec import Struct

from sentiment.source import SourceFault

FAILURES_MAX = 3
PAUSE_S = 300.0
QUIET_MAX_S = 3_600.0
BUSY_S = 30.0
"""How long a vendor that is too busy and does not say for how long is left alone."""


class _State(Struct):
    failures: int = 0
    until_s: float = 0.0
    is_off: bool = False


class Patience:
    """What is remembered of each source's failures, on the clock that never jumps."""

    def __init__(self) -> None:
        self._states: dict[str, _State] = {}

    def barred(self, source: str, now_s: float) -> str:
        """Why a source is not asked now: `off`, `paused`, or empty."""
        state = self._states.get(source)
        if state is None:
            return ""
        if state.is_off:
            return "off"
        return "paused" if now_s < state.until_s else ""

    def failed(self, source: str, fault: SourceFault, now_s: float) -> bool:
        """It gave no answer. Returns whether it is off from now on: once."""
        state = self._states.setdefault(source, _State())
        if fault.is_setup:
            was_off, state.is_off = state.is_off, True
            return not was_off
        if fault.code == "busy":
            quiet = BUSY_S if fault.after_s is None else min(fault.after_s, QUIET_MAX_S)
            state.until_s = max(state.until_s, now_s + quiet)
            return False
        state.failures += 1
        if state.failures >= FAILURES_MAX:
            state.failures, state.until_s = 0, now_s + PAUSE_S
        return False

    def answered(self, source: str) -> None:
        """It is there again."""
        self._states.pop(source, None)
