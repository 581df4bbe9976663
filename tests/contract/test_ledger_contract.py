"""Every ledger tells the same of the same events: newest first, exact, scoped."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from db.store import Store
from tests.contract.stores import store
from tests.unit.db.history import START, History
from trading.domain import events as ev
from trading.domain.book import Book
from trading.domain.ids import AccountId, StreamId
from trading.domain.money import ZERO
from trading.ports import StaleWriter
from trading.row import ClosedRow

__all__ = ["store"]

ANN = AccountId("ann-paper")
BOB = AccountId("bob-paper")


@pytest.fixture
async def told(store: Store) -> tuple[Store, dict[AccountId, list[ev.Event]], dict[AccountId, Book]]:
    """Two accounts with long lives, written decision by decision and side by side."""
    epoch = await store.journal.next_epoch()
    histories = {ANN: History(11, ANN), BOB: History(12, BOB)}
    events: dict[AccountId, list[ev.Event]] = {ANN: [], BOB: []}
    lives = [history.appends(250) for history in histories.values()]
    for both in zip(*lives, strict=True):
        await store.journal.append(both, epoch)
        for one in both:
            events[AccountId(one.stream)] += [entry.event for entry in one.entries]
    return store, events, {name: history.book for name, history in histories.items()}


Told = tuple[Store, dict[AccountId, list[ev.Event]], dict[AccountId, Book]]


async def test_orders_are_as_the_book_has_them(told: Told) -> None:
    store, events, books = told
    rows = await store.ledger.orders([ANN], limit=10_000)
    assert {row.order.order_id: row.order for row in rows} == books[ANN].orders
    intended = [e.order.order_id for e in events[ANN] if isinstance(e, ev.OrderIntended)]
    assert [row.order.order_id for row in rows] == intended[::-1]


async def test_fills_are_told_newest_first_and_exact(told: Told) -> None:
    store, events, books = told
    fills = [e for e in events[ANN] if isinstance(e, ev.OrderFilled)]
    rows = await store.ledger.fills([ANN], limit=10_000)
    assert [(r.at, r.quantity, r.price, r.fee, r.realised, r.order_id) for r in rows] == [
        (f.at, f.quantity, f.price, f.fee, f.realised, f.order_id) for f in reversed(fills)
    ]
    for row in rows:
        order = books[ANN].orders[row.order_id]  # type: ignore[index]  # rows hold plain text
        assert (row.symbol, row.side, row.role, row.tag) == (
            order.symbol,
            order.side.value,
            order.role.value,
            order.tag,
        )
        assert row.client_order_id == order.client_order_id


async def test_positions_that_closed_have_exact_prices(told: Told) -> None:
    store, events, books = told
    ends = [e for e in events[ANN] if isinstance(e, ev.PositionClosed)]
    rows = await store.ledger.closed([ANN], limit=10_000)
    assert ends
    newest = list(dict.fromkeys(e.position_id for e in reversed(ends)))
    still = [p for p in newest if not books[ANN].positions[p].is_open]
    assert [row.position_id for row in rows] == still
    for row in rows:
        position = books[ANN].positions[row.position_id]  # type: ignore[index]  # rows hold plain text
        fills = [e for e in events[ANN] if isinstance(e, ev.OrderFilled) and e.position_id == row.position_id]
        entries = [f for f in fills if books[ANN].orders[f.order_id].is_entry]
        exits = [f for f in fills if not books[ANN].orders[f.order_id].is_entry]
        assert row.quantity == sum((f.quantity for f in entries), ZERO) == position.entry_quantity
        assert row.entry_price == sum((f.quantity * f.price for f in entries), ZERO) / row.quantity
        if exits:
            held = sum((f.quantity for f in exits), ZERO)
            assert row.exit_price == sum((f.quantity * f.price for f in exits), ZERO) / held
        assert (row.realised, row.fees) == (position.realised, position.fees)
        assert (row.opened_at, row.closed_at) == (position.opened_at, position.closed_at)


async def test_positions_that_closed_say_what_they_risked_and_what_opened_them(store: Store) -> None:
    epoch = await store.journal.next_epoch()
    history = History(34, ANN)
    risks: dict[str, Decimal] = {}
    openers: dict[str, str] = {}
    for one in history.appends(250):
        await store.journal.append([one], epoch)
        for event in (entry.event for entry in one.entries):
            if isinstance(event, ev.BracketSet) and event.bracket.risk_per_unit is not None:
                risks[event.position_id] = event.bracket.risk_per_unit
            if isinstance(event, ev.OrderFilled):
                openers.setdefault(event.position_id, history.book.orders[event.order_id].command_id)
    rows = await store.ledger.closed([ANN], limit=10_000)
    assert {row.position_id in risks for row in rows} == {True, False}
    for row in rows:
        position = history.book.positions[row.position_id]  # type: ignore[index]  # rows hold plain text
        instrument = history.book.instrument(ANN, row.symbol)
        assert instrument is not None
        assert (row.command_id, row.multiplier) == (openers[row.position_id], instrument.multiplier)
        per_unit = risks.get(row.position_id)
        if per_unit is None:
            assert row.risk is row.r_multiple is None
        else:
            assert row.risk == per_unit * position.entry_quantity * instrument.multiplier
            assert row.r_multiple == (row.realised - row.fees) / row.risk
    await _paged_is_whole(store, ANN, list(rows))


async def _paged_is_whole(store: Store, account: AccountId, whole: list[ClosedRow]) -> None:
    paged: list[ClosedRow] = []
    before = 0
    while page := await store.ledger.closed([account], before=before, limit=2):
        assert len(page) <= 2
        paged += page
        before = page[-1].seq
    assert paged == whole


async def test_totals_are_the_sums_of_all_bookings(told: Told) -> None:
    store, events, _ = told
    expected: dict[tuple[str, str], Decimal] = {}
    for event in (*events[ANN], *events[BOB]):
        for line in getattr(event, "bookings", ()):
            name = (line.book, line.currency)
            expected[name] = expected.get(name, ZERO) + line.value
    assert dict(await store.ledger.totals([ANN, BOB])) == expected
    for currency in {c for _, c in expected}:
        assert sum(v for (_, c), v in expected.items() if c == currency) == 0


async def test_bookings_name_the_event_that_made_them(told: Told) -> None:
    store, events, _ = told
    lines = [
        (number, type(event).__name__, line)
        for number, event in enumerate(events[ANN], 1)
        for line in getattr(event, "bookings", ())
    ]
    rows = await store.ledger.bookings([ANN], limit=10_000)
    assert [(row.seq, row.event, row.booking) for row in reversed(rows)] == sorted(
        lines, key=lambda one: (one[0], -lines.index(one))
    )
    cash = await store.ledger.bookings([ANN], book="cash", limit=10_000)
    assert [row for row in rows if row.booking.book == "cash"] == cash


async def test_limits_symbols_and_instants_narrow_answers(told: Told) -> None:
    store, _, _ = told
    ledger = store.ledger
    everything = await ledger.fills([ANN], limit=10_000)
    assert await ledger.fills([ANN], limit=7) == everything[:7]
    assert await ledger.fills([ANN], symbol="ES", limit=10_000) == [f for f in everything if f.symbol == "ES"]
    since = everything[len(everything) // 2].at
    assert await ledger.fills([ANN], since=since, limit=10_000) == [f for f in everything if f.at >= since]
    assert {row.order.symbol for row in await ledger.orders([ANN], symbol="BTC/USD", limit=999)} == {
        "BTC/USD"
    }
    closed = await ledger.closed([ANN], limit=10_000)
    assert await ledger.closed([ANN], symbol="ES", limit=3) == [c for c in closed if c.symbol == "ES"][:3]
    assert await ledger.closed([ANN], since=START + timedelta(days=9)) == []


async def test_answers_hold_only_the_accounts_asked_for(told: Told) -> None:
    store, _, _ = told
    ledger = store.ledger
    assert {row.account for row in await ledger.fills([BOB], limit=999)} == {BOB}
    both = await ledger.fills([ANN, BOB], limit=10_000)
    assert {row.account for row in both} == {ANN, BOB}
    assert [row.at for row in both] == sorted((row.at for row in both), reverse=True)
    stranger = [AccountId("eve-paper")]
    assert await ledger.fills(stranger) == []
    assert await ledger.orders(stranger) == []
    assert await ledger.closed(stranger) == []
    assert await ledger.bookings(stranger) == []
    assert dict(await ledger.totals(stranger)) == {}
    assert await ledger.story(stranger) == []
    assert await ledger.fills([]) == []
    assert dict(await ledger.totals([])) == {}


async def test_a_story_holds_what_concerns_an_order(told: Told) -> None:
    store, events, _ = told
    filled = next(e for e in events[ANN] if isinstance(e, ev.OrderFilled))
    expected = [
        e
        for e in events[ANN]
        if getattr(e, "order_id", None) == filled.order_id
        or (isinstance(e, ev.OrderIntended) and e.order.order_id == filled.order_id)
    ]
    story = await store.ledger.story([ANN], order_id=filled.order_id)
    assert [one.event for one in story] == expected
    assert await store.ledger.story([BOB], order_id=filled.order_id) == []


async def test_a_story_of_a_position_holds_its_orders(told: Told) -> None:
    store, events, _ = told
    position_id = next(e for e in events[ANN] if isinstance(e, ev.OrderFilled)).position_id
    expected = [e for e in events[ANN] if _concerns(e, position_id)]
    story = await store.ledger.story([ANN], position_id=position_id, limit=10_000)
    assert [one.event for one in story] == expected
    newest = await store.ledger.story([ANN], position_id=position_id, limit=2)
    assert [one.event for one in newest] == expected[-2:]


def _concerns(event: ev.Event, position_id: str) -> bool:
    if isinstance(event, ev.OrderIntended):
        return event.order.position_id == position_id
    order_id = str(getattr(event, "order_id", ""))
    return getattr(event, "position_id", "") == position_id or order_id.startswith(f"{position_id}/")


async def test_a_story_of_a_symbol_is_not_its_neighbours(told: Told) -> None:
    store, _, _ = told
    story = await store.ledger.story([ANN], symbol="ES", limit=10_000)
    assert story
    for one in story:
        if isinstance(one.event, ev.OrderIntended):
            assert one.event.order.symbol == "ES"
    assert await store.ledger.story([ANN], symbol="BTC") == []
    stored = {one.seq: one async for one in store.journal.read(StreamId(ANN), 0)}
    assert all(stored[one.seq] == one for one in story)


async def test_a_refusal_is_part_of_its_symbols_story(store: Store) -> None:
    epoch = await store.journal.next_epoch()
    history = History(3, ANN)
    opening = next(history.appends(1))
    await store.journal.append([opening], epoch)
    refusal = ev.Refusal("tick_size", "Type a price in steps of 0.25.")
    denied = ev.CommandDenied(
        ANN, opening.keys[0].command_id, "buy", "ES", (refusal,), START + timedelta(seconds=1)
    )
    entry = type(opening.entries[0])(denied, "c", "c")
    await store.journal.append([type(opening)(opening.stream, len(opening.entries), (entry,))], epoch)
    story = await store.ledger.story([ANN], symbol="ES")
    assert [type(one.event).__name__ for one in story] == ["InstrumentListed", "CommandDenied"]


async def test_a_failed_append_changes_no_row(told: Told) -> None:
    store, events, books = told
    epoch = await store.journal.next_epoch()
    history = History(11, ANN)
    again = list(history.appends(250))[-1]
    before = await store.ledger.orders([ANN], limit=10_000)
    totals = dict(await store.ledger.totals([ANN]))
    with pytest.raises(StaleWriter):
        await store.journal.append([again], epoch)
    assert await store.ledger.orders([ANN], limit=10_000) == before
    assert dict(await store.ledger.totals([ANN])) == totals
    assert events[ANN]
    assert books[ANN].orders
