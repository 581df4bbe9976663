"""Planted bugs about exits that hang on a position, and about those of an entry that fills in part."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import events as ev
from trading.domain import ladder
from trading.domain.decide import evidence, legs
from trading.domain.decide.deciding import Deciding
from trading.domain.order import OrderStatus


@mutant("I8")
def what_hangs_on_a_position_is_resized() -> Patch:
    """The desk asks for sizes that are the venue's business."""

    def busy(d: Deciding, order: Any, leg: Any, is_settled: bool) -> None:
        real(d, replace(order, attached=False), leg, is_settled)

    real = legs._adjust
    with patch.object(legs, "_adjust", busy):
        yield


@mutant("I6")
def what_hangs_is_believed_gone_after_a_part_has_left() -> Patch:
    """A part of the position is closed, and what hung on the whole of it is called ended."""

    def hasty(d: Deciding, order: Any, report: Any) -> None:
        real(d, order, report)
        position = d.position_of(order)
        if order.is_entry or not position.is_open:
            return
        for one in d.exits_in_flight(position):
            if one.attached and one.status is OrderStatus.WORKING:
                d.emit(ev.OrderCanceled(one.account, one.order_id, "reduce_only", d.now))

    real = evidence.filled
    with patch.object(evidence, "filled", hasty):
        yield


@mutant("I8")
def a_target_for_a_share_hangs_on_the_position() -> Patch:
    """Whatever hangs there takes everything, and the plan wanted a part."""
    with patch.object(ladder, "_is_for_all", lambda plan: True):
        yield


@mutant("I8")
def what_hangs_is_never_moved() -> Patch:
    """The venue keeps its size, and the desk leaves its price alone as well."""

    def idle(d: Deciding, order: Any, leg: Any, is_settled: bool) -> None:
        if not order.attached:
            real(d, order, leg, is_settled)

    real = legs._adjust
    with patch.object(legs, "_adjust", idle):
        yield


@mutant("I8")
def exits_wait_for_a_whole_entry() -> Patch:
    """As brackets of some venues do: of an entry that fills in part and is canceled they never come (X40)."""

    def patient(d: Deciding, position: Any, reason: str, **how: Any) -> None:
        found = d.position(position)
        entries = [one for one in d.book.orders.values() if one.position_id == found.position_id]
        is_whole = any(one.is_entry and one.status is OrderStatus.FILLED for one in entries)
        if is_whole or not any(one.is_entry for one in entries):
            real(d, position, reason, **how)

    real = legs.sync
    with patch.object(evidence, "sync", patient):
        yield
