"""The door to secrets that must be kept: sealed at rest, opened only for whoever needs one at that moment.

What is no secret to be opened again (a PIN, a one-time code) is kept as a hash by its own room, not here.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class Place(Struct, frozen=True):
    """Where a secret belongs. All three are bound into what is sealed, so that it opens nowhere else.

    `tenant` is whose it is, `subject` what it is for (`factor`; an account with its venue), `field` its name
    there (`totp`).
    """

    tenant: str
    subject: str
    field: str


class VaultLocked(Exception):
    """A secret cannot be opened or sealed: the master key is not there, or is another one. The sentence says
    what to do and never holds anything of a secret."""


class Vault(Protocol):
    """Secrets by place. Each method raises VaultLocked, and JournalUnavailable when the store fails."""

    async def put(self, place: Place, secret: str) -> int:
        """Seal it, over what was there; its version there: from 1, above all that were there.
        Durable when this returns."""
        ...

    async def get(self, place: Place) -> str | None:
        """The newest; None when there is none."""
        ...

    async def rotate(self) -> int:
        """Seal everything under a new key and forget the older ones; how many were sealed anew. Everything
        can be read all the while; what a death interrupts goes on with the next call."""
        ...

    async def forget(self, place: Place) -> None:
        """It is there no more."""
        ...


class ShutVault:
    """A vault that nobody can open: `why` is the sentence."""

    def __init__(self, why: str = "This desk keeps no secrets: there is no vault here.") -> None:
        self._why = why

    @property
    def why(self) -> str:
        """The sentence."""
        return self._why

    async def put(self, place: Place, secret: str) -> int:
        """Raises VaultLocked."""
        raise VaultLocked(self._why)

    async def get(self, place: Place) -> str | None:
        """Raises VaultLocked."""
        raise VaultLocked(self._why)

    async def rotate(self) -> int:
        """Raises VaultLocked."""
        raise VaultLocked(self._why)

    async def forget(self, place: Place) -> None:
        """Raises VaultLocked."""
        raise VaultLocked(self._why)
