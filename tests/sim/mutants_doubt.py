"""Planted bugs in doubt: what counts as an answer, how long one waits, what else is looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import apply, doubt, risk
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide import doubt as deciding_doubt
from trading.domain.decide import evidence
from trading.domain.events import Check, GateDecision
from trading.domain.money import ZERO, Quantity
from trading.domain.order import OrderStatus, OrderType
from trading.domain.stops import stops
from trading.engine import memory, once_more, outbox, resolve
from trading.ports import BrokerSilent, VenueSnapshot

START = datetime(2018, 4, 4, tzinfo=UTC)

# ---------------------------------------------------------------- the proof


@mutant("I5")
def one_not_found_proves_absence() -> Patch:
    """The first answer that does not know the order ends it, whatever fence and visibility say."""

    async def hasty(self: Any) -> Any:
        try:
            found = await self._broker.find(self._order.client_order_id)
        except (BrokerSilent, TimeoutError):
            return None
        if found is not None:
            return await real(self)
        self._count(self.waited_s)
        return await self._conclusion()

    real = resolve.Inquiry.look
    with (
        patch.object(resolve.Inquiry, "look", hasty),
        patch.object(deciding_doubt, "flaw", lambda proof: ""),
    ):
        yield


@mutant("I5")
def a_failed_question_counts_as_no() -> Patch:
    """An error of the network is taken for "not found"."""

    async def deaf(self: Any) -> Any:
        if not isinstance(self._broker, _Deaf):
            self._broker = _Deaf(self._broker)
        self._broker._held = {self._order.symbol: self._booked()}
        return await real(self)

    class _Deaf:
        def __init__(self, broker: Any) -> None:
            self._broker = broker
            self._held: dict[str, Any] = {}

        def __getattr__(self, name: str) -> Any:
            return getattr(self._broker, name)

        async def find(self, cid: Any) -> Any:
            try:
                return await self._broker.find(cid)
            except BrokerSilent:
                return None

        async def history(self, since: Any) -> Any:
            try:
                return await self._broker.history(since)
            except BrokerSilent:
                return []

        async def snapshot(self) -> Any:
            try:
                return await self._broker.snapshot()
            except BrokerSilent:
                return VenueSnapshot(START, self._held, (), ZERO)

    real = resolve.Inquiry.look
    with patch.object(resolve.Inquiry, "look", deaf):
        yield


@mutant("I5")
def three_answers_at_the_same_instant_are_enough() -> Patch:
    """Nobody waits until the venue must show what it has."""

    def hasty(proof: doubt.AbsenceProof) -> str:
        return real(replace(proof, visibility_s=proof.visibility_s * 0))

    real = doubt.flaw
    with patch.object(resolve, "flaw", hasty), patch.object(deciding_doubt, "flaw", hasty):
        yield


@mutant("I5")
def the_fence_is_ignored() -> Patch:
    """Answers count although the request may still be on its way."""
    begun = resolve.Inquiry.__init__

    def unfenced(self: Any, *arguments: Any, **named: Any) -> None:
        begun(self, *arguments, **named)
        self._fence_s = 0.0

    with patch.object(resolve.Inquiry, "__init__", unfenced):
        yield


@mutant("I5", "I7")
def the_fence_runs_on_the_wall_clock() -> Patch:
    """Whoever sets the clock forward makes the venue's promises come true; set back, they never do."""

    def by_the_wall(self: Any) -> float:
        began = self.__dict__.setdefault("_began_at", self._desk.clock.now())
        return float((self._desk.clock.now() - began).total_seconds())

    with patch.object(resolve.Inquiry, "waited_s", property(by_the_wall)):
        yield


@mutant("I5")
def the_position_is_not_looked_at() -> Patch:
    """An order is called absent although the venue holds what nobody can explain."""

    async def blind(self: Any) -> Any:
        order = self._order
        if not self._is_in_doubt():
            return []
        proof = self._proof(self._booked())
        return [rp.AbsenceProven(order.account, order.client_order_id, proof, self._desk.clock.now())]

    with patch.object(resolve.Inquiry, "_conclusion", blind):
        yield


@mutant("I5")
def a_proof_counts_although_the_book_has_moved() -> Patch:
    """What the venue held was explained by the book of then, and nobody looks at the one of now."""
    with patch.object(deciding_doubt, "_has_moved", lambda d, order, report: False):
        yield


@mutant("I5", "I7", "I1")
def what_has_not_left_yet_is_asked_about() -> Patch:
    """The venue is asked about an order that waits here to be sent."""

    class _Everything(dict[Any, Any]):
        def __contains__(self, cid: object) -> bool:
            return True

    def made(self: outbox.Outbox, *arguments: Any, **named: Any) -> None:
        real(self, *arguments, **named)
        self._sent_s = _Everything()

    real = outbox.Outbox.__init__
    with patch.object(outbox.Outbox, "__init__", made):
        yield


@mutant("I9")
def an_exit_goes_once_more_without_a_look() -> Patch:
    """What counts as not placed is placed anew where nothing binds it, and nobody reads what is held."""
    with patch.object(outbox, "reads_first", lambda book, order: False):
        yield


@mutant("I9")
def what_is_read_before_an_exit_goes_once_more_is_not_looked_at() -> Patch:
    """The venue is asked what it holds, and its answer changes nothing."""
    with patch.object(once_more, "free_at", lambda seen, order, book: order.quantity):
        yield


# ---------------------------------------------------------------- what stays reserved, and what a person says


def _worth_nothing(is_free: Any) -> Any:
    real = apply.reserved_notional
    return patch.object(
        apply, "reserved_notional", lambda book, order: ZERO if is_free(order) else real(book, order)
    )


@mutant("I13")
def what_is_in_doubt_reserves_nothing() -> Patch:
    """The room of an order that nobody answered for is given to the next one."""
    with _worth_nothing(lambda order: order.status is OrderStatus.IN_DOUBT):
        yield


@mutant("I13")
def asking_a_person_releases_the_room() -> Patch:
    """From the moment at which a person is asked, the order counts as nothing."""

    def doubted(book: Any, event: Any) -> None:
        before = book.order(event.order_id)
        if isinstance(event, ev.DoubtEscalated) and before is not None:
            apply._store_order(book, before, replace(before, escalated_at=event.at))
        else:
            real(book, event)

    real = apply._doubted
    is_asked = _worth_nothing(lambda order: order.escalated_at is not None)
    with is_asked, patch.object(apply, "_doubted", doubted):
        yield


@mutant("I1")
def an_entry_goes_out_again_after_not_there() -> Patch:
    """What a person does not find at the venue is sent once more."""
    after = deciding_doubt._after_absence

    def again(d: Any, order: Any) -> None:
        after(d, order)
        if order.is_entry:
            position = d.book.position(order.position_id)
            more = {"command_id": order.command_id, "reference_price": order.reference_price}
            fresh = d.new_order(position, order.role, order.side, OrderType.MARKET, order.quantity, **more)
            gate = GateDecision("again", None, None, "", 1, (Check("again", True, "", ""),))
            d.then(fx.Submit(order.account, (d.intend(fresh, order.command_id, gate),)))

    with patch.object(deciding_doubt, "_after_absence", again):
        yield


@mutant("I7")
def a_person_is_asked_although_the_venue_answers() -> Patch:
    """Nobody waits for a proof: whatever is in doubt is handed to a person."""

    async def lazy(self: Any) -> Any:
        return None

    with patch.object(resolve.Inquiry, "_conclusion", lazy):
        yield


@mutant("I7")
def the_time_of_a_doubt_begins_anew_at_each_start() -> Patch:
    """A desk that is restarted often enough never asks anybody."""
    with patch.object(resolve, "age_s", lambda order, now: 0.0):
        yield


# ---------------------------------------------------------------- what freezes


@mutant("I13", "I7", "I18")
def a_freeze_is_forgotten_after_a_restart() -> Patch:
    """The book that a start loads knows of no freeze."""
    load = memory.Memory.load

    async def forgetful(self: Any, book: Any) -> int:
        replayed = await load(self, book)
        for name, account in list(book.accounts.items()):
            book.accounts[name] = replace(account, freezes=())
        return replayed

    with patch.object(memory.Memory, "load", forgetful):
        yield


@mutant("I7")
def a_freeze_never_thaws() -> Patch:
    """The venue answers, and nobody notices."""
    with patch("trading.domain.decide.freezing.venue_answers", lambda d, report: None):
        yield


@mutant("I13")
def frozen_entries_pass_the_gate() -> Patch:
    """Everybody is told that entries are frozen, and they are not."""
    real = stops

    def open_gate(book: Any, account: Any, symbol: Any, now: Any, person: Any) -> Any:
        found = real(book, account, symbol, now, person)
        return tuple(one for one in found if one.name != "frozen")

    with patch.object(risk, "stops", open_gate):
        yield


@mutant("I5")
def an_order_that_turned_up_alarms_nobody() -> Patch:
    """An order that counted as not placed fills, and entries go on as if the venue were right."""
    with patch.object(evidence, "turned_up", lambda d, order: None):
        yield


@mutant("I7")
def only_what_the_history_tells_counts_as_filled() -> Patch:
    """A fill that is booked is sought in a history that was read from after it on (its clock ran ahead)."""

    def told(found: Any, history: Any, before: Any) -> bool:
        whole: bool = real(found, history, replace(before, filled=Quantity(ZERO), fill_ids=()))
        return whole

    real = resolve.is_whole
    with patch.object(resolve, "is_whole", told):
        yield


@mutant("I6")
def an_answer_from_before_a_change_counts() -> Patch:
    """What a change has ended under its older name ends the order (X27)."""
    with (
        patch.object(resolve.Inquiry, "_terms", lambda self: ()),
        patch.object(resolve, "_is_outdated", lambda found, history: False),
    ):
        yield


@mutant("I7")
def a_sign_of_an_order_ends_its_doubt() -> Patch:
    """Its venue tells what it made of an order that it does not show yet, and nobody asks about it again."""

    def found(self: Any, *seen: Any) -> Any:
        reports = real(self, *seen)
        whole = resolve.is_whole(*seen)
        return [] if reports is None and whole else reports

    real = resolve.Inquiry._found
    with patch.object(resolve.Inquiry, "_found", found):
        yield
