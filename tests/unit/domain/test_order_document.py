"""docs/orders.md says what the table of transitions says."""

from __future__ import annotations

from pathlib import Path

from tests.unit.domain.transition_table import rows

PAGE = Path(__file__).resolve().parents[3] / "docs" / "orders.md"


def test_the_page_holds_the_table_as_it_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = "\n".join(rows())
    assert table in text, (
        "run python -m tests.unit.domain.transition_table and put its rows into docs/orders.md"
    )


def test_the_page_holds_no_older_row_of_the_table() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = lines.index(rows()[0])
    assert lines[first : first + len(rows())] == rows()
    assert not lines[first + len(rows())].startswith("|")
