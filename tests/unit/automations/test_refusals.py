"""What would not do is refused before it begins: code, sentence, field, value, and a way out."""

from __future__ import annotations

import pytest

from tests.unit.automations.market import COIN, PERP, D, begun
from trading.automations.state import Life
from trading.automations.table import AUTOMATIONS
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.money import Price
from trading.parameters import validated

CASES = [
    ("grid", COIN, "1000", "lower=110 upper=90", "upside_down", "upper", "Swap them"),
    ("grid", COIN, "1000", "lower=101 upper=120", "price_outside", "lower", "between them"),
    ("grid", COIN, "1000", "lower=80 upper=99", "price_outside", "upper", "between them"),
    (
        "grid",
        COIN,
        "1000",
        "lower=99.99 upper=100.02 cells=8",
        "under_tick",
        "cells",
        "Use fewer cells than 3",
    ),
    ("grid", COIN, "1000", "lower=99 upper=101 cells=40", "below_fees", "cells", "Each round trip"),
    ("grid", COIN, "20", "cells=10", "too_small", "cells", "Use fewer cells than 10"),
    ("grid", COIN, "1000", "mode=short", "not_shortable", "mode", "Use mode long"),
    ("grid", PERP, "1000", "mode=short stop_percent=0", "stop_missing", "stop_percent", "Give stop_percent"),
    ("grid", PERP, "1000", "mode=neutral trail=yes", "trail_neutral", "trail", "trail no"),
    (
        "grid",
        PERP,
        "1000",
        "mode=short stop_percent=90 range_percent=80",
        "worst_over_budget",
        "stop_percent",
        "nearer",
    ),
    ("dca", COIN, "1000", "safeties=40 step_percent=3", "steps_too_deep", "step_percent", "beneath zero"),
    ("dca", COIN, "1000", "stop_percent=5", "stop_above_safety", "stop_percent", "more than 7.5"),
    ("dca", COIN, "1000", "repeats=3", "schedule_without_time", "every_hours", "every_hours"),
    ("dca", COIN, "1000", "target_percent=0.2", "below_fees", "target_percent", "more than 0.2 %"),
    ("dca", COIN, "1000", "safety=3", "too_small", "safety", "at least 5 USD"),
    ("dca", COIN, "400", "", "over_budget", "safety", "599.81 USD"),
    ("dip", COIN, "1000", "stop_percent=3", "stop_above_ladder", "stop_percent", "more than 3"),
    ("dip", COIN, "1000", "target_percent=0.1", "below_fees", "target_percent", "more than 0.2 %"),
    ("dip", COIN, "1000", "order=2", "too_small", "order", "at least 5 USD"),
    ("dip", COIN, "200", "", "over_budget", "order", "budget is 200 USD"),
    ("momentum", COIN, "1000", "direction=both", "not_shortable", "direction", "Use direction long"),
    ("momentum", COIN, "1000", "trail_percent=0.2", "trail_within_fees", "trail_percent", "more than 0.2"),
    ("momentum", COIN, "10", "risk_percent=0.1", "too_small", "risk_percent", "risk_percent larger"),
    (
        "scalper",
        COIN,
        "1000",
        "target_percent_min=0.2",
        "below_fees",
        "target_percent_min",
        "more than 0.2 %",
    ),
    ("scalper", COIN, "1000", "order=1", "too_small", "order", "at least 5 USD"),
    ("scalper", COIN, "50", "", "over_budget", "order", "budget is 50 USD"),
]


@pytest.mark.parametrize(("bot", "instrument", "budget", "line", "code", "field", "says"), CASES)
def test_settings_that_would_not_do_are_refused_with_a_way_out(
    bot: str, instrument: Instrument, budget: str, line: str, code: str, field: str, says: str
) -> None:
    machine = AUTOMATIONS[bot]
    raw = dict(pair.split("=") for pair in line.split())
    settings = validated(machine, raw)
    assert not isinstance(settings, Refusal), settings
    refusal = machine.preview(settings, D(budget), instrument, Price(D(100)))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.field) == (code, field)
    assert says in refusal.sentence
    assert refusal.value
    # Begun all the same, it says the same at its first price, and orders nothing.
    market = begun(machine, budget, instrument, **raw)
    market.price("100")
    assert (market.state.life, market.state.reason.code) == (Life.ERROR, code)
    assert [(one.code, one.is_error) for one in market.ends] == [(code, True)]
    assert not market.tags
