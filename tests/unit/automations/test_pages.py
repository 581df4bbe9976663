"""What the pages say is what the bots do: settings, golden runs to the last digit, and when not to trade."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.unit.automations import pages
from tests.unit.automations.market import COIN, PERP, D, Market, begun
from trading.automations.machine import Machine
from trading.automations.preview import Preview
from trading.automations.table import AUTOMATIONS
from trading.domain.money import Price, rounded_nearest
from trading.parameters import validated, written

BARS_MIN: Final = 30
BOTS: Final = tuple(AUTOMATIONS)


def played(machine: Machine[Any], run: pages.Run) -> Market:
    """A market for the run's settings, before its first bar."""
    settings = dict(run.settings)
    budget = settings.pop("budget")
    instrument = PERP if settings.pop("on", "COIN/USD") == "PERP/USD" else COIN
    return begun(machine, budget, instrument, **settings)


@pytest.mark.parametrize("bot", BOTS)
def test_the_golden_run_of_the_page_is_what_the_bot_does(bot: str) -> None:
    run = pages.run(bot, "Golden run")
    assert len(run.rows) >= BARS_MIN
    market = played(AUTOMATIONS[bot], run)
    for row in run.rows:
        market.bar(*row.bar)
        state = market.state
        fills = ", ".join(market.line) or "–"
        assert (fills, state.held, state.statistic.realised) == (row.fills, row.held, row.realised), (
            f"docs/bots/{bot}.md, bar {row.number}"
        )
    assert market.number, "a run without a fill shows nothing"


@pytest.mark.parametrize("bot", BOTS)
def test_a_bot_does_not_trade_when_its_page_says_it_must_not(bot: str) -> None:
    run = pages.run(bot, "When it must not trade")
    market = played(AUTOMATIONS[bot], run)
    for row in run.rows:
        market.bar(*row.bar)
    assert not market.tags, f"docs/bots/{bot}.md says that nothing is ordered"


@pytest.mark.parametrize("bot", BOTS)
def test_the_worst_case_on_the_page_is_that_of_the_preview(bot: str) -> None:
    run = pages.run(bot, "Golden run")
    market = played(AUTOMATIONS[bot], run)
    raw = {name: value for name, value in run.settings.items() if name not in ("budget", "on")}
    settings = validated(AUTOMATIONS[bot], raw)
    assert isinstance(settings, dict)
    price = Price(D(run.rows[0].bar[0]))
    seen = AUTOMATIONS[bot].preview(settings, market.state.budget, market.instrument, price)
    assert isinstance(seen, Preview), seen
    assert rounded_nearest(seen.worst, D("0.01")) == pages.worst(bot)


@pytest.mark.parametrize("bot", BOTS)
def test_the_settings_on_the_page_are_those_of_the_bot(bot: str) -> None:
    machine = AUTOMATIONS[bot]
    said = {
        row["setting"].strip("`"): (row["default"], row["meaning"])
        for row in pages.table(pages.section(bot, "Settings"))
    }
    defaults = written({one.name: one.default for one in machine.parameters})
    assert said == {one.name: (defaults[one.name], one.meaning) for one in machine.parameters}
