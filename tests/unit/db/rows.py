"""All rows of the derived tables, to compare what was written live with what a rebuild makes."""

from typing import Any

from sqlalchemy import Connection, select

from db.tables import DERIVED


def derived(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row by table, in key order."""
    with conn.begin():
        return {
            table.name: [
                tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in DERIVED
        }
