"""Looks at the keys that are kept, as their venues see them now, and acts on what it finds: a key that may no
longer be used stops its account's entries and is told about; what guards positions goes on.

Who looks when (the daily round, a person who asks) does not belong here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

from trading.domain import commands as cm
from trading.domain.book import Account, Book
from trading.domain.events import Level
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.ports import Clock, Denied, Desk, JournalUnavailable, VaultLocked, VenueKey, VenueKeys
from trading.venue_keys import Fitness, KeyCheck, KeyLook

MACHINE = PersonId("machine")
TOPIC = "access"
NOT_WRITTEN = frozenset({"not_recorded", "busy"})
UNSEEN_AFTER = timedelta(days=3)
"""A venue that has not answered about a key for so long is told about."""
BECAUSE = {
    "withdraws": "its key may withdraw; take that right away at the venue, then resume",
    "transfers": "its key may move money to other accounts; take that right away at the venue, then resume",
    "no_trading": "its key may not trade; allow that at the venue, then resume",
    "refused": "its key is not taken by the venue any more; enter a new one, then resume",
    "wrong_environment": "its key is one of the venue's other side; enter another one, then resume",
}
"""Why an account's entries stop, as the journal keeps it; the phrases stand in words_keys.py, too."""


REMOVED = "its key was removed; enter one, then resume"


class Checked(Struct, frozen=True):
    """A key and what the venue says of it now. One that does not answer leaves in `key` what was known."""

    key: VenueKey
    check: KeyCheck


class KeyChecking:
    """Checks keys and draws the consequences."""

    def __init__(
        self, keys: VenueKeys, look: KeyLook, desk: Desk | None, book: Callable[[], Book], clock: Clock
    ) -> None:
        self._keys = keys
        self._look = look
        self._desk = desk
        self._book = book
        self._clock = clock

    async def all(self, cause: str) -> list[Checked]:
        """Every key, one after the other. Raises JournalUnavailable."""
        found = [await self.one(shown.account, cause) for shown in await self._keys.all_shown()]
        return [one for one in found if one is not None]

    async def one(self, account: AccountId, cause: str) -> Checked | None:
        """An account's key; None when it has none. `cause` names what is done once for it (a job's slot, a
        message). Raises JournalUnavailable."""
        shown = await self._keys.shown(account)
        if shown is None:
            return None
        check = await self._asked(shown)
        if check.fitness is Fitness.UNKNOWN:
            await self._unseen(shown, cause)
            return Checked(shown, check)
        if not await self._keys.note_check(account, shown.version, check):
            return await self.one(account, cause)  # it was changed meanwhile: the new one is looked at
        now = await self._keys.shown(account)
        await self._consequences(shown, check, cause)
        return Checked(now or shown, check)

    async def gone(self, shown: VenueKey, cause: str) -> None:
        """A key was removed: nothing is opened on its account any more, by what still has it open either."""
        await self._stop(shown.account, REMOVED, cause)

    async def _asked(self, shown: VenueKey) -> KeyCheck:
        try:
            held = await self._keys.keys_of(shown.account)
        except VaultLocked as locked:
            return KeyCheck(self._clock.now(), Fitness.UNKNOWN, code="locked", note=str(locked))
        if held is None:
            return KeyCheck(self._clock.now(), Fitness.UNKNOWN, code="silent")
        with held:
            return await self._look.look(shown.venue, shown.environment, held)

    # ------------------------------------------------------------ what follows

    async def _consequences(self, shown: VenueKey, check: KeyCheck, cause: str) -> None:
        if check.fitness is Fitness.UNFIT:
            await self._stop(shown.account, BECAUSE[check.code], cause)
            if shown.fitness is not Fitness.UNFIT:
                await self._tell(shown, "key_unfit", Level.ERROR, cause, {"code": check.code})
        elif shown.fitness is Fitness.UNFIT:
            await self._tell(shown, "key_fit", Level.SUCCESS, cause)

    async def _stop(self, name: AccountId, why: str, cause: str) -> None:
        account = self._book().account(name)
        if account is not None and not _stands_still(account):
            halt = CommandId(f"keycheck:{cause}:{name}")
            await self._submit(cm.SetHalt(halt, MACHINE, name, cm.HaltState.REDUCE_ONLY, why))

    async def _unseen(self, shown: VenueKey, cause: str) -> None:
        seen_at = shown.check.at if shown.check is not None else shown.entered_at
        if self._clock.now() - seen_at > UNSEEN_AFTER:
            await self._tell(shown, "key_unseen", Level.WARNING, cause)

    async def _tell(
        self, shown: VenueKey, code: str, level: Level, cause: str, more: dict[str, str] | None = None
    ) -> None:
        facts = {"person": str(shown.owner), "venue": shown.venue, "name": str(shown.account)}
        facts |= {"tail": shown.tail, **(more or {})}
        command_id = CommandId(f"keycheck:{code}:{cause}:{shown.account}")
        await self._submit(cm.Tell(command_id, shown.owner, AccountId(DESK), code, TOPIC, level.value, facts))

    async def _submit(self, command: cm.Command) -> None:
        answer = await self._desk.submit(command) if self._desk is not None else None
        if isinstance(answer, Denied) and NOT_WRITTEN & {one.code for one in answer.refusals}:
            raise JournalUnavailable(answer.refusals[0].sentence)


def _stands_still(account: Account) -> bool:
    """Whether nothing is opened there until somebody resumes; a pause ends by itself."""
    return account.halt is not cm.HaltState.ACTIVE and account.halt_until is None
