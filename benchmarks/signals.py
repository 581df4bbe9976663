"""A million signals that nobody has asked for, and a source that signals in between: what they cost.

Half of them guess addresses, half guess the secret of one that exists. Run: python -m benchmarks.signals
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from msgspec import json

from bot.main.measuring import resident_bytes
from bot.main.signal_desk import SignalDesk
from tests.unit.signals.stage import SignalStage

FLOOD = 1_000_000
A_SECOND = 5_000
"""How many come in a second of the desk's clock."""
WARM = 50_000
MINE_EVERY = 100_000
MIB = 1 << 20


def told(what: str, figure: str) -> None:
    """One row."""
    print(f"{what:52} {figure}")


async def main(count: int) -> None:
    """Print the rows."""
    stage = SignalStage()
    await stage.opened()
    await stage.say("/signals new tv")
    source = await stage.source()
    (secret,) = stage.vault.kept.values()
    reports: list[Any] = []
    desk = SignalDesk(stage.tools, stage.store.inbox, reports.append)
    answers: Counter[str] = Counter()
    mine: Counter[str] = Counter()
    longest_s, warm_bytes, began_s = 0.0, 0, time.perf_counter()
    for number in range(count):
        if number == min(WARM, count // 2):
            warm_bytes = resident_bytes()
        address = source.source_id if number % 2 else f"{number:032x}"
        at_s = time.perf_counter()
        answers[(await desk.take(address, b'{"secret": "guess"}', {}))[1]] += 1
        longest_s = max(longest_s, time.perf_counter() - at_s)
        if not number % (A_SECOND // 10):
            stage.clock.at += timedelta(seconds=0.1)
        if not number % MINE_EVERY:
            stage.clock.at += timedelta(seconds=30)  # the flood pauses, as floods do
            fields = {
                "secret": secret,
                "at": stage.clock.at.isoformat(),
                "line": "buy btc 100",
                "id": f"n{number}",
            }
            mine[(await desk.take(source.source_id, json.encode(fields), {}))[1]] += 1
    took_s = time.perf_counter() - began_s
    told("signals of a flood answered a second", f"{count / took_s:,.0f}")
    told("answers", ", ".join(f"{code} {n:,}" for code, n in answers.most_common()))
    told("the longest answer", f"{longest_s * 1000:.1f} ms")
    told("memory that stayed", f"{(resident_bytes() - warm_bytes) / MIB:.1f} MiB")
    told("signals of the source in between", ", ".join(f"{code} {n}" for code, n in mine.items()))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else FLOOD))
