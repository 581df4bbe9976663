"""Time frames of a chart: how long a candle is, and the ways in which people write that."""

from __future__ import annotations

import re
from datetime import timedelta

from trading.frames import FRAMES as FRAMES

_UNITS = {
    "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1,
    "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60,
    "d": 1440, "day": 1440, "days": 1440,
    "w": 10_080, "wk": 10_080, "week": 10_080, "weeks": 10_080, "mo": 43_200, "s": 0, "sec": 0, "y": 525_600,
}  # fmt: skip
"""In minutes; those of which there are no candles are known too, so that they are not taken for symbols."""
_WORDS = {"minute": "1m", "hourly": "1h", "hour": "1h", "daily": "1d"}
_COUNTED = re.compile(r"(\d{1,4})([a-z]{1,7})|(?=m1|m5|m15|m30|h1|h4|d1|w1)([mhdw])(\d{1,2})")
_BY_SPAN = {span: name for name, span in FRAMES.items()}


def looks_like_frame(word: str) -> bool:
    """Whether a word can only be meant as a time frame, a known one or not (lower case)."""
    if word in _WORDS:
        return True
    match = _COUNTED.fullmatch(word)
    return match is not None and (match[2] or match[3]) in _UNITS


def frame_named(word: str) -> str:
    """The name of the frame that `15m`, `60min`, `H4` or `daily` means; empty when there is none."""
    lowered = word.lower()
    if lowered in _WORDS:
        return _WORDS[lowered]
    match = _COUNTED.fullmatch(lowered)
    if match is None:
        return ""
    count, unit = (match[1], match[2]) if match[1] else (match[4], match[3])
    return _BY_SPAN.get(timedelta(minutes=int(count) * _UNITS.get(unit, 0)), "")
