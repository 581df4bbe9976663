"""Candles from the history on disk for profiles, read by a process of its own: the desk loads no library.

`python -m bot.main.past HOME SYMBOL SECONDS COUNT` prints the newest bars of the cache as JSON: of that
frame, or joined from the longest shorter one.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import DecodeError, ValidationError, json

from bot.main.researching_process import environment
from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.telemetry import MUTE, Telemetry

if TYPE_CHECKING:
    from trading.feeds.history.candles import Candles

COUNT = 2_000
WITHIN_S = 15.0
FOLDER = "history"
AT_ONCE = 1


def reader_of(
    home: Path, telemetry: Telemetry = MUTE
) -> Callable[[str, timedelta], Awaitable[Sequence[Bar]]] | None:
    """What reads them; None where no history was ever imported: nothing is begun then."""
    if not (home / FOLDER).is_dir():
        return None
    slots = asyncio.Semaphore(AT_ONCE)

    async def read(symbol: str, span: timedelta) -> Sequence[Bar]:
        async with slots:
            return await _read(home, symbol, span, telemetry)

    return read


async def _read(home: Path, symbol: str, span: timedelta, telemetry: Telemetry) -> Sequence[Bar]:
    words = ("-m", "bot.main.past", str(home), symbol, str(span // timedelta(seconds=1)), str(COUNT))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(os.environ),
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            said, _ = await process.communicate()
        return json.decode(said, type=list[Bar])
    except (TimeoutError, DecodeError, ValidationError):
        telemetry.log("warning", "history_not_read", symbol=symbol)
        return ()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def newest(home: Path, symbol: str, frame_s: int, count: int) -> list[Bar]:
    """The newest bars of the cache, oldest first. Raises DataProblem."""
    from trading.feeds.history.cache import HistoryCache
    from trading.feeds.history.candles import Key
    from trading.frames import joined

    cache, span = HistoryCache(home / FOLDER), timedelta(seconds=frame_s)
    frames = [
        one.key.frame_s
        for one in cache.shelves()
        if one.key.symbol == symbol and not one.key.is_adjusted and not frame_s % one.key.frame_s
    ]
    if not frames:
        return []
    key = Key(symbol, max(frames))
    shelf = cache.shelf(key)
    assert shelf is not None, "it was listed"
    since_ms = shelf.last_ms - count * frame_s * 1000
    bars = bars_of(symbol, key.frame_s, cache.read(key, since_ms))
    return joined(bars, span)[-count:] if key.frame_s != frame_s else bars[-count:]


def bars_of(symbol: str, frame_s: int, candles: Candles) -> list[Bar]:
    """Whole steps as exact prices again; a volume that is not known is none."""
    from trading.strategies.bars import instant

    span = timedelta(seconds=frame_s)
    found = []
    for place, at_ms in enumerate(candles.at_ms.tolist()):
        at = instant(at_ms)
        opened, high, low, close = (
            Price(Decimal(int(column[place])).scaleb(-candles.decimals)) for column in candles.prices
        )
        volume = float(candles.volume[place])
        known = None if isnan(volume) else Quantity(Decimal(repr(volume)))
        found.append(Bar(symbol, at, at + span, opened, high, low, close, known, source="history"))
    return found


def main(words: Sequence[str]) -> int:
    """Print them."""
    home, symbol, frame_s, count = words
    sys.stdout.buffer.write(json.encode(newest(Path(home), symbol, int(frame_s), int(count))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
