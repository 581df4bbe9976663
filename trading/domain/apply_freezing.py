"""What a symbol about which book and venue disagree does to an account."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain.book import Account
from trading.domain.freezing import Ignored


def apply_freezing(account: Account, event: ev.FreezeEvent) -> Account:
    """The account after `event`."""
    match event:
        case ev.SymbolFrozen():
            others = tuple(one for one in account.frozen if one.symbol != event.frozen.symbol)
            return replace(account, frozen=(*others, event.frozen))
        case ev.SymbolThawed():
            return replace(account, frozen=tuple(one for one in account.frozen if one.symbol != event.symbol))
        case ev.DriftIgnored():
            kept = tuple(one for one in account.ignored if one.symbol != event.symbol)
            if event.difference:
                kept = (*kept, Ignored(event.symbol, event.difference))
            return replace(account, ignored=kept)
