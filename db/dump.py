"""A backup as text: one JSON line per row of what cannot be derived, closed by a count and a checksum.

The form of PostgreSQL backups; it can be restored into either database.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, LargeBinary, Table, insert, select, tuple_

from db import tables as t
from db.problem import DatabaseProblem

PAGE = 1000
_FORMAT = "openoutcry-backup-1"
_KEPT = tuple(table for table in t.METADATA.sorted_tables if table not in t.DERIVED)
_BY_NAME = {table.name: table for table in _KEPT}
_JSON = msgspec.json.Encoder()


def dump_now(conn: Connection, write: Callable[[str], object]) -> int:
    """Write all lines of one consistent moment. Returns how many rows."""
    digest, rows = hashlib.sha256(), 0

    def line(value: Any) -> None:
        text = _JSON.encode(value).decode() + "\n"
        digest.update(text.encode())
        write(text)

    if conn.dialect.name != "sqlite":
        conn = conn.execution_options(isolation_level="REPEATABLE READ")
    with conn.begin():
        line({"format": _FORMAT, "revision": t.HEAD_REVISION})
        for table in _KEPT:
            for row in _rows(conn, table):
                rows += 1
                line([str(table.name), *(_written(value) for value in row)])
    write(_JSON.encode({"rows": rows, "sha256": digest.hexdigest()}).decode() + "\n")
    return rows


def _rows(conn: Connection, table: Table) -> Iterator[Any]:
    """In key order and in pages, so that a large journal is never in memory at once."""
    key = list(table.primary_key.columns)
    places = [list(table.columns).index(column) for column in key]
    last: tuple[Any, ...] | None = None
    while True:
        statement = select(table).order_by(*key).limit(PAGE)
        if last is not None:
            statement = statement.where(tuple_(*key) > tuple_(*last))
        page = conn.execute(statement).all()
        yield from page
        if len(page) < PAGE:
            return
        last = tuple(page[-1][place] for place in places)


def _written(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def load_now(conn: Connection, lines: Iterable[str]) -> int:
    """Put all rows of a dump that `check_lines` has passed into empty tables, in one transaction."""
    rows = 0
    waiting: dict[str, list[dict[str, Any]]] = {}
    with conn.begin():
        for text in lines:
            value = _parsed(text)
            if isinstance(value, dict):
                continue
            rows += 1
            name, row = _named(value)
            waiting.setdefault(name, []).append(row)
            if len(waiting[name]) >= PAGE:
                conn.execute(insert(_BY_NAME[name]), waiting.pop(name))
        for name, held in waiting.items():
            conn.execute(insert(_BY_NAME[name]), held)
    return rows


def _check_format(value: Any) -> None:
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise bad_backup("is not a backup of Open Outcry")
    if value.get("revision") != t.HEAD_REVISION:
        raise bad_backup("was written by another version of Open Outcry")


def check_lines(lines: Iterable[str]) -> None:
    """Raise DatabaseProblem (`bad_backup`) unless the dump is whole, without keeping anything of it."""
    digest, rows, closing = hashlib.sha256(), -1, None
    for text in lines:
        closing = _parsed(text)
        if rows < 0:
            _check_format(closing)
        elif isinstance(closing, dict):
            break
        else:
            _named(closing)
        rows += 1
        digest.update(text.encode())
    if closing != {"rows": rows, "sha256": digest.hexdigest()}:
        raise bad_backup("is cut off or was changed")


def _parsed(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise bad_backup("is not a backup of Open Outcry") from error


def _named(value: Any) -> tuple[str, dict[str, Any]]:
    table = _BY_NAME.get(value[0]) if isinstance(value, list) and value else None
    if table is None or len(value) != len(table.columns) + 1:
        raise bad_backup("holds rows that this version does not know")
    return table.name, {
        column.name: base64.b64decode(cell) if isinstance(column.type, LargeBinary) else cell
        for column, cell in zip(table.columns, value[1:], strict=True)
    }


def bad_backup(what: str) -> DatabaseProblem:
    """This file cannot be restored."""
    return DatabaseProblem("bad_backup", f"This file {what}: nothing was restored; choose another backup.")
