"""Slash commands from the table of verbs: Discord takes them, and each reads as its typed line."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.grammar import ExitsLine, OrderLine, VerbLine, parse
from bot.conversation.verbs import VERBS
from bot.conversation.words import CATALOGUE
from bot.platforms.discord_commands import (
    COMMANDS_MAX,
    ENTRIES,
    command_bodies,
    line_of,
    line_of_ticket,
    ticket,
    wants_ticket,
)
from bot.platforms.discord_shapes import Data, Field, Option, Row
from tests.fakes.discord_checks import checked_commands, checked_modal


def filled(name: str, /, **options: Any) -> Data:
    verb, _, sub = name.partition(" ")
    inner = [Option(one, 3, value) for one, value in options.items()]
    return Data(name=verb, options=[Option(sub, 1, None, inner)] if sub else inner)


def test_discord_takes_all_of_them_and_every_verb_is_there() -> None:
    bodies = command_bodies()
    checked_commands(bodies)
    assert len(bodies) <= COMMANDS_MAX
    assert {body["name"] for body in bodies} == {row.name for row in VERBS} | {"do"}


def test_a_server_shows_at_first_to_its_managers_only_what_lets_people_in_or_binds_all() -> None:
    few = {body["name"] for body in command_bodies() if body["default_member_permissions"]}
    assert few == {"role", "approve", "maintenance", "config"}


def test_aliases_are_typed_only() -> None:
    aliases = {alias for row in VERBS for alias in row.aliases}
    assert not aliases & set(ENTRIES)


def test_every_option_says_in_words_what_it_takes() -> None:
    names = {slot.name for entry in ENTRIES.values() for slot in entry.slots}
    assert [name for name in sorted(names) if f"discord.option.{name}" not in CATALOGUE["en"]] == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (filled("buy", symbol="BTC", size="100", tp="5%", sl="2%"), "/buy BTC 100 tp 5% sl 2%"),
        (filled("buy", sl="2%", price="64000", size="1%", symbol="btc"), "/buy btc 1% @ 64000 sl 2%"),
        (filled("buy", symbol="BTC", size="1", price="@ -1%", account="paper"), "/buy BTC 1 @ -1% on paper"),
        (filled("buy", symbol="BTC", size="9", price="better by 1%"), "/buy BTC 9 better by 1%"),
        (
            filled("buy", symbol="BTC", size="9", tp="tp 5%", exit="in 4h"),
            "/buy BTC 9 tp 5% exit in 4h",
        ),
        (filled("sell", symbol="BTC"), "/sell BTC"),
        (filled("close", symbol="BTC", size="50%"), "/close BTC 50%"),
        (filled("tp", symbol="BTC", how="2%:50 4%:50"), "/tp BTC 2%:50 4%:50"),
        (filled("breakeven", symbol="BTC"), "/breakeven BTC"),
        (filled("bracket", symbol="BTC", be="after tp1", sl="1%"), "/bracket BTC sl 1% be after tp1"),
        (filled("bracket", symbol="BTC", off="off"), "/bracket BTC off"),
        (filled("modify", order="#3", limit="64000"), "/modify #3 @ 64000"),
        (filled("cancel", orders="#3 #4"), "/cancel #3 #4"),
        (filled("chart", symbol="BTC", frame="1h", style="line"), "/chart 1h line BTC"),
        (filled("preset save", name="scalp", line="1% sl 1%"), "/preset save scalp 1% sl 1%"),
        (filled("preset list"), "/preset list"),
        (filled("history", count=20, symbol="BTC"), "/history 20 BTC"),
        (filled("pause", until="2h", scope="desk"), "/pause desk 2h"),
        (filled("alerts", what="btc > 70000"), "/alerts btc > 70000"),
        (filled("do", line=" buy btc 100 "), "buy btc 100"),
        (filled("flatten", only="losers", tag="breakout"), "/flatten losers tag breakout"),
    ],
)
def test_a_filled_in_command_is_the_line_that_one_would_type(data: Data, said: str) -> None:
    assert line_of(data) == said
    assert isinstance(parse(said), OrderLine | ExitsLine | VerbLine), said


def test_a_command_of_another_version_means_nothing() -> None:
    assert line_of(filled("teleport", where="moon")) == ""


def test_the_ticket_keeps_what_was_filled_in_and_reads_as_a_line() -> None:
    data = filled("buy", symbol="BTC", sl="2%", tp="4%", stop="65000")
    assert wants_ticket(data) and not wants_ticket(filled("buy", symbol="BTC", size="1"))
    assert not wants_ticket(filled("sell", symbol="BTC"))
    form = ticket(data)
    checked_modal(form)
    fields = [one["components"][0] for one in form["components"]]
    values = {one["custom_id"]: one.get("value") for one in fields}
    assert values == {"symbol": "BTC", "size": None, "price": "stop 65000", "exits": "tp 4% sl 2%"}


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("", "/buy BTC 100 sl 2%"),
        ("64000", "/buy BTC 100 @ 64000 sl 2%"),
        ("@ 64000", "/buy BTC 100 @ 64000 sl 2%"),
        ("stop 65000", "/buy BTC 100 stop 65000 sl 2%"),
        ("better by 1%", "/buy BTC 100 better by 1% sl 2%"),
    ],
)
def test_a_ticket_is_read_as_its_line(price: str, said: str) -> None:
    fields = {"symbol": "BTC", "size": "100", "price": price, "exits": "sl 2%"}
    rows = [Row([Field(name, value)]) for name, value in fields.items()]
    assert line_of_ticket(Data(custom_id="ticket:buy", components=rows)) == said
    assert isinstance(parse(said), OrderLine)
    assert line_of_ticket(Data(custom_id="ticket:panic", components=rows)) == ""
    assert line_of_ticket(Data(custom_id="other:buy", components=rows)) == ""
