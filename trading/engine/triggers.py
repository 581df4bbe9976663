"""Which exits that we watch ourselves a price touches. A tick costs what it hits, not what is watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from trading.domain.book import Book
from trading.domain.decide.legs import stands_surely
from trading.domain.dust import DUST, tradable_from
from trading.domain.ids import AccountId, PositionId
from trading.domain.instrument import Hours
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.domain.position import Leg, LegKind, Position
from trading.domain.price_index import PriceIndex
from trading.domain.reports import PriceTouched, TrailRose
from trading.domain.trailing import best_ahead, stop_behind

Key = tuple[AccountId, PositionId, str]

NOTE_TRAIL_FRACTION = Decimal("0.1")
"""A trail's best price is written down again when it has moved by this part of the distance."""


class Watch:
    """One watched leg: what is needed to take it out again and to report it."""

    __slots__ = ("is_shadow", "leg", "noted", "position", "tick_size")

    def __init__(self, position: Position, leg: Leg, tick_size: Decimal, is_shadow: bool) -> None:
        self.is_shadow = is_shadow  # the venue trails; we only follow, to know and to say where it stands
        self.position = position
        self.leg = leg
        self.tick_size = tick_size
        self.noted = position.bracket.best_price if position.bracket else None


class Triggers:
    """The watched legs of all positions, by symbol and by the side of the quote that counts:
    a long is closed at the bid, a short at the ask."""

    def __init__(self) -> None:
        self._bids: dict[str, PriceIndex] = {}
        self._asks: dict[str, PriceIndex] = {}
        self._watches: dict[Key, Watch] = {}
        self._by_position: dict[PositionId, tuple[Key, ...]] = {}
        self._trails: dict[Key, None] = {}
        self._hours: dict[str, Hours] = {}

    def __len__(self) -> int:
        return len(self._watches)

    def sync(self, book: Book, position_id: PositionId) -> None:
        """Bring the watches of a position in line with the published book."""
        position = book.position(position_id)
        wanted = _wanted(book, position) if position is not None else ()
        have = self._by_position.get(position_id, ())
        if not wanted and not have:
            return
        assert position is not None
        fresh: list[Key] = []
        for leg in wanted:
            key = (position.account, position_id, leg.name)
            shadow = leg.kind is LegKind.TRAIL and _rests(position, leg)
            fresh.append(key)
            known = self._watches.get(key)
            if known is not None and _is_same(known, position, leg, shadow):
                continue
            if known is not None:
                self._index(known.position).remove(key)
            self._add(book, key, position, leg, shadow)
        for key in have:
            if key not in fresh:
                self._remove(key)
        if fresh:
            self._by_position[position_id] = tuple(fresh)
        else:
            self._by_position.pop(position_id, None)

    def on_quote(self, quote: Quote) -> Sequence[PriceTouched | TrailRose]:
        """What a quote touches, as reports: stops before targets. Outside of the session nothing: no order
        could go out, and such prices are thin."""
        hours = self._hours.get(quote.symbol)
        if hours is not None and not hours.is_open(quote.at):
            return ()
        fired: list[tuple[object, Price]] = []
        bids = self._bids.get(quote.symbol)
        if bids is not None:
            fired += bids.fired(quote.bid, quote.bid)
        asks = self._asks.get(quote.symbol)
        if asks is not None:
            fired += asks.fired(quote.ask, quote.ask)
        return self._reports(fired, quote) if fired else ()

    def on_bar(self, bar: Bar) -> Sequence[PriceTouched | TrailRose]:
        """What a closed bar touched; the inner order is unknown, so stops come before targets."""
        hours = self._hours.get(bar.symbol)
        if hours is not None and not hours.is_open_during(bar.at, bar.ends_at):
            return ()
        fired: list[tuple[object, Price]] = []
        bids = self._bids.get(bar.symbol)
        if bids is not None:
            fired += bids.fired(bar.low, bar.high)
        asks = self._asks.get(bar.symbol)
        if asks is not None:
            low = bar.ask_low if bar.ask_low is not None else bar.low
            high = bar.ask_high if bar.ask_high is not None else bar.high
            fired += asks.fired(low, high)
        if not fired:
            return ()
        quote = Quote(bar.symbol, bar.close, bar.ask_close or bar.close, bar.ends_at, source=bar.source)
        return self._reports(fired, quote, in_bar=True)

    def trails_to_note(self, keys: Iterable[Key], at: datetime) -> list[TrailRose]:
        """Trails among `keys` whose best price has moved enough to be written down (RULINGS 7)."""
        found = []
        for key in keys:
            watch = self._watches.get(key)
            if watch is None:
                continue
            index = self._index(watch.position)
            best = index.best_of(key)
            stop = index.stop_of(key)
            if best is None or stop is None or best == watch.noted:
                continue
            moved = abs(best - (watch.noted or best))
            if watch.noted is None or moved >= abs(best - stop) * NOTE_TRAIL_FRACTION:
                watch.noted = best
                account, position_id, _ = key
                found.append(TrailRose(account, position_id, best, at))
        return found

    @property
    def trail_keys(self) -> Sequence[Key]:
        """The watched trails, oldest first."""
        return tuple(self._trails)

    def stops(self) -> Iterator[tuple[Position, Leg]]:
        """The stops and trails that nothing but a price carries out, with their positions as they were when
        they began to be watched."""
        for watch in self._watches.values():
            if watch.leg.kind in (LegKind.STOP, LegKind.TRAIL) and not watch.is_shadow:
                yield watch.position, watch.leg

    # ------------------------------------------------------------ inside

    def _index(self, position: Position) -> PriceIndex:
        side = self._bids if position.is_long else self._asks
        index = side.get(position.symbol)
        if index is None:
            index = side[position.symbol] = PriceIndex()
        return index

    def _add(self, book: Book, key: Key, position: Position, leg: Leg, shadow: bool) -> None:
        instrument = book.instrument(position.account, position.symbol)
        assert instrument is not None
        index = self._index(position)
        if instrument.session.spans and position.symbol not in self._hours:
            self._hours[position.symbol] = Hours(instrument.session)
        watch = Watch(position, leg, instrument.tick_size, shadow)
        upward = position.is_long == (leg.kind is LegKind.TARGET)
        if leg.kind is LegKind.TRAIL:
            best = position.bracket.best_price if position.bracket else None
            assert best is not None
            percent = leg.trail_percent
            distance = percent if percent is not None else leg.trail_distance
            assert distance is not None
            index.add_trail(key, position.is_long, distance, percent is not None, best, leg.activation_price)
            self._trails[key] = None
        else:
            assert leg.price is not None
            (index.add_above if upward else index.add_below)(key, leg.price)
        self._watches[key] = watch

    def _remove(self, key: Key) -> None:
        watch = self._watches.pop(key, None)
        self._trails.pop(key, None)
        if watch is not None:
            self._index(watch.position).remove(key)

    def _reports(
        self, fired: Sequence[tuple[object, Price]], quote: Quote, *, in_bar: bool = False
    ) -> list[PriceTouched | TrailRose]:
        stops: list[PriceTouched | TrailRose] = []
        targets: list[PriceTouched | TrailRose] = []
        for found, level in fired:
            key: Key = found  # type: ignore[assignment]  # only Keys are ever added
            watch = self._watches.pop(key, None)
            self._trails.pop(key, None)
            if watch is None:
                continue
            account, position_id, name = key
            kept = tuple(k for k in self._by_position.get(position_id, ()) if k != key)
            self._by_position[position_id] = kept
            if watch.leg.kind is LegKind.TRAIL:
                best = _best_behind(watch, level)
                stops.append(TrailRose(account, position_id, best, quote.at))
            if watch.is_shadow:
                continue
            # In a bar the level itself was traded; the close may have come back from it.
            seen = Quote(quote.symbol, level, level, quote.at, source=quote.source) if in_bar else quote
            touched = PriceTouched(account, position_id, name, seen, quote.at)
            (targets if watch.leg.kind is LegKind.TARGET else stops).append(touched)
        return stops + targets


def _wanted(book: Book, position: Position) -> tuple[Leg, ...]:
    bracket = position.bracket
    if not position.is_open:
        return ()
    if bracket is None:
        return tuple(_grown(book, position))
    found = [*_grown(book, position)]
    for leg in bracket.legs:
        if bracket.rests(leg):
            is_lost = leg.kind is LegKind.STOP and not stands_surely(book, leg)
            if not leg.is_done and (leg.kind is LegKind.TRAIL or is_lost):
                found.append(leg)
            continue
        if leg.is_done or leg.kind is LegKind.TIME or leg.quantity <= 0:
            continue
        order = book.order(leg.order_id) if leg.order_id else None
        if order is None or not order.is_open:
            found.append(leg)
    return tuple(found)


def _grown(book: Book, position: Position) -> Iterator[Leg]:
    """Dust waits for the price at which it is worth enough: a level above the market for longs and shorts."""
    if position.dust is None:
        return
    instrument = book.instrument(position.account, position.symbol)
    price = tradable_from(position, instrument) if instrument is not None else None
    if price is not None:
        kind = LegKind.TARGET if position.is_long else LegKind.STOP
        yield Leg(DUST, kind, Quantity(abs(position.quantity)), price)


def _rests(position: Position, leg: Leg) -> bool:
    return position.bracket is not None and position.bracket.rests(leg)


def _is_same(known: Watch, position: Position, other: Leg, shadow: bool) -> bool:
    """Whether a watch says what is wanted; that of a position that was turned round is on the wrong side."""
    one = known.leg
    if known.is_shadow is not shadow or known.position.is_long is not position.is_long:
        return False
    if one.kind is LegKind.TRAIL:
        return _terms(one) == _terms(other)
    return one.price == other.price


def _terms(leg: Leg) -> tuple[object, ...]:
    """What a trail follows the price by, and from where on: an entry that goes on filling moves both."""
    return leg.trail_distance, leg.trail_percent, leg.activation_price


def _best_behind(watch: Watch, level: Price) -> Price:
    """The best price that put a trail's stop at `level`. What it began with (an average) lies on no tick."""
    leg, noted = watch.leg, watch.noted
    if noted is not None and level == stop_behind(
        noted, leg.trail_distance, leg.trail_percent, watch.position.is_long
    ):
        return noted
    best = best_ahead(level, leg.trail_distance, leg.trail_percent, watch.position.is_long)
    ticks = (best / watch.tick_size).to_integral_value()
    return Price(ticks * watch.tick_size)
