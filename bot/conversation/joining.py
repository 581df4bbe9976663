"""How somebody who is not known asks to be let in: `/join`, and an admin decides with buttons.

A request is kept for a day, few at once, one a user. Nothing that the stranger wrote is kept but their name.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, json
from msgspec.structs import replace

from bot.conversation.hearing import Topic
from bot.conversation.incoming import Incoming
from bot.conversation.one_time import digest_of
from bot.conversation.people import Channel, ChannelKind, Known, People
from bot.conversation.strangers import Outcome
from bot.conversation.words import say
from trading.domain.book import Book
from trading.domain.commands import Tell
from trading.domain.events import Level
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.domain.rights import Right
from trading.ports import Clock, Denied, Desk, JournalUnavailable, Registers

META = "joining"
KEPT_S = 86_400
REQUESTS_MAX = 20
_TYPED = re.compile(r"/?join(?:@\w{1,64})?", re.IGNORECASE)


class Request(Struct, frozen=True):
    """Somebody asks to be let in, or in again. `person`: whom the user becomes, or has been before.
    `is_denied`: an admin said no; they are not asked again before it ends."""

    id: str
    platform: str
    user: str
    name: str
    chat: str
    title: str
    at: datetime
    person: PersonId
    is_denied: bool = False


_REQUESTS = json.Decoder(tuple[Request, ...])
_encode = json.Encoder().encode


class Joining:
    """Requests to join of one desk. A way in (`strangers.WayIn`) that lets nobody in by itself."""

    def __init__(
        self, people: People, registers: Registers, desk: Desk, book: Callable[[], Book], clock: Clock
    ) -> None:
        self._people = people
        self._registers = registers
        self._desk = desk
        self._book = book
        self._clock = clock
        self._requests: tuple[Request, ...] = ()
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Read what is written down. Raises JournalUnavailable."""
        kept = await self._registers.meta(META)
        self._requests = _REQUESTS.decode(kept) if kept else ()

    def waiting(self) -> Sequence[Request]:
        """Those that nobody has decided yet, the oldest first."""
        return [one for one in self._fresh() if not one.is_denied]

    def request(self, request_id: str) -> Request | None:
        """One of them."""
        return next((one for one in self.waiting() if one.id == request_id.casefold()), None)

    async def tried(self, incoming: Incoming, name: str = "", title: str = "") -> Outcome | None:
        """What a stranger's line comes to; None when it is not `/join`. Raises JournalUnavailable."""
        if not _TYPED.fullmatch(incoming.text.strip()):
            return None
        if incoming.is_group or incoming.is_forwarded or incoming.is_edited:
            return _outcome("private")
        async with self._turn:
            kept = self._fresh()
            mine = (incoming.platform, incoming.person)
            if any((one.platform, one.user) == mine for one in kept):
                return _outcome("asked")
            if len([one for one in kept if not one.is_denied]) >= REQUESTS_MAX:
                return _outcome("full")
            now = self._clock.now()
            cause = f"{incoming.platform}:{incoming.person}:{now.isoformat()}"
            request_id = f"r{digest_of('join', cause)[:7]}"
            before = self._people.known(*mine)
            name = name or (before.name if before is not None else incoming.person)
            person = before.person if before is not None else PersonId("-".join(mine))
            made = Request(request_id, *mine, name, incoming.chat, title or name, now, person)
            await self._keep((*kept, made))
            for admin in self._admins():
                facts = {"name": name, "where": say(f"chat.platform.{made.platform}"), "request": made.id}
                await self._tell(f"{made.id}:{admin}", admin, "join_asked", facts)
            return _outcome("asked")

    async def let_in(self, request: Request) -> None:
        """The user is a person of this desk now; what they may do, roles say. May be done twice."""
        await self._people.join(
            Known(request.platform, request.user, request.person, request.name, request.at)
        )
        private = ChannelKind.PRIVATE
        await self._people.reached(
            Channel(request.platform, request.chat, request.person, private, request.title, request.at)
        )
        await self._registers.put_setting(request.person, "name", request.name or request.user)

    async def over(self, request: Request, *, is_denied: bool) -> None:
        """The request is decided. Raises JournalUnavailable."""
        async with self._turn:
            others = tuple(one for one in self._fresh() if one.id != request.id)
            await self._keep((*others, replace(request, is_denied=True)) if is_denied else others)

    # ------------------------------------------------------------ inside

    def _fresh(self) -> tuple[Request, ...]:
        since = self._clock.now() - timedelta(seconds=KEPT_S)
        return tuple(one for one in self._requests if one.at > since)

    def _admins(self) -> list[PersonId]:
        """Whoever may let people in, on any account."""
        found: dict[PersonId, None] = {}
        for account in self._book().accounts.values():
            for person in (account.owner, *(one.person for one in account.members)):
                if Right.PEOPLE in account.rights_of(person):
                    found[person] = None
        return list(found)

    async def _tell(self, cause: str, person: PersonId, code: str, facts: dict[str, str]) -> None:
        command = Tell(
            CommandId(f"join:{cause}"),
            person,
            AccountId(DESK),
            code,
            Topic.ACCESS.value,
            Level.WARNING.value,
            {"person": str(person), **facts},
        )
        answer = await self._desk.submit(command)
        if isinstance(answer, Denied):
            raise JournalUnavailable(answer.refusals[0].sentence)

    async def _keep(self, requests: tuple[Request, ...]) -> None:
        await self._registers.put_meta(META, _encode(requests).decode())
        self._requests = requests


def _outcome(key: str) -> Outcome:
    return Outcome(key, False, "join")
