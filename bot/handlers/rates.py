"""Accounts in one currency: what each is worth, at which rate, and what could not be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec import Struct

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, bold, dim, line, warn
from bot.handlers.marks import mark_of
from trading.domain.book import Account
from trading.domain.currency import DOLLARS
from trading.domain.money import ZERO
from trading.domain.place import place_for

ONE = Decimal(1)
PLACES = Decimal("0.00001")


class Rate(Struct, frozen=True):
    """What a unit of a currency is worth in another, by which price; no symbol: they count as the same."""

    value: Decimal
    symbol: str = ""
    is_stale: bool = False


def rate_of(tools: Tools, source: str, target: str) -> Rate | None:
    """The rate from the desk's own prices or those of an account's place, either way round; None when there
    is none. A dollar coin counts as a dollar here, too."""
    if source == target or {source, target} <= DOLLARS:
        return Rate(ONE)
    rates = [_read(tools, symbol, is_inverse) for symbol, is_inverse in _pairs(tools, source, target)]
    known = [one for one in rates if one is not None]
    return next((one for one in known if not one.is_stale), known[0] if known else None)


def _pairs(tools: Tools, source: str, target: str) -> Iterator[tuple[str, bool]]:
    """Symbols that say the rate, and whether the other way round; the desk's own first."""
    places = {place_for(one.venue, one.mode): None for one in tools.book().accounts.values()}
    for prefix in ("", *(f"{place}:" for place in places if place)):
        for one in sorted(DOLLARS if source in DOLLARS else {source}, key=lambda name: name != source):
            for other in sorted(DOLLARS if target in DOLLARS else {target}, key=lambda name: name != target):
                yield f"{prefix}{one}/{other}", False
                yield f"{prefix}{other}/{one}", True


def _read(tools: Tools, symbol: str, is_inverse: bool) -> Rate | None:
    mark = mark_of(tools, symbol) if tools.market.instrument(symbol) is not None else None
    if mark is None or not mark.mid:
        return None
    return Rate(ONE / mark.mid if is_inverse else mark.mid, symbol, mark.is_stale)


def whole(tools: Tools, asked: Asked, accounts: Iterable[Account]) -> list[Block]:
    """All accounts together in the currency of the one in use, with the rates; nothing for one alone."""
    listed, book, say = list(accounts), tools.book(), asked.wording.say
    current = book.account(asked.person.account)
    if len(listed) < 2 or current is None:
        return []
    target, total = current.currency, ZERO
    rates: dict[str, Rate] = {}
    missing: list[str] = []
    for account in listed:
        rate = rates.get(account.currency) or rate_of(tools, account.currency, target)
        if rate is None:
            missing.append(f"{account.account} ({account.currency})")
            continue
        rates[account.currency] = rate
        total += book.equity(account) * rate.value
    blocks: list[Block] = [line(say("accounts.all"), " ", bold(asked.wording.money(total, target)))]
    for currency, rate in rates.items():
        if currency != target:
            blocks.append(line(dim(_said(asked, currency, target, rate))))
    if missing:
        blocks.append(line(warn(say("accounts.no_rate", accounts=", ".join(missing), currency=target))))
    return blocks


def _said(asked: Asked, source: str, target: str, rate: Rate) -> str:
    if not rate.symbol:
        return asked.wording.say("accounts.par", source=source, target=target)
    key = "accounts.rate_old" if rate.is_stale else "accounts.rate"
    shown = asked.wording.number(rate.value.quantize(PLACES), 5)
    return asked.wording.say(key, source=source, target=target, rate=shown, symbol=rate.symbol)
