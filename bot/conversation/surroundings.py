"""What a platform's edge may ask of its surroundings: time, chance, and a place for log lines and figures."""

from __future__ import annotations

from dataclasses import dataclass

from trading.ports import Clock, Entropy
from trading.telemetry import MUTE, Telemetry

__all__ = ["Clock", "Entropy", "Surroundings", "Telemetry"]


@dataclass(frozen=True)
class Surroundings:
    """Ports that every edge gets; platforms never import them by themselves."""

    clock: Clock
    entropy: Entropy
    telemetry: Telemetry = MUTE
