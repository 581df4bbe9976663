"""What events do to an account alone: sessions, days, flattens, barring, freezes, alerts and schedules."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain import events_doubt as ed
from trading.domain.apply_bot import apply_bot
from trading.domain.apply_freezing import apply_freezing
from trading.domain.apply_timed import apply_timed
from trading.domain.barring import Barred
from trading.domain.book import Account, Flattening
from trading.domain.events_bot import (
    BotDropped,
    BotEdited,
    BotEnded,
    BotEvent,
    BotHeard,
    BotMoved,
    BotStarted,
    BotTold,
)
from trading.domain.events_timed import TimedEvent
from trading.domain.ladder import support_of
from trading.domain.money import ZERO

OfAccount = (
    ev.VenueConnected
    | ev.DayStarted
    | ev.FlattenStarted
    | ev.FlatProven
    | ev.SymbolsBarred
    | ev.FreezeEvent
    | ed.Freezing
    | TimedEvent
    | BotEvent
)


def of_account(account: Account, event: OfAccount) -> Account:
    """The account after the event."""
    match event:
        case ev.VenueConnected():
            return replace(account, exits=support_of(event.guards_exits, event.exits))
        case ev.DayStarted():
            return replace(
                account,
                day=event.day,
                day_equity=event.equity,
                day_capital=account.capital,
                risk_warned=0,
                unprotected_s=ZERO,
                unprotected_worst_s=ZERO,
            )
        case ev.SymbolsBarred():
            barred = tuple(one for one in account.barred if one.symbol not in event.symbols)
            if event.is_barred:
                barred += tuple(Barred(one, event.by, event.at, event.reason) for one in event.symbols)
            return replace(account, barred=barred)
        case ev.FlattenStarted():
            old = account.flattening
            # One that is not proven yet goes on inside the new one: a panic stays a panic.
            ids = (*(old.position_ids if old else ()), *event.position_ids)
            is_panic = event.is_panic or (old is not None and old.is_panic)
            flattening = Flattening(event.command_id, is_panic, tuple(dict.fromkeys(ids)))
            return replace(account, flattening=flattening)
        case ev.FlatProven():
            return replace(account, flattening=None)
        case ev.SymbolFrozen() | ev.SymbolThawed() | ev.DriftIgnored():
            return apply_freezing(account, event)
        case ed.DoubtLasts() | ed.EntriesFrozen() | ed.EntriesThawed() | ed.VisibilityRaised():
            return apply_freezing(account, event)
        case BotStarted() | BotMoved() | BotHeard() | BotTold() | BotEdited() | BotEnded() | BotDropped():
            return apply_bot(account, event)
        case _:
            return apply_timed(account, event)
