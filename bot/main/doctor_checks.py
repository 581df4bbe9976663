"""The single checks of `openoutcry doctor`: each looks at one thing, changes nothing, and gives a finding."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import shutil
import socket
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.conversation.words import CATALOGUE, DEFAULT
from bot.spoken import retold, say
from trading.ports import Clock

FREE_MIN_BYTES = 500_000_000
SKEW_WARN_S, SKEW_BAD_S = 5, 60
JUMP_S = 0.5
EVEN_S = 1.0
HTTP_S = 8.0
MEGABYTE, GIGABYTE = 10**6, 10**9


class State(StrEnum):
    """How a check went."""

    GOOD = "good"
    LOOK = "look"  # works, but somebody should look at it
    BAD = "bad"


class Finding(Struct, frozen=True):
    """One line of the doctor."""

    check: str
    state: State
    sentence: str
    cure: str = ""


@dataclass
class Patient:
    """What is examined, and what checks tell each other (`dates`: host -> seconds that it is ahead of us)."""

    home: Path
    store_url: str
    feed: str
    zone: str
    listen: str
    clock: Clock
    telegram_token: str = ""
    telegram_url: str = "https://api.telegram.org"
    discord_token: str = ""
    discord_url: str = "https://discord.com/api/v10"
    env_file: Path | None = None
    master_key: str = ""
    webhook_url: str = ""
    dates: dict[str, float] = field(default_factory=dict)
    asked: asyncio.Event = field(default_factory=asyncio.Event)


def found(name: str, state: State, key: str, /, **values: object) -> Finding:
    """A finding by its key in the catalogue; `<key>.cure` is its cure, where there is one."""
    cure = say(f"{key}.cure", **values) if f"{key}.cure" in CATALOGUE[DEFAULT] else ""
    return Finding(name, state, say(key, **values), cure)


async def settings(patient: Patient) -> Finding:
    """They were read before; what is left is who else can read them."""
    path = patient.env_file
    if path is not None and path.is_file() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        text = path.read_text(encoding="utf-8", errors="replace")
        if any(_is_secret_line(line) for line in text.splitlines()):
            return found("settings", State.LOOK, "doctor.env_open", path=path)
    return found("settings", State.GOOD, "doctor.settings", feed=patient.feed, home=patient.home)


def _is_secret_line(line: str) -> bool:
    name, _, value = line.partition("=")
    return bool(value.strip()) and name.strip().endswith(("_TOKEN", "_KEY", "DATABASE_URL"))


async def versions(patient: Patient) -> Finding:
    """What runs here."""
    return found(
        "version", State.GOOD, "doctor.version", version=version("openoutcry"), python=python_version()
    )


async def folder(patient: Patient) -> Finding:
    """Rights and space of the data folder."""
    return await asyncio.to_thread(_folder, patient.home)


def may(path: Path, how: int) -> bool:
    """Whether this user has these rights (`os.R_OK` and the like)."""
    return os.access(path, how)


def _folder(home: Path) -> Finding:
    if not home.exists():
        parent = next(one for one in home.absolute().parents if one.exists())
        if not (parent.is_dir() and may(parent, os.W_OK | os.X_OK)):
            return found("folder", State.BAD, "doctor.folder.parent", home=home, parent=parent)
        return found("folder", State.GOOD, "doctor.folder.new", home=home)
    if not home.is_dir():
        return found("folder", State.BAD, "doctor.folder.file", home=home)
    if not may(home, os.R_OK | os.W_OK | os.X_OK):
        return found("folder", State.BAD, "doctor.folder.rights", home=home)
    free = shutil.disk_usage(home).free
    if free < FREE_MIN_BYTES:
        return found("folder", State.BAD, "doctor.folder.full", home=home, free=free // MEGABYTE)
    if home.stat().st_mode & 0o077:
        return found("folder", State.LOOK, "doctor.folder.open", home=home)
    return found("folder", State.GOOD, "doctor.folder", home=home, free=f"{free / GIGABYTE:.1f}")


async def database(patient: Patient) -> Finding:
    """Pages, schema, the ends of the chain, and who runs on it."""
    from db import checkup
    from db.problem import DatabaseProblem

    try:
        if checkup.is_sqlite(patient.store_url):
            seen = await asyncio.to_thread(checkup.checkup_sqlite, patient.store_url)
        else:
            seen = await checkup.checkup_postgres(patient.store_url)
    except DatabaseProblem as problem:
        if problem.code == "missing":
            return found("database", State.GOOD, "doctor.database.new")
        return found("database", State.BAD, "doctor.database.problem", sentence=retold(problem.sentence))
    if seen.fault:
        return found("database", State.BAD, "doctor.database.fault", fault=seen.fault)
    if seen.state == "new":
        return found("database", State.GOOD, "doctor.database.new")
    if seen.state == "older":
        return found("database", State.LOOK, "doctor.database.older")
    counts = {"events": seen.events, "streams": seen.streams}
    if seen.holder:
        return found("database", State.GOOD, "doctor.database.running", holder=seen.holder, **counts)
    return found("database", State.GOOD, "doctor.database", **counts)


async def clock(patient: Patient) -> Finding:
    """Whether the wall clock is right (by the dates that other hosts send) and does not jump."""
    wall, even_s = patient.clock.now(), patient.clock.elapsed_s()
    await patient.clock.sleep_s(EVEN_S)
    passed_s = (patient.clock.now() - wall).total_seconds()
    jump_s = passed_s - (patient.clock.elapsed_s() - even_s)
    await patient.asked.wait()
    if abs(jump_s) > JUMP_S:
        return found("clock", State.LOOK, "doctor.clock.jumps", jump=f"{jump_s:.1f}")
    if not patient.dates:
        return found("clock", State.GOOD, "doctor.clock.alone")
    host, skew_s = max(patient.dates.items(), key=lambda one: abs(one[1]))
    values = {"host": host, "skew": f"{abs(skew_s):.0f}"}
    if abs(skew_s) >= SKEW_WARN_S:
        state = State.BAD if abs(skew_s) >= SKEW_BAD_S else State.LOOK
        return found("clock", state, "doctor.clock.skew", **values)
    return found("clock", State.GOOD, "doctor.clock", **values)


async def zones(patient: Patient) -> Finding:
    """The time zone database."""
    try:
        for name in (patient.zone, "America/New_York", "Europe/Berlin"):
            ZoneInfo(name)
        known = (resources.files("tzdata") / "zones").is_file() and version("tzdata")
    except (KeyError, OSError, ValueError, ModuleNotFoundError):
        return found("zones", State.BAD, "doctor.zones.missing", zone=patient.zone)
    return found("zones", State.GOOD, "doctor.zones", version=known or "?", zone=patient.zone)


async def feed(patient: Patient) -> Finding:
    """The bundled series by their hashes, or the first live price."""
    kind, _, exchange = patient.feed.partition(":")
    if kind != "ccxt":
        return await asyncio.to_thread(_bundle)
    from trading.entropy import SystemEntropy
    from trading.feeds.ccxt_public import CcxtFeed
    from trading.feeds.problems import FeedLost

    began_s = patient.clock.elapsed_s()
    sink = _FirstPrice()
    task = asyncio.create_task(CcxtFeed(exchange, patient.clock, SystemEntropy()).run(sink))
    heard = asyncio.create_task(sink.heard.wait())
    try:
        await asyncio.wait({task, heard}, return_when=asyncio.FIRST_COMPLETED)
        if not sink.heard.is_set():
            await task
    except FeedLost as lost:
        return found("feed", State.LOOK, "doctor.feed.lost", feed=patient.feed, why=retold(lost.sentence))
    finally:
        for one in (task, heard):
            one.cancel()
        await asyncio.gather(task, heard, return_exceptions=True)
    took = f"{patient.clock.elapsed_s() - began_s:.1f}"
    return found("feed", State.GOOD, "doctor.feed", feed=patient.feed, took=took)


class _FirstPrice:
    """A feed's sink that only waits for the first word."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def take(self, event: object) -> None:
        """A price."""
        self.heard.set()

    def recall(self, symbol: str, bars: object, quote: object) -> None:
        """History counts too: the exchange answers."""
        self.heard.set()


def _bundle() -> Finding:
    from trading.feeds.bundle import manifest

    files = manifest()
    for one in files:
        try:
            is_whole = hashlib.sha256(one.path.read_bytes()).hexdigest() == one.sha256
        except OSError:
            is_whole = False
        if not is_whole:
            return found("feed", State.BAD, "doctor.feed.broken", name=one.file)
    return found("feed", State.GOOD, "doctor.feed.replay", n=len(files))


async def chat(patient: Patient) -> Finding:
    """Telegram's word for the token. The address holds it, so no error's own text is shown."""
    try:
        return await _chat(patient)
    finally:
        patient.asked.set()


async def _chat(patient: Patient) -> Finding:
    if not patient.telegram_token:
        return found("chat", State.GOOD, "doctor.chat.none")
    import aiohttp

    host = urlsplit(patient.telegram_url).hostname or patient.telegram_url
    url = f"{patient.telegram_url.rstrip('/')}/bot{patient.telegram_token}/getMe"
    sent = patient.clock.now()
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HTTP_S)) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            status, date = answer.status, answer.headers.get("Date", "")
            body = await answer.json(content_type=None) if status == 200 else {}
    except TimeoutError:
        return found("chat", State.LOOK, "doctor.chat.away", host=host, why="no answer in time")
    except (aiohttp.ClientError, OSError) as error:
        return found("chat", State.LOOK, "doctor.chat.away", host=host, why=_why(error))
    except ValueError:
        return found("chat", State.BAD, "doctor.chat.odd", host=host, status=200)
    note_date(patient, host, date, sent)
    return _known_as(host, status, body)


def _known_as(host: str, status: int, body: Any) -> Finding:
    if status in (401, 403, 404):
        return found("chat", State.BAD, "doctor.chat.refused", status=status)
    bot = body.get("result") if isinstance(body, Mapping) and body.get("ok") is True else None
    if status != 200 or not isinstance(bot, Mapping) or not isinstance(bot.get("username"), str):
        return found("chat", State.BAD, "doctor.chat.odd", host=host, status=status)
    key = "doctor.chat.groups" if bot.get("can_read_all_group_messages") else "doctor.chat"
    state = State.LOOK if key.endswith("groups") else State.GOOD
    return found("chat", state, key, name=bot["username"][:64])


def _why(error: BaseException) -> str:
    inner = getattr(error, "os_error", error)
    return (getattr(inner, "strerror", "") or type(error).__name__) if inner else type(error).__name__


def note_date(patient: Patient, host: str, date: str, sent: datetime) -> None:
    """Keep how far a host's `Date` is from our clock, counted from the middle of the request."""
    try:
        theirs = parsedate_to_datetime(date).astimezone(UTC)
    except (TypeError, ValueError):
        return
    middle = sent + (patient.clock.now() - sent) / 2
    patient.dates[host] = (theirs - middle).total_seconds()


async def ports(patient: Patient) -> Finding:
    """Whether the desk could listen where it should; or does already."""
    if not patient.listen:
        return found("ports", State.GOOD, "doctor.ports.none")
    host, _, port = patient.listen.rpartition(":")
    values = {"listen": patient.listen}
    if not host or not port.isdigit() or int(port) > 65_535:
        return found("ports", State.BAD, "doctor.ports.wrong", why="not host:port", **values)
    host = host.strip("[]")
    try:
        with socket.create_server((host, int(port)), family=_family(host)):
            pass
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return found("ports", State.BAD, "doctor.ports.wrong", why=error.strerror or error, **values)
        status = await _our_status(host, int(port))
        if status:
            return found("ports", State.GOOD, "doctor.ports.ours", status=status, **values)
        return found("ports", State.BAD, "doctor.ports.taken", **values)
    is_wide = not (host == "localhost" or host == "::1" or host.startswith("127."))
    return found(
        "ports",
        State.LOOK if is_wide else State.GOOD,
        "doctor.ports.wide" if is_wide else "doctor.ports",
        **values,
    )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


async def _our_status(host: str, port: int) -> str:
    """What a desk that listens there says of itself; empty when it is no desk."""
    import aiohttp

    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked for here, not bound
    url = f"http://{f'[{near}]' if ':' in near else near}:{port}/healthz"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HTTP_S / 2)) as session,
            session.get(url) as answer,
        ):
            body = await answer.json(content_type=None)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return ""
    status = body.get("status") if isinstance(body, Mapping) else None
    return status if status in ("ok", "degraded", "down") else ""
