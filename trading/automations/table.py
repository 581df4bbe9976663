"""Every bot by its name: one table for chat, backtests and the desk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from trading.automations.dca import Dca
from trading.automations.dip import Dip
from trading.automations.grid import Grid
from trading.automations.machine import Machine
from trading.automations.momentum import Momentum
from trading.automations.scalper import Scalper

_BOTS: tuple[Machine[Any], ...] = (Scalper(), Grid(), Dca(), Dip(), Momentum())
AUTOMATIONS: Final[Mapping[str, Machine[Any]]] = MappingProxyType({bot.name: bot for bot in _BOTS})
