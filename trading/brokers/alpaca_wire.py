"""One request to Alpaca and what became of it: answered, refused, too many, unreachable, or nobody knows.

Nothing is ever sent twice here. What orders mean does not belong in this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp
import msgspec

from trading.brokers.alpaca_profile import PREFIXES, AlpacaSite
from trading.brokers.limits import Budget, Lane
from trading.ports import BrokerBusy, BrokerSilent, Clock

DEADLINE_S: Final = 8.0
CONNECT_S: Final = 3.0
REFUSING: Final = frozenset({400, 401, 403, 404, 422})
"""With these, and a sentence of the venue's own, a request was certainly not carried out."""
TOO_MANY: Final = 429
BUSY_MAX_S: Final = 300.0
REQUESTS_MAX: Final = 200
"""In a minute, for one account."""


class Unreachable(BrokerSilent):
    """No connection came about: not a byte of the request was sent."""


class VenueRefused(Exception):
    """The venue has said no. `status` is HTTP's; its own `code` is used for many faults, and not read."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class WrongKey(ValueError):
    """A key of the one environment for the other. The text is a sentence."""


class AlpacaKeys:
    """Key id and secret; neither is ever printed."""

    __slots__ = ("key", "secret")

    def __init__(self, key: str, secret: str) -> None:
        self.key = key
        self.secret = secret

    def __repr__(self) -> str:
        return "AlpacaKeys(…)"


class _Refusal(msgspec.Struct):
    message: str


class Wire:
    """The REST side for one account. Raises BrokerSilent, its kinds, and VenueRefused; nothing else."""

    def __init__(
        self,
        site: AlpacaSite,
        keys: AlpacaKeys,
        clock: Clock,
        *,
        budget: Budget | None = None,
        deadline_s: float = DEADLINE_S,
        api: str = "v2",
    ) -> None:
        self._api = api
        prefix = PREFIXES[site.environment]
        if not keys.key.startswith(prefix):
            raise WrongKey(
                f"Keys for Alpaca's {site.environment} side begin with {prefix}; this one does not."
            )
        self._site, self._keys, self._clock = site, keys, clock
        self._budget = budget or Budget(clock, weight_max=REQUESTS_MAX)
        self._timeout = aiohttp.ClientTimeout(total=deadline_s, sock_connect=min(CONNECT_S, deadline_s))
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections; made when first needed, in the loop that runs then."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
            # aiohttp sends a DELETE or GET again by itself when a kept connection turns out to be closed.
            # What has become of the first one would be anybody's guess, and the second's answer a lie.
            self._session._retry_connection = False
        return self._session

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        method: str,
        path: str,
        lane: Lane,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> bytes:
        """Send once, inside the deadline, and give the body of a success.

        Raises:
            VenueRefused: it was certainly not carried out, and the venue says why.
            BrokerBusy: one request too many; not carried out. `Crowded`: its turn did not come in time.
            Unreachable: nothing was sent.
            BrokerSilent: nobody knows. All that is not one of the above.
        """
        async with self._budget.turn(lane):
            with self._budget.calls.timed(f"{method} {_door(path)}"):
                return await self._once(method, path, query, body)

    async def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, object] | None,
    ) -> bytes:
        headers = {
            "APCA-API-KEY-ID": self._keys.key,
            "APCA-API-SECRET-KEY": self._keys.secret,
            "Content-Type": "application/json",
        }
        data = None if body is None else msgspec.json.encode(body)
        url = f"{self._site.rest}/{self._api}/{path}"
        try:
            async with self.session.request(
                method, url, params=query, data=data, headers=headers, allow_redirects=False
            ) as answer:
                whole = await answer.read()
                return self._judged(answer.status, answer.headers, whole)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable("Alpaca could not be reached.") from error
        except TimeoutError as error:
            raise BrokerSilent("Alpaca did not answer in time.") from error
        except (aiohttp.ClientError, OSError) as error:
            raise BrokerSilent("The line to Alpaca broke.") from error

    def _judged(self, status: int, headers: Mapping[str, str], body: bytes) -> bytes:
        if status in (200, 204):
            return body
        if status == TOO_MANY:
            raise BrokerBusy("Alpaca wants fewer requests.", self._wait_s(headers))
        if status in REFUSING:
            try:
                raise VenueRefused(status, msgspec.json.decode(body, type=_Refusal).message)
            except msgspec.MsgspecError as error:
                # A page of whoever stands in front of the venue: it speaks for itself only.
                raise BrokerSilent(f"Somebody before Alpaca has answered with HTTP {status}.") from error
        raise BrokerSilent(f"Alpaca has answered with HTTP {status}, which says nothing.")

    def _wait_s(self, headers: Mapping[str, str]) -> float | None:
        """For how long the venue wants to hear nothing, None when it does not say."""
        try:
            if "Retry-After" in headers:
                wait_s = float(headers["Retry-After"])
            else:
                wait_s = float(headers["X-RateLimit-Reset"]) - self._clock.now().timestamp()
        except (KeyError, ValueError):
            return None
        return min(max(wait_s, 0.0), BUSY_MAX_S)


def _door(path: str) -> str:
    """A path without what it is about: `orders/{id}`."""
    head, slash, _ = path.partition("/")
    return f"{head}/{{id}}" if slash and head in ("orders", "assets") else path
