"""Discord's gateway, version 10: hello, heartbeats, sessions, events by intent, replay after a break."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.fakes.discord_places import DM
from tests.fakes.discord_refusals import Body
from tests.fakes.discord_world import DiscordWorld

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS = 0, 1, 2, 3, 4, 6, 7, 8
INVALID_SESSION, HELLO, ACK = 9, 10, 11
GUILDS, CONTENT = 1 << 0, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | CONTENT
ALL_INTENTS = (1 << 22) - 1 | 1 << 24 | 1 << 25
INTERVAL_S = 41.25
PAYLOAD_MAX = 4_096
SENDS_MAX, SENDS_S = 120, 60.0
RESUMABLE_S = 180.0
KEPT_MAX = 1_000


class Line(Protocol):
    """One end of a websocket, as the gateway sees it."""

    def send(self, text: str) -> None:
        """A frame to the client."""
        ...

    def close(self, code: int) -> None:
        """The gateway hangs up."""
        ...


@dataclass(slots=True)
class Session:
    """What a client may come back to."""

    id: str
    intents: int
    seq: int = 0
    kept: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=KEPT_MAX))
    connection: Connection | None = None
    left_s: float | None = None
    is_dead: bool = False


class Gateway:
    """All sessions of the bot. Whoever acts in the world reaches it through `dispatch`."""

    def __init__(
        self, world: DiscordWorld, url: Callable[[], str], *, interval_s: float = INTERVAL_S
    ) -> None:
        self.world = world
        self.url = url
        self.interval_s = interval_s
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.allowed_privileged = CONTENT
        self.is_mute = False
        """Does not answer heartbeats: a connection that looks alive and is not."""
        self.outage = ""
        """`closed`: nobody can connect."""
        self.identified = 0
        self.resumed = 0
        world.dispatch = self.dispatch

    def connect(self, line: Line) -> Connection:
        """Somebody opened a websocket."""
        made = Connection(self, line)
        self.connections.append(made)
        made.say(HELLO, {"heartbeat_interval": int(self.interval_s * 1000)})
        self.world.changed()
        return made

    # ------------------------------------------------------------ out

    def dispatch(self, event: str, data: Body, intent: int) -> None:
        """Tell every session that wants to know, also those whose client is just away."""
        for session in list(self.sessions.values()):
            if session.is_dead or (intent and not session.intents & intent):
                continue
            if session.left_s is not None and self._now() - session.left_s > RESUMABLE_S:
                session.is_dead = True
                continue
            self.tell(session, event, self._seen_by(session, event, data))

    def tell(self, session: Session, event: str, data: Body) -> None:
        """One event to one session."""
        session.seq += 1
        text = json.dumps({"op": DISPATCH, "d": data, "s": session.seq, "t": event})
        session.kept.append((session.seq, text))
        if session.connection is not None:
            session.connection.line.send(text)

    def _seen_by(self, session: Session, event: str, data: Body) -> Body:
        """Without the right to read along, words of others are blank, except those that are for the bot."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & CONTENT:
            return data
        bot = self.world.bot.id
        channel = self.world.channels[data["channel_id"]]
        is_called = any(one["id"] == bot for one in data["mentions"])
        if channel.type == DM or data["author"]["id"] == bot or is_called:
            return data
        return data | {"content": "", "embeds": [], "attachments": [], "components": []}

    def _now(self) -> float:
        return self.world.clock.elapsed_s()

    # ------------------------------------------------------------ what may go wrong

    def hang_up(self, code: int = 1001) -> None:
        """Close every connection with a code."""
        for one in list(self.connections):
            one.close(code)

    def ask_reconnect(self) -> None:
        """Op 7 to everybody."""
        for one in list(self.connections):
            one.say(RECONNECT, None)

    def ask_heartbeat(self) -> None:
        """Op 1 to everybody."""
        for one in list(self.connections):
            one.say(HEARTBEAT, None)

    def invalidate(self, *, may_resume: bool) -> None:
        """Op 9 to everybody."""
        for one in list(self.connections):
            if not may_resume and one.session is not None:
                one.session.is_dead = True
            one.say(INVALID_SESSION, may_resume)

    def forget_sessions(self) -> None:
        """No session can be resumed any more; who is connected stays so."""
        for session in self.sessions.values():
            session.is_dead = True


class Connection:
    """One websocket of a client."""

    def __init__(self, gateway: Gateway, line: Line) -> None:
        self.gateway = gateway
        self.line = line
        self.session: Session | None = None
        self.is_open = True
        self.beats: list[Any] = []
        self._sends: deque[float] = deque()
        self._beat_s = gateway.world.clock.elapsed_s()
        self._watch = asyncio.ensure_future(self._watched())

    def say(self, op: int, data: Any) -> None:
        """A frame that is no event."""
        self.line.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def close(self, code: int) -> None:
        """Hang up; the session may be resumed unless the code says otherwise."""
        if self.is_open:
            if code in (1000, 1001, 4007, 4009) and self.session is not None and code != 1001:
                self.session.is_dead = True
            self.line.close(code)
            self.gone()

    def gone(self, code: int = 1006) -> None:
        """The connection is no more. A client that says goodbye (1000, 1001) ends its session."""
        if not self.is_open:
            return
        self.is_open = False
        self._watch.cancel()
        self.gateway.connections.remove(self)
        if self.session is not None and self.session.connection is self:
            self.session.connection = None
            self.session.left_s = self.gateway.world.clock.elapsed_s()
            self.session.is_dead = self.session.is_dead or code in (1000, 1001)
        self.gateway.world.changed()

    async def _watched(self) -> None:
        """A client that does not beat is dropped."""
        clock, interval = self.gateway.world.clock, self.gateway.interval_s
        while clock.elapsed_s() - self._beat_s <= interval * 1.5:
            await clock.sleep_s(interval / 2)
        self.close(4000)

    # ------------------------------------------------------------ in

    def received(self, text: str) -> None:
        """A frame from the client."""
        if not self.is_open:
            return
        now = self.gateway.world.clock.elapsed_s()
        self._sends.append(now)
        while self._sends[0] < now - SENDS_S:
            self._sends.popleft()
        if len(self._sends) > SENDS_MAX:
            self.close(4008)
            return
        try:
            frame = json.loads(text)
            op, data = int(frame["op"]), frame.get("d")
        except (ValueError, KeyError, TypeError):
            self.close(4002)
            return
        if len(text.encode()) > PAYLOAD_MAX:
            self.close(4002)
            return
        self._take(op, data)
        self.gateway.world.changed()

    def _take(self, op: int, data: Any) -> None:
        match op:
            case 1:
                self._beat_s = self.gateway.world.clock.elapsed_s()
                self.beats.append(data)
                if not self.gateway.is_mute:
                    self.say(ACK, None)
            case 2:
                self._identify(data or {})
            case 6:
                self._resume(data or {})
            case 3 | 4 | 8:
                if self.session is None:
                    self.close(4003)
            case _:
                self.close(4001)

    def _identify(self, data: Body) -> None:
        gateway = self.gateway
        world = gateway.world
        if self.session is not None:
            self.close(4005)
            return
        if data.get("token") != world.token:
            self.close(4004)
            return
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~ALL_INTENTS:
            self.close(4013)
            return
        if intents & PRIVILEGED & ~gateway.allowed_privileged:
            self.close(4014)
            return
        shard = data.get("shard", [0, 1])
        if not (isinstance(shard, list) and len(shard) == 2 and 0 <= shard[0] < shard[1]):
            self.close(4010)
            return
        gateway.identified += 1
        session = Session(f"session{gateway.identified}", intents, connection=self)
        gateway.sessions[session.id] = self.session = session
        guilds = [one for one in world.guilds.values() if one.has_bot]
        ready = {
            "v": 10,
            "user": world.bot.body() | {"verified": True, "mfa_enabled": True, "email": None, "flags": 0},
            "guilds": [{"id": one.id, "unavailable": True} for one in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": gateway.url(),
            "shard": shard,
            "application": {"id": world.application_id, "flags": 0},
            "private_channels": [],
            "presences": [],
            "relationships": [],
            "user_settings": {},
            "geo_ordered_rtc_regions": [],
            "_trace": [],
        }
        gateway.tell(session, "READY", ready)
        if intents & GUILDS:
            for one in guilds:
                gateway.tell(session, "GUILD_CREATE", one.body(world.bot))

    def _resume(self, data: Body) -> None:
        gateway = self.gateway
        if data.get("token") != gateway.world.token:
            self.close(4004)
            return
        session = gateway.sessions.get(str(data.get("session_id")))
        now = gateway.world.clock.elapsed_s()
        is_late = session is not None and session.left_s is not None and now - session.left_s > RESUMABLE_S
        if session is None or session.is_dead or is_late:
            self.say(INVALID_SESSION, False)
            return
        seq = data.get("seq")
        if not isinstance(seq, int) or seq > session.seq:
            self.close(4007)
            return
        missed = [text for number, text in session.kept if number > seq]
        if session.seq - seq > len(missed):
            session.is_dead = True
            self.say(INVALID_SESSION, False)
            return
        if session.connection is not None and session.connection is not self:
            session.connection.close(4000)
        session.connection, session.left_s, self.session = self, None, session
        gateway.resumed += 1
        for text in missed:
            self.line.send(text)
        gateway.tell(session, "RESUMED", {"_trace": []})
