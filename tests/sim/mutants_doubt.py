"""Planted bugs in doubt: what counts as an answer, how long one waits, what else is looked at."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import doubt
from trading.domain.decide import doubt as deciding_doubt
from trading.engine import resolve
from trading.ports import BrokerSilent

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
        self._broker = _Deaf(self._broker) if not isinstance(self._broker, _Deaf) else self._broker
        return await real(self)

    class _Deaf:
        def __init__(self, broker: Any) -> None:
            self._broker = broker

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
