"""The definition pages of strategies as data: defaults, the golden run, and what must not be entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from tests.architecture.source import ROOT
from tests.unit.strategies.by_hand import Bar, Said

LEVELS = ("entry", "stop", "target", "exit")


class Page(NamedTuple):
    """What a page says of its strategy."""

    defaults: list[list[str]]
    frame_s: int
    settings: Mapping[str, str]
    bars: list[Bar]
    said: list[Said]
    refused: list[tuple[int, str]]


def _table(text: str, heading: str) -> list[list[str]]:
    """The first table under a heading: the names of its columns, then its rows."""
    lines = text.partition(f"\n## {heading}\n")[2].splitlines()
    begin = next(index for index, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip().strip("|").split("|")])
    return [rows[0], *rows[2:]]


def _number(text: str) -> float | None:
    return float(text) if text else None


def page_of(name: str) -> Page:
    """The page of a strategy."""
    text = (ROOT / "docs" / "strategies" / f"{name}.md").read_text(encoding="utf-8")
    golden = text.partition("\n## Golden run\n")[2]
    frame_s = int(golden.partition("Bars of ")[2].partition(" s")[0])
    settings = golden.partition("Settings: `")[2].partition("`")[0]
    (names, *rows) = _table(text, "Golden run")
    bars, said = [], []
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        prices = [float(cells[column]) for column in ("open", "high", "low", "close")]
        bars.append(Bar(datetime.fromisoformat(f"{cells['at']}:00+00:00"), *prices))
        numbers = {key: _number(cells[key]) for key in names if "." in key}
        entry = {"buy": 1, "short": -1, "": 0}[cells["entry"]]
        stop, target = (_number(cells.get(key, "")) for key in ("stop", "target"))
        said.append(Said(numbers, entry, stop, target, cells.get("exit", "") == "yes"))
    refused = [(int(row[0]), row[1]) for row in _table(text, "Must not trade")[1:]]
    pairs = dict(pair.split("=") for pair in settings.split())
    return Page(_table(text, "Defaults")[1:], frame_s, pairs, bars, said, refused)
