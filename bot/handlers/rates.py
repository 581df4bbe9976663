"""Accounts in one currency: what each is worth, at which rate, and what could not be counted."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, bold, dim, line, warn
from bot.handlers.marks import mark_of
from trading.domain.book import Account
from trading.domain.currency import DOLLARS
from trading.domain.money import ZERO

ONE = Decimal(1)
PLACES = Decimal("0.00001")


class Rate(Struct, frozen=True):
    """What a unit of a currency is worth in another, by which price; no symbol: they count as the same."""

    value: Decimal
    symbol: str = ""
    is_stale: bool = False


def rate_of(tools: Tools, source: str, target: str) -> Rate | None:
    """The rate from the desk's own prices, either way round; None when there is none."""
    if source == target or {source, target} <= DOLLARS:
        return Rate(ONE)
    for symbol, is_inverse in ((f"{source}/{target}", False), (f"{target}/{source}", True)):
        if tools.market.instrument(symbol) is None:
            continue
        mark = mark_of(tools, symbol)
        if mark.mid:
            return Rate(ONE / mark.mid if is_inverse else mark.mid, symbol, mark.is_stale)
    return None


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
