"""`openoutcry connect discord`: makes a bot with a person, step by step, and writes its token when told to.

Works on a pipe as well: then answers are read line by line, and nothing can be shown that should not be.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from bot.cli_exits import Exit
from bot.conversation.messenger import Refused, TooFast, Undelivered, Unreachable
from bot.conversation.screen import clean
from bot.conversation.surroundings import Surroundings
from bot.main.connecting import TRIES_MAX, YES, Terminal, real_terminal, write_token
from bot.platforms.discord_check import Found, checked
from bot.settings_model import Settings
from bot.spoken import say
from trading.clock import SystemClock
from trading.entropy import SystemEntropy

NAME = "DISCORD_BOT_TOKEN"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}\.[A-Za-z0-9_-]{5,10}\.[A-Za-z0-9_-]{25,80}")


def connect_discord(
    settings: Settings, env_file: Path = Path(".env"), terminal: Terminal | None = None
) -> int:
    """Walk through it; the exit code. Nothing is changed unless the token works and the person says yes."""
    terminal = terminal or real_terminal()
    terminal.tell(say("connect_discord.intro"))
    if settings.discord_bot_token.get_secret_value():
        terminal.tell(say("connect.has_token"))
    for _ in range(TRIES_MAX):
        token = (terminal.ask_secret(say("connect.ask_token")) or "").strip()
        if not token:
            terminal.tell(say("connect.ended"))
            return Exit.OK
        if not _TOKEN.fullmatch(token):
            terminal.tell(say("connect_discord.no_token"))
            continue
        terminal.tell(say("connect_discord.checking"))
        found = asyncio.run(_checked(token, settings))
        if isinstance(found, str):
            terminal.tell(found)
            continue
        return _finish(terminal, token, found, env_file)
    terminal.tell(say("connect_discord.given_up"))
    return Exit.SETTINGS


async def _checked(token: str, settings: Settings) -> Found | str:
    """The bot of this token, or one sentence that says why there is none."""
    api = settings.discord_api_base_url
    around = Surroundings(SystemClock(), SystemEntropy())
    try:
        return await checked(token, api, settings.discord_gateway_url, around)
    except Refused as failure:
        return say("connect_discord.refused", reason=failure)
    except TooFast as failure:
        return say("connect_discord.busy", n=round(failure.retry_after_s))
    except Unreachable as failure:
        return say("connect_discord.unreachable", api=api, reason=failure)
    except Undelivered as failure:
        return say("connect.no_answer", api=api, reason=failure)


def _finish(terminal: Terminal, token: str, found: Found, env_file: Path) -> int:
    terminal.tell(say("connect_discord.found", name=clean(found.name), n=found.servers))
    if found.is_public:
        terminal.tell(say("connect_discord.public"))
    terminal.tell(say("connect_discord.invite", url=found.invite))
    path = env_file.absolute()
    answer = (terminal.ask(say("connect.ask_write", path=path)) or "").strip().lower()
    if answer in YES:
        try:
            write_token(path, token, NAME)
        except OSError as error:
            reason = error.strerror or error
            terminal.tell(say("connect_discord.cannot_write", path=path, reason=reason))
            return Exit.SETTINGS
        terminal.tell(say("connect.written", path=path))
    else:
        terminal.tell(say("connect_discord.not_written"))
    terminal.tell(say("connect_discord.next"))
    return Exit.OK
