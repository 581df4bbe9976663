"""A way into the server without sockets: python-telegram-bot's Bot speaks to it inside one event loop.

For journeys and simulations in virtual time, where sockets are forbidden. Everything but TCP is the same:
methods, rules, faults, long polls. Webhooks are pushed into a coroutine instead of a port.
"""

from __future__ import annotations

import asyncio
from typing import Any

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from tests.fakes.telegram_arguments import Arguments, Upload
from tests.fakes.telegram_faults import LostConnection
from tests.fakes.telegram_server import TelegramServer

READ_TIMEOUT_S = 5.0
BASE_URL = "in-process/bot"


class InProcessRequest(BaseRequest):
    """Give it to the builder twice: `.request(InProcessRequest(server)).get_updates_request(...)`, and
    `.base_url(telegram_in_process.BASE_URL)`.

    Args:
        read_timeout_s: as HTTPXRequest's; if an answer takes longer, TimedOut, while the server goes on.
    """

    def __init__(self, server: TelegramServer, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self.server = server
        self.read_timeout_s = read_timeout_s
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def read_timeout(self) -> float | None:
        """What getUpdates adds to its own timeout."""
        return self.read_timeout_s

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Forget requests that nobody waits for any more."""
        for task in self._running:
            task.cancel()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Hand the request over. Raises TimedOut and NetworkError as HTTPXRequest does."""
        token, _, api_method = url.removeprefix(BASE_URL).rpartition("/")
        values = dict(request_data.json_parameters) if request_data else {}
        files = {
            name: Upload(str(part[0]), part[1] if isinstance(part[1], bytes) else part[1].read())
            for name, part in ((request_data.multipart_data if request_data else None) or {}).items()
        }
        given = self.read_timeout_s if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        task = asyncio.ensure_future(self._ask(token, api_method, Arguments(values, files)))
        self._running.add(task)
        task.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(given):
                return await asyncio.shield(task)
        except TimeoutError:
            raise TimedOut from None
        except LostConnection:
            raise NetworkError("the server disconnected without sending a response") from None

    async def _ask(self, token: str, method: str, arguments: Arguments) -> tuple[int, bytes]:
        try:
            answer = await self.server.ask(token, method, arguments)
        except LostConnection as lost:
            if lost.is_silent:
                await self.server.silence()
            raise
        return answer.status, answer.body

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that a lost answer nobody waits for is no complaint
