"""`openoutcry connect telegram`: makes a bot with a person, step by step, and writes its token when told to.

Works on a pipe as well: then answers are read line by line, and nothing can be shown that should not be.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli_exits import Exit
from bot.conversation.messenger import Refused, TooFast, Undelivered, Unreachable
from bot.conversation.screen import clean
from bot.platforms.telegram_link import Link
from bot.platforms.telegram_out import TelegramCalls
from bot.settings_model import Settings
from bot.spoken import say

NAME = "TELEGRAM_BOT_TOKEN"
TRIES_MAX = 3
_TOKEN = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{20,64}")
YES = frozenset({"y", "yes", "j", "ja"})


@dataclass(frozen=True)
class Terminal:
    """How the walk asks and tells. `ask_secret` shows nothing of what is typed; None is the end of input."""

    tell: Callable[[str], None]
    ask: Callable[[str], str | None]
    ask_secret: Callable[[str], str | None]


def connect_telegram(
    settings: Settings, env_file: Path = Path(".env"), terminal: Terminal | None = None
) -> int:
    """Walk through it; the exit code. Nothing is changed unless the token works and the person says yes."""
    terminal = terminal or real_terminal()
    terminal.tell(say("connect.intro"))
    if settings.telegram_bot_token.get_secret_value():
        terminal.tell(say("connect.has_token"))
    for _ in range(TRIES_MAX):
        token = (terminal.ask_secret(say("connect.ask_token")) or "").strip()
        if not token:
            terminal.tell(say("connect.ended"))
            return Exit.OK
        if not _TOKEN.fullmatch(token):
            terminal.tell(say("connect.no_token"))
            continue
        found = asyncio.run(_checked(token, settings.telegram_api_base_url))
        if isinstance(found, str):
            terminal.tell(found)
            continue
        return _finish(terminal, token, found, env_file)
    terminal.tell(say("connect.given_up"))
    return Exit.SETTINGS


async def _checked(token: str, api: str) -> dict[str, Any] | str:
    """The bot of this token, or one sentence that says why there is none."""
    link = Link(token, api)
    try:
        found = await TelegramCalls(link).me()
    except Refused:
        return say("connect.refused")
    except TooFast as failure:
        return say("connect.busy", n=round(failure.retry_after_s))
    except Unreachable as failure:
        return say("connect.unreachable", api=api, reason=failure)
    except Undelivered as failure:
        return say("connect.no_answer", api=api, reason=failure)
    finally:
        await link.close_link()
    return found if found.get("is_bot") else say("connect.not_a_bot")


def _finish(terminal: Terminal, token: str, found: dict[str, Any], env_file: Path) -> int:
    username = clean(str(found.get("username", "")))
    terminal.tell(say("connect.found", name=f"@{username}", title=clean(str(found.get("first_name", "")))))
    is_open = bool(found.get("can_read_all_group_messages"))
    terminal.tell(say("connect.privacy_off" if is_open else "connect.privacy_on"))
    path = env_file.absolute()
    answer = (terminal.ask(say("connect.ask_write", path=path)) or "").strip().lower()
    if answer in YES:
        try:
            write_token(path, token)
        except OSError as error:
            terminal.tell(say("connect.cannot_write", path=path, reason=error.strerror or error))
            return Exit.SETTINGS
        terminal.tell(say("connect.written", path=path))
    else:
        terminal.tell(say("connect.not_written"))
    terminal.tell(say("connect.next", username=username))
    return Exit.OK


def write_token(path: Path, token: str, name: str = NAME) -> None:
    """Set the token in a `.env` file, whose other lines stay as they are; whole or not at all, 0600."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    setting = f"{name}={token}"
    ours = re.compile(rf"^\s*(?:export\s+)?(?:OPENOUTCRY_)?{name}\s*=.*$")
    at = next((number for number, line in enumerate(lines) if ours.match(line)), None)
    kept = [line for number, line in enumerate(lines) if number == at or not ours.match(line)]
    if at is None:
        kept.append(setting)
    else:
        kept[at] = setting
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(kept) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o600)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def real_terminal() -> Terminal:
    """The process's own: a terminal hides the token, a pipe shows nothing anyway."""

    def tell(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def ask(prompt: str) -> str | None:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        return sys.stdin.readline() or None

    def ask_secret(prompt: str) -> str | None:
        if not sys.stdin.isatty():
            return ask(prompt)
        try:
            return getpass.getpass(prompt)
        except EOFError:
            return None

    return Terminal(tell, ask, ask_secret)
