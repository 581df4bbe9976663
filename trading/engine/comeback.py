"""What was held when the desk came back: a price that is beyond its stop from the start jumped over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from trading.domain.book import Book
from trading.domain.ids import PositionId
from trading.domain.market import Quote
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO, Price
from trading.domain.position import Position
from trading.domain.reports import PriceTouched, TrailRose
from trading.engine.inbox import Waiting

OLD_AFTER = timedelta(seconds=60)
"""How old the first price of a symbol may be that is acted on after a start."""

Touch = PriceTouched | TrailRose


class Comeback:
    """Positions of the life before whose price this one has not seen on the near side of their stop yet. Once
    it has, or the stop was moved in this life, whatever touches it is seen to as it happens."""

    def __init__(self) -> None:
        self._held: dict[PositionId, Price] = {}  # with the stop as it was found
        self._since: datetime | None = None
        self._priced: set[str] = set()  # symbols of which a price has been acted on
        self._firsts: dict[str, datetime] = {}  # of when the first price of a symbol was
        self._heard: set[str] = set()  # symbols of which a price of this life has come
        self._has_begun = False

    def begin(self, book: Book, since: datetime | None) -> None:
        """The book was loaded; `since`: the last that is known of the life before. Once in a life."""
        if self._has_begun:
            return
        self._has_begun, self._since = True, since
        for name in book.account_ids():
            for one in book.live_positions(name):
                stop = stop_of(one)
                if one.is_open and stop is not None:
                    self._held[one.position_id] = stop

    def is_of_before(self, quote: Quote, now: datetime) -> bool:
        """Whether the first price of a symbol tells of the time before the desk came back, and is no fact of
        now. The next one that is younger counts, whatever any clock says: a feed that moves is there."""
        if self._since is None or quote.symbol in self._heard:
            return False
        first = self._firsts.setdefault(quote.symbol, quote.at)
        if quote.at <= first and (quote.at < self._since or now - quote.at > OLD_AFTER):
            return True
        self._heard.add(quote.symbol)
        return False

    def dated(self, quote: Quote, now: datetime) -> Quote:
        """The quote as it is to be marked: one of before is known for it."""
        return replace(quote, is_of_before=True) if self.is_of_before(quote, now) else quote

    def marked(self, book: Book, quote: Quote, touches: Sequence[Touch]) -> Sequence[Touch]:
        """The touches of a quote: those that jumped over a stop say how long the desk was away, and come in
        the order of what they stand to lose."""
        is_first = quote.symbol not in self._priced
        if self._since is None or not (is_first or self._held):
            return touches
        self._priced.add(quote.symbol)
        for name in list(self._held):
            if not _is_as_found(book.position(name), self._held[name]):
                del self._held[name]
        away_s = seconds_between(self._since, quote.at)
        found: list[Touch] = []
        for one in touches:
            is_jump = isinstance(one, PriceTouched) and self._is_jump(one, is_first)
            found.append(replace(one, away_s=away_s) if is_jump else one)
        self._seen(book, quote)
        return sorted(found, key=lambda one: at_stake(book, one), reverse=True)

    def _is_jump(self, touch: PriceTouched, is_first: bool) -> bool:
        """Whether the level was passed before this life could act: a stop until the price was seen on its
        near side, a target by the first price of its symbol."""
        if touch.leg == "sl":
            return touch.position_id in self._held
        return is_first and touch.leg.startswith("tp")

    def _seen(self, book: Book, quote: Quote) -> None:
        for name, stop in list(self._held.items()):
            position = book.position(name)
            if position is not None and position.symbol == quote.symbol and _is_near(position, stop, quote):
                del self._held[name]


def stop_of(position: Position | None) -> Price | None:
    """Where a position's stop stands, as far as it has one."""
    return position.bracket.stop_price if position is not None and position.bracket is not None else None


def _is_as_found(position: Position | None, stop: Price) -> bool:
    """Whether it is still held, with the stop that it had when the desk came back."""
    return position is not None and position.is_open and stop_of(position) == stop


def _is_near(position: Position, stop: Price, quote: Quote) -> bool:
    return quote.bid > stop if position.is_long else quote.ask < stop


def at_stake(book: Book, touch: object) -> Decimal:
    """Notional times breach: what a stop that was jumped over costs beyond what it was to cost. Zero for
    whatever jumped over none."""
    if not isinstance(touch, PriceTouched) or touch.away_s is None or touch.leg != "sl":
        return ZERO
    position = book.position(touch.position_id)
    return stake_of(book, position, touch.quote) if position is not None else ZERO


def stake_of(book: Book, position: Position, quote: Quote) -> Decimal:
    """The same at a price, unsigned and in the instrument's currency; zero where there is no stop."""
    stop = stop_of(position)
    instrument = book.instrument(position.account, position.symbol)
    if not stop or instrument is None:
        return ZERO
    price = quote.bid if position.is_long else quote.ask
    return abs(instrument.notional(price, position.quantity).value * (price - stop) / stop)


def most_first(book: Book, batch: Sequence[Waiting]) -> Sequence[Waiting]:
    """What is decided together, with what stands to lose most before the other jumps of whatever symbol. All
    else stays in its place."""
    places = [n for n, one in enumerate(batch) if at_stake(book, one.message)]
    if len(places) < 2:
        return batch
    found = list(batch)
    ranked = sorted((batch[n] for n in places), key=lambda one: at_stake(book, one.message), reverse=True)
    for place, one in zip(places, ranked, strict=True):
        found[place] = one
    return found
