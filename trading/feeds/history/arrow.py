"""Feather and Parquet through pyarrow, the one room that knows it; it is loaded with the first file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from trading.feeds.history.candles import Candles
from trading.feeds.problems import DataProblem

COMPRESSION = "lz4"
_COLUMNS = ("at_ms", "open", "high", "low", "close", "volume", "source")


class Cell(Struct, frozen=True, eq=False):
    """One column of a file. `kind`: `ms` (instants with a zone, UTC), `naive_ms` (on a clock that the file
    does not name), `number`, `text`; `values` is an array of int64, float64 or str."""

    kind: str
    values: Any


def read_columns(path: Path) -> dict[str, Cell]:
    """Every column of a Feather or Parquet file that can be a candle's, by its name.

    Raises:
        DataProblem: unreadable.
    """
    import pyarrow as pa
    from pyarrow import feather, parquet

    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            table = parquet.read_table(path)
        else:
            table = feather.read_table(path)
    except (pa.ArrowException, OSError) as broken:
        raise DataProblem(
            "unreadable",
            f"{path.name} is no Feather or Parquet file that can be read ({_first_line(broken)}): "
            "copy or export it again.",
        ) from broken
    found = {}
    for name in table.column_names:
        cell = _cell(table.column(name))
        if cell is not None:
            found[name] = cell
    return found


def _cell(column: Any) -> Cell | None:
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        stamps = compute.cast(column, pa.timestamp("ms", getattr(kind, "tz", None)), safe=False)
        values = compute.cast(stamps, pa.int64()).to_numpy()
        return Cell("ms" if getattr(kind, "tz", None) else "naive_ms", values)
    if pa.types.is_integer(kind):
        return Cell("number", compute.cast(column, pa.int64()).to_numpy())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Cell("number", compute.cast(column, pa.float64()).to_numpy())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return Cell("text", np.array(column.to_pylist(), dtype=object))
    return None


def write_candles(path: Path, candles: Candles, sources: Any, facts: Mapping[str, str]) -> None:
    """A file of the cache: columns of whole numbers, and what they are in its own head."""
    import pyarrow as pa
    from pyarrow import feather

    columns = [candles.at_ms, *candles.prices, candles.volume, sources]
    table = pa.table(dict(zip(_COLUMNS, columns, strict=True)))
    head = {"decimals": str(candles.decimals), **facts}
    feather.write_feather(table.replace_schema_metadata(head), str(path), compression=COMPRESSION)


def read_candles(path: Path) -> tuple[Candles, Any, dict[str, str]]:
    """A file of the cache: its candles, the number of each one's source, and the head.

    Raises:
        DataProblem: damaged.
    """
    import pyarrow as pa
    from pyarrow import feather

    try:
        table = feather.read_table(path)
        head = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
        decimals = int(head["decimals"])
        at, o, h, lo, cl, volume, source = (table.column(name).to_numpy() for name in _COLUMNS)
    except (pa.ArrowException, OSError, KeyError, ValueError) as broken:
        raise DataProblem(
            "damaged",
            f"{path} is damaged ({_first_line(broken)}): delete it, and import or fill its time again.",
        ) from broken
    return Candles(decimals, at, o, h, lo, cl, volume), source, head


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
