"""Planted bugs in what guards people: exits, halts, the gate, the store."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide import control, deciding, evidence, legs, watched
from trading.domain.decide.deciding import Deciding
from trading.domain.money import ZERO
from trading.engine import batch, loop, outbox, triggers

# ---------------------------------------------------------------- exits


@mutant("I8", "ASSERT")
def stops_are_sized_from_what_was_ordered() -> Patch:
    """A partly filled entry is guarded as if it had filled whole."""

    def generous(d: Deciding, position: Any, leg: Any, group: str) -> Any:
        entries = [o for o in d.book.orders.values() if o.position_id == position.position_id and o.is_entry]
        whole = sum((o.quantity for o in entries), ZERO) or leg.quantity
        return real(d, position, replace(leg, quantity=max(whole, leg.quantity)), group)

    real = legs._place
    with patch.object(legs, "_place", generous):
        yield


@mutant("I3", "I8")
def coins_that_the_venue_kept_count_as_held() -> Patch:
    """What the venue takes as its fee is sold as well: what has filled counts, not what came of it (X30)."""

    def whole(quantity: Any, fee_base: Any, side: Any) -> Any:
        return quantity

    with (
        patch("trading.domain.ledger.moved_by", whole),
        patch("trading.domain.apply.moved_by", whole),
        patch("trading.domain.decide.adoption.moved_by", whole),
    ):
        yield


@mutant("I18")
def a_crumb_leaves_its_guard_as_it_was() -> Patch:
    """What is left below one lot is said to be dust, and its exits stay written down until the next start."""

    def only_lots(d: Deciding, position: Any, reason: str, **more: Any) -> None:
        if d.in_lots(position):
            real(d, position, reason, **more)

    real = legs.sync
    with patch("trading.domain.decide.dust.sync", only_lots):
        yield


@mutant("I8", "ASSERT")
def exits_forget_what_is_spoken_for() -> Patch:
    """Every exit takes the whole position, whatever other exits are on their way."""

    def all_of_it(self: Deciding, position: Any) -> Any:
        return abs(position.quantity)

    with patch.object(deciding.Deciding, "free_to_exit", all_of_it):
        yield


@mutant("I8", "I7")
def legs_are_not_placed_again_after_a_start() -> Patch:
    """Neither the start of a session nor the end of a doubt looks at what guards the positions: what an
    earlier life had on its way, and never arrived, stays away."""
    with (
        patch("trading.domain.decide.control.sync", lambda *a, **k: None),
        patch("trading.domain.decide.doubt.sync", lambda *a, **k: None),
    ):
        yield


@mutant("I8")
def nobody_notices_that_nothing_guards() -> Patch:
    """Legs that the venue refuses stay refused."""
    with (
        patch.object(evidence, "not_held", lambda d, position, order: None),
        patch.object(legs, "check_cover", lambda d, position: None),
        patch.object(evidence, "check_cover", lambda d, position: None),
    ):
        yield


@mutant("I6")
def trails_move_without_a_word() -> Patch:
    """The best price is not written down before the stop moves, nor is an exit held against what is."""
    with (
        patch("trading.domain.decide.trail_rose", lambda d, report: None),
        patch.object(watched, "_reaches", lambda position, leg, price, tick_size: True),
    ):
        yield


@mutant("I8")
def a_stop_that_may_not_stand_is_not_watched() -> Patch:
    """A level is looked at when something about its position was decided, not when only its order changed."""

    def changed(self: batch.Batch) -> Any:
        return dict.fromkeys((*self.staged.positions, *self.touched))

    with patch.object(batch.Batch, "concerned", property(changed)):
        yield


@mutant("I8")
def a_watched_stop_is_forgotten_after_a_start() -> Patch:
    """The watches of bot-guarded exits are not set up again."""

    async def load(self: loop.Engine) -> int:
        loaded: int = await real(self)
        self.triggers = type(self.triggers)()
        return loaded

    real = loop.Engine.load
    with patch.object(loop.Engine, "load", load):
        yield


# ---------------------------------------------------------------- halts and the gate


@mutant("I13", "I21")
def a_halt_lets_what_waits_go_out() -> Patch:
    """The halt is looked at when an order is decided, and not when it is sent."""
    with patch.object(outbox.Outbox, "_is_halted", lambda self, order: False):
        yield


@mutant("I13")
def a_halt_leaves_waiting_entries_at_the_venue() -> Patch:
    """What waits to open a position fills behind the halt."""

    def lax(d: Deciding, command: Any) -> None:
        with patch.object(Deciding, "ask_cancel", lambda self, order, cause: None):
            real(d, command)

    from trading.domain.decide.halts import set_halt as real

    with patch("trading.domain.decide.set_halt", lax):
        yield


@mutant("I13")
def the_gate_is_skipped_for_exits() -> Patch:
    """Exits leave without a decision that says why they may."""

    def blank(self: Deciding, order: Any) -> ev.GateDecision:
        return ev.GateDecision("", None, None, "", 0)

    with patch.object(deciding.Deciding, "exit_gate", blank):
        yield


@mutant("FLAT")
def a_panic_is_proven_without_asking_the_venue() -> Patch:
    """Our own book is the proof."""

    def put(self: outbox.Outbox, effects: Any) -> None:
        for effect in effects:
            if isinstance(effect, fx.CheckFlat):
                now = self._engine.clock.now()
                self._engine.report(rp.FlatChecked(effect.account, "paper", 0, 0, now))
        real(self, [one for one in effects if not isinstance(one, fx.CheckFlat)])

    real = outbox.Outbox.put
    with patch.object(outbox.Outbox, "put", put):
        yield


@mutant("FLAT")
def a_panic_is_proven_by_a_look_for_the_one_before() -> Patch:
    """The venue was asked, and what for is not looked at."""

    def checked(d: Deciding, report: rp.FlatChecked) -> None:
        real(d, replace(report, asked_for=None))

    from trading.domain.decide.closing import flat_checked as real

    with patch("trading.domain.decide.flat_checked", checked):
        yield


# ---------------------------------------------------------------- the store


@mutant("I16", "I18")
def tables_are_not_derived_with_the_events() -> Patch:
    """The journal grows, the ledger's tables lag behind."""
    with patch("db.write.fold", lambda *a: None):
        yield


@mutant("I7", "I1")
def lost_wishes_are_not_asked_again() -> Patch:
    """A cancel whose answer died with the process blocks every later one."""
    with patch("trading.domain.decide.control._ask_again", lambda d, order: None):
        yield


@mutant("I8")
def what_stood_before_the_group_may_grow() -> Patch:
    """An exit is enlarged as if the group bound it, of which it is no member."""
    with patch.object(control, "is_pair", legs.is_enforced):
        yield


@mutant("I18", "I8")
def a_trail_wakes_where_it_was_to_wake_at_first() -> Patch:
    """An entry that goes on filling moves its activation, and the watch stays what it was until a start."""
    with patch.object(triggers, "_terms", lambda leg: (leg.trail_distance, leg.trail_percent)):
        yield
