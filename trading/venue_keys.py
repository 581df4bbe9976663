"""The door to keys of venues: opened for who speaks to a venue, shown to nobody, checked before they count.

An adapter gets a key here and nowhere else. What may be shown of one (where it leads, its last letters, what
it may do) is a `VenueKey`; key and secret themselves are `Credentials`, which say nothing of themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import NoReturn, Protocol

from msgspec import Struct

from trading.domain.ids import AccountId, PersonId
from trading.vault import VaultLocked
from trading.venue import Probe

TAIL = 4
"""So many of a key id's last letters are shown, for people to tell their keys apart."""


KEY_REFUSED = "key"
"""What `Probe.code` says of a key that the venue does not take."""


class Credentials:
    """A key id and its secret (a few venues want a passphrase, too), for as long as they are used.

    Printed, formatted, copied or written down they say nothing. `wipe` overwrites what this object holds;
    texts that were read from it before are Python's, and go when nobody refers to them any more.
    """

    __slots__ = ("_held",)

    def __init__(self, key: str, secret: str, passphrase: str = "") -> None:
        self._held = [bytearray(one.encode()) for one in (key, secret, passphrase)]

    @property
    def key(self) -> str:
        """The key id, by which the venue knows whose request it is."""
        return self._read(0)

    @property
    def secret(self) -> str:
        """What requests are signed with."""
        return self._read(1)

    @property
    def passphrase(self) -> str:
        """A third word, where a venue wants one; else empty."""
        return self._read(2)

    @property
    def tail(self) -> str:
        """What is shown of the key id: its last letters, and of a short one nothing."""
        key = self.key
        return key[-TAIL:] if len(key) >= TAIL * 3 else ""

    def wipe(self) -> None:
        """Overwrite them. Whoever reads them afterwards meets an AssertionError."""
        for one in self._held:
            one[:] = bytes(len(one))
        self._held = []

    def _read(self, at: int) -> str:
        assert self._held, "these credentials were wiped"
        return self._held[at].decode()

    def __enter__(self) -> Credentials:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "Credentials(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Credentials are neither copied nor written down.")


class Fitness(StrEnum):
    """What the newest check of a key has found.

    UNCHECKED: nobody has looked yet. FIT: it may trade and no more. UNFIT: it must not be used for entries
    (it may withdraw, it may not trade, it leads elsewhere). UNKNOWN: the venue did not answer.
    """

    UNCHECKED = "unchecked"
    FIT = "fit"
    UNFIT = "unfit"
    UNKNOWN = "unknown"


class KeyCheck(Struct, frozen=True):
    """What a venue has told of a key at one instant. None where it cannot tell.

    `code` names what is wrong or worth knowing (`withdraws`, `transfers`, `no_trading`, `wrong_environment`,
    `refused`, `every_address`, `silent`; empty: nothing), `note` is the venue's or its adapter's sentence.
    """

    at: datetime
    fitness: Fitness
    may_trade: bool | None = None
    may_withdraw: bool | None = None
    bound_to_address: bool | None = None
    code: str = ""
    note: str = ""


class VenueKey(Struct, frozen=True):
    """What may be shown of a key.

    `environment` is paper or live, `tail` the last letters of the key id, `version` rises with every key that
    is entered for this account or removed from it: from 1, and none comes twice.
    """

    account: AccountId
    owner: PersonId
    venue: str
    environment: str
    tail: str
    version: int
    entered_at: datetime
    check: KeyCheck | None = None

    @property
    def fitness(self) -> Fitness:
        """What the newest check has found."""
        return self.check.fitness if self.check is not None else Fitness.UNCHECKED


class NewKey(Struct, frozen=True):
    """A key to be kept, without its credentials."""

    account: AccountId
    owner: PersonId
    venue: str
    environment: str


WORTH_KNOWING = frozenset({"every_address", "untold"})
"""Codes of a check that refuse nothing: the key works from every address; the venue tells no rights."""


def judged(probe: Probe, at: datetime) -> KeyCheck:
    """What a venue's answer means for a key: one that takes money out or does not trade is unfit, and a venue
    that could not be asked has said nothing."""
    takes_out = probe.may_withdraw if probe.tells_rights else None
    fitness, code = Fitness.FIT, probe.code
    if code == KEY_REFUSED:
        return KeyCheck(at, Fitness.UNFIT, code="refused", note=probe.note)
    if takes_out:
        fitness, code = Fitness.UNFIT, code or "withdraws"
    elif code and code not in WORTH_KNOWING:
        return KeyCheck(at, Fitness.UNKNOWN, code="silent", note=probe.note)
    elif not probe.may_trade:
        fitness, code = Fitness.UNFIT, "no_trading"
    elif not probe.tells_rights:
        code = "untold"
    return KeyCheck(at, fitness, probe.may_trade, takes_out, probe.bound_to_address, code, probe.note)


class KeyLook(Protocol):
    """Asks venues about keys. Knows which venues there are whose keys the desk can use."""

    @property
    def venues(self) -> Sequence[str]:
        """Names of the venues (`binance`), as people write them."""
        ...

    def grade(self, venue: str) -> str:
        """How far the adapter of a venue has been proven (`bronze`)."""
        ...

    def environments(self, venue: str) -> Sequence[str]:
        """The sides that a venue has: `paper`, `live`; empty for a venue that is not known."""
        ...

    async def look(self, venue: str, environment: str, credentials: Credentials) -> KeyCheck:
        """Ask the venue now. One that does not answer gives UNKNOWN; nothing is raised for it."""
        ...


class VenueKeys(Protocol):
    """Keys of venues, one for each account. Each method raises JournalUnavailable when the store fails."""

    async def keys_of(self, account: AccountId) -> Credentials | None:
        """Opened, for the caller to wipe; None when the account has none. Raises VaultLocked."""
        ...

    async def shown(self, account: AccountId) -> VenueKey | None:
        """What may be shown of an account's key; None when it has none."""
        ...

    async def all_shown(self, owner: PersonId | None = None) -> Sequence[VenueKey]:
        """What may be shown of all keys (of one person), by owner and account."""
        ...

    async def keep(self, new: NewKey, credentials: Credentials, check: KeyCheck, at: datetime) -> VenueKey:
        """Seal them, over what the account had, all fields or none. Raises VaultLocked; ValueError when the
        account's key is another person's."""
        ...

    async def note_check(self, account: AccountId, version: int, check: KeyCheck) -> bool:
        """Write down what a check has found; not of a key that was changed meanwhile (False)."""
        ...

    async def remove(self, account: AccountId) -> bool:
        """They are there no more; False when there were none."""
        ...


class NoVenueKeys:
    """A desk without keys (a replay, a simulation, a shut vault): none are there, none are kept."""

    def __init__(self, why: str = "This desk keeps no keys: there is no vault here.") -> None:
        self._why = why

    async def keys_of(self, account: AccountId) -> Credentials | None:
        """None."""
        return None

    async def shown(self, account: AccountId) -> VenueKey | None:
        """None."""
        return None

    async def all_shown(self, owner: PersonId | None = None) -> Sequence[VenueKey]:
        """None at all."""
        return ()

    async def keep(self, new: NewKey, credentials: Credentials, check: KeyCheck, at: datetime) -> VenueKey:
        """Raises VaultLocked."""
        raise VaultLocked(self._why)

    async def note_check(self, account: AccountId, version: int, check: KeyCheck) -> bool:
        """False."""
        return False

    async def remove(self, account: AccountId) -> bool:
        """False."""
        return False
