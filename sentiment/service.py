"""Opinions on demand: a young one again, else source after source, inside a budget and a deadline.

Whatever goes wrong ends in a neutral answer with its reason. Nothing in here can trade, and nothing that a
source says is ever carried out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import Struct

from sentiment import reading
from sentiment.budget import Budget
from sentiment.cache import Cache, Key, Proposals
from sentiment.patience import Patience
from sentiment.pricing import most, really
from sentiment.prompt import SYMBOL, Prompt, mood_prompt, wish_prompt
from sentiment.source import Source, SourceFault
from trading.domain.ids import PersonId
from trading.domain.money import ZERO
from trading.domain.opinion import Lean, Stance
from trading.opinions import Allowance, Proposal
from trading.ports import Clock, JournalUnavailable
from trading.telemetry import MUTE, Telemetry

QUESTION = "sentiment"
DEADLINE_S = 25.0
SHARE_OF_TIME = 0.6
"""A source that is not the last one may use so much of the time that is left."""
ASKED_AT_ONCE_MAX = 8

T = TypeVar("T")


class _Answer(Struct):
    """What the sources came to, with what it cost and what was tried on the way."""

    body: bytes = b""
    source: str = ""
    model: str = ""
    cost: Decimal = ZERO
    reason: str = ""
    tried: tuple[str, ...] = ()


class OpinionDesk:
    """`trading.opinions.Opinion` over sources with keys.

    Args:
        sources: in the desk's own order.
        deadline_s: for all sources of one question together, in seconds.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        budget: Budget,
        clock: Clock,
        *,
        deadline_s: float = DEADLINE_S,
        telemetry: Telemetry = MUTE,
    ) -> None:
        self._sources = {one.name: one for one in sources}
        self._budget = budget
        self._clock = clock
        self._deadline_s = deadline_s
        self._telemetry = telemetry
        self._cache = Cache()
        self._patience = Patience()
        self._at_once = asyncio.Semaphore(ASKED_AT_ONCE_MAX)
        self._under_way: dict[Key, asyncio.Task[Stance]] = {}
        self._proposals = Proposals()
        self._kept: set[asyncio.Task[Any]] = set()
        """Questions that nobody waits for any more; a task that nobody holds may vanish."""

    @property
    def sources(self) -> Sequence[str]:
        """Names, in the desk's order."""
        return tuple(self._sources)

    async def ask(self, person: PersonId, symbol: str, *, order: Sequence[str] = ()) -> Stance:
        """What they think of a symbol; whoever asks for the same at the same time shares one answer."""
        task, is_own = self._asking(person, symbol, self._chosen(order))
        stance = await asyncio.shield(task)
        if not is_own and stance.neutral_because == "budget":
            return await self.ask(person, symbol, order=order)  # it was somebody else's that is used up
        return stance

    async def ask_soon(
        self, person: PersonId, symbol: str, *, order: Sequence[str] = (), within_s: float
    ) -> Stance | None:
        """As `ask`, for whoever must not be held up: a chat answers one line after the other."""
        return await _soon(asyncio.create_task(self.ask(person, symbol, order=order)), within_s, self._kept)

    async def propose_soon(
        self, person: PersonId, text: str, *, order: Sequence[str] = (), within_s: float
    ) -> Proposal | None:
        """One command line for a sentence. The same sentence is asked about once in two minutes."""
        wish, now = (person, text, self._chosen(order)), self._clock.now()
        task = self._proposals.get(wish, now)
        if task is None:
            task = asyncio.create_task(self._proposed(*wish))
            self._proposals.put(wish, task, now)
        proposal = await _soon(task, within_s, self._kept)
        if proposal is not None and proposal.nothing_because:
            self._proposals.drop(wish)
        return proposal

    def _asking(
        self, person: PersonId, symbol: str, chosen: tuple[str, ...]
    ) -> tuple[asyncio.Task[Stance], bool]:
        """The question under way, and whether it is this person's own."""
        key = (symbol, QUESTION, chosen)
        known = self._under_way.get(key)
        if known is not None:
            return known, False
        task = asyncio.create_task(self._known_or_asked(person, symbol, chosen, key))
        self._under_way[key] = task
        task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return task, True

    async def _known_or_asked(
        self, person: PersonId, symbol: str, chosen: tuple[str, ...], key: Key
    ) -> Stance:
        return self._cache.get(key, self._clock.now()) or await self._asked(person, symbol, chosen, key)

    async def _proposed(self, person: PersonId, text: str, chosen: tuple[str, ...]) -> Proposal:
        prompt = wish_prompt(text, self._clock.now())
        found, line = await self._first(person, prompt, chosen, reading.line)
        reason = found.reason or ("" if line else "no_line")
        return Proposal(line or "", found.source, found.model, found.cost, reason, found.tried)

    async def allowance(self, person: PersonId) -> Allowance:
        """What is left of a person's day."""
        return await self._budget.allowance(person)

    async def close(self) -> None:
        """End what is under way, and let go of all connections."""
        going = {*self._under_way.values(), *self._kept, *self._proposals.tasks()}
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        for source in self._sources.values():
            await source.close()

    def _chosen(self, order: Sequence[str]) -> tuple[str, ...]:
        """The person's order as far as there are keys for it, else the desk's."""
        wanted = tuple(dict.fromkeys(name for name in order if name in self._sources))
        return wanted or tuple(self._sources)

    async def _asked(self, person: PersonId, symbol: str, chosen: tuple[str, ...], key: Key) -> Stance:
        now = self._clock.now()
        if not SYMBOL.fullmatch(symbol):
            return _neutral(symbol, now, "no_symbol")
        prompt = mood_prompt(symbol, now)
        found, mood = await self._first(person, prompt, chosen, lambda body: reading.mood(body, symbol, now))
        hashes = (prompt.prompt_hash, prompt.input_hash)
        if mood is None:
            stance = _neutral(symbol, now, found.reason, found, hashes)
        else:
            stance = Stance(
                symbol,
                QUESTION,
                mood.lean,
                mood.score,
                mood.confidence,
                now,
                mood.reasons,
                mood.citations,
                found.source,
                mood.model or found.model,
                *hashes,
                found.cost,
                "",
                found.tried,
            )
        if stance.neutral_because not in ("budget", "no_key"):
            self._cache.put(key, stance)
        return stance

    async def _first(
        self, person: PersonId, prompt: Prompt, chosen: Sequence[str], read: Callable[[bytes], T]
    ) -> tuple[_Answer, T | None]:
        """The first answer that can be read, with all that was tried; None and a reason when there is
        none."""
        found = _Answer(reason="" if chosen else "no_key")
        try:
            async with asyncio.timeout(self._deadline_s):
                return found, await self._tried(person, prompt, chosen, read, found)
        except TimeoutError:
            found.reason = "deadline"
            return found, None

    async def _tried(
        self,
        person: PersonId,
        prompt: Prompt,
        chosen: Sequence[str],
        read: Callable[[bytes], T],
        found: _Answer,
    ) -> T | None:
        """One source after the other; each but the last leaves some of the time to those behind it."""
        begun_s = self._clock.elapsed_s()
        for number, name in enumerate(chosen, start=1):
            left_s = self._deadline_s - (self._clock.elapsed_s() - begun_s)
            within_s = left_s if number == len(chosen) else left_s * SHARE_OF_TIME
            code, said = await self._one(person, prompt, self._sources[name], max(0.0, within_s), read, found)
            if said is not None:
                found.reason = ""
                return said
            found.tried += (f"{name}:{code}",)
            found.reason = code if not found.reason or found.reason in _WEAK else found.reason
        return None

    async def _one(
        self,
        person: PersonId,
        prompt: Prompt,
        source: Source,
        within_s: float,
        read: Callable[[bytes], T],
        found: _Answer,
    ) -> tuple[str, T | None]:
        """Ask one source: what it said, or a code."""
        barred = self._patience.barred(source.name, self._clock.elapsed_s())
        if barred:
            return barred, None
        reserved = most(source.name, prompt)
        try:
            if not await self._budget.reserve(person, reserved):
                return "budget", None
            body = await self._body(prompt, source, within_s)
            await self._settled(person, source, reserved, body, found)
            self._patience.answered(source.name)
            said = read(body)
        except JournalUnavailable:
            return "not_recorded", None
        except SourceFault as fault:
            await self._faulted(person, source, reserved, fault, found)
            return fault.code, None
        except reading.Unusable as problem:
            self._telemetry.log("warning", "opinion_unusable", source=source.name, code=problem.code)
            return problem.code, None
        found.source, found.model = source.name, source.model
        return "", said

    async def _body(self, prompt: Prompt, source: Source, within_s: float) -> bytes:
        begun_s = self._clock.elapsed_s()
        try:
            async with asyncio.timeout(within_s), self._at_once:
                return await source.ask(prompt, within_s)
        except TimeoutError:
            raise SourceFault("timeout") from None
        finally:
            self._telemetry.took("opinion_s", self._clock.elapsed_s() - begun_s, source=source.name)

    async def _settled(
        self, person: PersonId, source: Source, reserved: Decimal, body: bytes, found: _Answer
    ) -> None:
        """Replace the reserve by what the answer says it cost; when it does not say, the reserve stays."""
        told = reading.spent(body)
        cost = really(source.name, told) if told is not None else reserved
        found.cost += cost
        await self._budget.settle(person, reserved, cost)

    async def _faulted(
        self, person: PersonId, source: Source, reserved: Decimal, fault: SourceFault, found: _Answer
    ) -> None:
        if fault.is_free:
            with suppress(JournalUnavailable):
                await self._budget.settle(person, reserved, ZERO)
        else:
            found.cost += reserved
        is_off = self._patience.failed(source.name, fault, self._clock.elapsed_s())
        level, what = ("error", "opinion_source_off") if is_off else ("warning", "opinion_failed")
        self._telemetry.log(level, what, source=source.name, code=fault.code)


_WEAK = frozenset({"off", "paused", "budget"})
"""Reasons that tell less than what another source came to."""


async def _soon(task: asyncio.Task[T], within_s: float, kept: set[asyncio.Task[Any]]) -> T | None:
    """What a task comes to, if it does within so many seconds; else it goes on."""
    done, _ = await asyncio.wait({task}, timeout=within_s)
    if done:
        return task.result()
    kept.add(task)
    task.add_done_callback(kept.discard)
    return None


def _neutral(
    symbol: str,
    now: datetime,
    reason: str,
    found: _Answer | None = None,
    hashes: tuple[str, str] = ("", ""),
) -> Stance:
    """No opinion, and why."""
    found = found or _Answer()
    return Stance(
        symbol,
        QUESTION,
        Lean.NEUTRAL,
        ZERO,
        ZERO,
        now,
        prompt_hash=hashes[0],
        input_hash=hashes[1],
        cost=found.cost,
        neutral_because=reason,
        tried=found.tried,
    )
