"""`/healthz` and `/metrics`: answers as pure functions, and the table of routes for the web server.

`/healthz` says 503 only while the desk cannot do its work, so that an orchestrator does not restart it over a
feed that is lost; what is merely degraded is a reason in a 200.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec
from aiohttp import web

from bot.conversation.health import Health, reasons
from bot.conversation.words import say
from bot.main.meters import Meters

OK, DOWN = 200, 503
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Route(NamedTuple):
    """One way in: `app.router.add_route(*route)`."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]


def healthz(state: Health) -> tuple[int, dict[str, object]]:
    """(HTTP status, body). `status`: ok, degraded, down; each reason has its code and its sentence."""
    found = reasons(state)
    is_down = any(one.is_down for one in found)
    status = "down" if is_down else "degraded" if found else "ok"
    body: dict[str, object] = {
        "status": status,
        "at": state.at.isoformat().replace("+00:00", "Z"),
        "version": state.version,
        "uptime_s": round(state.uptime_s, 1),
        "writer_alive": state.is_writer_alive,
        "store_writable": not state.unwritten,
        "loop_lag_s": round(state.loop_lag_s, 4),
        "halt": state.halt,
        "feeds": {
            feed.name: {"alive": feed.is_alive, "ended": feed.has_ended, "age_s": feed.age_s}
            for feed in state.feeds
        },
        "parts": {part.name: part.state for part in state.parts},
        "reasons": [
            {
                "code": one.code,
                "subject": one.subject,
                "down": one.is_down,
                "sentence": say(f"health.{one.code}", **one.facts),
            }
            for one in found
        ],
    }
    return (DOWN if is_down else OK), body


def metrics(meters: Meters) -> bytes:
    """Everything measured, in Prometheus's text format."""
    return meters.shown()


def routes(read: Callable[[], Health], meters: Meters) -> tuple[Route, ...]:
    """What the web server serves. `read` is `Measuring.health`. Neither answer holds a secret or a sum; they
    are for whoever may reach the address, which is this machine alone unless a setting says otherwise."""

    async def answer_health(_: web.Request) -> web.StreamResponse:
        status, body = healthz(read())
        return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json")

    async def answer_metrics(_: web.Request) -> web.StreamResponse:
        read()
        return web.Response(body=metrics(meters), headers={"Content-Type": METRICS_TYPE})

    return (Route("GET", "/healthz", answer_health), Route("GET", "/metrics", answer_metrics))
