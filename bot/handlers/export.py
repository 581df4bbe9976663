"""Files to take away: `/export`. CSV for spreadsheets, JSON lines for programs; platforms deliver them.

A file's name is made here from words that are known, never from what was typed, so no path can be named; a
cell that a spreadsheet would take for a formula gets an apostrophe in front (TM19).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import msgspec

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.json_view import (
    Json,
    bookings_json,
    closed_json,
    fills_json,
    orders_json,
    positions_json,
    round_trips_json,
)
from bot.conversation.layout import iso
from bot.conversation.screen import Document, Screen, dim, line, look, row, warn
from bot.conversation.verbs import Right
from bot.handlers.logs import level_of, newest
from bot.handlers.report import report
from bot.handlers.statistics import excursions
from bot.handlers.subjects import account_of, since, word_of
from bot.handlers.trips import balance_steps, trips_of
from trading.domain.book import Account
from trading.domain.money import plain

ROWS_MAX = 100_000
_FORMULA = frozenset("=+-@|＝＋－＠")
_BLANKS = frozenset("\t\r\n")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


async def export(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Fills, orders, positions, round trips, bookings, the balance after each fill, or the whole journal."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    what = word_of(parsed, "what")
    if not what:
        return _choices(asked)
    if what == "journal":
        return await _journal(tools, asked)
    period = word_of(parsed, "period")
    if what == "report":
        return await report(tools, asked, account, period or "all")
    if word_of(parsed, "format") == "pdf":
        return refusal(asked, "stats.only_reports", what=what)
    start = since(asked, period, tools.clock.now()) if period else None
    rows = await _log(tools, asked, start) if what == "log" else await WHAT[what](tools, account, start)
    say = asked.wording.say
    if not rows:
        return refusal(asked, "view.nothing_to_export", what=what)
    is_json = word_of(parsed, "format") == "json"
    body = as_json_lines(rows) if is_json else as_csv(rows)
    name = file_name(what, account.account, tools.clock.now(), "jsonl" if is_json else "csv")
    blocks = [line(say("view.exported", what=what, rows=asked.wording.count(len(rows), "rows"), name=name))]
    if len(rows) >= ROWS_MAX:
        blocks.append(line(warn(say("view.export_cut", n=ROWS_MAX))))
    return Screen.of(*blocks).with_documents(Document(name, body))


def _choices(asked: Asked) -> Screen:
    say = asked.wording.say
    return Screen.of(line(say("view.export_what")), line(dim(say("view.export_json")))).with_buttons(
        *(
            row(*(look(what, "export", what) for what in names))
            for names in (
                ("fills", "orders", "positions"),
                ("roundtrips", "bookings", "equity"),
                ("report", "log", "journal"),
            )
        )
    )


async def _journal(tools: Tools, asked: Asked) -> Screen:
    """Everything that was ever decided, for all accounts: only for whoever keeps the desk."""
    if Right.OPERATE not in asked.person.every_right:
        return refusal(asked, "view.journal_admin")
    body = await tools.facts.journal_export()
    if not body:
        return refusal(asked, "view.nothing_to_export", what="journal")
    name = file_name("journal", "desk", tools.clock.now(), "jsonl")
    rows = asked.wording.count(body.count(b"\n"), "events")
    said = asked.wording.say("view.exported", what="journal", rows=rows, name=name)
    return Screen.of(line(said)).with_documents(Document(name, body))


def file_name(what: str, account: str, at: datetime, ending: str) -> str:
    """`fills-paper-20180404T010005Z.csv`: letters, digits and dashes only."""
    owner = _NOT_IN_NAMES.sub("-", account).strip("-") or "account"
    return f"{what}-{owner}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{ending}"


# ---------------------------------------------------------------- rows


async def _fills(tools: Tools, account: Account, start: datetime | None) -> list[Json]:
    return fills_json(await tools.ledger.fills([account.account], since=start, limit=ROWS_MAX))


async def _orders(tools: Tools, account: Account, start: datetime | None) -> list[Json]:
    rows = await tools.ledger.orders([account.account], limit=ROWS_MAX)
    return orders_json(tools.book(), [one for one in rows if start is None or one.at >= start])


POSITION_COLUMNS = (
    "state", "symbol", "side", "quantity", "entry_price", "exit_price", "mark_price", "realised_pnl",
    "unrealised_pnl", "fees", "currency", "reason", "opened_at", "closed_at", "account", "position_id", "tag",
)  # fmt: skip


async def _positions(tools: Tools, account: Account, start: datetime | None) -> list[Json]:
    """Closed ones, then those that are open now, in the same columns."""
    closed = closed_json(await tools.ledger.closed([account.account], since=start, limit=ROWS_MAX))
    held = positions_json(tools.book(), [account.account])
    rows = [{"state": "closed", **one} for one in closed]
    rows += [{"state": "open", "entry_price": one["average_price"], **one} for one in held]
    return [{column: one.get(column) for column in POSITION_COLUMNS} for one in rows]


async def _bookings(tools: Tools, account: Account, start: datetime | None) -> list[Json]:
    rows = await tools.ledger.bookings([account.account], limit=ROWS_MAX)
    return bookings_json([one for one in rows if start is None or one.at >= start])


async def _equity(tools: Tools, account: Account, start: datetime | None) -> list[Json]:
    return [
        {
            "at": iso(step.at),
            "change": plain(step.change),
            "balance": plain(step.balance),
            "currency": account.currency,
        }
        for step in await balance_steps(tools, account, start)
    ]


async def _log(tools: Tools, asked: Asked, start: datetime | None) -> list[Json]:
    """The activity log with its data, newest first."""
    return [
        {
            "at": iso(stored.event.at),
            "level": level_of(stored.event).value,
            "account": stored.event.account,
            "event": type(stored.event).__name__,
            "because": stored.causation_id,
            "data": msgspec.json.encode(stored.event).decode(),
        }
        for stored in await newest(tools, asked, "", start, limit=ROWS_MAX)
    ]


async def _round_trips(tools: Tools, account: Account, start: datetime | None) -> list[Json]:
    """Closed positions with what they risked, their R, and how far prices went where that is known."""
    rows = await trips_of(tools, account, start, ROWS_MAX)
    return round_trips_json(await excursions(tools, account, rows))


WHAT: dict[str, Callable[[Tools, Account, datetime | None], Awaitable[list[Json]]]] = {
    "fills": _fills,
    "orders": _orders,
    "positions": _positions,
    "roundtrips": _round_trips,
    "bookings": _bookings,
    "equity": _equity,
}


# ---------------------------------------------------------------- forms


def as_json_lines(rows: Sequence[Json]) -> bytes:
    """One object a line."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode()


def as_csv(rows: Sequence[Json]) -> bytes:
    """A header, then a line for each row; absent values are empty."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    columns = list(rows[0])
    writer.writerow(columns)
    for one in rows:
        writer.writerow([cell(one.get(column)) for column in columns])
    return sheet.getvalue().encode()


def cell(value: object) -> str:
    """A value as a spreadsheet may see it: numbers as they are, nothing that it would carry out."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if _NUMBER.fullmatch(text):
        return text
    # Spreadsheets skip leading blanks before they look for a formula.
    is_formula = text[:1] in _BLANKS or text.lstrip()[:1] in _FORMULA
    return f"'{text}" if text and is_formula else text


HANDLERS: dict[str, Handler] = {"export": export}
