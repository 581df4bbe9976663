"""`/export report`: the curve, the statistics and the newest round trips of a period as one PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC

from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.painting import NotPainted, ReportSpec, Theme
from bot.conversation.screen import Block, Document, Screen, bold, dim, line, table
from bot.handlers.earnings import spec_of
from bot.handlers.history import ended_by
from bot.handlers.marks import heading
from bot.handlers.performance import r_of, told
from bot.handlers.statistics import figures
from bot.handlers.subjects import since
from bot.handlers.trips import balance_steps, cut_note, trips_of
from trading.domain.book import Account
from trading.domain.money import Money
from trading.performance import By
from trading.row import ClosedRow

NEWEST = 100
"""Round trips that stand in a report line by line; `/export roundtrips` has all of them."""
_PARTS = tuple(by.value for by in (By.SYMBOL, By.EXIT, By.TAG, By.SIDE, By.WEEKDAY, By.SOURCE))
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


async def report(tools: Tools, asked: Asked, account: Account, period: str) -> Screen:
    """The PDF, or the sentence that says why there is none."""
    say, now = asked.wording.say, tools.clock.now()
    start = since(asked, period, now)
    rows = await trips_of(tools, account, start)
    if not rows:
        return refusal(asked, "stats.none")
    if tools.painter is None:
        return refusal(asked, "stats.report_failed")
    steps = await balance_steps(tools, account, start)
    named = say(f"view.period.{period}")
    spec = ReportSpec(
        say("stats.report", account=account.account, period=named.lower(), day=asked.wording.day(now)),
        (
            heading(tools, asked, say("stats.title"), account)[1:],
            (*await figures(tools, asked, account, rows, rows, start), *cut_note(asked, rows)),
            *(tuple(_part(asked, rows, by)) for by in _PARTS),
            tuple(_newest(asked, rows)),
        ),
        spec_of(tools, asked, account, period, steps, Theme.LIGHT),
        now,
    )
    try:
        body = await tools.painter.report(spec)
    except NotPainted:
        return refusal(asked, "stats.report_failed")
    owner = _NOT_IN_NAMES.sub("-", account.account).strip("-") or "account"
    name = f"report-{owner}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.pdf"
    counted = asked.wording.count(len(rows), "round_trips")
    said = say("stats.reported", rows=counted, name=name)
    return Screen.of(line(said)).with_documents(Document(name, body))


def _part(asked: Asked, rows: Sequence[ClosedRow], by: str) -> list[Block]:
    title = asked.wording.say("stats.by_title", by=asked.wording.say(f"stats.by.{by}").lower())
    return [line(bold(title)), *told(asked, rows, by)]


def _newest(asked: Asked, rows: Sequence[ClosedRow]) -> list[Block]:
    wording, say = asked.wording, asked.wording.say
    newest = rows[: -NEWEST - 1 : -1]
    lines = [
        (
            line(wording.instant(one.closed_at)),
            line(one.symbol, " ", dim(say("view.long" if one.is_long else "view.short"))),
            line(wording.quantity(one.quantity)),
            line(wording.price(one.entry_price)),
            line(wording.price(one.exit_price)),
            line(wording.pnl(Money(one.net, one.currency))),
            line(r_of(asked, one.r_multiple)),
            line(ended_by(asked, one.reason)),
        )
        for one in newest
    ]
    heads = (
        say("view.when"),
        say("stats.by.symbol"),
        f">{say('view.size')}",
        f">{say('stats.entry')}",
        f">{say('stats.exit')}",
        f">{say('view.net')}",
        ">R",
        say("view.ended"),
    )
    return [line(bold(say("stats.newest", n=len(newest)))), table(heads, lines)]
