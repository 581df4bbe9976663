"""The short name of an event, the same whenever it is told: `#k3f-0042`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache

from trading.domain.ids import StreamId
from trading.ports import StoredEvent

_SHOWN_MAX = 12


@lru_cache(maxsize=1024)
def _short(stream: StreamId) -> str:
    digest = hashlib.blake2s(stream.encode(), digest_size=5).digest()
    return base64.b32encode(digest).decode().lower()[:3]


def event_code(stored: StoredEvent) -> str:
    """Three letters that stand for the stream, and the number of the event in it."""
    return f"#{_short(stored.stream)}-{stored.seq:04d}"


def listed(codes: Iterable[str]) -> str:
    """Codes for people, in one line: all of them, or the first ones and how many more there are."""
    found = list(codes)
    more = len(found) - _SHOWN_MAX
    return " ".join(found[:_SHOWN_MAX]) + (f" +{more}" if more > 0 else "")
