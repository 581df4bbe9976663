"""Plays a seed to its end: trouble first, then quiet, then the verdict. `--seed N` prints its hash."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from db.chain import rebuild_now, verify_now
from db.tables import DERIVED
from tests.sim.actors import Market, Settler, deliver, press_later
from tests.sim.bots import act_still, is_under_way
from tests.sim.epilogue import restored
from tests.sim.hand import is_sought
from tests.sim.occurrences import seen_in
from tests.sim.oracle import Breach, judged
from tests.sim.peopled import people_of
from tests.sim.poison import poisonous
from tests.sim.recipe import ACCOUNT, INSTRUMENTS, Recipe, recipe_of
from tests.sim.scripted import Script
from tests.sim.stores import with_all_written
from tests.sim.tape import Asked, Tape
from tests.sim.thinking import OWNER
from tests.sim.witness import Witness
from tests.sim.world import World
from trading.brokers.paper_records import Trailed
from trading.domain import commands as cm
from trading.domain.book import Book, same
from trading.domain.ids import CommandId
from trading.engine.memory import Memory
from trading.ports import Taken
from trading.virtual_time import Livelock, Stalled, VirtualLoop, run

SETTLE_S = 90.0
LAST_ANSWERS_S = 30.0
ROUNDS_MAX = 60
TROUBLE_MAX_S = 600.0
BACKUP_AFTER = 6
"""Commands after which the copy is made that may be put back."""


class Outcome(Struct):
    """What came of a seed. `trace` is the hash of everything that happened, in order; `fired` counts faults
    by their ids. The power can go at the first `trouble_hooks` hooks; behind them lies the quiet.
    `asked` holds what was pressed; `live` the draws that may have made trouble (with a tape only)."""

    seed: int
    breaches: list[Breach]
    trace: str
    hooks: int
    crashes: int
    events: int
    fills: int
    sends: int
    seconds: float
    hook_names: list[str]
    trouble_hooks: int = 0
    asked: list[Asked] = []
    live: dict[str, list[int]] = {}
    fired: dict[str, int] = {}
    timeline: list[dict[str, Any]] = []


def played(script: Script, crash_at: Iterable[int] = (), *, keeps: bool = False) -> Outcome:
    """Play a day that is written down; the power goes only where it is told to."""
    recipe = script.recipe()
    return play(recipe.seed, crash_at, recipe=recipe, script=script, keeps=keeps)


STEPS_MAX = 20_000
"""Callbacks at one instant: a day of trouble needs hundreds, more is a desk chasing its own tail (I17)."""


def play(
    seed: int,
    crash_at: Iterable[int] | None = None,
    *,
    recipe: Recipe | None = None,
    script: Script | None = None,
    tape: Tape | None = None,
    keeps: bool = False,
) -> Outcome:
    """Play a seed; `crash_at` names hooks at which the power goes instead of the seed's own choice.
    A `script` says what happens instead of people and chance; a `tape` which choices count."""
    chosen = recipe or recipe_of(seed)
    held: list[World] = []

    async def main(loop: VirtualLoop) -> Outcome:
        world = World(loop, chosen, crash_at, tape)
        held.append(world)
        return await _play(world, script, tape.sheet if tape is not None else None, keeps)

    from trading.entropy import SeededEntropy

    try:
        with poisonous() if chosen.poison else nullcontext():
            return run(main, entropy=SeededEntropy(seed).fork(_shuffle(tape)), steps_max=STEPS_MAX)
    except (Stalled, Livelock) as stuck:
        world = held[0]
        breaches = [Breach(*one) for one in world.failures] or [Breach("I17", str(stuck))]
        return Outcome(seed, breaches, "", world.hooks, world.crashes, 0, 0, 0, 0.0, world.hook_names)


def _shuffle(tape: Tape | None) -> str:
    """The stream that picks what runs next among what is ready."""
    return f"loop:{tape.shuffle}" if tape is not None and tape.shuffle else "loop"


async def _play(world: World, script: Script | None, sheet: Sequence[Asked] | None, keeps: bool) -> Outcome:
    lives = asyncio.create_task(world.live(), name="lives")
    await world.came_up.wait()
    market = Market(world)
    market.open()
    market.is_still = script is not None
    prices = asyncio.create_task(market.walk(lambda: world.is_frozen), name="prices")
    await _open_account(world)
    witness = asyncio.create_task(Witness(world).watch() if script is None else asyncio.sleep(0))
    await _trouble(world, script, sheet)
    trouble_hooks = world.hooks
    world.has_trouble = False
    world.faults.off()
    world.machine.set_right()
    market.is_calm = True
    if not world.failures:
        await _quiet(world, market)
    breaches = [Breach(*one) for one in world.failures] or await _verdict(world)
    if world.backup is not None and not breaches:
        breaches = await restored(world)
    world.is_over = True
    for process in (*world.machine.overtaken, world.process):
        process.kill()
    prices.cancel()
    witness.cancel()
    await asyncio.gather(prices, witness, lives, return_exceptions=True)
    timeline = plain_timeline(world)
    fired = world.fired + Counter(seen_in(timeline))
    sends = sum(1 for row in timeline if row["what"] == "send")
    fills = sum(1 for row in timeline if row["what"] == "venue" and row["type"] == "Filled")
    events = sum(1 for row in timeline if row["what"] == "event")
    return Outcome(
        world.recipe.seed,
        breaches,
        trace_of(timeline),
        world.hooks,
        world.crashes,
        events,
        fills,
        sends,
        world.loop.time(),
        world.hook_names,
        trouble_hooks,
        world.asked,
        getattr(world.entropy, "live", {}),
        dict(sorted(fired.items())),
        timeline if keeps else [],
    )


async def _open_account(world: World) -> None:
    while True:
        engine = world.process.engine
        if engine is None or not world.process.is_ready:
            await world.clock.sleep_s(0.5)
            continue
        known = engine.book.account(ACCOUNT)
        if known is None:
            command = cm.OpenAccount(
                CommandId("open"), OWNER, ACCOUNT, "paper", "paper", "USD", world.recipe.cash
            )
            asked = world.process.spawn(engine.submit(command), "front:open")
            await asyncio.wait([asked])
            if asked.cancelled() or not isinstance(asked.result(), Taken):
                await world.clock.sleep_s(0.5)
                continue
        if engine.outbox.broker(ACCOUNT) is None and world.process.is_ready:
            # As a desk does for a new account: the next life connects it at its start.
            await world.restart()
        return


async def _trouble(world: World, script: Script | None, sheet: Sequence[Asked] | None) -> None:
    if script is not None:
        async with asyncio.timeout(TROUBLE_MAX_S):
            await script.act(world)
        return
    people = [asyncio.create_task(press_later(world, one), name="sheet") for one in sheet or ()]
    if sheet is None:
        people += people_of(world)
    settler = Settler(world)
    settling = [asyncio.create_task(settler.watch(), name="settler")] if world.recipe.has_hands else []
    try:
        async with asyncio.timeout(TROUBLE_MAX_S):
            while not world.failures and not all(task.done() for task in people):
                await world.clock.sleep_s(1)
                if world.recipe.anchors and world.backup is None and len(world.confirmed) >= BACKUP_AFTER:
                    world.back_up()
    except TimeoutError:
        pass
    settler.is_over = True
    for task in people:
        task.cancel()
    for result in await asyncio.gather(*people, *settling, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


async def _quiet(world: World, market: Market) -> None:
    """No faults any more. What the stream withheld is found by the desk itself; half of the days a deploy
    comes besides."""
    if world.recipe.seed % 2:
        await world.restart()
        # A phone that was without a net delivers once more what it had delivered long ago.
        for command in world.confirmed[-3:]:
            await deliver(world, command)
    await world.clock.sleep_s(SETTLE_S)
    market.is_still = True
    world.process.rest_profiles()
    await world.clock.sleep_s(LAST_ANSWERS_S)
    for _ in range(ROUNDS_MAX):
        if not is_under_way(world.process) and not is_sought(world):
            break
        await world.clock.sleep_s(1)  # a bot has acted at the last moment, or a hand
    world.process.rest_bots()
    world.is_frozen = True
    if world.process.is_dead or not world.came_up.is_set():
        world.fail("I7", "the desk did not come up again")


async def _verdict(world: World) -> list[Breach]:
    engine = await with_all_written(world)
    breaches = judged(
        plain_timeline(world),
        final_of(engine.book, world.recipe.cash, world.clock.now() - timedelta(seconds=LAST_ANSWERS_S)),
    )
    breaches += await _memory(world, engine.book)
    account = engine.book.account(ACCOUNT)
    # Exits of a position that the venue does not hold are tried again, also at a start.
    disagree = account is not None and (account.frozen or account.ignored)
    # A bot that rests tries again by the clock, whether the desk was away or not.
    rests = act_still(engine.book, world.clock.now())
    if not breaches and not disagree and not rests:
        breaches += await _restarts(world)
    return breaches


async def _memory(world: World, live: Book) -> list[Breach]:
    """The chain holds; book and tables are what the events say."""
    found = []
    verdict = await world.store.reader.run(verify_now)
    if verdict.fault is not None:
        found.append(Breach("I16", verdict.fault.sentence))
    written = sum(1 for what, _ in world.timeline if what == "event")
    if verdict.events != written:
        found.append(Breach("I16", f"{written} events were written, {verdict.events} are there"))
    rebuilt = Book()
    await Memory(world.store.journal, world.recipe.settings).load(rebuilt)
    if not same(rebuilt, live):
        other = Breach("I18", f"the book rebuilt from events is another one: {_difference(rebuilt, live)}")
        return [*found, other]
    # A start from a snapshot of everything, the desk's own small stream included, finds the same.
    assert world.process.engine is not None
    await world.process.engine.memory.save(live)
    resumed = Book()
    await Memory(world.store.journal, world.recipe.settings).load(resumed)
    if not same(resumed, live):
        found.append(Breach("I18", f"a snapshot makes another book: {_difference(resumed, live)}"))
    before = await world.store.reader.run(_tables)
    await world.store.writer.run(rebuild_now)
    after = await world.store.reader.run(_tables)
    found += [
        Breach("I18", f"table {name} rebuilt from events is another one")
        for name in before
        if before[name] != after[name]
    ]
    return found


def _difference(one: Book, other: Book) -> str:
    for account in one.accounts:
        ours, theirs = msgspec.to_builtins(one.part(account)), msgspec.to_builtins(other.part(account))
        for name in ours:
            if ours[name] != theirs[name]:
                return f"{name}: {str(ours[name])[:400]} / {str(theirs[name])[:400]}"
    return "accounts or the desk's halt"


def _tables(conn: Any) -> dict[str, list[str]]:
    # Straight from the driver: two hundred thousand of these are asked for in a proof.
    raw = conn.connection.driver_connection
    return {
        table.name: sorted(map(repr, raw.execute(f"SELECT * FROM {table.name}").fetchall()))
        for table in DERIVED
    }


async def _restarts(world: World) -> list[Breach]:
    """Two starts with no news: nothing may happen (I18)."""
    for _ in range(2):
        mark = len(world.timeline)
        await world.restart()
        await world.clock.sleep_s(40)
        news = [
            (what, content)
            for what, content in world.timeline[mark:]
            if what in ("send", "event") or (what == "venue" and not isinstance(content, Trailed))
        ]
        if news:
            return [Breach("I18", f"a start without news did {news[0]}")]
    return [Breach(*one) for one in world.failures]


# ---------------------------------------------------------------- plain data for the oracle


def plain(value: Any) -> Any:
    """Product values as dictionaries, with decimals and instants kept."""
    return msgspec.to_builtins(value, builtin_types=(Decimal, datetime))


def plain_timeline(world: World) -> list[dict[str, Any]]:
    """Everything that happened, as plain data; `t_s` is the virtual time since the day began."""
    rows: list[dict[str, Any]] = []
    for (what, content), at_s in zip(world.timeline, world.times_s, strict=True):
        if what == "event":
            stream, seq, event = content
            rows.append({"what": what, "t_s": at_s, "stream": stream, "seq": seq, "event": plain(event)})
        elif isinstance(content, dict):
            rows.append({"what": what, "t_s": at_s, **content})
        elif isinstance(content, Struct):
            rows.append({"what": what, "t_s": at_s, **plain(content)})
        else:
            rows.append({"what": what, "t_s": at_s, "which": content})
    return rows


def trace_of(timeline: Sequence[dict[str, Any]]) -> str:
    """One hash over everything that happened."""
    digest = hashlib.blake2s()
    for row in timeline:
        digest.update(repr(row).encode())
    return digest.hexdigest()


def final_of(book: Book, deposit: Decimal, quiet_since: datetime) -> dict[str, Any]:
    """What the desk believes at the end, as plain data."""
    part = book.part(ACCOUNT)
    return {
        "account": plain(part.account),
        "positions": [plain(p) for p in part.positions],
        "orders": [plain(o) for o in part.orders],
        "desk": plain(book.desk),
        "quiet_since": quiet_since,
        "now": quiet_since + timedelta(seconds=LAST_ANSWERS_S),
        "deposit": deposit,
        "multipliers": {one.symbol: one.multiplier for one in INSTRUMENTS},
        "futures": [one.symbol for one in INSTRUMENTS if one.is_future],
        "quotes": {symbol: plain(quote) for symbol, quote in book.marks.items()},
    }


def main() -> int:
    """Print what came of one seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--crash-at", type=int, nargs="*")
    parser.add_argument("--tell", action="store_true", help="print everything that happened")
    asked = parser.parse_args()
    bad = 0
    for seed in range(asked.seed, asked.seed + asked.count):
        outcome = play(seed, asked.crash_at, keeps=asked.tell)
        for row in outcome.timeline:
            print(row)
        bad += bool(outcome.breaches)
        print(seed, outcome.trace, "hooks", outcome.hooks, "crashes", outcome.crashes, "fills", outcome.fills)
        for breach in outcome.breaches[:5]:
            print("   ", breach.invariant, breach.sentence)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
