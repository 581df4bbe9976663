"""/newbot: what a bot would do, shown before it does it; what would not do is refused with a way out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.conversation.painting import LevelKind, PlanSpec
from bot.conversation.screen import Kind
from tests.unit.handlers.test_views_chart import PNG, Sketcher, drawing
from trading.domain.money import Money


def plan_of(sketcher: Sketcher) -> PlanSpec:
    spec = sketcher.specs[-1]
    assert isinstance(spec, PlanSpec)
    return spec


async def test_a_grid_is_shown_with_its_levels_and_its_worst_case() -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen(
        "/newbot grid BTC 1000 cells 4 lower 7100 upper 7700 spacing arithmetic slip_percent 0"
    )
    assert screen.picture is not None
    assert (screen.picture.name, screen.picture.png) == ("newbot-grid-BTC-USD", PNG)
    spec = plan_of(sketcher)
    assert (spec.symbol, spec.title, spec.price) == ("BTC/USD", "grid", Decimal("7400.5"))
    entries = [line.price for line in spec.lines if line.kind is LevelKind.ENTRY]
    targets = [line.price for line in spec.lines if line.kind is LevelKind.TARGET]
    stops = [line.price for line in spec.lines if line.kind is LevelKind.STOP]
    assert entries == [7100, 7250, 7400, Decimal("7400.5")]
    assert targets == [7250, 7400, 7550, 7700]
    assert stops == [6745]
    assert spec.worst.value < 100 < spec.capital.value <= 1000


async def test_the_card_says_in_words_what_the_picture_shows() -> None:
    stage, _ = await drawing()
    assert await stage.say("/newbot grid BTC 1000 cells=4 lower=7100 upper=7700") == (
        "grid BTC/USD\n"
        "[PAPER]\n"
        "Last           7,400.50\n"
        "Entries        4 · 7,100.00 – 7,407.91\n"
        "Needs          $1,000.00\n"
        "A trip brings  +$4.61\n"
        "Worst case     -$80.07 · at 6,745.00\n"
        "Settings that differ from the defaults: lower 7100, upper 7700, cells 4\n"
        "It will be called grid-1.\n"
        "Nothing was started or ordered yet."
    )


async def test_without_a_picture_the_figures_still_stand() -> None:
    stage, sketcher = await drawing()
    sketcher.fails = True
    screen = await stage.screen("/newbot dca BTC 1000")
    assert screen.picture is None
    said = await stage.say("/newbot dca BTC 1000")
    assert "Worst case" in said
    assert "could not be drawn" in said


@pytest.mark.parametrize("bot", ["scalper", "grid", "dca", "dip", "momentum"])
@pytest.mark.parametrize("preset", ["", "calm", "usual", "bold"])
async def test_every_bot_is_shown_with_every_preset(bot: str, preset: str) -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen(f"/newbot {bot} BTC 2000 {preset}")
    assert screen.kind is not Kind.REFUSAL
    spec = plan_of(sketcher)
    assert spec.title == bot
    assert Money(Decimal(0), "USD").value < spec.worst.value <= spec.capital.value <= 2000
    labels = [button.label for button in screen.all_buttons]
    assert labels[:5] == ["Start", "Cancel", "calm", "usual", "bold"]


async def test_a_button_shows_the_same_bot_with_another_preset() -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen("/newbot dip BTC 2000")
    usual = plan_of(sketcher)
    await stage.press(screen, "bold")
    assert plan_of(sketcher).worst.value > usual.worst.value


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/newbot grid BTC 1000 lower 8000 upper 7000", "must lie above the lower level"),
        ("/newbot grid BTC 1000 mode neutral stop_percent 0", "without a stop loses without end"),
        ("/newbot dca BTC 1000 safety 5000", "the budget is 1000 USD"),
        ("/newbot grid BTC 1000 cells", "Each setting needs its value"),
        ("/newbot grid BTC 1000 cels 20", "has no parameter cels"),
        ("/newbot grid BTC 1000 cells 1", "cells is at least 2"),
        ("/newbot grid BTC 5%", "A budget is a sum of money above zero"),
    ],
)
async def test_what_would_not_do_is_refused_in_a_sentence(line: str, says: str) -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen(line)
    assert screen.kind is Kind.REFUSAL
    assert says in await stage.say(line)
    assert not sketcher.specs


async def test_nothing_is_ordered_by_a_preview() -> None:
    stage, _ = await drawing()
    before = stage.book
    said = await stage.say("/newbot momentum BTC 1000")
    assert "Nothing was started or ordered yet" in said
    assert not stage.book.orders and stage.book is before
