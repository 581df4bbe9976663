"""How long an order took: measured at each hop, kept in the journal, told once, and calm in replay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from bot.conversation.dialogue import Dialogue
from bot.conversation.incoming import Incoming
from bot.conversation.latency import latency_line
from bot.conversation.screen import Tone
from bot.conversation.wording import Wording
from bot.handlers.table import HANDLERS
from bot.main.measuring import Commits
from bot.main.meters import DeskTelemetry, Meters
from bot.notifications.alert_fills import tell_fills
from bot.notifications.scene import Scene
from db.codec import decode, encode
from tests.fakes.pit import BTC, OWNER, PAPER, START, Pit
from tests.unit.handlers.views_stage import Stage
from trading.brokers.fills import FillRules
from trading.domain import events as ev
from trading.domain.commands import OpenPosition, Seen
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import CommandId, OrderId, VenueOrderId
from trading.domain.order import Order, OrderType
from trading.ports import Denied, Taken
from trading.virtual_time import VirtualLoop, run

NOON = datetime(2026, 1, 5, 12, 0, 1, tzinfo=UTC)


def ms(number: int) -> datetime:
    return NOON + timedelta(milliseconds=number)


def timed(stage_order: Order, **at: datetime | None) -> Order:
    return replace(stage_order, **at)


async def an_order() -> Order:
    stage = await Stage().opened()
    await stage.say("/buy BTC 0.1c tp 5% sl 2%".replace("0.1c", "740"), yes=True)
    (order,) = [one for one in stage.book.orders.values() if one.is_entry]
    return order


async def test_the_line_counts_every_step_from_the_press() -> None:
    order = timed(await an_order(), asked_at=NOON, sent_at=ms(4), taken_at=ms(52))
    line = latency_line(Wording(), order, ms(60))
    assert line is not None
    assert line.text == "pressed 12:00:01 · sent +4 ms · taken +52 ms · filled +60 ms"
    assert {span.tone for span in line.spans} == {Tone.DIM}


async def test_when_nothing_took_time_there_is_no_line() -> None:
    order = await an_order()
    assert (
        latency_line(Wording(), timed(order, asked_at=NOON, sent_at=NOON, taken_at=NOON), ms(60_000)) is None
    )
    assert latency_line(Wording(), timed(order, asked_at=None, sent_at=ms(4), taken_at=ms(9))) is None
    assert latency_line(Wording(), timed(order, asked_at=NOON, sent_at=None, taken_at=None), ms(9)) is None


async def test_a_limit_order_does_not_show_how_long_its_price_took() -> None:
    order = timed(await an_order(), asked_at=NOON, sent_at=ms(4), taken_at=ms(9), type=OrderType.LIMIT)  # type: ignore[arg-type]  # any field
    line = latency_line(Wording(), order, ms(3_600_000))
    assert line is not None and line.text == "pressed 12:00:01 · sent +4 ms · taken +9 ms"


async def test_a_venues_clock_that_is_behind_makes_no_negative_time() -> None:
    order = timed(await an_order(), asked_at=NOON, sent_at=ms(4), taken_at=ms(9))
    line = latency_line(Wording(), order, ms(-500))
    assert line is not None and line.text.endswith("filled +0 ms")


async def test_the_page_of_an_order_shows_it() -> None:
    stage = await Stage().opened()
    received = stage.clock.at - timedelta(milliseconds=52)
    # The platform's own instant has whole seconds only, and is not what is counted from.
    at = stage.clock.at - timedelta(seconds=1)
    incoming = Incoming(
        "console", "chat", "77", "ann", at, text="/buy BTC 740 tp 5% sl 2%", received_at=received
    )
    dialogue = Dialogue(stage.tools, HANDLERS)
    (card,) = await dialogue.answer(incoming)
    assert card.confirming is not None
    press = Incoming(
        "console", "chat", "78", "ann", at, action=card.confirming.action.id, received_at=received
    )
    await dialogue.answer(press)
    shown = await stage.say("/order #1")
    assert shown.splitlines()[-2] != shown.splitlines()[-1]
    assert "pressed 00:59:59 · taken +52 ms · filled +52 ms" in shown


async def test_the_same_press_again_is_the_same_command() -> None:
    stage = await Stage().opened()
    seen = Seen(stage.market.instruments["BTC/USD"], stage.market.quotes["BTC/USD"])
    from trading.engine.batch import fingerprint_of

    first = OpenPosition(
        CommandId("n"), OWNER, PAPER, seen, True, Size(SizeKind.BASE, Decimal(1)), asked_at=NOON
    )
    assert fingerprint_of(first) == fingerprint_of(replace(first, asked_at=ms(5_000)))
    assert fingerprint_of(first) != fingerprint_of(replace(first, is_long=False))


def test_an_order_knows_when_it_left_and_when_it_was_taken() -> None:
    async def main(loop: VirtualLoop) -> tuple[Order, list[Any], Meters]:
        pit = await Pit(loop, rules=FillRules(latency_s=0.05), waits_for_open=False).open()
        meters = Meters()
        pit.engine.committed(Commits(DeskTelemetry(meters), lambda: pit.engine.book))
        await pit.quote("10000")
        await pit.clock.sleep_s(1)
        asked = pit.clock.now()
        await pit.quote("10000")
        command = OpenPosition(
            CommandId("b1"),
            OWNER,
            PAPER,
            Seen(BTC, pit.engine.book.marks["BTC/USD"]),
            True,
            Size(SizeKind.BASE, Decimal("0.1")),
            asked_at=asked,
        )
        answer: Taken | Denied = await pit.engine.submit(command)
        assert isinstance(answer, Taken), answer
        await pit.clock.sleep_s(1)
        await pit.quote("10000")
        order = pit.engine.book.order(OrderId(answer.facts["order_id"]))
        assert order is not None
        scene = Scene(Wording(), pit.engine.book)
        fills = [one for one in pit.events if isinstance(one.event, ev.OrderFilled)]
        told = tell_fills(fills, scene)
        assert told is not None
        rows = await pit.store.ledger.orders([PAPER])
        assert rows[0].order == order, "the table says what the book says"
        return order, list(told.blocks), meters

    order, blocks, meters = run(main)
    assert order.asked_at == START + timedelta(seconds=1)
    assert order.sent_at == order.asked_at
    assert order.taken_at is not None and order.taken_at - order.asked_at == timedelta(milliseconds=50)
    assert blocks[-1].text.startswith("pressed 00:00:01 · sent +0 ms · taken +50 ms · filled +")
    assert meters.quantiles("order_step", {"step": "taken"}).p50 == 0.05
    assert meters.quantiles("order_step", {"step": "filled"}).n == 1
    assert meters.counted("events", kind="OrderAccepted") == 1


async def test_only_the_first_fill_tells_it() -> None:
    order = timed(await an_order(), asked_at=NOON, sent_at=ms(4), taken_at=ms(9), fill_ids=("f1", "f2"))  # type: ignore[arg-type]  # any field
    from bot.notifications.alert_fills import _latency

    stage = await Stage().opened()
    await stage.say("/buy BTC 740 tp 5% sl 2%", yes=True)
    events = await stage.store.ledger.story([PAPER], order_id=order.order_id)
    (fill,) = [one.event for one in events if isinstance(one.event, ev.OrderFilled)]
    scene = Scene(Wording(), stage.book)
    assert len(_latency(scene, [replace(fill, fill_id="f1")], order)) == 1
    assert _latency(scene, [replace(fill, fill_id="f2")], order) == []


async def test_rows_of_before_still_decode() -> None:
    event = ev.OrderAccepted(PAPER, OrderId("paper/BTC/USD/1/entry-1"), VenueOrderId("v"), NOON)
    old = encode(event).replace(',"sent_at":null', "")
    assert '"sent_at"' not in old and decode("OrderAccepted", 1, old) == event
    intended = ev.OrderIntended(PAPER, await an_order(), ev.GateDecision("d", None, None, "", 1), "c", NOON)
    body = encode(intended)
    for name in ("asked_at", "sent_at", "taken_at"):
        at = getattr(intended.order, name)
        text = "null" if at is None else f'"{at.isoformat().replace("+00:00", "Z")}"'
        assert f',"{name}":{text}' in body
        body = body.replace(f',"{name}":{text}', "")
    found = decode("OrderIntended", 1, body)
    assert isinstance(found, ev.OrderIntended)
    assert found.order == replace(intended.order, asked_at=None, sent_at=None, taken_at=None)
