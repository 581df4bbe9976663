"""Words of holding book and venue against each other: `/reconcile`, and the card of a difference."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "reconcile.title": "Book and venue",
    "reconcile.looking": "Looking now: what differs is told as soon as it is seen twice.",
    "reconcile.compared": "Last compared",
    "reconcile.ago": "{age} ago",
    "reconcile.never": "not yet",
    "reconcile.start": "At the last start",
    "reconcile.agree": "They agree.",
    "reconcile.symbol": "Symbol",
    "reconcile.held": "Venue",
    "reconcile.booked": "Book",
    "reconcile.lost": "The venue does not hold {orders}.",
    "reconcile.liquidated": "The venue itself closed {symbol}: look at your margin there, then say that you "
    "have.",
    "reconcile.choices": "Adopt: the book takes what the venue holds. Close: and what it holds beyond the "
    "book is sold or bought back. Ignore: exactly this difference is left alone.",
    "reconcile.adopt": "Adopt",
    "reconcile.close": "Close",
    "reconcile.ignore": "Ignore",
    "reconcile.seen": "I have seen it",
    "reconcile.ignored": "Left alone: {symbol} by {difference}.",
    "reconcile.nothing": "Book and venue agree about {symbol}: there is nothing to settle.",
    "reconcile.card.adopt": "Adopt {symbol}?",
    "reconcile.card.close": "Close the difference in {symbol}?",
    "reconcile.card.ignore": "Leave the difference in {symbol} alone?",
    "reconcile.does.adopt": "The book takes {change} at about {price}, without a fee, as traded by another "
    "hand. What guards the position is fitted to it.",
    "reconcile.does.adopt_orders": "Orders that are not there are ended here; what guarded with them is "
    "placed anew.",
    "reconcile.does.close": "The book takes {change}, and a market order that can only reduce closes as "
    "much.",
    "reconcile.does.ignore": "Entries in {symbol} go out again. The book goes on saying {booked}; you are "
    "asked again when the difference is another one.",
    "reconcile.done.adopt": "Adopted: the book says what the venue holds.",
    "reconcile.done.close": "Adopted, and the closing order is sent: I tell you when it fills.",
    "reconcile.done.ignore": "Left alone: entries in {symbol} go out again.",
    "alert.frozen": "⚠ {symbol}: the venue holds {held}, the book says {booked}",
    "alert.frozen_orders": "⚠ {symbol}: the venue does not hold {orders}",
    "alert.frozen_liquidated": "🚨 {symbol} was closed by the venue itself",
    "alert.frozen_why": "Nothing is opened in {symbol} until you say what is true, or it is over. Exits and "
    "all other symbols go on.",
    "alert.thawed": "✅ Book and venue agree about {symbol} again",
    "why.frozen": "{symbol} is not opened: the venue holds {held}, the book says {booked}.",
    "why.frozen_orders": "{symbol} is not opened: the venue does not hold {orders}.",
    "why.frozen_liquidated": "{symbol} is not opened: the venue itself closed it.",
    "why.thawed.gone": "{symbol} may be opened again: book and venue agree.",
    "why.thawed.adopted": "{symbol} may be opened again: {person} adopted what the venue holds.",
    "why.thawed.closed": "{symbol} may be opened again: {person} had the difference closed.",
    "why.thawed.ignored": "{symbol} may be opened again: {person} leaves the difference alone.",
    "why.drift_ignored": "{person} leaves a difference of {difference} in {symbol} alone.",
    "why.drift_forgotten": "The difference in {symbol} that was left alone is gone; a new one is told.",
}
