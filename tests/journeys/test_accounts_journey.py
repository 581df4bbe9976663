"""Accounts at venues by chat: the list, one sum over all, cash that moved there, real money by its words."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.venues import AccountLook
from bot.handlers import mode
from tests.journeys.chat import PEOPLE, Chat, in_chat
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, CommandId
from trading.domain.instrument import Instrument
from trading.domain.order import Order
from trading.ports import Taken

D = Decimal
SPOT = AccountId("spot")


class Outside:
    """Accounts outside, as a test sets them."""

    def __init__(self) -> None:
        self.apart: set[str] = set()
        self.told: Decimal | None = None

    def look(self, account: AccountId) -> AccountLook:
        return AccountLook("bronze" if account != "paper" else "paper", account not in self.apart)

    def foreseen(self, order: Order, instrument: Instrument) -> str:
        return ""

    async def cash(self, account: AccountId) -> Decimal | None:
        return self.told


async def with_spot(
    chat: Chat, *, live: bool = True, currency: str = "USDT", kind: str = "live-off"
) -> Outside:
    """An account at Binance beside the paper one; `live`: the operator's switch."""
    outside = chat.venues = Outside()
    engine = chat.pit.engine
    engine.settings = replace(engine.settings, live_allowed=live)
    command = OpenAccount(
        CommandId("spot"), PEOPLE["ann"], SPOT, "binance", kind, currency, D(5_000), "binance"
    )
    assert isinstance(await engine.submit(command), Taken)
    return outside


LISTED = """\
> /accounts
Accounts
Account  Where                         Mode          Equity
paper ●  the desk's own venue (paper)  paper     $10,000.00
spot     binance, live side (bronze)   live-off  5,000.00 USDT
All of it $15,000.00
USDT counts as USD, one to one
[Use spot]
[Refresh]  [Portfolio]
"""


def test_the_list_says_where_each_account_is_and_what_all_are_worth() -> None:
    async def scene(chat: Chat) -> None:
        outside = await with_spot(chat)
        said = await chat.say("/accounts")
        for row in LISTED.splitlines()[1:]:
            assert [word for word in row.split() if word not in said] == [], said
        assert "live-off" in said and "USDT counts as USD, one to one" in said
        assert "All of it" in await chat.say("/portfolio") and "one to one" in chat.said[-1]
        said = await chat.say("/balance")
        assert "$10,000.00" in said and "5,000.00 USDT" in said
        assert "All of it $15,000.00" in said and "USDT counts as USD, one to one" in said
        alone = await chat.say("/balance on spot")
        assert "5,000.00 USDT" in alone and "$10,000.00" not in alone and "All of it" not in alone
        outside.apart.add("spot")
        assert "⚠ spot is not connected to its venue" in await chat.say("/accounts")
        assert "spot ●" in await chat.press("Use spot") or "spot ●" in await chat.say("/accounts")

    in_chat(scene)


def test_a_desk_on_paper_says_how_another_account_begins() -> None:
    async def scene(chat: Chat) -> None:
        said = await chat.say("/accounts")
        assert "openoutcry keys add" in said and "All of it" not in said
        assert "paper is paper and stays so" in await chat.say("/mode live")

    in_chat(scene)


def test_what_no_price_can_count_is_said_and_not_guessed() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat, currency="EUR")
        said = await chat.say("/accounts")
        assert "Not counted, because no price leads to USD: spot (EUR)" in said
        assert "All of it $10,000.00" in said

    in_chat(scene)


def test_cash_that_moved_at_the_venue_is_booked_when_a_person_says_so() -> None:
    async def scene(chat: Chat) -> None:
        outside = await with_spot(chat)
        assert "does not say what is there now" in await chat.say("/accounts cash on spot")
        outside.told = D("5250.5")
        said = await chat.say("/accounts cash on spot")
        assert "+250.50 USDT" in said and "[Book it]" in said
        assert "as no profit" in await chat.press("Book it")
        account = chat.pit.engine.book.account(SPOT)
        assert account is not None and (account.cash, account.realised) == (D("5250.5"), D(0))
        assert "have the same" in await chat.say("/accounts cash on spot")
        assert "its cash is what the book says" in await chat.say("/accounts cash")

    in_chat(scene)


def test_a_card_about_cash_of_before_books_nothing() -> None:
    async def scene(chat: Chat) -> None:
        outside = await with_spot(chat)
        outside.told = D(6_000)
        await chat.say("/accounts cash on spot")
        await chat.say("/accounts cash on spot")
        assert "as no profit" in await chat.press("Book it")
        said = await chat.press("Book it", nth=1)
        account = chat.pit.engine.book.account(SPOT)
        assert account is not None and account.cash == 6_000, said

    in_chat(scene)


def test_real_money_begins_with_typed_words_and_ends_at_once() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat)
        assert "nothing is opened with it" in await chat.say("/mode on spot")
        asked = await chat.say("/mode live on spot")
        assert "Trade real money on spot?" in asked and "order_notional" in asked and "100.00 USDT" in asked
        assert "/mode live on spot with real money" in asked and "Losses are real" in asked
        wrong = await chat.say("/mode live on spot yes please")
        assert "other words" in wrong
        account = chat.pit.engine.book.account(SPOT)
        assert account is not None and account.mode == "live-off"
        done = await chat.say("/mode live on spot With REAL money")
        assert "spot trades real money from now on" in done
        account = chat.pit.engine.book.account(SPOT)
        assert account is not None and account.mode == "live"
        assert "already" in await chat.say("/mode live on spot")
        assert "LIVE" in await chat.say("/accounts")
        ended = await chat.say("/mode paper on spot")
        assert "Nothing is opened with real money on spot any more" in ended
        account = chat.pit.engine.book.account(SPOT)
        assert account is not None and account.mode == "live-off"
        assert "already" in await chat.say("/mode paper on spot")

    in_chat(scene)


def test_the_words_count_only_as_an_answer_to_the_question_of_their_chat() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat)
        unasked = await chat.say("/mode live on spot with real money")
        assert "Trade real money on spot?" in unasked
        await chat.pit.clock.sleep_s(mode.TYPE_WITHIN_S + 1)
        late = await chat.say("/mode live on spot with real money")
        assert "Trade real money on spot?" in late
        account = chat.pit.engine.book.account(SPOT)
        assert account is not None and account.mode == "live-off"

    in_chat(scene)


def test_nobody_trades_real_money_where_the_operator_has_not_switched_it_on() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat, live=False)
        assert "OPENOUTCRY_LIVE=on" in await chat.say("/mode live on spot")
        assert "OPENOUTCRY_LIVE" in await chat.say("/accounts")
        account = chat.pit.engine.book.account(SPOT)
        assert account is not None and account.mode == "live-off"

    in_chat(scene)


def test_a_paper_account_names_the_one_with_real_money() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat)
        said = await chat.say("/mode live")
        assert "/mode live on spot" in said
        assert "there is nothing to end" in await chat.say("/mode paper")

    in_chat(scene)


def test_the_same_in_german() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat)
        chat.prefs = replace(chat.prefs, language="de")
        assert "Alles zusammen" in await chat.say("/accounts")
        asked = await chat.say("/mode live on spot")
        assert "/mode live on spot mit echtem Geld" in asked
        assert "ab jetzt echtes Geld" in await chat.say("/mode live on spot mit echtem Geld")

    in_chat(scene)


def test_bad_words_get_a_sentence() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat)
        for line in (
            "/mode maybe",
            "/mode live on nowhere",
            "/accounts nonsense",
            "/accounts cash on nowhere",
        ):
            said = await chat.say(line)
            assert said.strip() and "Traceback" not in said, line

    in_chat(scene)
