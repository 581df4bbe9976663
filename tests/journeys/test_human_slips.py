"""Slips of the hand and the eye (RELIABILITY H01 to H07): none of them becomes an order that nobody meant."""

from decimal import Decimal

from tests.journeys.floor import Floor, labels, play, refuses, text

# ---------------------------------------------------------------- H01: fat fingers


def test_a_number_with_two_readings_is_asked_and_never_guessed() -> None:
    async def story(floor: Floor) -> None:
        question = await floor.say("/buy BTC 1.000")
        assert labels(question) == ["1", "1000"]
        assert question.confirming is None
        assert not floor.orders
        card = await floor.press("1000", question)
        assert "1,000 USD" in text(card)
        assert not floor.orders
        await floor.press("Buy", card)
        assert len(floor.entries) == 1

    play(story)


def test_the_card_shows_money_units_and_share_of_equity() -> None:
    async def story(floor: Floor) -> None:
        card = text(await floor.say("/buy BTC 1k"))
        assert "1,000 USD → 0.1351" in card
        assert "10% of equity" in card
        assert not floor.orders

    play(story)


def test_an_unusual_size_is_asked_about_twice() -> None:
    async def story(floor: Floor) -> None:
        for _ in range(5):
            await floor.bought("/buy BTC 100")
            await floor.wait(15)
            await floor.quote("BTC/USD", "7400", "7401")
        card = await floor.say("/buy BTC 1000")
        assert "10 times your usual size" in text(card)
        second = await floor.press("Buy", card)
        assert len(floor.entries) == 5
        await floor.press("Yes, $1,000.00", second)
        assert len(floor.entries) == 6

    play(story)


def test_a_usual_size_is_asked_about_once() -> None:
    async def story(floor: Floor) -> None:
        for _ in range(6):
            await floor.bought("/buy BTC 100")
            await floor.wait(15)
            await floor.quote("BTC/USD", "7400", "7401")
        assert len(floor.entries) == 6

    play(story)


# ---------------------------------------------------------------- H02: exits on the wrong side


def test_a_stop_above_a_long_is_refused_with_its_reason() -> None:
    async def story(floor: Floor) -> None:
        said = await floor.say("/buy BTC 1000 sl 7500")
        assert refuses(said)
        assert "belongs below the entry" in text(said)
        assert not floor.orders

    play(story)


def test_a_target_above_a_short_is_refused_with_its_reason() -> None:
    async def story(floor: Floor) -> None:
        said = await floor.say("/short BTC 1000 tp 7500")
        assert refuses(said)
        assert "take profit of a short belongs below" in text(said)
        assert not floor.orders

    play(story)


def test_a_stop_moved_above_the_market_is_refused() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought()
        before = floor.position()
        said = await floor.say("/sl BTC 7500")
        assert refuses(said)
        assert floor.position() == before

    play(story)


# ---------------------------------------------------------------- H03: a price far through the market


def test_a_limit_far_through_the_market_is_refused() -> None:
    async def story(floor: Floor) -> None:
        said = await floor.say("/buy BTC 1000 @ 9620")
        assert refuses(said)
        assert "through the market" in text(said)
        assert not floor.orders

    play(story)


def test_a_limit_far_below_the_market_may_wait_for_a_buyer() -> None:
    async def story(floor: Floor) -> None:
        await floor.say("/buy BTC 1000 @ 5000")
        await floor.press("Buy")
        assert [order.limit_price for order in floor.entries] == [Decimal(5000)]

    play(story)


# ---------------------------------------------------------------- H04: a sale that would open a short


def test_selling_what_is_not_held_opens_nothing() -> None:
    async def story(floor: Floor) -> None:
        said = await floor.say("/sell BTC 0.5btc")
        assert refuses(said)
        assert "/short BTC/USD" in text(said)
        assert not floor.orders

    play(story)


def test_selling_more_than_is_held_sells_nothing() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought()
        held = floor.held()
        said = await floor.say("/sell BTC 5btc")
        assert refuses(said)
        assert "You hold" in text(said)
        assert floor.held() == held

    play(story)


def test_a_sale_that_came_too_late_to_reduce_is_refused_at_the_press() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought()
        card = await floor.say("/sell BTC")
        await floor.quote("BTC/USD", "7300", "7301")  # the stop fires while the card is open
        assert floor.held() == 0
        assert refuses(await floor.press("Sell", card))
        assert floor.held() == 0

    play(story)


def test_covering_a_long_changes_nothing() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought()
        said = await floor.say("/cover BTC")
        assert refuses(said)
        assert "/sell BTC/USD" in text(said)
        assert floor.held() > 0

    play(story)


# ---------------------------------------------------------------- H05: the same order twice


def test_the_same_order_again_carries_a_warning() -> None:
    async def story(floor: Floor) -> None:
        await floor.say("/buy BTC 500")
        await floor.press("Buy")
        await floor.wait(3)
        card = await floor.say("/buy BTC 500")
        assert "same order went out 3 s ago" in text(card)
        assert len(floor.entries) == 1
        await floor.press("Buy", card)
        assert len(floor.entries) == 2

    play(story)


def test_two_open_cards_of_one_order_buy_once_and_then_ask() -> None:
    async def story(floor: Floor) -> None:
        first = await floor.say("/buy BTC 500")
        second = await floor.say("/buy BTC 500")
        await floor.press("Buy", first)
        again = await floor.press("Buy", second)
        assert "same order went out" in text(again)
        assert len(floor.entries) == 1
        await floor.press("Buy", again)
        assert len(floor.entries) == 2

    play(story)


# ---------------------------------------------------------------- H06: everything, by accident


def test_closing_everything_takes_two_presses_and_shows_what_goes() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought()
        card = await floor.say("/close all")
        assert "BTC/USD" in text(card)
        assert labels(card) == ["Flatten", "Cancel"]
        second = await floor.press("Flatten", card)
        assert floor.held() > 0
        assert labels(second) == ["Yes, close 1 position", "Cancel"]
        await floor.press("Yes, close 1 position", second)
        await floor.quote("BTC/USD", "7400", "7401")
        assert floor.held() == 0

    play(story)


def test_canceling_at_the_second_step_closes_nothing() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought()
        await floor.say("/flatten")
        second = await floor.press("Flatten")
        await floor.press("Cancel", second)
        assert "not known" in text(await floor.press("Yes, close 1 position", second))
        await floor.quote("BTC/USD", "7400", "7401")
        assert floor.held() > 0

    play(story)


def test_closing_all_of_one_symbol_is_not_closing_everything() -> None:
    async def story(floor: Floor) -> None:
        await floor.bought()
        await floor.say("/buy ETH 500")
        await floor.press("Buy")
        await floor.quote("ETH/USD", "400", "400.1")
        said = await floor.say("/close all of BTC")
        assert not said.all_buttons
        await floor.say("/close BTC")
        await floor.press("Close")
        await floor.quote("BTC/USD", "7400", "7401")
        assert floor.held("BTC/USD") == 0
        assert floor.held("ETH/USD") > 0

    play(story)


# ---------------------------------------------------------------- H07: which symbol?


def test_a_mistyped_symbol_is_refused_with_what_is_near() -> None:
    async def story(floor: Floor) -> None:
        said = await floor.say("/buy BTCC 100")
        assert refuses(said)
        assert "BTC/USD" in text(said)
        assert not floor.orders

    play(story)


def test_a_symbol_with_two_meanings_is_asked_and_never_picked() -> None:
    async def story(floor: Floor) -> None:
        question = await floor.say("/buy SOL 100 sl 2%")
        assert labels(question) == ["SOL/USD", "SOL/EUR"]
        assert question.confirming is None
        card = await floor.press("SOL/USD", question)
        assert "SOL/USD" in text(card)
        assert "Stop" in text(card)
        assert "venue paper" in text(card)
        assert not floor.orders
        await floor.press("Buy", card)
        assert [order.symbol for order in floor.entries] == ["SOL/USD"]

    play(story)


def test_what_is_held_names_itself_when_it_is_closed() -> None:
    async def story(floor: Floor) -> None:
        await floor.say("/buy SOL/USD 100")
        await floor.press("Buy")
        await floor.quote("SOL/USD", "20", "20.01")
        card = await floor.say("/close SOL")
        assert labels(card) == ["Close", "Cancel"]

    play(story)
