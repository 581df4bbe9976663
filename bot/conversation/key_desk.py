"""Keys of venues, as people deal with them: enter, check, remove; in the terminal, on the page and in chat.

A key is asked about at its venue before it is kept. What does not belong here: how it comes in (the terminal,
the page), and how the answer looks.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.events import Level
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.key_checking import TOPIC, Checked, KeyChecking
from trading.ports import Clock, Credentials, Desk, VaultLocked, VenueKey, VenueKeys
from trading.venue_keys import Fitness, KeyCheck, KeyLook, NewKey

LENGTH_MAX = 4096
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_WORDLESS = re.compile(r"\S{4,}")
Changed = Callable[[AccountId], Awaitable[None]]


class Outcome(Struct, frozen=True):
    """What became of something: a phrase of the catalogue with what fills it, and the key if there is one.
    `is_done` says whether anything was changed."""

    said: str
    values: Mapping[str, Any] = {}
    key: VenueKey | None = None
    is_done: bool = False


class Wanted(Struct, frozen=True):
    """Where a key shall belong. `name` is the account's, empty for one by the venue's name."""

    owner: PersonId
    venue: str
    environment: str
    name: str = ""


class Known(Struct, frozen=True):
    """Whose an account of the desk is, and at which venue."""

    owner: PersonId
    venue: str


Accounts = Callable[[], Mapping[AccountId, Known]]


def accounts_of(book: Callable[[], Book]) -> Accounts:
    """The accounts of a book that lives."""
    return lambda: {one.account: Known(one.owner, one.venue) for one in book().accounts.values()}


class KeyDesk:
    """Enters, checks and removes keys.

    Args:
        accounts: those that the desk has, with or without a key.
        checking: who asks venues again, and stops what must not go on.
        desk: who tells a person's phones; None where nobody listens (a command beside no running desk).
    """

    def __init__(
        self,
        keys: VenueKeys,
        look: KeyLook,
        clock: Clock,
        accounts: Accounts,
        checking: KeyChecking,
        desk: Desk | None = None,
    ) -> None:
        self._keys = keys
        self._look = look
        self._clock = clock
        self._accounts = accounts
        self._desk = desk
        self._checking = checking
        self._listeners: list[Changed] = []

    def listen(self, changed: Changed) -> None:
        """Call this with the account whose key was entered, replaced or removed, when it is durable."""
        self._listeners.append(changed)

    @property
    def venues(self) -> Sequence[str]:
        """Venues whose keys can be entered."""
        return self._look.venues

    def grade(self, venue: str) -> str:
        """How far the adapter of a venue has been proven."""
        return self._look.grade(venue)

    async def shown(self, owner: PersonId | None = None) -> Sequence[VenueKey]:
        """What may be shown of a person's keys, or of all."""
        return await self._keys.all_shown(owner)

    # ------------------------------------------------------------ entering

    async def problem(self, wanted: Wanted) -> Outcome | None:
        """Why there can be no such key, before anybody types one; None when there can."""
        sides = self._look.environments(wanted.venue)
        if not sides:
            return Outcome("keys.no_venue", {"venue": wanted.venue, "names": ", ".join(self.venues)})
        if wanted.environment not in sides:
            return Outcome("keys.no_side", {"side": wanted.environment, "names": ", ".join(sides)})
        if wanted.name and not _NAME.fullmatch(wanted.name):
            return Outcome("keys.bad_name", {"name": wanted.name})
        return await self._taken(wanted) if wanted.name else None

    async def _taken(self, wanted: Wanted) -> Outcome | None:
        """A name that is somebody else's, of another side, or of an account that needs no key."""
        known = await self._keys.shown(AccountId(wanted.name))
        account = self._accounts().get(AccountId(wanted.name))
        values = {"name": wanted.name}
        if known is not None and known.owner != wanted.owner:
            return Outcome("keys.taken", values)
        if known is not None and (known.venue, known.environment) != (wanted.venue, wanted.environment):
            return Outcome("keys.other_side", {**values, "venue": known.venue, "side": known.environment})
        is_theirs = account is None or account.owner == wanted.owner
        fits = account is None or account.venue.split("-")[0] == wanted.venue
        return None if is_theirs and fits and wanted.name != DESK else Outcome("keys.taken", values)

    async def enter(self, wanted: Wanted, credentials: Credentials, cause: str) -> Outcome:
        """Ask the venue, then keep the key. The credentials are wiped, whatever happens. Raises
        JournalUnavailable."""
        with credentials:
            problem = await self.problem(wanted) or _form_problem(credentials)
            if problem is not None:
                return problem
            twin = await self._twin(wanted, credentials)
            if twin is not None:
                return Outcome("keys.twice", {"name": twin.account})
            check = await self._look.look(wanted.venue, wanted.environment, credentials)
            if check.fitness is not Fitness.FIT:
                return refused(wanted.venue, wanted.environment, check)
            name = wanted.name or await self._free_name(wanted)
            new = NewKey(AccountId(name), wanted.owner, wanted.venue, wanted.environment)
            before = await self._keys.shown(new.account)
            try:
                kept = await self._keys.keep(new, credentials, check, self._clock.now())
            except VaultLocked as locked:
                return Outcome("keys.locked", {"why": str(locked)})
            except ValueError:
                return Outcome("keys.taken", {"name": name})
        await self._tell(kept, "key_entered", cause)
        await self._changed(kept.account)
        said = "keys.kept" if before is None else "keys.replaced"
        return Outcome(said, {"name": kept.account, "venue": kept.venue}, kept, is_done=True)

    async def _twin(self, wanted: Wanted, credentials: Credentials) -> VenueKey | None:
        """The same key under another name: two accounts of the desk would trade one of the venue's."""
        for known in await self._keys.all_shown(wanted.owner):
            same = (known.venue, known.environment, known.tail)
            if known.account == wanted.name or same != (wanted.venue, wanted.environment, credentials.tail):
                continue
            try:
                held = await self._keys.keys_of(known.account)
            except VaultLocked:
                continue
            if held is not None:
                with held:
                    if held.key == credentials.key:
                        return known
        return None

    async def _free_name(self, wanted: Wanted) -> str:
        base = wanted.venue if wanted.environment == "live" else f"{wanted.venue}-{wanted.environment}"
        taken = {one.account for one in await self._keys.all_shown()} | set(self._accounts())
        names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
        return next(one for one in names if one not in taken)

    # ------------------------------------------------------------ afterwards

    async def check(self, owner: PersonId, name: str, cause: str) -> list[Checked] | None:
        """Ask the venues now, of one key or (without a name) of all of a person's; None when there is no such
        key. Raises JournalUnavailable."""
        mine = [one for one in await self._keys.all_shown(owner) if name in ("", one.account)]
        if name and not mine:
            return None
        found = [await self._checking.one(one.account, f"{cause}/{one.account}") for one in mine]
        return [one for one in found if one is not None]

    async def remove(self, owner: PersonId, name: str, cause: str) -> Outcome:
        """Forget a key. Raises JournalUnavailable."""
        known = await self._keys.shown(AccountId(name))
        if known is None or known.owner != owner:
            return Outcome("keys.none", {"name": name})
        await self._keys.remove(known.account)
        await self._checking.gone(known, cause)
        await self._tell(known, "key_removed", cause)
        await self._changed(known.account)
        return Outcome("keys.removed", {"name": known.account, "venue": known.venue}, is_done=True)

    async def _changed(self, account: AccountId) -> None:
        for listener in self._listeners:
            await listener(account)

    async def _tell(self, key: VenueKey, code: str, cause: str) -> None:
        """All phones of its person hear of it: whoever did it may be somebody else."""
        if self._desk is None:
            return
        facts = {"person": str(key.owner), "venue": key.venue, "name": str(key.account), "tail": key.tail}
        command_id = CommandId(f"keys:{code}:{key.account}:{key.version}:{cause}")
        await self._desk.submit(
            cm.Tell(command_id, key.owner, AccountId(DESK), code, TOPIC, Level.WARNING.value, facts)
        )


def refused(venue: str, environment: str, check: KeyCheck) -> Outcome:
    """Why a venue's answer keeps a key out."""
    other = "live" if environment == "paper" else "paper"
    values = {"venue": venue, "side": environment, "other": other, "note": check.note}
    return Outcome(f"keys.unfit.{check.code}", values)


def _form_problem(credentials: Credentials) -> Outcome | None:
    """What cannot be a key: too short, too long, blanks within, twice the same. A PEM is one secret with
    lines."""
    key, secret = credentials.key, credentials.secret
    is_pem = secret.startswith("-----BEGIN ")
    is_secret = is_pem or _WORDLESS.fullmatch(secret) is not None
    if not _WORDLESS.fullmatch(key) or not is_secret or max(len(key), len(secret)) > LENGTH_MAX:
        return Outcome("keys.no_key")
    return Outcome("keys.same_twice") if key == secret else None
