"""Lines out of CSV and CSV.gz files, in blocks, with one sentence for each way a file can be unreadable."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO

from trading.feeds.problems import DataProblem

BLOCK_BYTES = 1 << 17
LINE_MAX = 4096
_GZIP = b"\x1f\x8b"


class SeriesKind(StrEnum):
    """What one row is."""

    TRADE_BARS = "trade bars"
    DAILY_BARS = "daily bars"
    QUOTE_BARS = "quote bars"
    SIZED_QUOTE_BARS = "quote bars with sizes"
    PRINTS = "prints"
    QUOTES = "quotes"
    SIZED_QUOTES = "quotes with sizes"


HEADERS = {
    "ts,open,high,low,close,volume": SeriesKind.TRADE_BARS,
    "date,open,high,low,close,volume": SeriesKind.DAILY_BARS,
    "ts,bid_o,bid_h,bid_l,bid_c,ask_o,ask_h,ask_l,ask_c": SeriesKind.QUOTE_BARS,
    "ts,bid_o,bid_h,bid_l,bid_c,bid_size,ask_o,ask_h,ask_l,ask_c,ask_size": SeriesKind.SIZED_QUOTE_BARS,
    "ts,trade_id,price,quantity,buyer_maker": SeriesKind.PRINTS,
    "ts,bid,ask": SeriesKind.QUOTES,
    "ts,bid,bid_size,ask,ask_size": SeriesKind.SIZED_QUOTES,
    "ts,bid,bid_size,ask,ask_size,exch": SeriesKind.SIZED_QUOTES,
}
_FACTORS = "date,price_factor,split_factor,reference_price"


def blocks(path: Path) -> Iterator[list[str]]:
    """The lines of the file, header included, some hundred at a time.

    Raises:
        DataProblem: unreadable, not_gzip.
    """
    try:
        with _opened(path) as text:
            while lines := text.readlines(BLOCK_BYTES):
                if len(lines[0]) > LINE_MAX:
                    raise DataProblem(
                        "unreadable",
                        f"{path.name} has lines of more than {LINE_MAX} characters: give a CSV file.",
                    )
                yield lines
    except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
        raise DataProblem(
            "unreadable", f"{path.name} is damaged ({broken}): copy or download it again."
        ) from broken
    except UnicodeDecodeError as broken:
        raise DataProblem(
            "unreadable", f"{path.name} is no text file: give a CSV or CSV.gz file."
        ) from broken
    except OSError as broken:
        raise DataProblem(
            "unreadable",
            f"{path} cannot be read ({broken.strerror or broken}): check the path and its rights.",
        ) from broken


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as raw:
        head = raw.read(2)
    if head == _GZIP:
        return gzip.open(path, "rt", encoding="utf-8-sig")
    if path.suffix.lower() == ".gz" and head:
        raise DataProblem(
            "not_gzip", f"{path.name} ends in .gz but is not gzip: rename it to {path.stem} or compress it."
        )
    return path.open(encoding="utf-8-sig")


def kind_of(path: Path, header: str) -> SeriesKind:
    """What the rows are, by the header.

    Raises:
        DataProblem: empty, header, not_prices.
    """
    if not header.strip():
        raise DataProblem(
            "empty", f"{path.name} has no rows: give a file with a header and at least one row."
        )
    columns = ",".join(word.strip().lower() for word in header.split(","))
    if columns == _FACTORS:
        raise _not_prices(path, "split and dividend factors")
    if "funding" in path.name.lower():
        raise _not_prices(path, "funding rates")
    kind = HEADERS.get(columns)
    if kind is None:
        shown = columns if len(columns) <= 80 else columns[:77] + "..."
        raise DataProblem(
            "header",
            f"{path.name} line 1 is no header that I know ({shown}): use one of {'; '.join(HEADERS)}.",
        )
    return kind


def _not_prices(path: Path, what: str) -> DataProblem:
    return DataProblem(
        "not_prices", f"{path.name} holds {what}, not prices: give a file of bars, prints or quotes."
    )
