"""Notices a database that was put back to an earlier day: an anchor outside of it says how far it reached.

A journal that ends before its anchor, or that says something else there, has lost what came after: orders
that stand at venues, fills, used buttons. Then nothing new is opened until a person has looked (B07).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from trading.anchored import Anchor, Anchored
from trading.domain.commands import HaltState, SetHalt
from trading.domain.ids import AccountId, CommandId, PersonId, StreamId
from trading.ports import Clock, Denied, Desk, Journal, JournalUnavailable, StoredEvent

MACHINE = PersonId("machine")
"""Who halts when nobody did: shown as the author, and freed by a person."""
PAUSE_S = 1.0
"""The anchor lies so far behind at most: what a restored copy may lack without being noticed."""


class AnchorKeeper:
    """Compares at a start, and writes the anchor after commits: once a second at most, never in their way."""

    def __init__(self, journal: Journal, anchor: Anchor, clock: Clock) -> None:
        self._journal = journal
        self._anchor = anchor
        self._clock = clock
        self._grown = asyncio.Event()

    async def gone_back(self) -> str:
        """Why this journal is not the one that was anchored; empty when it is, or when nothing was anchored.

        Raises JournalUnavailable.
        """
        known = await self._anchor.read()
        if known is None:
            return ""
        heads = await self._journal.heads()
        for stream, (seq, link) in sorted(known.heads.items()):
            head = heads.get(stream, (0, ""))[0]
            if head < seq:
                return (
                    f"the database was put back to an earlier day: {stream} ends at event {head}, and {seq} "
                    f"were written by {known.at:%Y-%m-%d %H:%M} UTC"
                )
            if await self._link_at(stream, seq) != link:
                return f"the database is another one: event {seq} of {stream} is not what was written"
        return ""

    async def freeze(self, desk: Desk, account: AccountId, why: str) -> None:
        """Halt the entries of the whole desk, durably, before anything can be sent; exits go on. Then the
        journal as it is now is what later starts are compared with.

        Raises JournalUnavailable when that cannot be written: then the desk must not begin.
        """
        command_id = CommandId(f"machine:restored:{why}")
        reason = f"{why}; compare positions and orders with your venue, then resume"
        halt = SetHalt(command_id, MACHINE, account, HaltState.REDUCE_ONLY, reason, desk=True)
        answer = await desk.submit(halt)
        if isinstance(answer, Denied) and any(one.code == "not_recorded" for one in answer.refusals):
            raise JournalUnavailable(answer.refusals[0].sentence)
        await self.note(goes_back=True)

    def wake(self, stored: Sequence[StoredEvent]) -> None:
        """Something was committed."""
        self._grown.set()

    async def run(self) -> None:
        """For ever. A disk that cannot be written costs nothing but the anchor's age."""
        while True:
            await self._grown.wait()
            self._grown.clear()
            try:
                await self.note()
            except JournalUnavailable:
                self._grown.set()
            await self._clock.sleep_s(PAUSE_S)

    async def note(self, *, goes_back: bool = False) -> None:
        """Write down how far the journal reaches now. `goes_back`: also where that is less than was known.
        Raises JournalUnavailable."""
        heads = await self._journal.heads()
        await self._anchor.write(Anchored(self._clock.now(), dict(heads)), goes_back=goes_back)

    async def _link_at(self, stream: StreamId, seq: int) -> str:
        if seq == 0:
            return ""
        async for stored in self._journal.read(stream, seq - 1):
            return stored.hash
        return ""
