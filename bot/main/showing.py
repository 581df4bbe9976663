"""`openoutcry status|positions|orders|fills|equity`: a look at the store, beside a desk or without one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any

from msgspec import json

from bot.cli_exits import BadInput, Exit
from bot.conversation.handling import DeskFacts, Prefs
from bot.conversation.incoming import Incoming
from bot.conversation.json_view import (
    DeskState,
    equity_json,
    fills_json,
    orders_json,
    positions_json,
    status_json,
)
from bot.conversation.layout import as_text
from bot.conversation.wording import NUMBERS_OF
from bot.main.wiring import PAPER, Memory, build_dialogue, replay_feed
from bot.settings_model import DESK_FILE, Settings
from bot.spoken import wording
from db.store import Store, open_store
from trading.clock import SystemClock
from trading.domain.book import Book
from trading.domain.ids import PersonId, StreamId
from trading.engine.loop import Engine
from trading.engine.settings import EngineSettings
from trading.entropy import SystemEntropy
from trading.feeds.market import Market
from trading.ports import Clock, Pending, Registers

LINES: dict[str, str] = {
    "status": "/status",
    "positions": "/positions",
    "orders": "/orders",
    "fills": "/history",
    "equity": "/equity",
}
ROWS = 10_000


def show(what: str, settings: Settings, as_json: bool) -> int:
    """Print one view, as JSON or as the chat would show it."""
    text = asyncio.run(_shown(what, settings, as_json))
    sys.stdout.write(text)
    sys.stdout.flush()
    return Exit.OK


async def _shown(what: str, settings: Settings, as_json: bool) -> str:
    if not settings.database_url.get_secret_value() and not (settings.home / DESK_FILE).exists():
        raise BadInput(f"There is no desk in {settings.home} yet: start one with `openoutcry run`.")
    store = await open_store(settings.store_url, lock=False, read_only=True)
    try:
        clock = SystemClock()
        engine = Engine(store.journal, clock, b"", EngineSettings())
        await engine.load()
        market = _market(clock, settings, engine.book)
        view = await _VIEWS[what](store, engine.book, settings) if as_json else None
        if view is not None:
            return json.format(json.encode(view), indent=2).decode() + "\n"
        return await _as_chat(what, store, engine, settings, market)
    finally:
        await store.close()


def _market(clock: Clock, settings: Settings, book: Book) -> Market:
    """The prices that a running desk would show: those of the replay are the same in every process. Live
    prices are not asked for just to look."""
    feeds = [replay_feed(clock)] if settings.feed == "replay" else []
    market = Market(feeds, clock, SystemEntropy())
    symbols = {p.symbol for account in book.accounts for p in book.live_positions(account)}
    for symbol in sorted(symbols):
        quote = market.last(symbol)
        if quote is not None:
            book.marks[symbol] = quote
    return market


class Glance:
    """Registers that are only looked at: what the conversation would write down is let go."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    async def put_pending(self, pending: Pending) -> None:
        """Not from here."""

    async def pending(self, nonce: str) -> Pending | None:
        """As it is."""
        return await self._registers.pending(nonce)

    async def drop_pending(self, nonces: Sequence[str], *, expired_before: datetime | None = None) -> None:
        """Not from here."""

    async def settings(self, person: PersonId) -> Mapping[str, str]:
        """As they are."""
        return await self._registers.settings(person)

    async def put_setting(self, person: PersonId, name: str, value: str | None) -> None:
        """Not from here."""

    async def meta(self, name: str) -> str | None:
        """As it is."""
        return await self._registers.meta(name)

    async def put_meta(self, name: str, value: str) -> None:
        """Not from here."""


async def _as_chat(what: str, store: Store, engine: Engine, settings: Settings, market: Market) -> str:
    clock, entropy = SystemClock(), SystemEntropy()
    memory = Memory(store.journal, store.ledger, Glance(store.registers))
    facts = DeskFacts(version=version("openoutcry"), feed=settings.feed, folder=str(settings.home))
    prefs = Prefs(
        zone=settings.time_zone, language=wording().locale, number_format=NUMBERS_OF[wording().locale]
    )
    dialogue = build_dialogue(engine, memory, market, clock, entropy, facts, prefs=prefs)
    incoming = Incoming("console", "show", "1", "owner", clock.now(), text=LINES[what])
    return "".join(as_text(screen) + "\n" for screen in await dialogue.answer(incoming))


async def _status(store: Store, book: Book, settings: Settings) -> Any:
    heads = await store.journal.heads()
    desk = DeskState(
        version=version("openoutcry"),
        at=SystemClock().now(),
        live_allowed=settings.live,
        feed=settings.feed,
        prices=(),
        events=sum(seq for seq, _ in heads.values()),
        head=next((head for stream, (_, head) in heads.items() if stream == StreamId(PAPER)), ""),
    )
    return status_json(book, list(book.accounts), desk)


async def _positions(store: Store, book: Book, settings: Settings) -> Any:
    return positions_json(book, list(book.accounts))


async def _orders(store: Store, book: Book, settings: Settings) -> Any:
    return orders_json(book, await store.ledger.orders(list(book.accounts), limit=ROWS))


async def _fills(store: Store, book: Book, settings: Settings) -> Any:
    return fills_json(await store.ledger.fills(list(book.accounts), limit=ROWS))


async def _equity(store: Store, book: Book, settings: Settings) -> Any:
    return equity_json(book, list(book.accounts))


_VIEWS: dict[str, Callable[[Store, Book, Settings], Any]] = {
    "status": _status,
    "positions": _positions,
    "orders": _orders,
    "fills": _fills,
    "equity": _equity,
}
