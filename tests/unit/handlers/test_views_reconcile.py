"""`/reconcile` repeats what the last start found, in the words of the start's own message."""

from __future__ import annotations

import dataclasses
from functools import partial

from bot.notifications.notices import found_words
from tests.unit.handlers.views_stage import Stage
from trading.engine.report import StartReport


async def test_what_the_last_start_found_is_repeated() -> None:
    stage = await Stage().opened()
    assert "At the last start" not in await stage.say("/reconcile")
    report = StartReport(accounts=1, resolved=("o1", "o2"), re_placed=("o3",), symbols=("BTC/USD", "MES"))
    stage.facts = dataclasses.replace(stage.facts, started=partial(found_words, report))
    said = " ".join((await stage.say("/reconcile")).split())
    assert "At the last start Orders resolved: 2 · Exits placed anew: 1 (BTC/USD, MES)" in said
