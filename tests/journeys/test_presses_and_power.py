"""Buttons that meet a power cut, a full disk or a forger: at most one order, and an honest answer."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.conversation.confirmation import TTL_S
from bot.conversation.screen import Action
from tests.journeys.floor import Floor, button, play, refuses, text
from trading.ports import Append, JournalUnavailable, Pending


class PowerCut(Exception):
    """The process is gone in the middle of something."""


async def cut_before_the_answer_is_noted(floor: Floor) -> None:
    """A press whose order is written down, and whose process dies before it could note that."""
    card = await floor.say("/buy BTC 1000")
    registers = floor.store.registers
    kept = registers.put_pending

    async def cut(pending: Pending) -> None:
        raise PowerCut

    registers.put_pending = cut  # type: ignore[method-assign]  # the power goes here
    with pytest.raises(PowerCut):
        await floor.press("Buy", card)
    registers.put_pending = kept  # type: ignore[method-assign]  # and comes back
    await floor.die()
    await floor.start()
    await floor.quote("BTC/USD", "7400", "7401")
    assert len(floor.orders) == 1


def test_a_press_that_died_half_way_is_not_repeated_by_the_next_one() -> None:
    async def story(floor: Floor) -> None:
        await cut_before_the_answer_is_noted(floor)
        assert "Already placed: #1" in text(await floor.press("Buy"))
        assert len(floor.orders) == 1

    play(story)


def test_a_press_that_died_half_way_is_known_even_when_its_card_is_old() -> None:
    async def story(floor: Floor) -> None:
        await cut_before_the_answer_is_noted(floor)
        await floor.wait(TTL_S + 5)
        assert "sent already" in text(await floor.press("Cancel"))
        assert "Already placed: #1" in text(await floor.press("Buy"))
        assert len(floor.orders) == 1

    play(story)


def test_what_cannot_be_written_down_is_not_sent_and_can_be_pressed_again() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        journal = floor.store.journal
        kept = journal.append

        async def full(appends: Sequence[Append], epoch: int) -> None:
            raise JournalUnavailable("the disk is full: free some space.")

        journal.append = full  # type: ignore[method-assign]  # the disk fills up here
        said = await floor.press("Buy", card)
        assert refuses(said)
        assert "not sent" in text(said) and "disk is full" in text(said)
        journal.append = kept  # type: ignore[method-assign]  # and somebody frees it
        assert not floor.orders
        assert "Sent." in text(await floor.press("Buy", card))
        assert len(floor.orders) == 1

    play(story)


def test_a_full_disk_costs_an_answer_and_never_the_desk() -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        registers = floor.store.registers
        kept = registers.put_pending

        async def full(pending: Pending) -> None:
            raise JournalUnavailable("The disk is full: nothing was written; free some space.")

        registers.put_pending = full  # type: ignore[method-assign]  # the disk fills up here
        said = await floor.say("/buy BTC 500")
        assert refuses(said)
        assert text(said) == "The disk is full: nothing was written; free some space."
        assert "You hold nothing" in text(await floor.say("/positions"))
        # What did happen is told, although the note that it was told cannot be written.
        assert "Sent." in text(await floor.press("Buy", card))
        registers.put_pending = kept  # type: ignore[method-assign]  # and somebody frees it
        assert "Already placed: #1" in text(await floor.press("Buy", card))
        assert len(floor.orders) == 1

    play(story)


@given(st.data())
def test_a_button_that_was_altered_in_any_place_does_nothing(data: st.DataObject) -> None:
    async def story(floor: Floor) -> None:
        card = await floor.say("/buy BTC 1000")
        nonce = button(card, "Buy").action.id
        place = data.draw(st.integers(0, len(nonce) - 1))
        letter = data.draw(st.sampled_from("ABCabc019_-.").filter(lambda one: one != nonce[place]))
        forged = replace(button(card, "Buy"), action=Action(nonce[:place] + letter + nonce[place + 1 :]))
        said = await floor.press("Buy", card.with_buttons((forged,)))
        assert "not known" in text(said)
        assert not floor.orders

    play(story)
