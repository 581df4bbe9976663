"""Every kind of bot with settings under which it has much to do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tests.unit.automations.market import BEGIN, COIN, PERP
from trading.automations.dca import Dca
from trading.automations.dip import Dip
from trading.automations.grid import Grid
from trading.automations.machine import Machine
from trading.automations.momentum import Momentum
from trading.automations.scalper import Scalper
from trading.automations.state import BotState
from trading.domain.instrument import Instrument
from trading.parameters import validated

_Kind = tuple[Machine[Any], Instrument, dict[str, object]]
_MADE: Final[dict[str, _Kind]] = {
    "grid": (
        Grid(),
        COIN,
        {"range_percent": "4", "cells": 8, "stop_percent": "4"},
    ),
    "grid that trails": (
        Grid(),
        COIN,
        {"range_percent": "2", "cells": 4, "trail": "yes", "stop_percent": "5", "spacing": "arithmetic"},
    ),
    "grid to both sides": (
        Grid(),
        PERP,
        {"range_percent": "4", "cells": 8, "mode": "neutral", "stop_percent": "3", "target_percent": "1"},
    ),
    "grid that sells": (
        Grid(),
        PERP,
        {"range_percent": "3", "cells": 6, "mode": "short", "trail": "yes", "stop_percent": "6"},
    ),
    "dca": (
        Dca(),
        COIN,
        {"order": "100", "safeties": 4, "volume_scale": "1.3", "step_percent": "0.7", "target_percent": "0.8",
         "stop_percent": "6"},
    ),
    "dca with a schedule": (
        Dca(),
        COIN,
        {"order": "80", "safeties": 2, "every_hours": "0.2", "repeats": 4, "target_percent": "2",
         "resting": 1},
    ),
    "scalper": (
        Scalper(),
        COIN,
        {"order": "200", "window": 3, "entry_ranges": "0.2", "target_percent_min": "0.3", "hold_bars": 4},
    ),
    "dip": (
        Dip(),
        COIN,
        {"drop_percent": "0.5", "window": 3, "rebound_percent": "0.1", "ladder_percent": "0.4",
         "target_percent": "0.7", "stop_percent": "2", "hold_bars": 8},
    ),
    "dip with a candle": (
        Dip(),
        COIN,
        {"drop_percent": "0.3", "window": 2, "confirm": "candle", "entries": 5, "ladder_percent": "0.2",
         "target_percent": "0.5", "stop_percent": "1.5"},
    ),
    "momentum": (
        Momentum(),
        COIN,
        {"channel": 2, "trail_percent": "1", "risk_percent": "4", "exit_channel": 3},
    ),
    "momentum to both sides": (
        Momentum(),
        PERP,
        {"channel": 2, "trail_percent": "0.8", "direction": "both", "strength": "own", "strength_bars": 3,
         "strength_percent": "0.2"},
    ),
}  # fmt: skip
KINDS: Final = tuple(_MADE)


def born(kind: str) -> tuple[Machine[Any], BotState]:
    """A new bot of that kind with a budget of 1,000."""
    machine, instrument, raw = _MADE[kind]
    settings = validated(machine, raw)
    assert isinstance(settings, dict), settings
    return machine, machine.begin(settings, Decimal(1000), instrument, BEGIN)
