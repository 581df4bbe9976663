"""The desk's small web server: a table of routes on one address, nothing that is not in it, nothing logged.

It listens on loopback unless the operator says otherwise. What a route does stands where it comes from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from aiohttp import web

BODY_MAX = 1_048_576
STOP_S = 2.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Route(NamedTuple):
    """One method on one path."""

    method: str
    path: str
    handler: Handler


class WebServer:
    """Serves a table of routes.

    Args:
        host, port: where to listen; port 0 takes a free one (`port` says which, once it runs).
    """

    def __init__(self, host: str, port: int, routes: Sequence[Route]) -> None:
        self.host = host
        self.port = port
        self._routes = routes
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises OSError when the address is taken."""
        app = web.Application(client_max_size=BODY_MAX)
        for route in self._routes:
            app.router.add_route(route.method, route.path, route.handler)
        # No access log: it would write paths, and a webhook's path is nobody's business.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_S, handle_signals=False)
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, self.host, self.port, reuse_address=True)
            await site.start()
        except BaseException:
            await self.stop()
            raise
        addresses = self._runner.addresses
        if addresses:
            self.port = addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; requests that are being answered get two seconds."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def run(self) -> None:
        """Listen until cancelled. Raises OSError when the address is taken."""
        await self.start()
        try:
            await asyncio.Event().wait()
        finally:
            await self.stop()
