"""A patient for the doctor, hosts on loopback that answer as told, a desk on disk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.main.doctor_checks import Finding, Patient, State
from db.store import open_store
from trading.clock import SystemClock
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.engine.loop import Engine

TOKEN = "123456789:AAsecretsecretsecretsecretsecretsecre"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def patient(home: Path, **more: Any) -> Patient:
    given: dict[str, Any] = {
        "home": home,
        "store_url": f"sqlite:///{home / 'desk.db'}",
        "feed": "replay",
        "zone": "Europe/Berlin",
        "listen": "",
        "clock": SystemClock(),
    }
    return Patient(**(given | more))


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """A host on loopback that answers everything so."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def bot_api(status: int = 200, ahead_s: float = 0.0, **bot: object) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.path == f"/bot{TOKEN}/getMe"
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead_s), usegmt=True)
        me = {"id": 1, "is_bot": True, "username": "desk_bot", "can_read_all_group_messages": False, **bot}
        body = {"ok": status == 200, "result": me} if status == 200 else {"ok": False, "error_code": status}
        return web.json_response(body, status=status, headers={"Date": date})

    return answer


async def made(home: Path) -> None:
    """A desk with an account."""
    os.makedirs(home, mode=0o700, exist_ok=True)
    store = await open_store(f"sqlite:///{home / 'desk.db'}")
    engine = Engine(store.journal, SystemClock(), b"k")
    engine.memory.epoch = await store.journal.next_epoch()
    task = asyncio.create_task(engine.run())
    name = AccountId("paper")
    cash = Decimal(10_000)
    await engine.submit(OpenAccount(CommandId("a"), PersonId("o"), name, "paper", "paper", "USD", cash, ""))
    task.cancel()
    await store.close()


def told(finding: Finding, state: State, *words: str) -> None:
    """The finding has this state and says these words; what is not good has a cure."""
    assert finding.state is state, finding
    assert all(word in f"{finding.sentence} {finding.cure}" for word in words), finding
    if state is State.BAD and not finding.sentence.endswith((".db`.", "run`.")):
        assert finding.cure or ":" in finding.sentence
