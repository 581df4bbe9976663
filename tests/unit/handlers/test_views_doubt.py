"""What screens say of orders that nobody answered for."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.layout import as_text
from tests.fakes.proofs import PROOF
from tests.unit.handlers.views_stage import OWNER, PAPER, Stage
from trading.domain import reports as rp
from trading.domain.commands import AnswerDoubt
from trading.domain.doubt import AbsenceProof, StreamSaid, Trouble
from trading.domain.events import OrderNotPlaced
from trading.domain.events_doubt import VisibilityRaised
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.ids import CommandId, FillId, VenueOrderId
from trading.domain.money import Price
from trading.domain.order import Order, OrderType


async def doubted() -> tuple[Stage, Order]:
    """A limit order of which nobody knows whether it arrived."""
    stage = await Stage().opened()
    stage.takes_exits = False
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(7000))
    await stage.buy(order_type=OrderType.LIMIT, limit=limit)
    (order,) = stage.book.open_orders(PAPER)
    await stage.take(rp.Silent(PAPER, order.client_order_id, "no answer in time", stage.clock.at))
    return stage, order


async def why_absent(proof: AbsenceProof) -> str:
    """`/why` of an order that is proven absent."""
    stage, order = await doubted()
    await stage.take(rp.AbsenceProven(PAPER, order.client_order_id, proof, stage.clock.at))
    return " ".join((await stage.say("/why #1")).split())


async def test_why_tells_each_part_of_a_proof_of_absence() -> None:
    assert (
        "#1 never arrived. That is proven: 3 successful answers by paper did not know it, the first 8s after "
        "it was sent, the last 12s. After 8s this venue takes such a request no more, and 4s later it shows "
        "every order that it has. It holds 0 of the symbol, which the fills in the book explain. Its stream "
        "was heard all the time and never named the order."
    ) in await why_absent(PROOF)


async def test_why_of_a_venue_that_hides_nothing_and_a_stream_that_broke() -> None:
    instant = replace(PROOF, fence_s=Decimal(0), visibility_s=Decimal(0), stream=StreamSaid.UNHEARD)
    said = await why_absent(instant)
    assert "This venue shows every order at once." in said
    assert "Its stream was not heard all the time, so that its silence was not counted." in said


async def test_why_of_an_older_journal_shows_the_sentence_that_it_has() -> None:
    stage, order = await doubted()
    event = OrderNotPlaced(PAPER, order.order_id, "asked thrice", stage.clock.at)
    await stage.write([event], "", "")
    assert "#1 never arrived; proof: asked thrice" in await stage.say("/why #1")


async def escalated() -> tuple[Stage, Order]:
    """The desk has sought for ten minutes; the venue holds what nobody can explain."""
    stage, order = await doubted()
    stage.wait(minutes=10, seconds=1)
    unresolved = rp.DoubtUnresolved(
        PAPER, order.client_order_id, Decimal("601"), 3, 290, Trouble.POSITION, stage.clock.at
    )
    await stage.take(unresolved)
    return stage, order


def flat(text: str) -> str:
    return " ".join(text.split())


async def test_without_doubt_the_list_is_empty() -> None:
    stage = await Stage().opened()
    assert "No order is in doubt." in await stage.say("/doubt")
    assert "There is no order #7" in await stage.say("/doubt #7")


async def test_while_the_desk_asks_nobody_else_is_asked() -> None:
    stage, _ = await doubted()
    for typed in ("/doubt", "/doubt #1"):
        said = await stage.say(typed)
        assert "The desk asks the venue and tells you what it finds." in said
        assert "It is on the exchange" not in said
    assert "The desk still asks about #1." in await stage.say("/doubt #1 absent")


async def test_a_person_who_must_look_gets_two_buttons() -> None:
    stage, _ = await escalated()
    said = await stage.say("/doubt")
    assert "In doubt: #1 buy" in said and "The desk asked for 10m 1s and could not settle it" in flat(said)
    screen = (await stage.screens("/doubt #1"))[0]
    labels = {button.label: button.action.id for button in screen.all_buttons}
    assert labels == {
        "It is on the exchange": "doubt:#1 there on paper",
        "It is not there": "doubt:#1 absent on paper",
    }


async def test_the_cards_say_what_follows_from_an_answer() -> None:
    stage, _ = await escalated()
    absent = flat(await stage.say("/doubt #1 absent"))
    assert "is not on the exchange" in absent and "by your word, and is not sent again" in absent
    there = flat(await stage.say("/doubt #1 there"))
    assert "With the exchange's own id that is quicker: /doubt #1 there ID" in there
    assert "It is sought as V-1." in flat(await stage.say("/doubt #1 there V-1"))
    assert "is more than one word" in await stage.say("/doubt #1 there V 1")


async def test_what_was_said_stands_in_the_story_of_the_order() -> None:
    stage, order = await escalated()
    answer = AnswerDoubt(CommandId("c1"), OWNER, PAPER, order.order_id, True, VenueOrderId("V-1"))
    await stage.take(answer)
    assert "it is on the exchange as V-1: its fills are being looked up" in flat(await stage.say("/doubt #1"))
    await stage.take(replace(answer, command_id=CommandId("c2"), is_there=False))
    said = flat(await stage.say("/why #1"))
    assert (
        "10m 1s long nothing settled what became of #1 (3 answers, 290 questions without one): a person was "
        "asked. The venue holds more or less of the symbol than the fills in the book explain."
    ) in said
    assert "owner looked: #1 is on the exchange as V-1." in said
    assert "owner looked: #1 is not on the exchange. It counts as not placed by that word." in said
    story = flat(await stage.say("/order #1"))
    assert "could not be settled: a person was asked" in story
    assert "owner says that it is on the exchange" in story and "owner says that it is not there" in story
    assert "#1 is not in doubt, it is never arrived." in await stage.say("/doubt #1 absent")


async def test_an_answer_without_an_id_is_told_without_one() -> None:
    stage, order = await escalated()
    await stage.take(AnswerDoubt(CommandId("c1"), OWNER, PAPER, order.order_id, True))
    assert "owner looked: #1 is on the exchange." in flat(await stage.say("/why #1"))


# ---------------------------------------------------------------- frozen entries


async def frozen_by_a_fill() -> Stage:
    """An order that was proven absent has filled."""
    stage, order = await doubted()
    await stage.take(rp.AbsenceProven(PAPER, order.client_order_id, PROOF, stage.clock.at))
    fill = rp.FillReported(
        PAPER,
        order.client_order_id,
        FillId("F1"),
        order.quantity,
        Price(Decimal(7000)),
        Decimal(0),
        rp.Liquidity.MAKER,
        stage.clock.at,
    )
    await stage.take(fill)
    return stage


async def test_status_and_risk_say_that_entries_are_frozen_since_when_why_and_until_when() -> None:
    stage = await frozen_by_a_fill()
    said = "ENTRIES FROZEN since 01:00: #1 counted as not placed and was at the venue; when you have looked"
    for typed in ("/status", "/risk"):
        assert said in flat(await stage.say(typed)), typed


async def test_a_refusal_says_it_on_the_persons_clock() -> None:
    stage = await frozen_by_a_fill()
    refused = flat(await stage.say("/buy BTC 100"))
    assert (
        "Entries of account paper are frozen since 01:00: #1 counted as not placed and was at the venue. "
        "Exits go out. They open when you have looked at the venue: /doubt seen."
    ) in refused


async def test_who_has_looked_opens_entries_again() -> None:
    stage = await frozen_by_a_fill()
    card = await stage.screen("/doubt seen")
    assert "Entries of paper open again." in as_text(card)
    assert "Noted. Entries go out again." in await stage.press(card, "Yes, I have looked")
    assert stage.book.accounts[PAPER].freezes == ()
    assert "Nothing waits for you to look at it." in await stage.say("/doubt seen")
    told = flat(await stage.say("/why"))
    assert "Entries of account paper went out again: owner has looked at the venue." in told


async def test_why_tells_what_froze_and_what_was_learned_of_the_venue() -> None:
    stage = await frozen_by_a_fill()
    told = flat(await stage.say("/why #1"))
    assert (
        "This venue showed an order later than it promised: proofs of absence wait 20s from now on." in told
    )
    await stage.take(rp.VenueQuiet(PAPER, stage.clock.at))
    logs = flat(await stage.say("/logs"))
    assert "Entries of account paper were frozen: the venue does not answer." in logs


async def test_a_stop_that_was_hidden_teaches_about_stops_and_doubt_that_lasts_is_in_the_log() -> None:
    stage, order = await doubted()
    raised = VisibilityRaised(PAPER, order.order_id, True, Decimal(4800), stage.clock.at)
    await stage.write([raised], "", "")
    await stage.take(rp.DoubtWaits(PAPER, stage.clock.at))
    logs = flat(await stage.say("/logs"))
    assert "proofs of absence of stops wait 1h 20m from now on." in logs
    assert "Still in doubt." in logs
