"""Statements compiled once for a database and run with plain tuples: the hot path writes without an ORM."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

from db.exact import ExactDecimal, exact_number, exact_text


def insert_of(dialect: Dialect) -> Callable[[Table], Any]:
    """The database's own INSERT, which knows ON CONFLICT."""
    if dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert
    # Not on a desk with a file: it takes some thirty milliseconds of each start.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert


class Statement:
    """SQL text of one database with the order of its parameters."""

    def __init__(self, clause: ClauseElement, dialect: Dialect) -> None:
        compiled = clause.compile(dialect=dialect)
        self.text = str(compiled)
        self.parameters: tuple[str, ...] = tuple(compiled.positiontup or ())  # type: ignore[attr-defined]  # SQLCompiler has it

    def run(self, conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Once per row, in one call to the driver."""
        if rows:
            conn.exec_driver_sql(self.text, list(rows) if len(rows) > 1 else rows[0])


class Writing(Statement):
    """INSERT of whole rows; with `update`, a row that exists takes these columns from the new one."""

    def __init__(self, table: Table, dialect: Dialect, update: Sequence[str] = ()) -> None:
        names = [column.name for column in table.columns]
        whole = _whole_row(table, dialect, tuple(update))
        self.text, self.parameters = whole.text, whole.parameters
        assert self.parameters == tuple(names), f"{table.name}: {self.parameters}"
        self._money = [at for at, name in enumerate(names) if isinstance(table.c[name].type, ExactDecimal)]
        self._exact: Any = exact_text if dialect.name == "sqlite" else exact_number

    def run(self, conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows whose decimals are `Decimal`."""
        if rows and self._money:
            rows = [self._bound(row) for row in rows]
        super().run(conn, rows)

    def _bound(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        bound = list(row)
        for at in self._money:
            bound[at] = self._exact(bound[at])
        return tuple(bound)


@lru_cache(maxsize=256)
def _whole_row(table: Table, dialect: Dialect, update: tuple[str, ...]) -> Statement:
    """Compiled once for each engine: stores come and go faster than engines."""
    values = {column.name: bindparam(column.name, type_=column.type) for column in table.columns}
    clause: ClauseElement = insert(table).values(values)
    if update:
        upsert = insert_of(dialect)(table).values(values)
        clause = upsert.on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key.columns],
            set_={name: upsert.excluded[name] for name in update},
        )
    return Statement(clause, dialect)


class Finding:
    """SELECT of `columns` where `key` is one of many values, in one statement of constant text."""

    def __init__(
        self, table: Table, columns: Sequence[str], key: str, dialect: Dialect, lock: str = ""
    ) -> None:
        assert {*columns, key} <= {column.name for column in table.columns}
        self._is_sqlite = dialect.name == "sqlite"
        which = "IN (SELECT value FROM json_each(?))" if self._is_sqlite else f"= ANY($1::VARCHAR[]) {lock}"
        # Names come from the schema, never from a person.
        self.text = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {key} {which}"  # noqa: S608 - see above

    def rows(self, conn: Connection, values: Sequence[str]) -> Sequence[Any]:
        """The rows that exist, in no order."""
        if not values:
            return ()
        parameter: Any = json.dumps(values) if self._is_sqlite else list(values)
        return conn.exec_driver_sql(self.text, (parameter,)).all()


def decimal_of(value: Any) -> Decimal:
    """What a raw row holds for an ExactDecimal: text on SQLite, a padded Decimal on PostgreSQL."""
    return exact_number(value) if isinstance(value, Decimal) else Decimal(value)
