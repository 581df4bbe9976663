"""What the doctor finds about people and their phones: who can be reached where, and what is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.conversation.boarding import chat_of, topic_of
from bot.main.doctor_checks import HTTP_S, Finding, Patient, State, found
from bot.main.doctor_keys import counted
from db.census import Census

CHATS_MAX = 10
"""So many groups are asked about; more would take longer than the check may."""
TELEGRAM, DISCORD = "telegram", "discord"


async def phones(patient: Patient) -> Finding:
    """Who is known on which platform, and whether somebody cannot be reached."""
    seen = await counted(patient)
    has = {TELEGRAM: bool(patient.telegram_token), DISCORD: bool(patient.discord_token)}
    if seen is None or not seen.people:
        return found("phones", State.GOOD, "doctor.phones.none")
    cut_off = [
        platform
        for platform, has_token in has.items()
        if not has_token and any(platform in platforms for platforms in seen.people.values())
    ]
    if cut_off:
        return found("phones", State.LOOK, "doctor.phones.cut_off", names=", ".join(cut_off).title())
    if seen.silent:
        names = ", ".join(seen.silent[:CHATS_MAX])
        return found("phones", State.LOOK, "doctor.phones.silent", n=len(seen.silent), names=names)
    return found("phones", State.GOOD, "doctor.phones", n=len(seen.people), **_counts(seen))


def _counts(seen: Census) -> dict[str, int]:
    known = list(seen.people.values())
    return {
        "telegram": sum(TELEGRAM in one for one in known),
        "discord": sum(DISCORD in one for one in known),
        "both": sum({TELEGRAM, DISCORD} <= one for one in known),
        "boards": len(seen.boards),
    }


async def webhook(patient: Patient) -> Finding:
    """Where Telegram brings this bot's messages, and whether they arrive."""
    if not patient.telegram_token:
        return found("webhook", State.GOOD, "doctor.webhook.none")
    said = await _asked(patient, "getWebhookInfo")
    info = said if isinstance(said, Mapping) else {}
    if "pending_update_count" not in info:
        return found("webhook", State.LOOK, "doctor.webhook.unknown")
    waiting, there = int(info["pending_update_count"]), str(info.get("url") or "")
    host, ours = urlsplit(there).hostname or "", urlsplit(patient.webhook_url).hostname or ""
    if there and host != ours:
        return found("webhook", State.LOOK, "doctor.webhook.elsewhere", host=host)
    if there and info.get("last_error_message"):
        why = str(info["last_error_message"])[:100]
        return found("webhook", State.LOOK, "doctor.webhook.failing", host=host, why=why)
    if there:
        return found("webhook", State.GOOD, "doctor.webhook", host=host, n=waiting)
    key = "doctor.webhook.to_come" if patient.webhook_url else "doctor.webhook.poll"
    return found("webhook", State.GOOD, key, n=waiting)


async def topics(patient: Patient) -> Finding:
    """Whether groups in whose topics boards stand still have topics, and still know the bot."""
    seen = await counted(patient) if patient.telegram_token else None
    chats = {
        chat_of(name).partition(":")[2]
        for name in (seen.boards if seen is not None else ())
        if name.startswith(f"{TELEGRAM}:") and topic_of(name)
    }
    if not chats:
        return found("topics", State.GOOD, "doctor.topics.none")
    for chat in sorted(chats)[:CHATS_MAX]:
        said = await _asked(patient, "getChat", chat_id=chat)
        if said is None:
            return found("topics", State.LOOK, "doctor.topics.unknown")
        if not isinstance(said, Mapping):
            return found("topics", State.LOOK, "doctor.topics.gone", chat=chat)
        if not said.get("is_forum"):
            name = str(said.get("title") or chat)[:64]
            return found("topics", State.LOOK, "doctor.topics.closed", chat=name)
    return found("topics", State.GOOD, "doctor.topics", n=len(chats))


async def _asked(patient: Patient, method: str, **arguments: str) -> Any:
    """What Telegram answers; False when it refuses, None when nobody does. The address holds the token, so no
    error's own text is shown."""
    import aiohttp

    url = f"{patient.telegram_url.rstrip('/')}/bot{patient.telegram_token}/{method}"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HTTP_S / 2)) as session,
            session.get(url, params=arguments, allow_redirects=False) as answer,
        ):
            body = await answer.json(content_type=None)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return None
    if not isinstance(body, Mapping):
        return None
    return body.get("result") if body.get("ok") is True else False
