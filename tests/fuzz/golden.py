"""The golden lines of docs/grammar.md, read from the page itself."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "grammar.md"


def golden_lines() -> list[tuple[str, str]]:
    """Pairs of a typed line and the reading that the page promises."""
    pairs = []
    is_inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            is_inside = line == "```golden"
        elif is_inside:
            typed, _, promised = line.partition(" => ")
            pairs.append((typed, promised))
    return pairs
