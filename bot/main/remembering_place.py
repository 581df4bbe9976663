"""Where the history of a desk stands, and how a line names a series of it."""

from __future__ import annotations

from pathlib import Path

from bot.cli_exits import BadInput
from bot.settings import home_folder
from bot.spoken import say
from trading.feeds.history.cache import FOLDER, HistoryCache
from trading.feeds.history.candles import Key, frame_seconds

AT = "@"


def cache_in(home: Path | None) -> HistoryCache:
    """The history of a desk's home."""
    return HistoryCache(home_folder(home) / FOLDER)


def key_of(text: str, *, is_adjusted: bool = False) -> Key:
    """`BTC/USDT@5m`. Raises BadInput."""
    symbol, _, frame = text.strip().rpartition(AT)
    seconds = frame_seconds(frame)
    if not symbol or not seconds:
        raise BadInput(say("cli.history.no_series", text=text))
    return Key(symbol.upper(), seconds, is_adjusted)
