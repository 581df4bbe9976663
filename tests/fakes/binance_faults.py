"""What can go wrong on the way to the local Binance and back, each for the next request."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web

BUSY = '{"code":-1003,"msg":"Too many requests; current limit is 6000 request weight per 1 MINUTE."}'
BANNED = '{"code":-1003,"msg":"Way too many requests; IP banned until 1522600000000."}'
UNKNOWN = (
    '{"code":-1006,"msg":"An unexpected response was received from the message bus. '
    'Execution status unknown."}'
)
TIMEOUT = (
    '{"code":-1007,"msg":"Timeout waiting for response from backend server. Send status unknown; '
    'execution status unknown."}'
)
HTML = "<html><head><title>502 Bad Gateway</title></head><body>cloudfront</body></html>"


class Fault(StrEnum):
    """`LOST`, `BUSY`, `BANNED` and those with a code of four digits are never carried out; the others are."""

    LOST = "lost"  # the connection is cut before anything is done
    UNSAID = "unsaid"  # it is cut when all is done, before the first byte of the answer
    CUT = "cut"  # it is cut in the middle of the answer
    HANG = "hang"  # nobody ever answers
    LATE = "late"
    UNKNOWN = "503"
    TIMEOUT = "-1007"
    GATEWAY = "502"
    GARBLED = "garbled"  # half of the JSON
    EMPTY = "empty"  # 200 and an object without an order id
    BUSY = "429"
    BANNED = "418"
    CLOCK = "-1021"
    KEY = "-2015"
    MAINTENANCE = "maintenance"


REFUSALS = {
    Fault.CLOCK: (400, -1021, "Timestamp for this request is outside of the recvWindow."),
    Fault.KEY: (401, -2015, "Invalid API-key, IP, or permissions for action."),
    Fault.MAINTENANCE: (400, -1013, "Market is closed."),
}


@dataclass
class Faults:
    """The next faults, and what happens while the next request travels. `only`: a part of the paths that
    they are for (`order`), the others pass."""

    next: deque[Fault] = field(default_factory=deque)
    only: str = ""
    retry_after_s: float | None = None
    late_s: float = 0.05
    on_the_way: Callable[[], None] | None = None

    def plan(self, *faults: Fault) -> None:
        """These, in this order."""
        self.next.extend(faults)

    def take(self, path: str) -> Fault | None:
        """The fault of this request."""
        return self.next.popleft() if self.next and self.only in path else None

    async def around(
        self, request: web.Request, act: Callable[[], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        """Carry out a request as the plan has it."""
        happening, self.on_the_way = self.on_the_way, None
        if happening is not None:
            happening()
        fault = self.take(request.path)
        match fault:
            case None:
                return await act()
            case Fault.LOST:
                return _cut(request)
            case Fault.BUSY | Fault.BANNED:
                return self.busy(fault)
            case Fault.CLOCK | Fault.KEY | Fault.MAINTENANCE:
                return self.refusal(fault)
            case _:
                answer = await act()
        return await self._spoiled(request, fault, answer)

    def refusal(self, fault: Fault) -> web.Response:
        """A coded no."""
        status, code, text = REFUSALS[fault]
        return web.json_response({"code": code, "msg": text}, status=status)

    def unknown(self, fault: Fault) -> web.Response:
        """The venue says that it does not know itself."""
        text, status = (UNKNOWN, 503) if fault is Fault.UNKNOWN else (TIMEOUT, 400)
        return web.Response(status=status, text=text, content_type="application/json")

    def empty(self) -> web.Response:
        """An answer that says nothing of an order."""
        return web.Response(text='{"symbol":"BTCUSD"}', content_type="application/json")

    def busy(self, fault: Fault) -> web.Response:
        """Too many requests."""
        headers = {} if self.retry_after_s is None else {"Retry-After": f"{self.retry_after_s:g}"}
        body = BUSY if fault is Fault.BUSY else BANNED
        return web.Response(status=int(fault), text=body, content_type="application/json", headers=headers)

    async def _spoiled(self, request: web.Request, fault: Fault, answer: web.Response) -> web.StreamResponse:
        json = "application/json"
        match fault:
            case Fault.CUT:
                half = web.StreamResponse(headers={"Content-Length": str(len(answer.text or "") or 50)})
                await half.prepare(request)
                await half.write(b'{"symbol"')
                return _cut(request)
            case Fault.UNSAID:
                return _cut(request)
            case Fault.HANG:
                await asyncio.Event().wait()
            case Fault.LATE:
                await asyncio.sleep(self.late_s)
            case Fault.UNKNOWN | Fault.TIMEOUT:
                return self.unknown(fault)
            case Fault.GATEWAY:
                return web.Response(status=502, text=HTML, content_type="text/html")
            case Fault.GARBLED:
                return web.Response(text=(answer.text or "")[:20], content_type=json)
            case _:
                return self.empty()
        return answer


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
