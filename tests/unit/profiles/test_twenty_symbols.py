"""The seven rules on twenty symbols at once: each candle is judged as the strategy alone would judge it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.fakes.pit import BTC, Pit, in_pit
from tests.fakes.profile_pit import Oracle, ProfilePit
from tests.journeys.chat import PitMarket
from tests.unit.strategies.drawn import walk
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.parameters import defaults
from trading.profiles.profile import Outcome, Voice
from trading.strategies.bars import columns
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

SYMBOLS = tuple(f"S{number:02}/USD" for number in range(20))
PAST, CANDLES = 400, 40
MINUTE = timedelta(minutes=1)


def listed(symbol: str) -> Instrument:
    return replace(BTC, symbol=symbol, base=symbol.partition("/")[0])


def bars_of(symbol: str, seed: int, pit: Pit) -> list[Bar]:
    """A walk of which the first bars are the past of now."""
    drawn = walk(PAST + CANDLES, seed, frame_s=60, symbol=symbol)
    begin = pit.clock.now() - PAST * MINUTE
    found = []
    for index in range(len(drawn)):
        at = begin + index * MINUTE
        prices = (drawn.open, drawn.high, drawn.low, drawn.close)
        one, high, low, close = (Price(Decimal(f"{column[index]:.2f}")) for column in prices)
        found.append(Bar(symbol, at, at + MINUTE, one, high, low, close))
    return found


def test_twenty_symbols_are_judged_by_seven_rules_and_the_opinion_comes_last() -> None:
    async def scene(pit: Pit) -> None:
        market, oracle = PitMarket(pit), Oracle(pit.clock, "0.3")
        whole = {symbol: bars_of(symbol, seed, pit) for seed, symbol in enumerate(SYMBOLS, start=1)}
        market.past = {symbol: bars[:PAST] for symbol, bars in whole.items()}
        floor = await ProfilePit(pit, market, oracle).begin()
        profile = await floor.put(strategy="pipeline", symbols=SYMBOLS, opinion=Voice.ON)
        for index in range(PAST, PAST + CANDLES):
            await pit.clock.sleep_until(whole[SYMBOLS[0]][index].ends_at)
            for symbol, bars in whole.items():
                await pit.quote(str(bars[index].close), symbol=symbol)
                market.past[symbol].append(bars[index])
            for bars in whole.values():
                floor.candles.heard(bars[index])
            await floor.quiet()
        outcomes: Counter[Outcome] = Counter()
        strategy = STRATEGIES["pipeline"]
        for symbol, bars in whole.items():
            read = columns(bars, symbol, 60)
            kept = {
                one.closed_at: one
                for one in await pit.store.profiles.kept(profile.profile_id, symbol, limit=1000)
            }
            for index in range(PAST, PAST + CANDLES):
                alone = strategy.explain(read, defaults(strategy), Context(), index)
                one = kept.get(bars[index].ends_at)
                assert (one is not None) or not alone.side
                if one is None or one.card is None:
                    continue
                outcomes[one.outcome] += 1
                rules = [verdict for verdict in one.card.verdicts if verdict.rule != "opinion"]
                assert rules == list(alone.verdicts), (symbol, index)
                assert ("opinion" in {v.rule for v in one.card.verdicts}) is bool(one.left)
                assert not one.left or alone.decided
        await floor.end()
        assert outcomes[Outcome.REFUSED] > 400 and outcomes[Outcome.ENTERED] > 0
        assert len(oracle.asked) == outcomes[Outcome.ENTERED] + outcomes[Outcome.DENIED]

    in_pit(
        scene,
        instruments=tuple(listed(symbol) for symbol in SYMBOLS),
        waits_for_open=False,
        cash=Decimal(1_000_000),
    )
