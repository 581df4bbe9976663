"""Trading from the chat: what the card promises is what goes out, fills, protects and closes."""

from decimal import Decimal

from bot.conversation.handling import Prefs
from tests.journeys.floor import Floor, labels, play, refuses, text
from trading.brokers.profile import PAPER_BARE, PAPER_FULL
from trading.domain.order import OrderStatus, OrderType, Role


def test_the_review_card_says_everything_before_the_press() -> None:
    async def story(floor: Floor) -> None:
        floor.feed.notes["BTC/USD"] = "REPLAY 2018-04-04 14:00"
        card = await floor.say("/buy BTC 1000 tp 2% sl 1%")
        assert text(card).splitlines() == [
            "Buy BTC/USD?",
            "[PAPER] [REPLAY 2018-04-04 14:00]",
            "Account      Paper · venue paper",
            "Size         1,000 USD → 0.13511687 BTC",
            "Price        about 7,401.00 (ask)",
            "Value        $1,000.00 · 10% of equity",
            "Fees         about $2.00 in and out",
            "Stop         7,326.99 (-1%)",
            "TP 1         7,549.02 (+2%)",
            "If stopped   about -$12.00 with fees",
            "Reward/risk  2 R",
            "Today        if stopped you keep $488.00 of today's limit",
        ]
        assert labels(card) == ["Buy", "Cancel"]

    play(story)


def test_a_buy_with_exits_is_filled_and_guarded_and_the_target_closes_it() -> None:
    for profile in (PAPER_FULL, PAPER_BARE):
        play(_round_trip, profile=profile)


async def _round_trip(floor: Floor) -> None:
    await floor.bought("/buy BTC 1000 tp 2% sl 1%")
    assert floor.held() == Decimal("0.13511687")
    await floor.wait(5)
    await floor.quote("BTC/USD", "7560", "7561")
    await floor.quote("BTC/USD", "7560", "7561")
    assert floor.held() == 0
    position = floor.position()
    assert position is not None and position.last_exit == "tp1"
    assert position.realised > 0


def test_a_short_is_opened_only_by_the_word_short() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/short BTC 1000 sl 2%")
        assert labels(card) == ["Short", "Cancel"]
        assert "(bid)" in text(card)
        await floor.press("Short", card)
        await floor.quote("BTC/USD", "7400", "7401")
        assert floor.held() < 0
        await floor.say("/cover BTC 50%")
        await floor.press("Cover")
        await floor.quote("BTC/USD", "7400", "7401")
        assert floor.held() == Decimal("-0.06756757")

    play(story)


def test_no_stop_is_said_in_plain_words() -> None:
    async def story(floor: Floor) -> None:
        assert "no stop: all of it is at risk" in text(await floor.say("/buy BTC 1000"))
        assert "the loss has no bound" in text(await floor.say("/short BTC 1000"))

    play(story)


def test_adding_says_so_and_names_the_exits_that_it_replaces() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought("/buy BTC 1000 tp 2% sl 1%")
        await floor.wait(15)
        await floor.quote("BTC/USD", "7400", "7401")
        card = text(await floor.say("/buy BTC 500 sl 3%"))
        assert "Adds to your long of 0.13511687 BTC." in card
        assert "replace those of the whole position when this fills: stop." in card

    play(story)


def test_an_addition_that_waits_behind_the_stop_says_what_comes_first() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought("/buy BTC 1000 sl 1%")
        await floor.wait(15)
        await floor.quote("BTC/USD", "7400", "7401")
        card = text(await floor.say("/buy BTC 500 @ 7250"))
        assert "Your stop at 7,326.99 comes first: it would close the position" in card
        assert "comes first" not in text(await floor.say("/buy BTC 500 @ 7350"))

    play(story)


def test_an_order_that_waits_has_its_price_and_its_life_on_the_card() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000 @ -1% gtd 15:30")
        assert "limit 7,326.50 (-1% from mid)" in text(card)
        assert "until 2018-04-04 15:30 UTC" in text(card)
        card = await floor.say("/buy BTC 1000 @ -1% post")
        await floor.press("Buy", card)
        order = floor.entries[0]
        assert order.type is OrderType.LIMIT and order.post_only
        assert order.status is OrderStatus.WORKING

    play(story)


def test_a_time_is_read_on_the_clock_of_the_person() -> None:
    async def story(floor: Floor) -> None:
        card = text(await floor.say("/buy BTC 1000 exit at 15:55"))
        assert "2018-04-04 15:55 EDT" in card
        card = text(await floor.say("/buy BTC 1000 exit at 09:00"))
        assert "2018-04-05 09:00 EDT" in card

    play(story, prefs=Prefs(zone="America/New_York"))


def test_a_time_that_is_over_is_refused_with_what_to_type() -> None:
    async def story(floor: Floor) -> None:
        said = await floor.say("/buy BTC 1000 exit at 2018-04-04 09:00")
        assert refuses(said)
        assert "is over already" in text(said)
        said = await floor.say("/buy BTC 1000 exit at 15:00 Mars/Olympus")
        assert refuses(said) and "no time zone" in text(said)

    play(story)


def test_contracts_are_counted_and_margin_is_shown() -> None:
    async def story(floor: Floor) -> None:
        for name in ("order_notional_max", "position_notional_max", "gross_exposure_max"):
            card = await floor.say(f"/limits {name} 500k")
            print(text(card), labels(card))
            await floor.press(labels(card)[0], card)
        card = await floor.say("/buy ES 1 sl 2595")
        assert "Size        1 contract\n" in text(card)
        assert "Margin      $7,800.75" in text(card)
        assert "today's limit is broken by $22.52" in text(card)
        await floor.press("Buy", card)
        await floor.quote("ES", "2600", "2600.25")
        assert floor.held("ES") == 1

    play(story)


def test_a_stale_price_is_refused_and_why_knows_of_it() -> None:
    async def story(floor: Floor) -> None:
        await floor.wait(300)
        said = await floor.say("/buy BTC 1000")
        assert refuses(said)
        assert "no fresh price" in text(said)
        assert "CommandDenied" in floor.names()
        assert not floor.orders

    play(story)


def test_a_refused_line_is_never_sent_even_when_the_price_comes_back() -> None:
    async def story(floor: Floor) -> None:
        await floor.wait(300)
        await floor.say("/buy BTC 1000", message_id="late")
        await floor.quote("BTC/USD", "7400", "7401")
        await floor.say("/buy BTC 1000", message_id="other")
        assert not floor.orders

    play(story)


def test_panic_takes_one_press_and_proves_flat() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought("/buy BTC 1000 sl 1%")
        await floor.say("/buy ETH 500 @ 390")
        await floor.press("Buy")
        card = await floor.say("/panic")
        said = text(await floor.press("Panic", card))
        assert "PANIC" in said and "1 position to close, 1 order to cancel" in said
        await floor.quote("BTC/USD", "7400", "7401")
        await floor.wait(5)
        assert floor.held() == 0
        assert "FlatProven" in floor.names()
        assert refuses(await floor.say("/buy BTC 100"))
        assert all(order.status.is_done for order in floor.orders)

    play(story)


def test_panic_now_asks_nothing_and_halts_at_once() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought("/buy BTC 1000 sl 1%")
        assert "PANIC" in text(await floor.say("/panic now"))
        await floor.quote("BTC/USD", "7400", "7401")
        await floor.wait(5)
        assert floor.held() == 0
        assert "FlatProven" in floor.names()

    play(story)


def test_an_order_keeps_its_number_when_others_are_gone() -> None:
    async def story(floor: Floor) -> None:
        for price in ("7000", "7001", "7002"):
            await floor.say(f"/buy BTC 200 @ {price}")
            await floor.press("Buy")
        assert "#2" in text(await floor.say("/orders"))
        await floor.say("/cancel #2")
        listed = text(await floor.say("/orders"))
        assert "#1" in listed and "#3" in listed and "#2" not in listed
        await floor.say("/cancel #3")
        left = [order.number for order in floor.orders if order.is_open]
        assert left == [1]

    play(story)


def test_exits_are_shown_old_and_new_before_they_move() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought("/buy BTC 1000 tp 2% sl 1%")
        card = text(await floor.say("/sl 2%"))
        assert "Exits of BTC/USD?" in card
        assert "7,326.99 (-1%) → 7,252.98 (-2%)" in card
        await floor.press("Set")
        stops = [o for o in floor.orders if o.role is Role.STOP and o.is_open]
        assert [order.stop_price for order in stops] == [Decimal("7252.98")]

    play(story)


def test_the_last_order_can_be_shown_again() -> None:
    async def story(floor: Floor) -> None:
        assert "no order to repeat" in text(await floor.say("/repeat"))
        await floor.bought("/buy BTC 1000 sl 1%")
        await floor.wait(15)
        await floor.quote("BTC/USD", "7400", "7401")
        assert "1,000 USD" in text(await floor.say("/repeat"))

    play(story)


def test_a_kept_line_opens_its_card_for_any_symbol() -> None:
    async def story(floor: Floor) -> None:
        await floor.say("/preset save scalp 1% sl 1% tp 2r,3r")
        assert "scalp" in text(await floor.say("/preset"))
        card = await floor.say("/preset use scalp ETH")
        assert "Buy ETH/USD?" in text(card)
        assert labels(card) == ["Buy", "Cancel"]

    play(story)
