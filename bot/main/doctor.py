"""`openoutcry doctor`: looks whether a desk can run here, one sentence and one cure for each thing, and ends.

It changes nothing and may run beside a desk. Nothing that hangs keeps it: each check has a bound, and the
whole runs in a thread that the process does not wait for.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import json
from msgspec.structs import asdict

from bot.cli_exits import Exit, said
from bot.main import doctor_checks as checks
from bot.main.doctor_checks import Finding, Patient, State, found
from bot.main.doctor_discord import discord
from bot.main.doctor_keys import key
from bot.main.doctor_phones import phones, topics, webhook
from bot.redaction import Redactor
from bot.settings import SettingsProblem, load
from bot.spoken import speak
from trading.clock import SystemClock

if TYPE_CHECKING:
    from bot.settings_model import Settings

MARKS = {State.GOOD: "✓", State.LOOK: "!", State.BAD: "✗"}
WHOLE_S = 45.0

Check = Callable[[Patient], Awaitable[Finding]]
CHECKS: Mapping[str, tuple[Check, float]] = {
    "version": (checks.versions, 2.0),
    "settings": (checks.settings, 2.0),
    "folder": (checks.folder, 5.0),
    "database": (checks.database, 30.0),
    "key": (key, 10.0),
    "clock": (checks.clock, 15.0),
    "zones": (checks.zones, 5.0),
    "feed": (checks.feed, 35.0),
    "chat": (checks.chat, 10.0),
    "webhook": (webhook, 6.0),
    "discord": (discord, 15.0),
    "phones": (phones, 10.0),
    "topics": (topics, 20.0),
    "ports": (checks.ports, 6.0),
}
"""Every check with its bound in seconds, in the order in which they are told."""


def doctor(overrides: Mapping[str, Any], as_json: bool, env_file: Path = Path(".env")) -> int:
    """Look, print, and return 0, or 1 when something will not work."""
    try:
        settings = load(overrides, env_file=env_file)
    except SettingsProblem as problem:
        findings = [
            Finding("settings", State.BAD, said(one.setting, one.key, one.values))
            for one in problem.complaints
        ]
        return _told(findings, as_json, Redactor())
    speak(settings.language)
    patient = patient_of(settings, env_file)
    secrets = [patient.telegram_token, patient.discord_token, settings.database_url.get_secret_value()]
    secrets += patient.master_key.split()
    findings, is_over = examined(patient)
    code = _told(findings, as_json, Redactor(secrets))
    if not is_over:
        # A thread that waits for a disk or a name server would keep the interpreter from ending.
        sys.stdout.flush()
        os._exit(code)
    return code


def patient_of(settings: Settings, env_file: Path | None = None) -> Patient:
    """What the settings say is to be looked at."""
    return Patient(
        home=settings.home,
        store_url=settings.store_url,
        feed=settings.feed,
        zone=settings.time_zone,
        listen=str(getattr(settings, "listen", "") or ""),
        clock=SystemClock(),
        telegram_token=settings.telegram_bot_token.get_secret_value().strip(),
        telegram_url=str(getattr(settings, "telegram_api_base_url", "") or "https://api.telegram.org"),
        discord_token=settings.discord_bot_token.get_secret_value().strip(),
        discord_url=settings.discord_api_base_url,
        env_file=env_file,
        master_key=settings.master_key.get_secret_value().strip(),
        webhook_url=settings.telegram_webhook_url,
    )


def examined(patient: Patient, most_s: float = WHOLE_S) -> tuple[list[Finding], bool]:
    """All findings in their order, and whether everything has really ended."""
    done: dict[str, Finding] = {}
    # A thread begins without the language that was chosen.
    looking = partial(copy_context().run, lambda: asyncio.run(_all(patient, done)))
    thread = threading.Thread(target=looking, name="doctor", daemon=True)
    thread.start()
    thread.join(most_s)
    # A copy: the thread may still be writing.
    known = dict(done)
    findings = [known.get(name) or _late(name, most_s) for name in CHECKS]
    return findings, not thread.is_alive()


async def _all(patient: Patient, done: dict[str, Finding]) -> None:
    async def one(name: str, check: Check, most_s: float) -> None:
        try:
            async with asyncio.timeout(most_s):
                done[name] = await check(patient)
        except TimeoutError:
            done[name] = _late(name, most_s)
        except Exception as error:  # noqa: BLE001 - one check's fault must not hide the others
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            done[name] = found(name, State.LOOK, "doctor.broken", check=name, what=what[:200])
        finally:
            if name == "chat":
                patient.asked.set()

    await asyncio.gather(*(one(name, check, most_s) for name, (check, most_s) in CHECKS.items()))


def _late(name: str, most_s: float) -> Finding:
    return found(name, State.LOOK, "doctor.late", check=name, limit=f"{most_s:g}")


def _told(findings: list[Finding], as_json: bool, redactor: Redactor) -> int:
    is_well = all(one.state is not State.BAD for one in findings)
    if as_json:
        rows = [{**asdict(one), "sentence": redactor.text(one.sentence)} for one in findings]
        body = json.format(json.encode({"ok": is_well, "findings": rows}), indent=2).decode()
        sys.stdout.write(body + "\n")
    else:
        for one in findings:
            sys.stdout.write(redactor.text(f"{MARKS[one.state]} {one.sentence} {one.cure}".rstrip()) + "\n")
    return Exit.OK if is_well else Exit.INTERNAL
