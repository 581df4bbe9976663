"""The pages in docs/bots as data: settings, golden runs, and runs in which a bot must not trade."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "bots"
_SETTINGS = re.compile(r"^Settings: `([^`]+)`", re.MULTILINE)


class Row(NamedTuple):
    """One line of a run: a bar, and what the page says about it (None: it says nothing)."""

    number: int
    bar: tuple[str, str, str, str]
    fills: str | None
    held: Decimal | None
    realised: Decimal | None


class Run(NamedTuple):
    """A run of a page: settings as typed, budget, instrument, and its bars."""

    settings: dict[str, str]
    rows: tuple[Row, ...]


def text_of(bot: str) -> str:
    """The page of a bot."""
    return (FOLDER / f"{bot}.md").read_text(encoding="utf-8")


def section(bot: str, title: str) -> str:
    """What stands under a heading of the second level."""
    _, found, rest = text_of(bot).partition(f"\n## {title}\n")
    assert found, f"docs/bots/{bot}.md has no section {title}"
    return rest.partition("\n## ")[0]


def table(text: str) -> list[dict[str, str]]:
    """The first table of a section, by column."""
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    head = [cell.strip() for cell in lines[0]]
    return [dict(zip(head, (cell.strip() for cell in line), strict=True)) for line in lines[2:]]


def run(bot: str, title: str) -> Run:
    """The run under that heading."""
    text = section(bot, title)
    found = _SETTINGS.search(text)
    assert found, f"docs/bots/{bot}.md says no settings under {title}"
    settings = dict(pair.split("=") for pair in found[1].split())
    rows = []
    for cells in table(text):
        price = cells.get("price")
        bar = (price,) * 4 if price else tuple(cells[name] for name in ("open", "high", "low", "close"))
        assert len(bar) == 4
        held, realised = cells.get("held"), cells.get("realised")
        rows.append(
            Row(
                int(cells["#"]),
                bar,
                cells.get("fills"),
                None if held is None else Decimal(held),
                None if realised is None else Decimal(realised),
            )
        )
    return Run(settings, tuple(rows))


def worst(bot: str) -> Decimal:
    """The worst case in money that the page works out for the golden run: its only bold number."""
    found = re.search(r"\*\*([\d.]+)\*\*", section(bot, "Worst case"))
    assert found, f"docs/bots/{bot}.md works out no worst case"
    return Decimal(found[1])
