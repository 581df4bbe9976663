"""Orders by chat: lists, the story of one, changes and cancels."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text
from tests.journeys.chat import CHAT, Chat, dialogue_of, in_chat
from trading.domain.order import OrderStatus

LISTED = """\
> /orders
Orders on paper
[PAPER]
#2 BTC/USD sell 0.1 BTC
  stop 7,252.98 · stop loss · working
#3 BTC/USD sell 0.05 BTC
  limit 7,697.04 · tp1 · working
#4 BTC/USD sell 0.05 BTC
  limit 7,845.06 · tp2 · working
#5 BTC/USD buy 0.02 BTC
  limit 7,300.00 · entry · working
#6 ETH/USD buy 1 ETH
  stop 320.00 · entry · working
[#2]  [#3]  [#4]  [#5]  [#6]
[Refresh]  [Positions]
> /modify #5 @ 7200
Change #5?
[PAPER]
BTC/USD: buy 0.02 BTC limit 7,300.00
Limit  7,300.00 → 7,200.00
Value  $144.00
[Change]  [Cancel]
> [Change]
Change of #5 asked for.
I tell you what the venue says.
> /modify #5 0.03btc
Change #5?
[PAPER]
BTC/USD: buy 0.02 BTC limit 7,200.00
Size   0.02 BTC → 0.03 BTC
Value  $216.00
[Change]  [Cancel]
> [Change]
Change of #5 asked for.
I tell you what the venue says.
> /cancel #5
Cancel asked for: #5.
> /cancel #2
Cancel asked for: #2.
BTC/USD has no stop now: /sl BTC/USD 2% sets one.
> /cancelall
Cancel all entries that wait?
[PAPER]
#6 ETH/USD buy 1 ETH
  stop 320.00 · entry · working
Exits of open positions stay.
[Cancel orders]  [Cancel]
> [Cancel orders]
Cancel asked for: #6.
> /cancelall
No entry waits; /orders lists what does.
"""

TOLD = """\
Order #5
[PAPER]
Symbol  BTC/USD
What    buy 0.03 BTC limit 7,200.00
For     entry
State   canceled
Filled  nothing of 0.03 BTC
Reason  canceled as asked
"""

STORY = """\
Story
00:00:00 written down, then sent
00:00:00 accepted by the venue
00:00:10 change asked for: 0.03 BTC limit 7,200.00 +10s
00:00:10 changed: 0.03 BTC limit 7,200.00 +10s
00:01:10 cancel asked for +1m 10s
00:01:10 canceled (canceled as asked) +1m 10s

Asked of the venue
00:00:00 order: taken
00:00:10 change to 0.03 BTC limit 7,200.00: taken
00:01:10 cancel: taken
[Refresh]  [Why?]"""


async def traded(chat: Chat) -> None:
    """A protected position (orders 1 to 4), an entry below the market (5), another above it (6)."""
    await chat.hold("/buy BTC 0.1btc sl 2% tp 2r,3r")
    await chat.hold("/buy BTC 0.02btc @ 7300")
    await chat.hold("/buy ETH 1eth stop 320")


def test_orders_are_listed_changed_and_canceled() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/orders")
        await chat.say("/modify #5 @ 7200")
        await chat.press("Change")
        await chat.say("/modify #5 0.03btc")
        await chat.press("Change")
        await chat.say("/cancel #5")
        await chat.say("/cancel #2")
        await chat.say("/cancelall")
        await chat.press("Cancel orders")
        await chat.say("/cancelall")
        assert chat.transcript == LISTED
        assert [o.number for o in chat.pit.engine.book.open_orders(chat.account)] == [3, 4]

    in_chat(scene)


def test_one_order_tells_its_story_with_how_long_each_step_took() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.pit.clock.sleep_s(10)
        await chat.say("/modify #5 0.03btc @ 7200")
        await chat.press("Change")
        await chat.pit.clock.sleep_s(60)
        assert "[Cancel it]" in await chat.say("/order #5")
        assert await chat.press("Cancel it") == "Cancel asked for: #5."
        told = await chat.say("/order 5")
        assert told.startswith(TOLD)
        assert told.endswith(STORY)

    in_chat(scene)


def test_a_filled_order_shows_price_and_fee() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        told = await chat.say("/order #1")
        assert "Filled  0.1 of 0.1 BTC at 7,401.00\nFee     $0.74" in told
        assert "filled 0.1 BTC at 7,401.00, fee $0.74" in told
        assert "[Cancel it]" not in told

    in_chat(scene)


def test_all_orders_come_newest_first_with_what_became_of_them() -> None:
    async def scene(chat: Chat) -> None:
        assert "No order waits." in await chat.say("/orders")
        assert "There are no orders yet" in await chat.say("/orders all")
        await traded(chat)
        rows = [one for one in (await chat.say("/orders all BTC")).splitlines() if one.startswith("#")]
        assert [row.split()[0] for row in rows] == ["#5", "#4", "#3", "#2", "#1"]
        assert "at market · entry · filled" in await chat.say("/orders all")
        assert "ETH" not in await chat.say("/orders BTC")

    in_chat(scene)


def test_a_compact_person_reads_one_line_for_each_order() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/settings compact on")
        said = (await chat.say("/orders ETH")).splitlines()
        assert said[2] == "#6 ETH/USD buy 1 ETH stop 320.00 · entry · working"

    in_chat(scene)


def test_a_long_list_says_how_many_more_wait() -> None:
    async def scene(chat: Chat) -> None:
        for number in range(22):
            await chat.hold(f"/buy BTC 0.001btc @ {7000 + number}")
            await chat.pit.clock.sleep_s(10)
            await chat.pit.quote("7400", "7401")
        said = await chat.say("/orders")
        assert sum(one.startswith("#") for one in said.splitlines()) == 20
        assert "2 more wait: name a symbol" in said
        assert "Older ones: name a symbol" in await chat.say("/orders all")
        assert "2 more wait" in await chat.say("/cancelall")

    in_chat(scene)


def test_a_second_press_changes_an_order_only_once() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/modify #5 @ 7200")
        await chat.press("Change")
        await chat.press("Change")
        assert len(chat.pit.named("ReplaceRequested")) == 1
        await chat.say("/cancelall BTC")
        await chat.press("Cancel orders")
        await chat.press("Cancel orders")
        assert len(chat.pit.named("CancelRequested")) == 1

    in_chat(scene)


def test_an_expired_change_comes_anew_and_then_counts() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/modify #5 @ -2%")
        await chat.pit.clock.sleep_s(61)
        await chat.pit.quote("7300.50", "7301.50")
        late = await chat.press("Change")
        assert "Limit  7,300.00 → 7,154.98" in late
        assert chat.pit.named("ReplaceRequested") == []
        await chat.press("Change")
        assert [event.limit_price for event in chat.pit.named("OrderReplaced")] == [Decimal("7154.98")]

    in_chat(scene)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/modify #5 @ 9000", "9000 is 21.6 % through the market (7400.5)"),
        ("/modify #5 stop 7500", "#5 has no stop price to change: /cancel #5 and place a new one."),
        ("/modify #6 @ 310", "#6 has no limit price to change: /cancel #6 and place a new one."),
        ("/modify #6 stop 300", "A stop order to buy waits above the market (301.00): type a higher price."),
        (
            "/modify #2 stop 7300",
            "That order guards BTC/USD: change it with /tp, /sl or /trail BTC/USD.",
        ),
        ("/modify #1 @ 7300", "#1 is filled already and cannot be changed: /order #1 tells its story."),
        ("/modify #77 @ 7300", "There is no order #77 of yours; /orders lists them."),
        ("/modify #5 @ 7300.005", "BTC/USD moves in steps of 0.01"),
        ("/modify #5 0.00000001btc", "That is less than the smallest order in BTC/USD"),
        ("/modify #5 @ 7300", "That is how #5 stands already: nothing to change."),
        ("/modify #5 100eur", "BTC/USD is paid in USD, not in EUR"),
        ("/order #77", "There is no order #77 of yours; /orders lists them."),
        ("/cancel #5 #77", "There is no order #77 of yours; /orders lists them."),
        ("/cancel #1", "#1 is filled already: there is nothing to cancel, and /order #1 tells why."),
        ("/cancelall XYZ", "I know no “XYZ”"),
        ("/orders on savings", "You have no account “savings”: yours are paper."),
    ],
)
def test_a_refused_change_is_one_sentence_and_sends_nothing(line: str, said: str) -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        events = len(chat.pit.events)
        answer = await chat.say(line)
        assert answer.startswith(said)
        assert "\n" not in answer
        assert [type(s.event).__name__ for s in chat.pit.events[events:]] == []

    in_chat(scene)


def test_a_new_size_in_money_is_counted_at_the_price_of_the_order() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.02btc @ 7300 sl 2%")
        await chat.say("/modify #1 $365")
        await chat.press("Change")
        assert [event.quantity for event in chat.pit.named("OrderReplaced")] == [Decimal("0.05")]

    in_chat(scene)


def test_a_resting_close_can_be_made_smaller_and_never_larger_than_the_position() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        await chat.hold("/sell BTC 50% @ 7600")
        await chat.say("/modify #2 0.04btc")
        await chat.press("Change")
        assert "You hold 0.1 BTC" in await chat.say("/modify #2 0.2btc")
        order = next(o for o in chat.pit.engine.book.open_orders(chat.account) if o.number == 2)
        assert (order.quantity, order.status) == (Decimal("0.04"), OrderStatus.WORKING)

    in_chat(scene)


def test_somebody_elses_numbers_are_like_numbers_that_never_were() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await traded(chat)
        for line in ("/order #5", "/modify #5 @ 7200", "/cancel #5"):
            foreign = await chat.say(line, by="bob")
            assert foreign == "There is no order #5 of yours; /orders lists them."
        assert "No order waits." in await chat.say("/orders", by="bob")
        assert chat.pit.named("CancelRequested") == []

    in_chat(scene)


def test_a_strangers_press_cancels_nothing() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await traded(chat)
        await chat.say("/cancelall")
        unknown = "That button is not known (any more): type the command again."
        assert await chat.press("Cancel orders", by="bob") == unknown
        await chat.say("/order #5")
        assert await chat.press("Cancel it", by="bob") == unknown
        assert chat.pit.named("CancelRequested") == []

    in_chat(scene)


def test_a_cancel_that_was_typed_long_ago_shows_its_card_first() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        at = chat.pit.clock.now() - timedelta(minutes=5)
        late = Incoming("console", CHAT, "late", "ann", at, text="/cancel #5")
        (screen,) = await dialogue_of(chat).answer(late)
        assert screen.confirming is not None
        assert "#5 BTC/USD buy 0.02 BTC" in as_text(screen)
        assert chat.pit.named("CancelRequested") == []

    in_chat(scene)
