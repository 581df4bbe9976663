"""Profiles at work on a whole desk in virtual time: candles by hand, a strategy that a test can foresee."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.fakes.pit import BTC, OWNER, PAPER, Pit, in_pit
from tests.journeys.chat import ETH, PitMarket
from trading.candles.candle_clock import CandleClock
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import PersonId
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.domain.opinion import Lean, Stance
from trading.opinions import Allowance, Proposal
from trading.parameters import Parameter, Settings
from trading.ports import Opinion
from trading.profiles import crowd
from trading.profiles.parts import Parts
from trading.profiles.profile import Kept, Mode, TradingProfile, Voice
from trading.profiles.profile_desk import ProfileDesk
from trading.strategies.ruling import Reading, Rule, Ruled, permitted
from trading.strategies.series import Series
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

MINUTE = timedelta(minutes=1)


class Jump(Ruled):
    """Buys a candle that rose, sells short one that fell, as far as it is set; leaves on one that fell by
    less. A candle that stands still offers nothing."""

    name = "pullback"
    version = 7
    summary = "Goes with a jump."
    parameters = (
        Parameter(
            "target_atr", "decimal", Decimal(1), Decimal(0), Decimal(50), meaning="percent that is a jump"
        ),
    )

    def warm_up(self, settings: Settings) -> int:
        return 2

    def read(self, series: Series, settings: Settings, context: Context) -> Reading:
        opened, close = series.bars.open, series.bars.close
        moved = (close / opened - 1) * 100
        side = np.sign(np.round(moved, 9)).astype(np.int8)
        least = float(settings["target_atr"])
        return Reading(
            side,
            (
                *permitted(series, side, context, 2),
                Rule("trigger", (np.abs(moved) >= least) & (side != 0), {"percent": moved, "least": least}),
            ),
            (moved < 0) & (moved > -least),
            close * (1 - 0.02 * side),
            close * (1 + 0.04 * side),
        )


class Oracle:
    """`trading.opinions.Opinion`: says what a test tells it, and remembers whom it was asked for."""

    sources = ("grok",)

    def __init__(self, clock: Any, score: str = "0") -> None:
        self._clock = clock
        self.score = Decimal(score)
        self.is_silent = False
        self.asked: list[str] = []

    async def ask(self, person: PersonId, symbol: str, *, order: Sequence[str] = ()) -> Stance:
        self.asked.append(symbol)
        lean = Lean.BULLISH if self.score > 0 else Lean.BEARISH
        return Stance(symbol, "q", lean, self.score, Decimal(1), self._clock.now(), source="grok")

    async def ask_soon(
        self, person: PersonId, symbol: str, *, order: Sequence[str] = (), within_s: float
    ) -> Stance | None:
        stance = await self.ask(person, symbol, order=order)
        if self.is_silent:
            await self._clock.sleep_s(within_s)
            return None
        return stance

    async def propose_soon(
        self, person: PersonId, text: str, *, order: Sequence[str] = (), within_s: float
    ) -> Proposal | None:
        raise AssertionError("nobody asks a profile for a line")

    async def allowance(self, person: PersonId) -> Allowance:
        raise AssertionError("a profile counts nothing")


class ProfilePit:
    """A pit with a candle clock and a desk of profiles; `candle` plays one minute."""

    def __init__(self, pit: Pit, market: PitMarket, opinion: Opinion | None = None) -> None:
        self.pit, self.market, self.opinion = pit, market, opinion
        self.desk: ProfileDesk | None = None
        self.task: asyncio.Task[None] | None = None
        self.deeper: Callable[[str, timedelta], Awaitable[Sequence[Bar]]] | None = None

    async def begin(self) -> ProfilePit:
        pit = self.pit
        self.candles = CandleClock(pit.clock, lambda symbol, at: True)
        parts = Parts(
            pit.engine,
            lambda: pit.engine.book,
            self.market,
            pit.store.ledger,
            pit.store.registers,
            pit.store.profiles,
            pit.clock,
            self.candles,
            opinion=self.opinion,
            deeper=self.deeper,
        )
        self.desk = ProfileDesk(parts)
        await self.desk.load()
        self.task = asyncio.create_task(self.desk.run(), name="profiles")
        await self.quiet()
        return self

    async def end(self) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def restart(self, away: timedelta = timedelta(0)) -> None:
        """The process dies without a word, time goes by, and it comes back."""
        await self.end()
        await self.pit.die()
        await self.pit.clock.sleep_s(away.total_seconds())
        await self.pit.open()
        await self.begin()
        # The feed needs a moment; nothing is entered on the price of before.
        await self.pit.clock.sleep_s(2)
        for symbol, known in self.market.past.items():
            await self.pit.quote(str(known[-1].close), symbol=symbol)
        await self.pit.clock.sleep_s(2)
        await self.quiet()

    async def quiet(self) -> None:
        """Let what waits a moment for others be done."""
        await self.pit.clock.sleep_s(0.5)
        await self.pit.settle()
        assert self.task is not None
        if self.task.done():
            self.task.result()

    async def candle(self, percent: float = 0, *, symbol: str = "BTC/USD", wakes: bool = True) -> Bar:
        """A minute in which the price moves by so many percent, and the quote at its end."""
        await self.candles_of({symbol: percent}, wakes=wakes)
        return self.market.past[symbol][-1]

    async def candles_of(self, moves: dict[str, float], *, wakes: bool = True) -> None:
        """The same minute of several symbols."""
        now = self.pit.clock.now()
        at = datetime.fromtimestamp(now.timestamp() // 60 * 60, now.tzinfo)
        await self.pit.clock.sleep_until(at + MINUTE)
        bars = []
        for symbol, percent in moves.items():
            known = self.market.past.setdefault(symbol, [])
            opened = known[-1].close if known else Price(Decimal(7400 if symbol == "BTC/USD" else 300))
            close = Price((opened * (100 + Decimal(str(percent))) / 100).quantize(Decimal("0.01")))
            bar = Bar(symbol, at, at + MINUTE, opened, max(opened, close), min(opened, close), close)
            known.append(bar)
            bars.append(bar)
            await self.pit.quote(str(close), symbol=symbol)
        for bar in bars if wakes else ():
            self.candles.heard(bar)
        if wakes:
            await self.quiet()

    async def calm(self, count: int = 3, *symbols: str) -> None:
        """Minutes in which nothing moves."""
        for _ in range(count):
            await self.candles_of(dict.fromkeys(symbols or ("BTC/USD",), 0.0))

    async def put(self, **more: Any) -> TradingProfile:
        """A profile of the owner's that runs from now on."""
        told: dict[str, Any] = {
            "profile_id": "paper/profile-1",
            "person": OWNER,
            "account": PAPER,
            "name": "jumps",
            "strategy": "pullback",
            "frame_s": 60,
            "size": Size(SizeKind.SPEND, Decimal(1000)),
            "symbols": ("BTC/USD",),
            "mode": Mode.AUTOMATIC,
            "is_running": True,
            "opinion": Voice.OFF,
            "since": self.pit.clock.now(),
            **more,
        }
        profile = TradingProfile(**told)
        assert self.desk is not None
        await self.desk.put(profile)
        await self.quiet()
        return profile

    async def kept(self, symbol: str = "BTC/USD", profile_id: str = "paper/profile-1") -> list[Kept]:
        """What became of the candles, newest first."""
        return list(await self.pit.store.profiles.kept(profile_id, symbol))

    def held(self, symbol: str = "BTC/USD") -> Decimal:
        position = self.pit.position(symbol)
        return position.quantity if position else Decimal(0)

    def intents(self) -> list[str]:
        """Every order that was written down, by role and side."""
        return [f"{one.order.side} {one.order.role}" for one in self.pit.named("OrderIntended")]


def in_profile_pit(
    scene: Callable[[ProfilePit], Awaitable[None]], *, opinion: Callable[[Pit], Opinion] | None = None
) -> None:
    """Play a scene with Bitcoin at 7,400 and Ether at 300; `pullback` is the strategy above."""

    async def played(pit: Pit) -> None:
        await pit.quote("7400")
        await pit.quote("300", symbol="ETH/USD")
        floor = ProfilePit(pit, PitMarket(pit), opinion(pit) if opinion else None)
        await floor.begin()
        try:
            await scene(floor)
        finally:
            await floor.end()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowd, "STRATEGIES", {**STRATEGIES, "pullback": Jump()})
        in_pit(played, instruments=(BTC, ETH), waits_for_open=False)
