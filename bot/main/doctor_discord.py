"""What the doctor asks Discord: whether it knows the token. No session is opened: a day has few of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.conversation.messenger import Refused, Undelivered, Unreachable
from bot.main.doctor_checks import Finding, Patient, State, found


async def discord(patient: Patient) -> Finding:
    """Discord's word for the token, which stands in no text."""
    if not patient.discord_token:
        return found("discord", State.GOOD, "doctor.discord.none")
    from bot.platforms.discord_link import HttpWire, Link

    host = urlsplit(patient.discord_url).hostname or patient.discord_url
    link = Link(patient.discord_token, HttpWire(patient.discord_url), patient.clock)
    try:
        me = await link.call("GET", "/users/@me", within_s=4.0)
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
    return found("discord", State.GOOD, "doctor.discord", name=me["username"][:64])
