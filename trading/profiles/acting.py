"""What a profile does about one candle: close, or pass every hurdle of an entry, each of which may say no.

Ids of commands grow from the candle, and every command goes through the desk like any other: whoever comes to
the same candle again, after a crash or by a second wake-up, buys nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.json import Encoder
from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.decide.entry import EntryPlan, plan_entry
from trading.domain.events import Level, Refusal
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.moment import seconds_between
from trading.domain.opinion import USUAL, VETO, WHOLE, Factor, Lean, Stance, Weighing
from trading.domain.position import Position
from trading.ports import Clock, Denied, Desk, Ledger, MarketData, Opinion, Registers
from trading.profiles.deciding import (
    BLACKOUT,
    DIRECTION,
    Directions,
    entry_of,
    exits_of,
    forbidden,
    held,
    is_blacked_out,
    may_act_until,
    owns,
    shrunk,
    token_of,
)
from trading.profiles.guarding import CandlesOf, pauses_of
from trading.profiles.profile import Kept, Mode, Outcome, ProfileStore, TradingProfile, Voice, cause_of
from trading.regime_by_hand import everywhere, sides
from trading.strategies.bars import instant
from trading.strategies.fanout import Candidate
from trading.strategies.opinion import with_opinion
from trading.strategies.scorecard import Scorecard

encode = Encoder(decimal_format="string").encode
OPINION_WITHIN_S = 20.0
"""So long an entry waits for an opinion; then nobody has one."""
PRICE_EVERY_S = 1.0
LOST_RIGHTS = frozenset({"no_right", "no_account"})
"""Refusals after which a profile cannot go on: its person may not trade there any more."""
_FAVOUR = Weighing(unheard=VETO)


@dataclass(frozen=True)
class Surroundings:
    """What acting stands on. `candles`: what is known of a line; `stop` ends a profile with its reason."""

    desk: Desk
    book: Callable[[], Book]
    market: MarketData
    ledger: Ledger
    registers: Registers
    store: ProfileStore
    clock: Clock
    candles: CandlesOf
    stop: Callable[[TradingProfile, Refusal], Awaitable[None]]
    opinion: Opinion | None = None
    current: Callable[[TradingProfile], TradingProfile | None] = lambda profile: profile
    """A profile as it is set by now; None once it stands still. Between a candle and its order people change
    their minds."""
    locks: dict[AccountId, asyncio.Lock] = field(default_factory=dict)
    """One entry of an account after the other: what the first one is counts for the second."""


class Actor:
    """Carries out what strategies want."""

    def __init__(self, around: Surroundings) -> None:
        self._at = around

    async def act(self, profile: TradingProfile, candidate: Candidate, closed_at: datetime) -> Kept:
        """What becomes of a candle on which the strategy wants to enter or leave. Raises
        JournalUnavailable."""
        symbol, card = candidate.card.symbol, candidate.card
        kept = Kept(
            profile.profile_id,
            symbol,
            profile.frame_s,
            closed_at,
            Outcome.REFUSED,
            card,
            profile.history.number,
        )
        position = held(self._at.book(), profile.account, symbol)
        now = self._at.current(profile)
        if now is None:
            return _stopped(profile, kept) if candidate.entry else kept
        if candidate.exit and position is not None and position.is_open and owns(now, position):
            return await self._leave(now, position, kept)
        if not candidate.entry:
            return kept
        instrument = self._at.market.instrument(symbol)
        if instrument is None:
            text = f"No feed knows {symbol} any more."
            return replace(kept, outcome=Outcome.DENIED, code="no_instrument", sentence=text)
        what = "long" if candidate.entry > 0 else "short"
        kept = replace(kept, command_id=cause_of(profile, symbol, closed_at, what))
        return await self._enter(profile, candidate, instrument, kept)

    # ------------------------------------------------------------ leaving

    async def _leave(self, profile: TradingProfile, position: Position, kept: Kept) -> Kept:
        """The strategy wants out: however late it is said, what is held is closed."""
        instrument = self._at.book().instrument(profile.account, kept.symbol)
        assert instrument is not None, "what is held was listed"
        command_id = cause_of(profile, kept.symbol, kept.closed_at, "exit")
        answer = await self._at.desk.submit(
            cm.ClosePosition(
                command_id,
                profile.person,
                profile.account,
                position.position_id,
                Size(SizeKind.MAX),
                self._seen(instrument),
                reason="signal",
                tag=profile.tag,
            )
        )
        kept = replace(kept, command_id=command_id, position_id=position.position_id)
        if isinstance(answer, Denied):
            return await self._denied(profile, answer, kept)
        return replace(kept, outcome=Outcome.LEFT)

    # ------------------------------------------------------------ entering

    async def _enter(
        self, profile: TradingProfile, candidate: Candidate, instrument: Instrument, kept: Kept
    ) -> Kept:
        position = held(self._at.book(), profile.account, kept.symbol)
        if position is not None:
            # After a crash the order of this very candle may be there already.
            is_own = position.command_id == kept.command_id
            return replace(
                kept, outcome=Outcome.ENTERED if is_own else Outcome.HELD, position_id=position.position_id
            )
        now, until = self._at.clock.now(), may_act_until(kept.closed_at, profile.frame_s)
        if now > until:
            return replace(kept, outcome=Outcome.LATE, code="late", until=until)
        settings = await self._at.registers.settings(profile.person)
        allowed = Directions(everywhere(settings), sides(settings, now))
        card = candidate.card
        if not allowed.allow(profile, kept.symbol, candidate.entry):
            return replace(kept, card=forbidden(card, DIRECTION))
        if is_blacked_out(profile, kept.closed_at):
            return replace(kept, card=forbidden(card, BLACKOUT))
        paused = await self._pauses(profile, candidate, kept)
        if paused is not None:
            return paused
        await self._fresh_price(kept.symbol, until)
        factor = WHOLE
        if profile.opinion is not Voice.OFF and (
            self._at.opinion is not None or profile.opinion is Voice.NEEDED
        ):
            order = tuple(name for name in settings.get("opinions", "").split(",") if name)
            factor, kept = await self._heard(profile, card, order, kept)
            if factor == VETO:
                return self._forgone(profile, candidate, instrument, kept)
        kept = replace(kept, exits=exits_of(candidate, instrument))
        async with self._at.locks.setdefault(profile.account, asyncio.Lock()):
            # What was entered and set meanwhile counts.
            paused = await self._pauses(profile, candidate, kept)
            if paused is not None:
                return paused
            if self._at.clock.now() > until:
                return replace(kept, outcome=Outcome.LATE, code="late", until=until)
            still = self._at.current(profile)
            if still is None or kept.symbol not in still.symbols or _is_of_before(still, kept):
                return _stopped(profile, kept)
            if not allowed.allow(still, kept.symbol, candidate.entry):
                return replace(kept, card=forbidden(card, DIRECTION))
            kept = replace(kept, size=shrunk(still.size, factor, instrument))
            if still.mode is Mode.AUTOMATIC:
                return await self._send(still, instrument, kept)
        return await self._propose(still, instrument, kept)

    def _forgone(
        self, profile: TradingProfile, candidate: Candidate, instrument: Instrument, kept: Kept
    ) -> Kept:
        """With what the entry would have been, for the month's report; without, where it could not be
        planned anyway."""
        if kept.outcome is not Outcome.VETOED:
            return kept
        kept = replace(kept, size=profile.size, exits=exits_of(candidate, instrument))
        entry = entry_of(profile, kept, self._seen(instrument))
        planned = plan_entry(self._at.book(), entry, self._at.clock.now(), live_allowed=True)
        if not isinstance(planned, EntryPlan):
            return kept
        return replace(kept, price=planned.expected_price, quantity=planned.quantity)

    async def _fresh_price(self, symbol: str, until: datetime) -> None:
        """Wait for a price that is not stale, as long as the entry may still go out: after a start the feed
        needs a moment, and a refusal would use the candle up."""
        market, clock = self._at.market, self._at.clock
        while market.is_open(symbol, now := clock.now()) and now < until:
            quote = market.last(symbol)
            if quote is not None and seconds_between(quote.at, now) <= market.stale_after_s(symbol):
                return
            await clock.sleep_s(PRICE_EVERY_S)

    async def _pauses(self, profile: TradingProfile, candidate: Candidate, kept: Kept) -> Kept | None:
        found = await pauses_of(
            profile,
            kept.symbol,
            candidate.entry,
            book=self._at.book(),
            ledger=self._at.ledger,
            candles=self._at.candles,
            now=self._at.clock.now(),
        )
        if not found:
            return None
        longest = max(found, key=lambda one: one.until)
        return replace(
            kept,
            outcome=Outcome.PROTECTED,
            code=longest.refusal.code,
            sentence=longest.refusal.sentence,
            until=longest.until,
        )

    async def _send(self, profile: TradingProfile, instrument: Instrument, kept: Kept) -> Kept:
        """The entry goes out: its id makes it happen once."""
        answer = await self._at.desk.submit(entry_of(profile, kept, self._seen(instrument)))
        if isinstance(answer, Denied):
            if any(one.code == "key_reused" for one in answer.refusals):
                return replace(kept, outcome=Outcome.ENTERED)
            return await self._denied(profile, answer, kept)
        return replace(
            kept, outcome=Outcome.ENTERED, position_id=PositionId(str(answer.facts.get("position_id", "")))
        )

    async def _propose(self, profile: TradingProfile, instrument: Instrument, kept: Kept) -> Kept:
        """A person is asked, once, and may say yes until the next candle closes."""
        before = await self._at.store.kept(profile.profile_id, command_id=kept.command_id, limit=1)
        if before and before[0].outcome is Outcome.ENTERED:
            return before[0]
        until = kept.closed_at + timedelta(seconds=profile.frame_s)
        kept = replace(kept, outcome=Outcome.PROPOSED, until=until)
        # What the button stands for must be known before anybody can press it.
        await self._at.store.keep([kept], [])
        quote = self._at.market.last(kept.symbol)
        facts = {
            "profile": profile.name,
            "token": token_of(kept.command_id),
            "symbol": kept.symbol,
            "side": "long" if kept.card is not None and kept.card.side > 0 else "short",
            "price": str(instrument.price_nearest(quote.mid)) if quote is not None else "",
            "until": until.isoformat(),
            "left": kept.left,
            "size": encode(kept.size).decode(),
            **{name: str(value) for name, value in _levels(kept).items()},
        }
        await self._at.desk.submit(
            cm.Tell(
                CommandId(f"{kept.command_id}:asked"),
                profile.person,
                profile.account,
                "profile_proposed",
                "profile",
                Level.SUCCESS.value,
                facts,
            )
        )
        return kept

    async def _denied(self, profile: TradingProfile, answer: Denied, kept: Kept) -> Kept:
        first = answer.refusals[0]
        if first.code in LOST_RIGHTS:
            await self._at.stop(profile, first)
        return replace(kept, outcome=Outcome.DENIED, code=first.code, sentence=first.sentence)

    # ------------------------------------------------------------ the seventh rule

    async def _heard(
        self, profile: TradingProfile, card: Scorecard, order: tuple[str, ...], kept: Kept
    ) -> tuple[Factor, Kept]:
        """What an opinion leaves of the entry. It is written down before anything follows from it; what was
        said first about this candle holds, whoever is asked again."""
        stance = await self._stance(profile, kept.symbol, order)
        weighing = _FAVOUR if profile.opinion is Voice.NEEDED else USUAL
        answer = await self._at.desk.submit(
            cm.NoteOpinion(
                CommandId(f"{kept.command_id}:opinion"), profile.person, profile.account, stance, weighing
            )
        )
        if isinstance(answer, Denied):
            return VETO, await self._denied(profile, answer, kept)
        factor = Factor(Decimal(str(answer.facts["buying" if card.side > 0 else "selling"])))
        kept = replace(kept, card=with_opinion(card, stance, weighing), left=str(factor.value))
        if factor == VETO:
            kept = replace(kept, outcome=Outcome.VETOED, code="opinion")
        return factor, kept

    async def _stance(self, profile: TradingProfile, symbol: str, order: tuple[str, ...]) -> Stance:
        if self._at.opinion is None:
            return self._nobody(symbol, "no_key")
        stance = await self._at.opinion.ask_soon(
            profile.person, symbol, order=order, within_s=OPINION_WITHIN_S
        )
        return stance if stance is not None else self._nobody(symbol, "deadline")

    def _nobody(self, symbol: str, why: str) -> Stance:
        """Nobody has an opinion: that is neutral."""
        zero = Decimal(0)
        return Stance(symbol, "", Lean.NEUTRAL, zero, zero, self._at.clock.now(), neutral_because=why)

    def _seen(self, instrument: Instrument) -> cm.Seen:
        market, symbol = self._at.market, instrument.symbol
        return cm.Seen(
            instrument,
            market.last(symbol),
            None,
            Decimal(str(market.stale_after_s(symbol))),
            market.is_open(symbol, self._at.clock.now()),
        )


def closed_at(candidate: Candidate) -> datetime:
    """When the candle has closed that a candidate is about."""
    card = candidate.card
    return instant(card.at_ms) + timedelta(seconds=card.frame_s)


def _is_of_before(profile: TradingProfile, kept: Kept) -> bool:
    """Whether the candle closed before the profile was started last."""
    return profile.since is not None and kept.closed_at <= profile.since


def _stopped(profile: TradingProfile, kept: Kept) -> Kept:
    """It was stopped, or does not trade the symbol any more, between the candle and its order."""
    no = Refusal("stopped_meanwhile", f"{profile.name} was stopped before its order could go out.")
    return replace(kept, outcome=Outcome.DENIED, code=no.code, sentence=no.sentence)


def _levels(kept: Kept) -> dict[str, Decimal]:
    assert kept.exits is not None
    found: dict[str, Decimal] = {}
    if kept.exits.stop is not None:
        found["stop"] = kept.exits.stop.value
    if kept.exits.targets:
        found["target"] = kept.exits.targets[0].level.value
    return found
