"""What screens say of orders that nobody answered for."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tests.fakes.proofs import PROOF
from tests.unit.handlers.views_stage import PAPER, Stage
from trading.domain import reports as rp
from trading.domain.doubt import AbsenceProof, StreamSaid
from trading.domain.events import OrderNotPlaced
from trading.domain.exits import PriceSpec, PriceSpecKind
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
