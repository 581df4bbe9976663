"""What the doctor asks Discord: who the token is, in how many servers, and what it may read there.

No session is opened: a day has few of them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.conversation.messenger import Refused, Undelivered, Unreachable
from bot.main.doctor_checks import Finding, Patient, State, found

STARTS_MIN = 50
"""A desk that has begun so many sessions today that fewer are left is in a loop of restarts."""
READS_MESSAGES = 1 << 18 | 1 << 19
"""Flags of an application that may read what is typed in servers, in full or while it is small."""


async def discord(patient: Patient) -> Finding:
    """Discord's word for the token, which stands in no text."""
    if not patient.discord_token:
        return found("discord", State.GOOD, "doctor.discord.none")
    from bot.platforms.discord_link import HttpWire, Link

    host = urlsplit(patient.discord_url).hostname or patient.discord_url
    link = Link(patient.discord_token, HttpWire(patient.discord_url), patient.clock)
    try:
        me = await link.call("GET", "/users/@me", within_s=4.0)
        application = await link.call("GET", "/applications/@me", within_s=4.0)
        servers = await link.call("GET", "/users/@me/guilds", within_s=4.0)
        gateway = await link.call("GET", "/gateway/bot", within_s=4.0)
    except Refused:
        return found("discord", State.BAD, "doctor.discord.refused")
    except Unreachable as failure:
        return found("discord", State.LOOK, "doctor.discord.away", host=host, why=failure)
    except Undelivered as failure:
        return found("discord", State.BAD, "doctor.discord.odd", host=host, why=failure)
    finally:
        await link.close_link()
    if not isinstance(me, dict) or not isinstance(me.get("username"), str):
        return found("discord", State.BAD, "doctor.discord.odd", host=host, why="no bot in its answer")
    name, count = me["username"][:64], len(servers) if isinstance(servers, list) else 0
    if not count:
        return found("discord", State.LOOK, "doctor.discord.nowhere", name=name)
    left = _starts_left(gateway)
    if left < STARTS_MIN:
        return found("discord", State.LOOK, "doctor.discord.starts", name=name, left=left)
    flags = application.get("flags") if isinstance(application, dict) else 0
    reads = isinstance(flags, int) and bool(flags & READS_MESSAGES)
    key = "doctor.discord" if reads else "doctor.discord.commands_only"
    return found("discord", State.GOOD, key, name=name, n=count)


def _starts_left(gateway: Any) -> int:
    """How many sessions Discord still lets the bot begin today."""
    limit = gateway.get("session_start_limit") if isinstance(gateway, dict) else None
    left = limit.get("remaining") if isinstance(limit, dict) else None
    return left if isinstance(left, int) else STARTS_MIN
