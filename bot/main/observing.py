"""What the operator sees of a running desk: log, figures, the watch over thresholds, the web server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from bot.conversation.health import Health
from bot.main.heartbeat import Heartbeat
from bot.main.logbook import Logbook
from bot.main.measuring import Commits, Looked, LoopLag, Measuring
from bot.main.meters import DeskTelemetry, Meters
from bot.main.paging import Paging
from bot.main.supervising import Kind, State, Supervisor
from bot.main.watching import Watch, freezing
from bot.main.wiring import PAPER
from bot.settings_model import Settings
from trading.engine.loop import Engine
from trading.ports import Clock

if TYPE_CHECKING:
    from bot.platforms.web import Route, WebServer

STACKS = "stacks.txt"
SECRETS = (
    "telegram_bot_token",
    "discord_bot_token",
    "xai_api_key",
    "perplexity_api_key",
    "openai_api_key",
    "master_key",
    "telegram_webhook_secret",
    "database_url",
)


class Observing:
    """The desk's own eyes. `open` first, then `attach` once there is an engine."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        secrets = [getattr(settings, name).get_secret_value() for name in SECRETS]
        self.folder = settings.home / "logs"
        self.logbook = Logbook(self.folder, settings.log_level, [one for one in secrets if one])
        self.meters = Meters()
        self.telemetry = DeskTelemetry(self.meters, self.logbook)
        self._stacks: IO[str] | None = None
        self._measuring: Measuring | None = None
        self._watch: Watch | None = None
        self._lag: LoopLag | None = None
        self.heartbeat = Heartbeat(settings.home, clock)
        """When a life of this desk was last alive."""

    def open(self) -> None:
        """Begin to write the log."""
        self.logbook.open()
        self.logbook.listen_to(asyncio.get_running_loop())
        try:
            handle = os.open(self.folder / STACKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._stacks = os.fdopen(handle, "a")
        except OSError:
            self._stacks = None

    def attach(self, engine: Engine, paging: Paging, looked: Looked, supervisor: Supervisor) -> None:
        """Look at this engine from now on."""
        engine.committed(Commits(self.telemetry, lambda: engine.book))
        self._lag = LoopLag(self._clock, self.telemetry, self._stacks)
        looked = replace(
            looked,
            logbook=self.logbook,
            folder=self._settings.home,
            parts=supervisor.states,
            is_writer_alive=lambda: supervisor.state("engine") is State.RUNNING,
            memory_max_bytes=self._settings.memory_mb * 1_000_000,
        )
        self._measuring = Measuring(self._clock, self.meters, self._lag, looked)
        actions = freezing(engine, lambda: PAPER, self._clock, lambda: engine.book.desk_state)
        self._watch = Watch(self._clock, self.health, paging, actions=actions, telemetry=self.telemetry)
        supervisor.add("loop-lag", Kind.WATCH, self._lag.run)
        supervisor.add("heartbeat", Kind.WATCH, self.heartbeat.run)
        supervisor.add("watch", Kind.WATCH, self._watch.run)

    def health(self) -> Health:
        """How the desk is now."""
        assert self._measuring is not None, "nothing is attached yet"
        return self._measuring.health()

    def web(self, more: Sequence[Route] = ()) -> WebServer:
        """The desk's web server: health, figures, and what chats need."""
        # A web server takes a tenth of a second to import: desks that serve nobody never pay it.
        from bot.main.health_routes import routes
        from bot.platforms.web import Route, WebServer

        host, port = self._settings.listen_address
        found = routes(self.health, self.meters)
        return WebServer(host, port, [*(Route(*one) for one in found), *more])

    def trouble(self, where: str) -> Callable[[str], None]:
        """A place for what goes wrong in a part, in its own words."""
        return lambda what: self.telemetry.log("warning", f"{where}_trouble", said=what)

    def close(self) -> None:
        """Write what is left, and stop."""
        self.logbook.close()
        if self._stacks is not None:
            self._stacks.close()
