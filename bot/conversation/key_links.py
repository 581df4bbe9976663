"""One-time links to the desk's page for keys: what each is for, five minutes long, for one key.

The page's address is the same for everybody and holds no secret. What the link adds behind a `#` never leaves
the browser by itself: it is in no log, no referrer and no preview that a chat makes of a link.
"""

from __future__ import annotations

import base64

from msgspec import Struct

from bot.conversation.key_desk import KeyDesk, Outcome, Wanted
from bot.conversation.one_time import digest_of
from trading.ports import Clock, Credentials, Entropy

TTL_S = 300.0
TRIES_MAX = 5
"""So often a key may be refused before the link is used up: people copy the wrong line."""
_PURPOSE = "key page"
_SIZE = 16


class _Link(Struct):
    wanted: Wanted
    language: str
    ends_s: float
    tries: int = 0


class Submitted(Struct, frozen=True):
    """What the page must say. `goes_on`: the form may be sent again with the same code."""

    outcome: Outcome
    language: str
    goes_on: bool = False


class KeyLinks:
    """The links of one life of the desk: a restart ends them all.

    Args:
        address: where the page is; empty when there is none.
    """

    def __init__(self, desk: KeyDesk, clock: Clock, entropy: Entropy, address: str) -> None:
        self.address = address
        self._desk = desk
        self._clock = clock
        self._entropy = entropy
        self._links: dict[str, _Link] = {}

    def made(self, wanted: Wanted, language: str) -> str:
        """A new link; an older one of the same person ends."""
        self._forget(wanted)
        code = base64.urlsafe_b64encode(self._entropy.token(_SIZE)).decode().rstrip("=")
        ends_s = self._clock.elapsed_s() + TTL_S
        self._links[digest_of(_PURPOSE, code)] = _Link(wanted, language, ends_s)
        return f"{self.address}#{code}"

    async def submitted(self, code: str, key: str, secret: str, language: str) -> Submitted:
        """A key that came with a code. Raises JournalUnavailable."""
        name = digest_of(_PURPOSE, code)
        link = self._links.get(name)
        if link is None or self._clock.elapsed_s() >= link.ends_s:
            self._links.pop(name, None)
            return Submitted(Outcome("keys.page.over"), language)
        # Whoever sends the same form twice at once enters one key.
        link.tries += 1
        del self._links[name]
        outcome = await self._desk.enter(link.wanted, Credentials(key, secret), f"page:{name[:16]}")
        if outcome.is_done:
            return Submitted(outcome, link.language)
        if link.tries < TRIES_MAX:
            self._links[name] = link
        return Submitted(outcome, link.language, goes_on=link.tries < TRIES_MAX)

    def _forget(self, wanted: Wanted) -> None:
        now_s = self._clock.elapsed_s()
        ended = [
            name
            for name, link in self._links.items()
            if link.ends_s <= now_s or link.wanted.owner == wanted.owner
        ]
        for name in ended:
            del self._links[name]
