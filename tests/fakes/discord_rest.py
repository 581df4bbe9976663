"""Discord's REST interface, version 10, as far as a bot of ours could ask for it: routes and their rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_checks import checked_commands, checked_message, pinged
from tests.fakes.discord_interactions import Files, Interactions, attached
from tests.fakes.discord_limits import Limiter
from tests.fakes.discord_places import DM, DiscordChannel, DiscordMessage
from tests.fakes.discord_refusals import (
    CANNOT_DM,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_MESSAGE,
    Body,
    Refusal,
    form,
)
from tests.fakes.discord_world import NONCE_S, DiscordWorld

PINS_MAX = 50
FILE_BYTES_MAX = 10 * 1024 * 1024


@dataclass(slots=True)
class Request:
    """What came over the wire. `path` behind `/api/v10`."""

    method: str
    path: str
    token: str = ""
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: Files = field(default_factory=list)


@dataclass(slots=True)
class Answer:
    """What goes back; `body` is None for 204."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[..., Any]
_TEXT = r"([^/]+)"


class Rest:
    """Answers requests.

    Args:
        gateway_url: where `GET /gateway/bot` sends a client.
    """

    def __init__(self, world: DiscordWorld, limiter: Limiter, gateway_url: Callable[[], str]) -> None:
        self.world = world
        self.limiter = limiter
        self.interactions = Interactions(world)
        self._gateway_url = gateway_url
        self.identifies_left = 1_000
        self.flags = 1 << 18 | 1 << 19
        """Of the application: message content allowed while it is small."""
        self._routes: list[tuple[str, re.Pattern[str], str, Handler]] = [
            (method, re.compile(path.replace("{}", _TEXT)), path, handler)
            for method, path, handler in self._table()
        ]

    def _table(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/users/@me", self._me),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/applications/@me", self._application),
            ("GET", "/gateway", lambda ask: {"url": self._gateway_url()}),
            ("GET", "/gateway/bot", self._gateway),
            ("GET", "/users/@me/guilds", self._guilds),
            ("POST", "/users/@me/channels", self._open_direct),
            ("PUT", "/applications/{}/commands", self._overwrite),
            ("GET", "/applications/{}/commands", lambda ask, app: list(self.world.commands)),
            ("PUT", "/applications/{}/guilds/{}/commands", self._overwrite),
            ("POST", "/interactions/{}/{}/callback", self._callback),
            ("POST", "/webhooks/{}/{}", self._follow_up),
            ("GET", "/webhooks/{}/{}/messages/{}", self._get_answer),
            ("PATCH", "/webhooks/{}/{}/messages/{}", self._edit_answer),
            ("DELETE", "/webhooks/{}/{}/messages/{}", self._delete_answer),
            ("GET", "/channels/{}", lambda ask, channel: self.world.channel(channel).body(self.world.bot)),
            ("GET", "/channels/{}/messages/{}", lambda ask, c, m: self._message(c, m).body),
            ("GET", "/channels/{}/messages", self._history),
            ("POST", "/channels/{}/messages", self._send),
            ("PATCH", "/channels/{}/messages/{}", self._edit),
            ("DELETE", "/channels/{}/messages/{}", self._delete),
            ("PUT", "/channels/{}/pins/{}", self._pin),
            ("PUT", "/channels/{}/messages/pins/{}", self._pin),
            ("DELETE", "/channels/{}/pins/{}", self._unpin),
            ("DELETE", "/channels/{}/messages/pins/{}", self._unpin),
            ("GET", "/channels/{}/messages/pins", self._pins),
            ("POST", "/channels/{}/typing", self._typing),
        ]

    def answer(self, ask: Request) -> Answer:
        """What Discord says."""
        for method, pattern, path, handler in self._routes:
            match = pattern.fullmatch(ask.path)
            if match is not None and method == ask.method:
                return self._allowed(ask, f"{method} {path}", handler, match.groups())
        return Answer(404, {"message": "404: Not Found", "code": 0})

    def _allowed(self, ask: Request, route: str, handler: Handler, parts: tuple[str, ...]) -> Answer:
        is_exempt = "/interactions/" in route or "/webhooks/" in route
        if not is_exempt and ask.token != f"Bot {self.world.token}":
            self.limiter.count_invalid()
            return Answer(401, {"message": "401: Unauthorized", "code": 0})
        major = "/".join(parts[:2]) if is_exempt else next(iter(parts), "")
        verdict = self.limiter.ask(route, major, is_exempt=is_exempt)
        if verdict.retry_after_s > 0:
            self.limiter.count_invalid()
            return too_many(verdict.retry_after_s, verdict.headers, is_global=verdict.is_global)
        try:
            return Answer(200, handler(ask, *parts), verdict.headers)
        except Refusal as no:
            if no.status in (401, 403):
                self.limiter.count_invalid()
            return Answer(no.status, no.body, verdict.headers)

    # ------------------------------------------------------------ the bot itself

    def _me(self, ask: Request) -> Body:
        return self.world.bot.body() | {"verified": True, "email": None, "mfa_enabled": True, "flags": 0}

    def _application(self, ask: Request) -> Body:
        return {
            "id": self.world.application_id,
            "name": self.world.bot.name,
            "icon": None,
            "description": "",
            "rpc_origins": None,
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "team": None,
            "flags": self.flags,
            "owner": self.world.bot.body(),
            "tags": [],
            "bot": self.world.bot.body(),
            "approximate_guild_count": sum(one.has_bot for one in self.world.guilds.values()),
        }

    def _gateway(self, ask: Request) -> Body:
        return {
            "url": self._gateway_url(),
            "shards": 1,
            "session_start_limit": {
                "total": 1_000,
                "remaining": self.identifies_left,
                "reset_after": 14_400_000,
                "max_concurrency": 1,
            },
        }

    def _guilds(self, ask: Request) -> list[Body]:
        mine = [one for one in self.world.guilds.values() if one.has_bot]
        return [{"id": one.id, "name": one.name, "permissions": "2147483647"} for one in mine]

    def _open_direct(self, ask: Request) -> Body:
        user = self.world.users.get(str((ask.body or {}).get("recipient_id", "")))
        if user is None or user.is_bot:
            raise Refusal(400, 50033, "Invalid Recipient(s)")
        return self.world.direct(user).body(self.world.bot)

    def _overwrite(self, ask: Request, application: str, guild: str = "") -> list[Body]:
        if application != self.world.application_id:
            raise Refusal(*MISSING_ACCESS)
        if guild and not (guild in self.world.guilds and self.world.guilds[guild].has_bot):
            raise Refusal(*MISSING_ACCESS)
        kept = [
            {
                "default_member_permissions": None,
                "type": 1,
                "nsfw": False,
                "options": [],
                **one,
                "id": self.world.snowflake(),
                "application_id": application,
                "version": self.world.snowflake(),
            }
            for one in checked_commands(ask.body)
        ]
        if guild:
            self.world.guild_commands[guild] = kept
        else:
            self.world.commands = kept
        self.world.changed()
        return kept

    # ------------------------------------------------------------ interactions

    def _callback(self, ask: Request, interaction: str, token: str) -> Body | None:
        made = self.interactions.callback(interaction, token, ask.body or {}, ask.files)
        return made if ask.query.get("with_response") in ("1", "true", "True") else None

    def _follow_up(self, ask: Request, application: str, token: str) -> Body:
        found = self.interactions.of(application, token)
        return self.interactions.follow_up(found, ask.body or {}, ask.files)

    def _get_answer(self, ask: Request, application: str, token: str, message: str) -> Body:
        return self.interactions.message(self.interactions.of(application, token), message).body

    def _edit_answer(self, ask: Request, application: str, token: str, message: str) -> Body:
        found = self.interactions.of(application, token)
        return self.interactions.edit(found, message, ask.body or {}, ask.files)

    def _delete_answer(self, ask: Request, application: str, token: str, message: str) -> None:
        self.interactions.delete(self.interactions.of(application, token), message)

    # ------------------------------------------------------------ channels

    def _typing(self, ask: Request, channel_id: str) -> None:
        self.world.channel(channel_id)

    def _writable(self, channel_id: str) -> DiscordChannel:
        channel = self.world.channel(channel_id)
        if channel.type == DM and channel.recipient is not None and channel.recipient.closed_dms:
            raise Refusal(*CANNOT_DM)
        if not channel.bot_may_send:
            raise Refusal(*MISSING_PERMISSIONS)
        return channel

    def _message(self, channel_id: str, message_id: str) -> DiscordMessage:
        found = self.world.channel(channel_id).messages.get(message_id)
        if found is None or found.is_deleted or found.ephemeral_to:
            raise Refusal(*UNKNOWN_MESSAGE)
        return found

    def _history(self, ask: Request, channel_id: str) -> list[Body]:
        """The newest messages, newest first."""
        shown = [one for one in self.world.channel(channel_id).shown if not one.ephemeral_to]
        most = min(100, max(1, int(ask.query.get("limit", "50"))))
        return [one.body for one in reversed(shown[-most:])]

    def _send(self, ask: Request, channel_id: str) -> Body:
        channel, data = self._writable(channel_id), ask.body or {}
        if any(len(content) > FILE_BYTES_MAX for _, content in ask.files):
            raise Refusal(413, 40005, "Request entity too large")
        taken = checked_message(data, has_files=bool(ask.files), is_new=True)
        taken.pop("flags", None)
        nonce, now = data.get("nonce"), self.world.clock.elapsed_s()
        if nonce is not None and data.get("enforce_nonce"):
            known = self.world.nonces.get((channel_id, str(nonce)))
            if known is not None and now - known[0] <= NONCE_S:
                return known[1].body
        reference = data.get("message_reference")
        if reference is not None:
            is_there = str(reference.get("message_id")) in channel.messages
            if not is_there and reference.get("fail_if_not_exists", True):
                raise form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            taken["message_reference"] = reference
        made = self.world.put_message(
            channel, self.world.bot, attachments=attached(self.world, ask.files), **taken
        )
        if nonce is not None:
            made.body["nonce"] = nonce
            self.world.nonces[channel_id, str(nonce)] = (now, made)
        made.files = ask.files
        made.pings = pinged(taken.get("content", ""), data.get("allowed_mentions"))
        self.world.told("MESSAGE_CREATE", made)
        return made.body

    def _edit(self, ask: Request, channel_id: str, message_id: str) -> Body:
        message = self._message(channel_id, message_id)
        if message.body["author"]["id"] != self.world.bot.id:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        self._writable(channel_id)
        data = ask.body or {}
        taken = checked_message(data, has_files=bool(ask.files), is_new=False)
        taken.pop("flags", None)
        if ask.files:
            taken["attachments"] = attached(self.world, ask.files)
            message.files = ask.files
        elif "attachments" in data:
            taken["attachments"] = []
        self.world.edited(message, taken)
        return message.body

    def _delete(self, ask: Request, channel_id: str, message_id: str) -> None:
        message = self._message(channel_id, message_id)
        if message.body["author"]["id"] != self.world.bot.id:
            if message.channel.type == DM:
                raise Refusal(403, 50003, "Cannot execute action on a DM channel")
            if not message.channel.bot_may_manage:
                raise Refusal(*MISSING_PERMISSIONS)
        message.is_deleted = True
        self.world.told("MESSAGE_DELETE", message)

    def _pin(self, ask: Request, channel_id: str, message_id: str) -> None:
        message = self._message(channel_id, message_id)
        self._writable(channel_id)
        if sum(one.is_pinned for one in message.channel.shown) >= PINS_MAX and not message.is_pinned:
            raise Refusal(400, 30003, f"Maximum number of pins reached for the channel ({PINS_MAX})")
        message.is_pinned = message.body["pinned"] = True
        self.world.changed()

    def _unpin(self, ask: Request, channel_id: str, message_id: str) -> None:
        message = self._message(channel_id, message_id)
        message.is_pinned = message.body["pinned"] = False
        self.world.changed()

    def _pins(self, ask: Request, channel_id: str) -> Body:
        kept = [one for one in self.world.channel(channel_id).shown if one.is_pinned]
        items = [{"pinned_at": self.world.stamp(), "message": one.body} for one in kept]
        return {"items": items, "has_more": False}


def too_many(retry_after_s: float, headers: dict[str, str], *, is_global: bool = False) -> Answer:
    """429 with everything that belongs to it."""
    said = {
        "message": "You are being rate limited.",
        "retry_after": round(retry_after_s, 3),
        "global": is_global,
    }
    more = {
        "Retry-After": f"{retry_after_s:.3f}",
        "X-RateLimit-Scope": "global" if is_global else "user",
        "Via": "1.1 google",
    }
    return Answer(429, said, headers | more)
