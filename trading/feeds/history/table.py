"""Rows of candles out of files as people have them: CSV of many programs, JSON lists, Feather, Parquet."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec import DecodeError, Struct, json

from trading.feeds.history.arrow import Cell, read_columns
from trading.feeds.history.candles import Floats
from trading.feeds.history.stamps import Stamps, from_numbers, from_texts
from trading.feeds.problems import DataProblem
from trading.feeds.reading import blocks

ARROW = (".feather", ".ft", ".arrow", ".parquet", ".pq")
BYTES_MAX = 4_000_000_000
_NAMES: dict[str, tuple[str, ...]] = {
    "at": (
        "ts",
        "date",
        "time",
        "timestamp",
        "datetime",
        "open_time",
        "open time",
        "opentime",
        "unix",
        "gmt time",
        "local time",
        "at",
        "date_utc",
    ),
    "open": ("open", "o", "open_price"),
    "high": ("high", "h", "high_price"),
    "low": ("low", "l", "low_price"),
    "close": ("close", "c", "close_price", "last"),
    "volume": ("volume", "v", "vol", "volume_base", "tickvol", "tick_volume", "amount"),
}
_NOT_PRICES = {
    "funding_rate": "funding rates",
    "fundingrate": "funding rates",
    "price_factor": "split and dividend factors",
    "side": "single trades",
    "bid": "quotes",
    "bid_o": "bars with a bid and an ask side, and the cache keeps one price: play the file itself instead",
}
_KINDS = {
    "mark": "mark prices",
    "index": "index prices",
    "premiumindex": "premiums",
    "funding_rate": "funding",
}


class Table(Struct, frozen=True, eq=False):
    """What a file says, unjudged: a price that cannot be read is NaN. `first_line`: of its first row in the
    file (0: rows have no lines). `has_adjusted`: a column of adjusted closes stands beside, unread."""

    stamps: Stamps
    prices: tuple[Floats, Floats, Floats, Floats]
    volume: Floats
    first_line: int = 0
    has_adjusted: bool = False


def read_table(path: Path) -> Table:
    """All rows.

    Raises:
        DataProblem: unreadable, header, empty, not_prices.
    """
    _is_prices(path)
    suffixes = [one.lower() for one in path.suffixes]
    if suffixes and suffixes[-1] in ARROW:
        return _of_columns(path, read_columns(path))
    if ".json" in suffixes[-2:]:
        return _of_json(path)
    return _of_text(path)


def _is_prices(path: Path) -> None:
    """Of freqtrade's files, those of candles: the kind stands at the end of the name."""
    stem = path.name.partition(".")[0].lower()
    kind = stem.rpartition("-")[2]
    if kind in _KINDS:
        raise _other(path, _KINDS[kind])
    if kind == "trades":
        raise _other(path, "single trades")


def _of_columns(path: Path, columns: Mapping[str, Cell]) -> Table:
    found = _named(path, list(columns))
    at = columns[found["at"]]
    if at.kind in ("ms", "naive_ms"):
        stamps = Stamps(np.asarray(at.values, dtype=np.int64), "ms", at.kind == "naive_ms")
    elif at.kind == "number":
        stamps = from_numbers(at.values)
    else:
        stamps = from_texts(list(at.values))
    o, h, lo, cl = (_floats(columns[found[name]]) for name in ("open", "high", "low", "close"))
    count = len(o)
    volume = _floats(columns[found["volume"]]) if "volume" in found else np.full(count, np.nan)
    if not count:
        raise _empty(path)
    return Table(stamps, (o, h, lo, cl), volume, has_adjusted=_adjusted(list(columns)))


def _of_json(path: Path) -> Table:
    """A list of `[instant, open, high, low, close, volume]`, as freqtrade and ccxt have it."""
    try:
        raw = path.read_bytes()
        rows = json.decode(
            gzip.decompress(raw) if path.suffix.lower() == ".gz" else raw, type=list[list[float]]
        )
        table = np.array([row[:6] for row in rows], dtype=np.float64)
    except (OSError, EOFError, DecodeError, ValueError) as broken:
        raise DataProblem(
            "unreadable",
            f"{path.name} is no list of candles ({broken}): give [[time, open, high, low, close, volume]].",
        ) from broken
    if not len(table):
        raise _empty(path)
    if table.ndim != 2 or table.shape[1] != 6:
        raise DataProblem(
            "header",
            f"{path.name} has rows that are no candles: each needs time, open, high, low, close, volume.",
        )
    at, o, h, lo, cl, volume = (np.ascontiguousarray(table[:, place]) for place in range(6))
    return Table(from_numbers(at), (o, h, lo, cl), volume)


def _of_text(path: Path) -> Table:
    lines = [line for block in blocks(path) for line in block]
    if not any(line.strip() for line in lines):
        raise _empty(path)
    mark = _delimiter(lines[0])
    skipped = 0
    if lines[0].lower().startswith("http") and len(lines) > 1:
        # Some sites put their address above the header.
        skipped, mark = 1, _delimiter(lines[1])
    rows = [row for row in csv.reader(lines[skipped:], delimiter=mark) if row]
    head = [cell.strip().strip("<>").lower() for cell in rows[0]]
    has_head = not _is_number(head[1] if len(head) > 1 else head[0])
    if not has_head:
        # Exchanges' own archives have no header: open instant, open, high, low, close, volume, and more.
        head = ["ts", "open", "high", "low", "close", "volume"]
    found = _named(path, head)
    body = rows[1:] if has_head else rows
    if not body:
        raise _empty(path)
    width = max(head.index(name) for name in found.values()) + 1
    body = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for row in body]
    columns = list(zip(*(row[:width] for row in body), strict=True))
    texts: Sequence[str] = columns[head.index(found["at"])]
    if found["at"] == "date" and "time" in head:
        texts = [f"{day} {time}" for day, time in zip(texts, columns[head.index("time")], strict=True)]
    o, h, lo, cl = (_numbers(columns[head.index(found[name])]) for name in ("open", "high", "low", "close"))
    volume = (
        _numbers(columns[head.index(found["volume"])]) if "volume" in found else np.full(len(body), np.nan)
    )
    return Table(from_texts(texts), (o, h, lo, cl), volume, 1 + skipped + has_head, _adjusted(head))


def _named(path: Path, head: Sequence[str]) -> dict[str, str]:
    """Which column is which, by the names that programs give them."""
    lowered = {name.strip().lower(): name for name in reversed(head)}
    for name, what in _NOT_PRICES.items():
        if name in lowered and "close" not in lowered:
            raise _other(path, what)
    found = {}
    for wanted, names in _NAMES.items():
        name = next((lowered[one] for one in names if one in lowered), "")
        if not name and wanted == "volume":
            name = next((one for key, one in lowered.items() if key.startswith("volume")), "")
        if name:
            found[wanted] = name
    missing = [name for name in ("at", "open", "high", "low", "close") if name not in found]
    if missing:
        words = ", ".join("time" if name == "at" else name for name in missing)
        raise DataProblem(
            "header",
            f"{path.name} has no column for {words} (it has {', '.join(head)[:120]}): name its columns "
            "ts,open,high,low,close,volume.",
        )
    return found


def _adjusted(head: Sequence[str]) -> bool:
    return any(name.strip().lower().replace("_", " ") in ("adj close", "adjusted close") for name in head)


def _floats(cell: Cell) -> Floats:
    if cell.kind == "text":
        return _numbers(list(cell.values))
    return np.asarray(cell.values, dtype=np.float64)


def _numbers(texts: Sequence[str]) -> Floats:
    try:
        return np.array(list(map(float, texts)), dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_one(text) for text in texts], dtype=np.float64)


def _one(text: str) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return float("nan")


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _is_number(text: str) -> bool:
    return text != "" and not np.isnan(_one(text))


def _empty(path: Path) -> DataProblem:
    return DataProblem("empty", f"{path.name} has no rows: give a file with at least one candle.")


def _other(path: Path, what: str) -> DataProblem:
    return DataProblem("not_prices", f"{path.name} holds {what}: give a file of candles.")
