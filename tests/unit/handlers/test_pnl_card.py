"""/pnl card: what is handed to the painter, the same in words, and nothing of it where amounts are hidden."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.conversation.layout import as_text
from bot.conversation.painting import Theme
from bot.conversation.screen import Kind, Screen
from bot.handlers.pnl_card import PATH_MAX, thinned
from tests.unit.handlers.test_views_chart import PLAN, Sketcher, drawing, minutes
from tests.unit.handlers.test_views_money import close
from tests.unit.handlers.test_views_statistics import paid_in
from tests.unit.handlers.views_stage import OWNER, Stage
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, CommandId
from trading.domain.money import Money


async def closed() -> tuple[Stage, Sketcher]:
    """Bought 0.1 at 7,401 with a stop of 2 %, sold at 7,500 ten minutes later; a fee of 0.1 % each."""
    stage, sketcher = await drawing()
    await stage.buy(plan=PLAN)
    stage.wait(minutes=10)
    stage.price("BTC/USD", "7500", "7501")
    await close(stage)
    return stage, sketcher


async def test_the_card_of_a_closed_position_has_its_result_after_fees() -> None:
    stage, sketcher = await closed()
    said = await stage.say("/pnl card BTC")
    card = sketcher.last_card
    net = Decimal("9.9") - Decimal("0.7401") - Decimal("0.75")
    assert (card.title, card.side, card.is_long, card.at) == ("BTC/USD", "LONG", True, stage.clock.at)
    assert card.amount == Money(net, "USD")
    assert card.percent == net * 100 / Decimal("740.1")
    assert card.r == net / Decimal("14.802")
    assert card.facts == (
        ("Entry", "7,401.00"),
        ("Exit", "7,500.00"),
        ("Size", "0.1"),
        ("Held", "10m"),
        ("Ended by", "by hand"),
    )
    assert card.note == "PAPER"
    assert card.path == (Decimal(7401), Decimal(7500))
    assert said == (
        "P&L card BTC/USD long\n"
        "[PAPER]\n"
        "Result    +1.14% after fees\n"
        "Amount    +$8.41\n"
        "In R      +0.57R\n"
        "Entry     7,401.00\n"
        "Exit      7,500.00\n"
        "Size      0.1\n"
        "Held      10m\n"
        "Ended by  by hand"
    )


async def test_the_card_of_an_open_position_says_that_it_is_open_and_how_old_its_price_is() -> None:
    stage, sketcher = await drawing()
    await stage.buy(plan=PLAN)
    stage.wait(minutes=1)
    stage.price("BTC/USD", "7500", "7501")
    await stage.say("/pnl card BTC")
    card = sketcher.last_card
    net = Decimal("0.1") * (Decimal("7500.5") - 7401) - Decimal("0.7401")
    assert card.amount == Money(net, "USD") and card.percent == net * 100 / Decimal("740.1")
    assert card.r == net / Decimal("14.802")
    assert card.said == "still open, after fees so far"
    assert ("Now", "7,500.50") in card.facts and ("Held", "1m") in card.facts
    stage.wait(minutes=10)
    await stage.say("/pnl card BTC")
    assert sketcher.last_card.note == "PAPER · stale: 10m old"


async def test_after_a_partial_exit_the_card_counts_what_was_realised_too() -> None:
    stage, sketcher = await drawing()
    await stage.buy(plan=PLAN)
    stage.price("BTC/USD", "7500", "7501")
    await close(stage, "50")
    await stage.say("/pnl card BTC")
    card = sketcher.last_card
    net = Decimal("4.95") + Decimal("0.05") * Decimal("99.5") - Decimal("0.7401") - Decimal("0.375")
    assert card.amount == Money(net, "USD") and card.percent == net * 100 / Decimal("740.1")


async def test_a_position_that_never_had_a_stop_has_no_r() -> None:
    stage, sketcher = await drawing()
    await stage.buy()
    said = await stage.say("/pnl card BTC")
    assert sketcher.last_card.r is None and "In R" not in said
    await close(stage)
    await stage.say("/pnl card BTC")
    assert sketcher.last_card.r is None


async def test_the_way_of_the_price_is_what_the_market_remembers_of_the_time_held() -> None:
    stage, sketcher = await drawing()
    await stage.buy()
    stage.wait(minutes=3)
    on = timedelta(minutes=3)
    later = [replace(bar, at=bar.at + on, ends_at=bar.ends_at + on) for bar in minutes(3)]
    stage.market.past["BTC/USD"] += later
    await stage.say("/pnl card BTC")
    assert sketcher.last_card.path == (7401, *(bar.close for bar in later), Decimal("7400.5"))


async def test_the_card_of_a_period_is_what_pnl_says() -> None:
    stage, sketcher = await closed()
    for line, title in (
        ("/pnl card", "April 2018"),
        ("/pnl card day", "2018-04-04"),
        ("/pnl card week", "Week"),
        ("/pnl all card", "All time"),
    ):
        await stage.say(line)
        card = sketcher.last_card
        assert (card.title, card.side) == (title, "")
        assert card.amount == Money(Decimal("8.4099"), "USD")
        assert card.percent == Decimal("8.4099") / 100
        assert card.said == "realised in USD, after fees"
        assert card.facts == (("Round trips", "1"), ("Win rate", "100%"), ("Average R", "+0.57R"))
    assert "+$8.41" in await stage.say("/pnl month")
    await stage.say("/pnl card month BTC")
    assert sketcher.last_card.title == "BTC/USD · April 2018"


async def test_a_deposit_is_no_result_of_a_period() -> None:
    stage, sketcher = await closed()
    await paid_in(stage, "10000")
    await stage.say("/pnl card month")
    assert sketcher.last_card.amount == Money(Decimal("8.4099"), "USD")
    assert sketcher.last_card.percent == Decimal("8.4099") * 100 / 20_000


# ---------------------------------------------------------------- what is hidden


def told(screen: Screen, sketcher: Sketcher) -> str:
    """Everything that a person sees who is shown the screen: words, buttons' labels, and the picture."""
    assert screen.picture is not None
    spec = sketcher.specs[-1]
    labels = " ".join(button.label for button in screen.all_buttons)
    return f"{as_text(screen)} {labels} {screen.picture.name} {spec!r}"


async def other_account(stage: Stage, sketcher: Sketcher) -> None:
    """With an account of a name that is known when it is seen."""
    named = AccountId("heronsecret")
    command = OpenAccount(CommandId("o2"), OWNER, named, "paper", "paper", "USD", Decimal(98_765), "Mine")
    await stage.submit(command)


@pytest.mark.parametrize("line", ["/pnl card BTC hide", "/pnl card month hide", "/pnl hide calendar"])
async def test_hidden_amounts_stand_nowhere_and_neither_does_the_account(line: str) -> None:
    stage, sketcher = await closed()
    shown = told(await stage.screen(line.replace("hide", "show")), sketcher)
    assert "8.4" in shown and "PAPER" in shown
    hidden = told(await stage.screen(line), sketcher)
    assert "8.4" not in hidden and "$" not in hidden and "Size" not in hidden
    assert "Money" not in hidden and "amount=None" in hidden.replace("total=None", "amount=None")
    assert "+1.14%" in hidden or "+0.08%" in hidden
    assert "PAPER" in hidden, "that it is paper is always said"


async def test_the_account_is_named_unless_amounts_are_hidden() -> None:
    stage, sketcher = await closed()
    await other_account(stage, sketcher)
    stage.price("ES", "2600", "2600.25")
    shown = await stage.say("/pnl calendar show on heronsecret")
    hidden = await stage.say("/pnl calendar hide on heronsecret")
    assert "heronsecret" in shown
    assert "heronsecret" not in hidden


async def test_the_setting_hides_and_a_word_overrules_it() -> None:
    stage, sketcher = await closed()
    await stage.say("/settings amounts hide")
    screen = await stage.screen("/pnl card BTC")
    assert sketcher.last_card.amount is None
    await stage.press(screen, "Show amounts")
    assert sketcher.last_card.amount is not None
    await stage.say("/pnl card BTC show")
    assert sketcher.last_card.amount is not None
    await stage.say("/settings amounts off")
    assert "hidden" in await stage.say("/settings amounts")


async def test_buttons_keep_what_was_hidden_and_the_account() -> None:
    stage, sketcher = await closed()
    screen = await stage.screen("/pnl card month hide on paper")
    await stage.press(screen, "Week")
    assert sketcher.last_card.amount is None and sketcher.last_card.title == "Week"
    await stage.press(screen, "Calendar")
    assert sketcher.last_calendar.total is None
    await other_account(stage, sketcher)
    screen = await stage.screen("/pnl calendar on heronsecret")
    lines = [button.action.id for button in screen.all_buttons]
    assert lines and all(line.endswith("on heronsecret") for line in lines)
    for line in ("/pnl", "/history", "/equity"):
        screen = await stage.screen(f"{line} on heronsecret")
        assert screen.buttons, line
        assert all(button.action.id.endswith("on heronsecret") for button in screen.all_buttons), line


# ---------------------------------------------------------------- what cannot be shown


async def test_where_nothing_was_traded_a_sentence_says_what_to_type() -> None:
    stage, sketcher = await drawing()
    for line, said in (
        ("/pnl card", "Nothing was filled in this period. /pnl card all shows all of the past."),
        ("/pnl card BTC", "There was never a position in BTC/USD."),
    ):
        screen = await stage.screen(line)
        assert screen.kind is Kind.REFUSAL and said in as_text(screen)
    assert not sketcher.specs


async def test_without_a_painter_and_with_one_that_fails_the_words_stand() -> None:
    stage, sketcher = await closed()
    sketcher.fails = True
    for line in ("/pnl card BTC", "/pnl calendar"):
        screen = await stage.screen(line)
        assert screen.picture is None and "could not be drawn in time" in as_text(screen)
    stage.painter = None
    assert "+1.14%" in await stage.say("/pnl card BTC")
    assert "+0.08%" in await stage.say("/pnl calendar")


async def test_cards_are_light_for_whom_likes_it_so() -> None:
    stage, sketcher = await closed()
    await stage.say("/settings theme light")
    await stage.say("/pnl card BTC")
    await stage.say("/pnl card")
    await stage.say("/pnl calendar")
    assert [spec.theme for spec in sketcher.specs] == [Theme.LIGHT] * 3


@given(values=st.lists(st.decimals(-100, 100, places=2), min_size=2, max_size=1_000))
def test_a_path_keeps_both_its_ends_and_is_no_longer_than_can_be_seen(values: list[Decimal]) -> None:
    found = thinned(values)
    assert (found[0], found[-1]) == (values[0], values[-1])
    assert len(found) == min(len(values), PATH_MAX)
