"""The books behind the numbers, and files to take away: nothing that a spreadsheet would carry out."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.conversation.layout import as_text
from bot.conversation.screen import Document, Kind
from bot.handlers.bookings import book_named, typed_name
from bot.handlers.export import as_csv, cell, file_name
from tests.unit.handlers.test_views_money import traded
from tests.unit.handlers.views_stage import Stage

AT = datetime(2018, 4, 4, 1, 0, 5, tzinfo=UTC)


async def exported(stage: Stage, line: str) -> tuple[str, str]:
    screen = await stage.screen(line)
    (document,) = screen.documents
    return document.name, document.body.decode()


async def test_the_ledger_sums_to_zero_and_says_so() -> None:
    stage = await traded()
    assert await stage.say("/ledger") == (
        "Ledger\n"
        "[PAPER]\n"
        "Book              USD\n"
        "Capital    -10,000.00\n"
        "Cash      10,008.4099\n"
        "Fees           1.4901\n"
        "Realised        -9.90\n"
        "Σ USD = 0\n"
        "Books are signed: gains and deposits stand negative, so that all sum to zero.\n"
        "\n"
        "/ledger cash shows the lines behind a sum."
    )


async def test_a_book_shows_its_lines_with_their_events() -> None:
    stage = await traded()
    said = await stage.say("/ledger fees")
    assert "fill     0.75  01:10:00" in said and "fill   0.7401  01:00:00" in said
    assert "2 lines, newest first." in said
    assert "Event" in said


async def test_a_symbol_names_the_book_of_its_position() -> None:
    stage = await traded()
    assert (await stage.say("/ledger BTC")).startswith("BTC/USD at cost\n")
    assert "There is no book “ES”" in await stage.say("/ledger ES")


async def test_the_ledger_is_turned_page_by_page() -> None:
    stage = await traded()
    screen = await stage.screen("/ledger 1 cash")
    assert screen.all_buttons[0].action.id == "ledger:1 2 cash"
    assert "01:00:00" in await stage.press(screen, "Older")


def test_a_word_that_two_books_share_names_none() -> None:
    books = {"cash", "position:BTC/USD", "position:BTC/EUR", "position:ES"}
    assert book_named(books, "btc") == ""
    assert book_named(books, "BTC/EUR") == "position:BTC/EUR"
    assert book_named(books, "es") == "position:ES"
    assert typed_name("position:BTC/EUR") == "BTC" and typed_name("cash") == "cash"


async def test_fills_are_written_with_every_digit() -> None:
    stage = await traded()
    name, body = await exported(stage, "/export fills")
    assert name == "fills-paper-20180404T011000Z.csv"
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["side"], row["quantity"], row["price"], row["fee"]) for row in rows] == [
        ("buy", "0.1", "7401", "0.7401"),
        ("sell", "0.1", "7500", "0.75"),
    ]


async def test_json_lines_are_one_object_each() -> None:
    stage = await traded()
    name, body = await exported(stage, "/export bookings json")
    rows = [json.loads(one) for one in body.splitlines()]
    assert name.endswith(".jsonl")
    assert {row["book"] for row in rows} == {"cash", "capital", "fees", "realised", "position:BTC/USD"}
    assert sum((Decimal(row["value"]) for row in rows), Decimal(0)) == 0


async def test_positions_are_written_closed_and_open() -> None:
    stage = await traded()
    stage.wait(minutes=1)
    stage.price("BTC/USD", "7400", "7401")
    await stage.buy()
    _, body = await exported(stage, "/export positions")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["state"], row["entry_price"], row["exit_price"]) for row in rows] == [
        ("closed", "7401", "7500"),
        ("open", "7401", ""),
    ]


async def test_the_balance_is_written_after_every_fill() -> None:
    stage = await traded()
    _, body = await exported(stage, "/export equity")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["balance"] for row in rows] == ["10000", "9999.2599", "10008.4099"]


async def test_orders_are_written_and_a_period_narrows_them() -> None:
    stage = await traded()
    _, body = await exported(stage, "/export orders")
    assert len(body.splitlines()) == 4  # header, entry, stop, close
    stage.wait(days=40)
    screen = await stage.screen("/export orders week")
    assert screen.kind is Kind.REFUSAL and not screen.documents


async def test_without_a_word_the_export_asks_what() -> None:
    stage = await Stage().opened()
    screen = await stage.screen("/export")
    assert [button.label for button in screen.all_buttons] == [
        "fills", "orders", "positions", "roundtrips", "bookings", "equity", "report", "log", "journal",
    ]  # fmt: skip


async def test_the_journal_is_only_for_admins() -> None:
    from dataclasses import replace as with_fields

    from bot.conversation.grammar_shapes import VerbLine
    from bot.conversation.handling import Asked, person_of
    from bot.conversation.incoming import Incoming
    from bot.handlers.export import export
    from tests.unit.handlers.views_stage import OWNER
    from trading.domain.rights import RIGHTS, DeskRole

    stage = await Stage().opened()

    async def whole() -> bytes:
        return b'{"seq":1}\n{"seq":2}\n'

    tools = with_fields(stage.tools, facts=with_fields(stage.facts, journal_export=whole))
    person = await person_of(tools, OWNER)
    assert person is not None
    line = VerbLine("export", {"what": "journal"})
    incoming = Incoming("console", "chat", "1", "ann", AT, text="/export journal")
    screen = await export(tools, Asked(incoming, person, "/export journal"), line)
    assert screen.documents[0].body == await whole()
    assert "2 events" in as_text(screen)
    trader = replace(person, rights={person.account: RIGHTS[DeskRole.TRADER]})
    refused = await export(tools, Asked(incoming, trader, "/export journal"), line)
    assert refused.kind is Kind.REFUSAL and not refused.documents


@pytest.mark.parametrize("account", ["../../etc/passwd", "a/b\\c", "", "..", "пример", "C:\\x", "a\x00b"])
def test_no_account_can_name_a_path(account: str) -> None:
    name = file_name("fills", account, AT, "csv")
    Document(name, b"")
    assert not set(name) & set("/\\:\x00") and ".." not in name


@given(st.text(max_size=40))
def test_any_account_makes_a_bare_file_name(account: str) -> None:
    Document(file_name("fills", account, AT, "csv"), b"")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+1+1", "'+1+1"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r\n=1", "'\r\n=1"),
        ("  =1", "'  =1"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("-3.25", "-3.25"),
        ("12", "12"),
        ("manual", "manual"),
        (None, ""),
        ("", ""),
        (True, "true"),
    ],
)
def test_a_cell_that_would_be_carried_out_gets_an_apostrophe(value: object, shown: str) -> None:
    assert cell(value) == shown


@given(st.text(max_size=30))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    shown = cell(text)
    if shown.lstrip()[:1] in set("=+-@＝＋－＠") and shown.strip():
        Decimal(shown)  # only a number may begin with a sign


def test_a_sheet_holds_what_was_put_in() -> None:
    rows: list[dict[str, str | None]] = [{"a": 'x,"y"\nz', "b": None}, {"a": "ü", "b": "1"}]
    assert list(csv.DictReader(io.StringIO(as_csv(rows).decode(), newline=""))) == [
        {"a": 'x,"y"\nz', "b": ""},
        {"a": "ü", "b": "1"},
    ]


def test_the_instant_in_a_name_is_utc() -> None:
    from zoneinfo import ZoneInfo

    berlin = (AT + timedelta(0)).astimezone(ZoneInfo("Europe/Berlin"))
    assert file_name("fills", "paper", berlin, "csv") == "fills-paper-20180404T010005Z.csv"
