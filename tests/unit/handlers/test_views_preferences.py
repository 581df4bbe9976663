"""What a person may set, what is refused, and that the answer is written the new way."""

from __future__ import annotations

import pytest

from bot.conversation.handling import SETTINGS
from bot.conversation.layout import as_text
from bot.conversation.screen import Kind
from bot.handlers.preferences import READ
from tests.unit.handlers.views_stage import OWNER, PAPER, Stage
from trading.domain.exits import GapPolicy
from trading.domain.ids import PersonId


def test_every_setting_has_a_way_to_be_read() -> None:
    assert tuple(READ) == SETTINGS


async def test_the_settings_are_listed_with_the_persons_clock() -> None:
    stage = await Stage().opened()
    await stage.say("/settings zone Europe/Berlin")
    assert await stage.say("/settings") == (
        "Settings\n"
        "Time zone      Europe/Berlin\n"
        "Numbers        1,234.56\n"
        "One tap        every order asks first\n"
        "Language       auto (en)\n"
        "Compact        no\n"
        "Account        paper\n"
        "Digest         08:00\n"
        "Your word      none\n"
        "Pictures       dark\n"
        "Amounts        shown\n"
        "Gap            out at once\n"
        "Opinions from  as the desk does\n"
        "Quiet hours    none\n"
        "Your clock     2018-04-04 03:00 CEST\n"
        "Set one: /settings zone Europe/Berlin"
    )


@pytest.mark.parametrize(
    ("line", "name", "kept"),
    [
        ("/settings zone europe/berlin", "zone", "Europe/Berlin"),
        ("/settings tz America/New York", "zone", "America/New_York"),
        ("/settings zone utc", "zone", "UTC"),
        ("/settings numbers 1.234,56", "numbers", "1.234,56"),
        ("/settings numbers german", "numbers", "1.234,56"),
        ("/settings numbers 1 234.56", "numbers", "1\u00a0234.56"),
        ("/settings one_tap 1.5k", "one_tap", "1500"),
        ("/settings one_tap $100", "one_tap", "100"),
        ("/settings one_tap 0", "one_tap", "0"),
        ("/settings language EN", "language", "en"),
        ("/settings compact yes", "compact", "on"),
        ("/settings account PAPER", "account", "paper"),
        ("/settings theme Light", "theme", "light"),
        ("/settings pictures dark", "theme", "dark"),
        ("/settings amounts off", "amounts", "hide"),
        ("/settings gap Limit", "gap", "limit"),
        ("/settings amounts show", "amounts", "show"),
    ],
)
async def test_a_setting_is_kept_in_its_own_spelling(line: str, name: str, kept: str) -> None:
    stage = await Stage().opened()
    screen = await stage.screen(line)
    assert screen.kind is Kind.ANSWER, as_text(screen)
    stored = (await stage.store.registers.settings(OWNER))[name]
    assert stored.replace(" ", "\u00a0") == kept.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("/settings zone Berlin", "“Berlin” lies in the zone Europe/Berlin"),
        ("/settings zone Europe/Berlni", "type one like /settings zone Europe/Berlin"),
        ("/settings zone ../../etc/passwd", "I know no time zone"),
        ("/settings numbers 1'234.56", "I cannot write numbers like"),
        ("/settings one_tap much", "is no sum"),
        ("/settings one_tap 5%", "does not fit"),
        ("/settings one_tap 2m", "does not fit: type US dollars from 0 to $1,000,000.00."),
        ("/settings one_tap 1.000", "is no sum"),
        (
            "/settings language klingon",
            "This desk speaks de, en: type one of them, or auto for that of your app.",
        ),
        ("/settings compact maybe", "compact is on or off"),
        ("/settings account bobs", "You have no account “bobs”"),
        ("/settings theme pink", "Pictures are dark or light, not “pink”"),
        ("/settings amounts some", "“some” is neither: type /settings amounts hide, or show."),
        ("/settings gap wait", "exit, limit, ask or reanchor, not “wait”"),
        ("/settings colour red", "There is no setting “colour”"),
    ],
)
async def test_what_cannot_be_set_says_what_to_type(line: str, part: str) -> None:
    stage = await Stage().opened()
    screen = await stage.screen(line)
    assert screen.kind is Kind.REFUSAL
    assert part in as_text(screen)
    assert await stage.store.registers.settings(OWNER) == {}


async def test_off_forgets_a_setting() -> None:
    stage = await Stage().opened()
    await stage.say("/settings zone Europe/Berlin")
    assert "as it was at first: UTC" in await stage.say("/settings zone off")
    assert await stage.store.registers.settings(OWNER) == {}


async def test_numbers_are_written_the_new_way_at_once() -> None:
    stage = await Stage().opened()
    await stage.say("/settings numbers 1.234,56")
    assert "$10.000,00" in await stage.say("/balance")


async def test_one_setting_is_shown_by_its_name() -> None:
    stage = await Stage().opened()
    assert await stage.say("/settings one_tap") == (
        "One tap\nevery order asks first\n/settings one_tap 100 sets it, off forgets it"
    )


async def test_an_entry_with_a_stop_takes_over_what_a_person_wants_of_gaps() -> None:
    stage = await Stage().opened()
    await stage.say("/settings gap limit")
    await stage.say("/buy BTC 1000 sl 1%", yes=True)
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None and held.plan.gap is GapPolicy.LIMIT
    assert "Gap" in as_text(await stage.screen("/settings"))
    await stage.say("/settings gap ask")
    await stage.say("/buy BTC 500 sl 2%", yes=True)
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None and held.plan.gap is GapPolicy.LIMIT, "it keeps what was said with it"


async def test_what_an_account_wants_of_gaps_counts_before_what_a_person_wants() -> None:
    stage = await Stage().opened()
    await stage.say("/settings gap limit")
    said = await stage.say("/settings gap ask account")
    assert " ".join(said.split()).startswith(
        "When the price jumps over a stop on paper: I ask you. It counts"
    )
    await stage.say("/buy BTC 1000 sl 1%", yes=True)
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None and held.plan.gap is GapPolicy.ASK
    assert "I ask you (as paper wants)" in await stage.say("/settings")
    assert await stage.say("/settings gap") == (
        "Gap\n"
        "You    out within 3 %, then I ask you\n"
        "paper  I ask you\n"
        "/settings gap ask sets yours, off forgets it\n"
        "/settings gap ask account sets it for everybody on the account, before their own"
    )


async def test_a_line_that_says_what_it_wants_counts_before_its_account() -> None:
    stage = await Stage().opened()
    await stage.say("/settings gap ask account")
    await stage.say("/buy BTC 1000 sl 1% gap reanchor", yes=True)
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None and held.plan.gap is GapPolicy.REANCHOR


async def test_an_account_that_says_nothing_any_more_leaves_it_to_each_person() -> None:
    stage = await Stage().opened()
    await stage.say("/settings gap limit")
    await stage.say("/settings gap ask account paper")
    assert "for each person to say" in await stage.say("/settings gap off account")
    await stage.say("/buy BTC 1000 sl 1%", yes=True)
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None and held.plan.gap is GapPolicy.LIMIT


async def test_what_an_account_cannot_want_of_gaps_is_refused() -> None:
    stage = await Stage().opened()
    assert "exit, limit, ask or reanchor, not “wait”" in await stage.say("/settings gap wait account")
    assert "nobodys" in await stage.say("/settings gap ask account nobodys")
    assert await stage.store.registers.settings(PersonId(f"account:{PAPER}")) == {}
