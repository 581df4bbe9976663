"""What stands on the shelf works: every preset begins, and a bolder one may lose more."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from tests.unit.automations.market import COIN, PERP, D
from trading.automations.presets import PRESETS, Preset, cloned, presets_of, settings_of
from trading.automations.preview import Preview
from trading.automations.table import AUTOMATIONS
from trading.domain.events import Refusal
from trading.domain.money import Price
from trading.parameters import defaults

BUDGET: Final = D(1000)


def seen(preset: Preset, budget: Decimal = BUDGET) -> Preview:
    machine = AUTOMATIONS[preset.bot]
    settings = settings_of(preset, machine, budget)
    assert not isinstance(settings, Refusal), settings
    instrument = PERP if settings.get("mode") == "neutral" else COIN
    found = machine.preview(settings, budget, instrument, Price(D(100)))
    assert isinstance(found, Preview), found
    return found


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: f"{one.bot} {one.name}")
def test_every_preset_begins_and_stays_in_its_budget(preset: Preset) -> None:
    for budget in (D(500), BUDGET, D(250_000)):
        found = seen(preset, budget)
        assert D(0) < found.capital <= budget
        assert D(0) < found.worst <= found.capital
        assert found.round_trip > 0


@pytest.mark.parametrize("bot", AUTOMATIONS)
def test_calm_usual_and_bold_may_lose_more_and_more(bot: str) -> None:
    shelf = {one.name: one for one in presets_of(bot)}
    calm, usual, bold = (seen(shelf[name]).worst for name in ("calm", "usual", "bold"))
    assert calm < usual < bold


def test_no_two_presets_of_a_bot_have_one_name() -> None:
    names = [(one.bot, one.name) for one in PRESETS]
    assert len(names) == len(set(names))


def test_a_clone_has_the_settings_of_the_first_but_for_what_was_changed() -> None:
    grid = AUTOMATIONS["grid"]
    first = dict(defaults(grid))
    copy = cloned(first, grid, {"cells": "20", "trail": "yes"})
    assert not isinstance(copy, Refusal)
    assert dict(copy) == {**first, "cells": 20, "trail": True}


def test_a_clone_with_a_wrong_change_is_refused() -> None:
    grid = AUTOMATIONS["grid"]
    refusal = cloned(defaults(grid), grid, {"cells": "1"})
    assert isinstance(refusal, Refusal)
    assert (refusal.field, refusal.value) == ("cells", "1")
