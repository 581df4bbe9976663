"""Buttons: one press acts once, for the person who was asked, where they were asked, while it is fresh."""

from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.handling import Prefs
from tests.journeys.floor import Floor, button, labels, play, refuses, text

ONE_TAP = Prefs(one_tap_limit=Decimal(500))


def test_a_second_press_buys_nothing() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        await floor.press("Buy", card)
        said = text(await floor.press("Buy", card))
        assert "Already placed: #1" in said
        assert "Nothing was sent twice" in said
        assert len(floor.orders) == 1

    play(story)


def test_a_second_press_after_the_minute_still_says_already_placed() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        await floor.press("Buy", card)
        await floor.wait(600)
        assert "Already placed: #1" in text(await floor.press("Buy", card))
        assert len(floor.orders) == 1

    play(story)


def test_a_second_press_after_a_restart_buys_nothing() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        await floor.press("Buy", card)
        await floor.die()
        await floor.start()
        assert "Already placed: #1" in text(await floor.press("Buy", card))
        assert len(floor.orders) == 1

    play(story)


def test_a_press_after_a_restart_still_works_within_the_minute() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        await floor.die()
        await floor.start()
        await floor.quote("BTC/USD", "7400", "7401")
        assert "Sent." in text(await floor.press("Buy", card))
        assert len(floor.orders) == 1

    play(story)


def test_an_old_card_is_not_carried_out_but_shown_anew() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        await floor.wait(61)
        await floor.quote("BTC/USD", "7500", "7501")
        fresh = await floor.press("Buy", card)
        assert "older than a minute" in text(fresh)
        assert "7,501.00" in text(fresh)
        assert not floor.orders
        await floor.press("Buy", fresh)
        assert len(floor.orders) == 1
        assert "not known" in text(await floor.press("Buy", card))
        assert len(floor.orders) == 1

    play(story)


def test_a_canceled_card_cannot_be_pressed() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        assert "nothing was sent" in text(await floor.press("Cancel", card))
        assert refuses(await floor.press("Buy", card))
        assert not floor.orders

    play(story)


def test_canceling_after_the_press_says_that_it_went_out() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        await floor.press("Buy", card)
        assert "sent already" in text(await floor.press("Cancel", card))
        assert len(floor.orders) == 1

    play(story)


def test_a_press_from_another_chat_looks_like_an_unknown_button() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        elsewhere = await floor.press("Buy", card, chat="group")
        forged = replace(button(card, "Buy"), action=replace(button(card, "Buy").action, id="A" * 22))
        unknown = await floor.press("Buy", card.with_buttons((forged,)))
        assert text(elsewhere) == text(unknown)
        assert not floor.orders

    play(story)


def test_a_stranger_is_told_nothing() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        said = text(await floor.press("Buy", card, platform="telegram", person="777"))
        assert said == text(await floor.say("/positions", platform="telegram", person="777"))
        assert "does not know you" in said
        assert not floor.orders

    play(story)


def test_an_edited_message_is_never_carried_out() -> None:
    async def story(floor: Floor) -> None:
        assert refuses(await floor.say("/buy BTC 100", is_edited=True))
        assert not floor.orders

    play(story, prefs=ONE_TAP)


def test_a_forwarded_message_is_never_carried_out() -> None:
    async def story(floor: Floor) -> None:
        assert refuses(await floor.say("/buy BTC 100", is_forwarded=True))
        assert not floor.orders

    play(story, prefs=ONE_TAP)


# ---------------------------------------------------------------- one tap


def test_an_order_within_the_one_tap_limit_goes_out_at_once() -> None:
    async def story(floor: Floor) -> None:
        assert "Sent." in text(await floor.say("/buy BTC 500"))
        assert len(floor.orders) == 1

    play(story, prefs=ONE_TAP)


def test_an_order_above_the_one_tap_limit_is_reviewed() -> None:
    async def story(floor: Floor) -> None:
        assert labels(await floor.say("/buy BTC 501")) == ["Buy", "Cancel"]
        assert not floor.orders

    play(story, prefs=ONE_TAP)


def test_a_message_that_is_delivered_twice_buys_once() -> None:
    async def story(floor: Floor) -> None:
        await floor.say("/buy BTC 300", message_id="41")
        said = text(await floor.say("/buy BTC 300", message_id="41"))
        assert len(floor.orders) == 1
        assert "Buy BTC/USD?" in said or "Already placed" in said

    play(story, prefs=ONE_TAP)


def test_a_line_that_came_late_is_asked_about_first() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 300", sent_ago_s=840)
        assert "You wrote this 14m ago" in text(card)
        assert not floor.orders
        await floor.press("Buy", card)
        assert len(floor.orders) == 1

    play(story, prefs=ONE_TAP)


def test_a_reading_that_was_chosen_twice_buys_once() -> None:
    async def story(floor: Floor) -> None:
        question = await floor.say("/buy BTC 1.000")
        await floor.press("1000", question)
        await floor.press("1000", question)
        assert len(floor.orders) == 1

    play(story, prefs=Prefs(one_tap_limit=Decimal(5000)))


def test_a_closing_line_without_its_symbol_is_never_sent_at_once() -> None:
    async def story(floor: Floor) -> None:
        await floor.say("/buy BTC 500")
        await floor.quote("BTC/USD", "7400", "7401")
        card = await floor.say("/close 50%")
        assert labels(card) == ["Close", "Cancel"]
        assert "BTC/USD" in text(card)
        assert len(floor.orders) == 1

    play(story, prefs=ONE_TAP)


# ---------------------------------------------------------------- --yes


def test_cards_are_pressed_at_once_when_asked_to() -> None:
    async def story(floor: Floor) -> None:
        assert "Sent." in text(await floor.say("/buy BTC 1000 sl 1%"))
        await floor.quote("BTC/USD", "7400", "7401")
        await floor.say("/close all")
        await floor.quote("BTC/USD", "7400", "7401")
        assert floor.held() == 0
        assert "FlatProven" in floor.names()

    play(story, is_pressed=True)


def test_a_question_with_two_readings_is_not_pressed_by_itself() -> None:
    async def story(floor: Floor) -> None:
        assert labels(await floor.say("/buy BTC 1.000")) == ["1", "1000"]
        assert not floor.orders

    play(story, is_pressed=True)
