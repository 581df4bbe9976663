"""How a desk gets its first person on a platform: a one-time code that only its operator can read.

The code is shown where the desk runs and never in a chat; the registers hold nothing but its hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from datetime import datetime, timedelta

from msgspec import Struct, json

from bot.conversation.incoming import Incoming
from bot.conversation.people import Channel, ChannelKind, Known, People
from bot.conversation.strangers import Outcome
from trading.domain.ids import PersonId
from trading.ports import Clock, Entropy, Registers

VALID_S = 15 * 60
WRONG_MAX = 5
LOCKED_S = 15 * 60
WRONG_IN_ALL_MAX = 200
"""So many wrong tries by whomsoever end the code: with 49 bits, chance has had one in 10^12 until then."""
USERS_MAX = 10_000

META = "claim:"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O 1 I L: what is read from a screen is typed on a phone."""
_GROUP = 5
_LENGTH = 2 * _GROUP
_TYPED = re.compile(
    rf"(?i:/?(?:start|claim)(?:@\w{{1,64}})?\s{{1,8}})?\s{{0,8}}([{ALPHABET}{ALPHABET.lower()}]{{{_GROUP}}})"
    rf"[-\s]?([{ALPHABET}{ALPHABET.lower()}]{{{_GROUP}}})\s{{0,8}}"
)


class _Kept(Struct, frozen=True):
    digest: str
    until: datetime


class _Tries(Struct):
    wrong: int = 0
    locked_until: datetime | None = None


def code_in(text: str) -> str:
    """The code that a line gives (alone, or behind /start or /claim), without its hyphen; empty for none."""
    match = _TYPED.fullmatch(text) if len(text) <= 120 else None
    return (match[1] + match[2]).upper() if match else ""


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
        self._wrong = 0
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
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
        drawn = self._drawn()
        self._kept = _Kept(_digest(drawn), self._clock.now() + timedelta(seconds=VALID_S))
        self._wrong = 0
        await self._registers.put_meta(META + self._platform, json.encode(self._kept).decode())
        self.code = f"{drawn[:_GROUP]}-{drawn[_GROUP:]}"
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
        tries = self._tries_of(incoming.person)
        if tries.locked_until is not None and now < tries.locked_until:
            return Outcome("locked")
        if self._kept is None or now >= self._kept.until or self._wrong >= WRONG_IN_ALL_MAX:
            return Outcome("expired")
        if not hmac.compare_digest(_digest(typed), self._kept.digest):
            return self._missed(tries, now)
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

    def _missed(self, tries: _Tries, now: datetime) -> Outcome:
        self._wrong += 1
        tries.wrong += 1
        if tries.wrong < WRONG_MAX:
            return Outcome("wrong")
        tries.wrong = 0
        tries.locked_until = now + timedelta(seconds=LOCKED_S)
        return Outcome("locked")

    def _tries_of(self, user: str) -> _Tries:
        tries = self._tries.setdefault(user, _Tries())
        self._tries.move_to_end(user)
        if len(self._tries) > USERS_MAX:
            self._tries.popitem(last=False)
        return tries

    def _drawn(self) -> str:
        """Each letter equally likely: bytes beyond the last whole alphabet are thrown away."""
        fair = 256 - 256 % len(ALPHABET)
        letters = ""
        while len(letters) < _LENGTH:
            letters += "".join(ALPHABET[b % len(ALPHABET)] for b in self._entropy.token(16) if b < fair)
        return letters[:_LENGTH]


def _digest(code: str) -> str:
    return hashlib.sha256(f"openoutcry claim {code}".encode()).hexdigest()
