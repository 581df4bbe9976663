"""How a desk gets its first person on a platform: a one-time code that only its operator can read.

The code is shown where the desk runs and never in a chat; the registers hold nothing but its hash.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from msgspec import Struct, json

from bot.conversation.incoming import Incoming
from bot.conversation.one_time import Tries, code_in, digest_of, drawn, written
from bot.conversation.people import Channel, ChannelKind, Known, People
from bot.conversation.strangers import Outcome
from trading.domain.ids import PersonId
from trading.ports import Clock, Entropy, Registers

VALID_S = 15 * 60
META = "claim:"


class _Kept(Struct, frozen=True):
    digest: str
    until: datetime


class Claim:
    """The code of one platform for one person.

    Args:
        person: whom the claiming user becomes.
        platform: where the code is typed; each platform has its own.
    """

    def __init__(
        self,
        people: People,
        registers: Registers,
        clock: Clock,
        entropy: Entropy,
        *,
        person: PersonId,
        platform: str = "telegram",
    ) -> None:
        self._people = people
        self._registers = registers
        self._clock = clock
        self._entropy = entropy
        self._person = person
        self._platform = platform
        self._kept: _Kept | None = None
        self._tries = Tries()
        self.code = ""
        """What the operator may read now, `ABCDE-FGHJK`; empty when the desk has its person."""

    @property
    def is_open(self) -> bool:
        """Whether nobody on this platform is the person yet."""
        return not any(self._people.person(self._platform, u) == self._person for u in self._users())

    def _users(self) -> list[str]:
        return self._people.users(self._platform)

    async def start(self) -> str:
        """Make the code anew, while nobody has claimed; returns it (empty when somebody has)."""
        if not self.is_open:
            self.code = ""
            return ""
        code = drawn(self._entropy)
        self._kept = _Kept(_digest(code), self._clock.now() + timedelta(seconds=VALID_S))
        self._tries.in_all = 0
        await self._registers.put_meta(META + self._platform, json.encode(self._kept).decode())
        self.code = written(code)
        return self.code

    async def tried(self, incoming: Incoming, name: str = "", title: str = "") -> Outcome | None:
        """What a stranger's line comes to; None when it is no code, or when there is nothing to claim here.

        Raises JournalUnavailable when the claim cannot be written down; then nobody has claimed.
        """
        typed = code_in(incoming.text)
        if not typed or not self.is_open or incoming.platform != self._platform:
            return None
        if incoming.is_group or incoming.is_forwarded or incoming.is_edited:
            return Outcome("private")
        now = self._clock.now()
        if self._tries.is_locked(incoming.person, now):
            return Outcome("locked")
        if self._kept is None or now >= self._kept.until or self._tries.is_mob:
            return Outcome("expired")
        if not hmac.compare_digest(_digest(typed), self._kept.digest):
            return Outcome("locked" if self._tries.missed(incoming.person, now) else "wrong")
        # Single use: gone before it is written down, so that two who know it cannot both come in.
        kept, self._kept = self._kept, None
        try:
            await self._let_in(incoming, name, title)
        except BaseException:
            self._kept = kept
            raise
        self.code = ""
        return Outcome("done", is_in=True)

    async def _let_in(self, incoming: Incoming, name: str, title: str) -> None:
        now = self._clock.now()
        await self._people.join(Known(self._platform, incoming.person, self._person, name, now))
        await self._people.reached(
            Channel(self._platform, incoming.chat, self._person, ChannelKind.PRIVATE, title or name, now)
        )
        await self._registers.put_meta(META + self._platform, "")


def _digest(code: str) -> str:
    return digest_of("claim", code)
