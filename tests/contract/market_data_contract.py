"""What every source of prices must do: inherit, and give a `stage` fixture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec import Struct

from trading.ports import MarketData


class Stage(Struct, frozen=True):
    """A market that has heard at least one price of `symbol`; `now` by its clock, `bars` it must have."""

    market: MarketData
    symbol: str
    now: datetime
    bars: int = 1


class MarketDataContract:
    """Inherited by a test class for each adapter and each fake."""

    @pytest.fixture
    def stage(self) -> Stage:
        """The adapter on its stage."""
        raise NotImplementedError

    async def test_an_exact_symbol_is_known_and_a_wrong_one_is_not(self, stage: Stage) -> None:
        instrument = stage.market.instrument(stage.symbol)
        assert instrument is not None
        assert instrument.symbol == stage.symbol
        assert instrument.tick_size > 0
        assert instrument.lot_size > 0
        assert instrument.currency
        assert stage.market.instrument("NO/SUCH") is None
        assert stage.market.instrument(stage.symbol.lower() + "x") is None

    async def test_search_finds_the_symbol_by_itself_and_by_its_base(self, stage: Stage) -> None:
        instrument = stage.market.instrument(stage.symbol)
        assert instrument is not None
        squashed = stage.symbol.replace("/", "").lower()
        for text in (stage.symbol, stage.symbol.lower(), squashed, instrument.base.lower()):
            assert instrument in stage.market.search(text)
        assert [one.symbol for one in stage.market.search(stage.symbol)] == [stage.symbol]
        assert not stage.market.search("")
        assert not stage.market.search("zzzzqqq")

    async def test_every_found_instrument_is_also_known_by_its_symbol(self, stage: Stage) -> None:
        for one in stage.market.search(stage.symbol[:2]):
            assert stage.market.instrument(one.symbol) == one

    async def test_the_last_quote_is_sound_and_not_from_the_future(self, stage: Stage) -> None:
        quote = stage.market.last(stage.symbol)
        assert quote is not None
        assert quote.symbol == stage.symbol
        assert 0 < quote.bid <= quote.ask
        assert quote.at.utcoffset() == timedelta(0)
        assert quote.at <= stage.now
        assert stage.market.last(stage.symbol) == quote
        assert stage.market.last("NO/SUCH") is None

    async def test_bars_are_closed_whole_and_in_order(self, stage: Stage) -> None:
        bars = stage.market.bars(stage.symbol, 1_000)
        assert len(bars) >= stage.bars
        for bar in bars:
            assert bar.symbol == stage.symbol
            assert bar.at < bar.ends_at <= stage.now
            assert 0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
        for earlier, later in pairwise(bars):
            assert earlier.ends_at <= later.at

    async def test_bars_are_the_newest_and_never_more_than_asked(self, stage: Stage) -> None:
        bars = stage.market.bars(stage.symbol, 1_000)
        for count in (1, 2, 5):
            assert list(stage.market.bars(stage.symbol, count)) == list(bars)[-count:]
        assert not stage.market.bars(stage.symbol, 0)
        assert not stage.market.bars("NO/SUCH", 5)

    async def test_staleness_openness_and_note_have_answers_for_all(self, stage: Stage) -> None:
        assert stage.market.stale_after_s(stage.symbol) > 0
        assert stage.market.stale_after_s("NO/SUCH") == 0
        assert isinstance(stage.market.is_open(stage.symbol, stage.now), bool)
        assert stage.market.is_open("NO/SUCH", datetime(2026, 1, 5, 15, tzinfo=UTC)) is False
        assert isinstance(stage.market.note(stage.symbol), str)
        assert stage.market.note("NO/SUCH") == ""
