"""THE table of strategies: what can be chosen by name."""

from __future__ import annotations

from collections.abc import Mapping

from trading.strategies.mean_reversion import MeanReversion
from trading.strategies.overnight_range import OvernightRange
from trading.strategies.pipeline import Pipeline
from trading.strategies.pullback import Pullback
from trading.strategies.ruling import Ruled
from trading.strategies.trend_following import TrendFollowing

_ALL = (Pipeline(), MeanReversion(), TrendFollowing(), OvernightRange(), Pullback())
STRATEGIES: Mapping[str, Ruled] = {one.name: one for one in _ALL}
"""By name."""
