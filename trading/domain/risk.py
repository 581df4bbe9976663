"""The gate: the single door between wanting an order and sending it (RELIABILITY C-8)."""

from __future__ import annotations

from typing import Generic, TypeVar

from trading.domain.events import GateDecision

T = TypeVar("T")
_SEAL = object()


class Approved(Generic[T]):
    """Proof that the gate has passed `item`. Only this module can make one."""

    __slots__ = ("gate", "item")

    def __init__(self, item: T, gate: GateDecision, *, seal: object) -> None:
        assert seal is _SEAL, "only trading.domain.risk approves"
        self.item = item
        self.gate = gate


def approve(item: T, gate: GateDecision) -> Approved[T]:
    """Seal `item` when every check of `gate` has passed."""
    failed = [check.name for check in gate.checks if not check.passed]
    assert not failed, f"the gate refused: {failed}"
    return Approved(item, gate, seal=_SEAL)
