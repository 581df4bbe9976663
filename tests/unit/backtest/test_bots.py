"""Bots over the past: their own step against the paper venue."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
import pytest

from tests.unit.backtest.stage import COIN, flat, ticks
from trading.automations.machine import Machine
from trading.automations.state import Life
from trading.automations.table import AUTOMATIONS
from trading.backtest.bots import BotDesk, BotRun, bot_played
from trading.backtest.conditions import Conditions
from trading.backtest.reading import bundled_ticks
from trading.backtest.ticks import Ticks
from trading.brokers.fills import FillRules
from trading.domain.money import ZERO
from trading.parameters import Settings, validated

D = Decimal
BUSY: dict[str, dict[str, object]] = {
    "dip": {
        "drop_percent": "0.5",
        "window": 3,
        "rebound_percent": "0.1",
        "ladder_percent": "0.4",
        "target_percent": "0.7",
        "stop_percent": "2",
        "hold_bars": 8,
    }
}
"""Where the defaults wait for worse than a quiet day."""
TERMS = Conditions(D(10_000), rules=FillRules(D(10), D(10)))


def _settings(machine: Machine[Any], **raw: object) -> Settings:
    settings = validated(machine, raw)
    assert isinstance(settings, dict), settings
    return settings


@lru_cache
def _coin() -> Ticks:
    (series,) = bundled_ticks(["BTC/USD"])
    return series.between(0, 1200)


@lru_cache
def _run(name: str) -> BotRun:
    machine = AUTOMATIONS[name]
    return bot_played(machine, _settings(machine, **BUSY.get(name, {})), D(5_000), _coin(), TERMS)


@pytest.mark.parametrize("name", sorted(AUTOMATIONS))
def test_a_bot_and_its_venue_agree_about_everything(name: str) -> None:
    found = _run(name)
    state, fills = found.state, found.run.fills
    held = sum((fill.quantity if fill.is_buy else -fill.quantity for fill in fills), ZERO)
    assert state.held == held
    assert state.statistic.fills == len(fills)
    assert state.statistic.fees == sum((fill.fee for fill in fills), ZERO)
    assert state.life is not Life.ERROR


def test_bots_have_something_to_do_on_a_bundled_day() -> None:
    counts = {name: len(_run(name).run.fills) for name in AUTOMATIONS}
    assert min(counts.values()) > 0
    assert counts["grid"] > 10


@pytest.mark.parametrize("name", sorted(AUTOMATIONS))
def test_the_same_past_gives_the_same_fills(name: str) -> None:
    machine = AUTOMATIONS[name]
    again = bot_played(machine, _settings(machine, **BUSY.get(name, {})), D(5_000), _coin(), TERMS)
    assert again.run == _run(name).run


@pytest.mark.parametrize("name", sorted(AUTOMATIONS))
def test_a_restart_at_every_bar_changes_no_fill(name: str) -> None:
    machine = AUTOMATIONS[name]

    class Restarts(BotDesk):
        """Its state goes through JSON before each thing that it hears."""

        def _tell(self, event):  # type: ignore[no-untyped-def]  # as in the class above
            text = msgspec.json.encode(self.state)
            self.state = msgspec.json.decode(text, type=machine.state)
            super()._tell(event)

    settings = _settings(machine, **BUSY.get(name, {}))
    desk = Restarts(machine, settings, D(5_000), _coin().upto(400), TERMS)
    desk.play()
    whole = bot_played(machine, settings, D(5_000), _coin().upto(400), TERMS)
    assert tuple(desk.fills) == whole.run.fills


def test_a_dca_bot_buys_the_dip_and_sells_above_its_average() -> None:
    rows = [flat(10_000), flat(10_000), (10_000, 10_000, 9_800, 9_820), flat(9_820)]
    rows += [(9_820, 10_200, 9_820, 10_200), flat(10_200)]
    machine = AUTOMATIONS["dca"]
    settings = _settings(
        machine,
        order="100",
        safety="100",
        safeties=1,
        step_percent="1",
        target_percent="1",
        fee_percent="0.1",
    )
    found = bot_played(machine, settings, D(1_000), ticks(rows, COIN), TERMS)
    sides = [(fill.is_buy, fill.price) for fill in found.run.fills]
    assert sides[0] == (True, D("100.00"))
    assert sides[1] == (True, D("99.00"))
    assert not sides[2][0]
    (trip, *_) = found.run.trips
    assert trip.entry_price < D("99.6")
    assert trip.net > 0


def test_a_guard_closes_at_its_level_and_at_the_open_behind_a_jump() -> None:
    machine = AUTOMATIONS["dca"]
    settings = _settings(
        machine, order="100", safeties=0, target_percent="5", stop_percent="2", rest_minutes="10000"
    )
    rows = [flat(10_000), flat(10_000), (10_000, 10_000, 9_700, 9_750), flat(9_750)]
    inside = bot_played(machine, settings, D(1_000), ticks(rows, COIN), TERMS).run.fills
    assert [(fill.why, fill.price) for fill in inside[1:]] == [("sl", D("98.00"))]
    rows = [flat(10_000), flat(10_000), flat(9_600), flat(9_600)]
    jumped = bot_played(machine, settings, D(1_000), ticks(rows, COIN), TERMS).run.fills
    assert [(fill.why, fill.price) for fill in jumped[1:]] == [("sl", D("96.00"))]
