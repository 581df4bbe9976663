"""docs/orders.md says what the tables of transitions say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.domain.transition_table import order_rows, request_rows

PAGE = Path(__file__).resolve().parents[3] / "docs" / "orders.md"
TABLES = pytest.mark.parametrize("rows", [order_rows(), request_rows()], ids=["orders", "requests"])


@TABLES
def test_the_page_holds_the_table_as_it_is(rows: list[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "\n".join(rows) in text, (
        "run python -m tests.unit.domain.transition_table and put its rows into docs/orders.md"
    )


@TABLES
def test_the_page_holds_no_older_row_of_the_table(rows: list[str]) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = lines.index(rows[0])
    assert lines[first : first + len(rows)] == rows
    assert not lines[first + len(rows)].startswith("|")
