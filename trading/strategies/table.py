"""THE table of strategies: what can be chosen by name."""

from __future__ import annotations

from collections.abc import Mapping

from trading.strategies.pullback import Pullback
from trading.strategies.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = {one.name: one for one in (Pullback(),)}
"""By name."""
