"""The parts that a desk is made of, put together the same way live, in replay and in the simulator."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.conversation.boarding import NO_BOARDS, Boards
from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import NO_VAULT, DeskFacts, Prefs, Tools
from bot.conversation.incoming import Incoming
from bot.conversation.joining import Joining
from bot.conversation.key_desk import KeyDesk
from bot.conversation.key_links import KeyLinks
from bot.conversation.linking import Linking
from bot.conversation.news import News
from bot.conversation.painting import Painter
from bot.conversation.researching import Research
from bot.conversation.venues import Venues
from bot.conversation.wording import NUMBERS_OF
from bot.conversation.words import DEFAULT
from bot.handlers.table import HANDLERS
from bot.main.tries import RegisterTries
from sentiment.regime import PriceRegimes
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.order import OrderStatus
from trading.domain.rights import OPERATOR
from trading.engine.loop import Engine
from trading.engine.settings import EngineSettings
from trading.excursion import Paths
from trading.feeds.feed import Feed
from trading.feeds.market import Market
from trading.ports import (
    Clock,
    Denied,
    Entropy,
    Journal,
    JournalUnavailable,
    Ledger,
    Measures,
    Opinion,
    Registers,
    Vault,
)
from trading.telemetry import MUTE, Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cli_options import ReplayOptions
    from bot.settings_model import Settings
    from trading.brokers.fills import FillRules

OWNER = OPERATOR
"""Whose the account is that everybody begins with."""
PAPER = AccountId("paper")
KEY_NAME = "client_order_key"
ATR_BARS = 250
"""History that the average true range is smoothed over; Wilder's needs many more than its 14."""


@dataclass(frozen=True)
class Memory:
    """The three store ports that a desk needs."""

    journal: Journal
    ledger: Ledger
    registers: Registers


async def desk_key(registers: Registers, entropy: Entropy) -> bytes:
    """The secret from which client order ids grow, made at the desk's first start."""
    known = await registers.meta(KEY_NAME)
    if known is None:
        known = entropy.token(32).hex()
        await registers.put_meta(KEY_NAME, known)
    return bytes.fromhex(known)


async def new_key(registers: Registers, entropy: Entropy) -> bytes:
    """Another secret from now on: ids that grew from the old one may stand at venues, unknown to the book."""
    fresh = entropy.token(32)
    await registers.put_meta(KEY_NAME, fresh.hex())
    return fresh


async def build_engine(
    memory: Memory,
    clock: Clock,
    entropy: Entropy,
    settings: EngineSettings,
    telemetry: Telemetry = MUTE,
) -> tuple[Engine, int]:
    """An engine with its book loaded, and how many events that took."""
    key, tries = await desk_key(memory.registers, entropy), RegisterTries(memory.registers)
    engine = Engine(memory.journal, clock, key, settings, telemetry, tries)
    engine.memory.epoch = await memory.journal.next_epoch()
    replayed = await engine.load()
    return engine, replayed


async def open_paper_account(engine: Engine, cash: Decimal) -> None:
    """The account that everybody begins with, unless it exists. Raises JournalUnavailable."""
    if engine.book.account(PAPER) is not None:
        return
    answer = await engine.submit(
        OpenAccount(CommandId("desk:open:paper"), OWNER, PAPER, "paper", "paper", "USD", cash, "Paper")
    )
    if isinstance(answer, Denied) and any(one.code == "not_recorded" for one in answer.refusals):
        raise JournalUnavailable(answer.refusals[0].sentence)
    assert not isinstance(answer, Denied), answer


def paper_rules(usual: FillRules, costs: Settings | ReplayOptions) -> FillRules:
    """How kind the paper venue is: as usual for where its prices come from, at these costs."""
    return replace(
        usual,
        maker_bps=costs.fee_bps,
        taker_bps=costs.fee_bps,
        slippage_bps=costs.slippage_bps,
        latency_s=costs.latency_ms / 1000,
    )


def replay_feed(clock: Clock, *, loop: bool = False, speed: float = 1.0) -> Feed:
    """The bundled history, played as if it were live."""
    from trading.feeds.bundle import bundled_tapes
    from trading.feeds.player import Player

    tapes = bundled_tapes()
    if loop:
        tapes = [replace(tape, loop=True) for tape in tapes]
    return Player(tapes, clock, speed=speed)


def atr_of(market: Market) -> Callable[[str], Decimal | None]:
    """ATR(14) over the market's newest bars."""

    def atr(symbol: str) -> Decimal | None:
        # The indicator library costs a tenth of a second to import; most orders never ask.
        from trading.indicators import atr as measured

        return measured(market.bars(symbol, ATR_BARS))

    return atr


def desk_painter(clock: Clock, *, threads: bool = True, telemetry: Telemetry = MUTE) -> Painter:
    """Who draws pictures. In virtual time there are no threads: they are drawn on the spot."""
    from bot.pictures.painter import PillowPainter, off_the_loop, right_here

    return PillowPainter(clock, runs=off_the_loop if threads else right_here, telemetry=telemetry)


@dataclass(frozen=True)
class Beside:
    """What a conversation may have beside the engine: pictures, kept news, boards, other people's chats.

    `identify` says who a user of a chat platform is; whoever types at the desk's own terminal owns it.
    """

    painter: Painter | None = None
    news: News | None = None
    boards: Boards = NO_BOARDS
    identify: Callable[[Incoming], PersonId | None] = lambda incoming: None
    linking: Linking | None = None
    joining: Joining | None = None
    measures: Measures | None = None
    paths: Paths | None = None
    vault: Vault = NO_VAULT
    opinion: Opinion | None = None
    venues: Venues | None = None
    keys: KeyDesk | None = None
    key_links: KeyLinks | None = None
    research: Research | None = None


ALONE = Beside()


def default_prefs(settings: Settings) -> Prefs:
    """How people are served who have set nothing."""
    language = settings.language or DEFAULT
    return Prefs(
        zone=settings.time_zone,
        one_tap_limit=settings.one_tap,
        language=language,
        number_format=NUMBERS_OF[language],
    )


def build_dialogue(
    engine: Engine,
    memory: Memory,
    market: Market,
    clock: Clock,
    entropy: Entropy,
    facts: DeskFacts,
    *,
    prefs: Prefs | None = None,
    auto_confirm: bool = False,
    beside: Beside = ALONE,
) -> Dialogue:
    """The conversation on top of an engine."""
    tools = build_tools(engine, memory, market, clock, entropy, facts, prefs=prefs, beside=beside)
    return Dialogue(tools, HANDLERS, auto_confirm=auto_confirm)


def build_tools(
    engine: Engine,
    memory: Memory,
    market: Market,
    clock: Clock,
    entropy: Entropy,
    facts: DeskFacts,
    *,
    prefs: Prefs | None = None,
    beside: Beside = ALONE,
) -> Tools:
    """What handlers and jobs may touch."""
    return Tools(
        desk=engine,
        book=lambda: engine.book,
        market=market,
        ledger=memory.ledger,
        registers=memory.registers,
        clock=clock,
        entropy=entropy,
        facts=facts,
        atr=atr_of(market),
        identify=lambda incoming: _owner(incoming) or beside.identify(incoming),
        defaults=prefs or Prefs(),
        painter=beside.painter,
        news=beside.news,
        boards=beside.boards,
        linking=beside.linking,
        joining=beside.joining,
        measures=beside.measures,
        paths=beside.paths,
        vault=beside.vault,
        opinion=beside.opinion,
        venues=beside.venues,
        keys=beside.keys,
        key_links=beside.key_links,
        regimes=PriceRegimes(market, clock),
        research=beside.research,
    )


def _owner(incoming: Incoming) -> PersonId | None:
    """Who types at the desk's own terminal owns it."""
    return OWNER if incoming.platform == "console" else None


def raise_if_dead(tasks: Mapping[str, asyncio.Task[None]]) -> None:
    """Core tasks never end by themselves: pass on what ended one."""
    for name, task in tasks.items():
        if task.done():
            task.result()
            raise AssertionError(f"the task {name} ended")


def in_flight(engine: Engine) -> bool:
    """Whether a market order waits for its fill, or any order for its venue's answer."""
    book = engine.book
    return any(
        order.leaves_now or order.status in (OrderStatus.SUBMITTING, OrderStatus.IN_DOUBT)
        for account in book.accounts
        for order in book.open_orders(account)
    )


async def exported(url: str) -> bytes:
    """All events of the database as JSON lines."""
    from db.maintenance import export

    lines: list[str] = []
    await export(url, lines.append)
    return "".join(lines).encode()
