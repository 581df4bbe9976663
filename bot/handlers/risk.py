"""How much room is left, `/risk`, and the caps themselves, `/limits`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.confirmation import ask, choice_button, send
from bot.conversation.grammar_shapes import Amount, Parsed, VerbLine
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.retelling import told_as
from bot.conversation.screen import (
    Block,
    Line,
    Screen,
    Span,
    Tone,
    bold,
    code,
    dim,
    gap,
    kv,
    line,
    look,
    row,
    table,
    warn,
)
from bot.conversation.standing import standing_rows, when
from bot.handlers.marks import heading, mark_of
from bot.handlers.portfolio import bar, left_to_lose, today
from bot.handlers.subjects import account_of, held_by, refresh, word_of
from trading.domain.apply import reserved_notional
from trading.domain.book import Account, Book
from trading.domain.commands import SetLimit
from trading.domain.limits import LIMIT_HELP, OFF_AT_ZERO, is_raise, raise_of
from trading.domain.moment import seconds_between
from trading.domain.money import HUNDRED, ZERO, Money, plain, rounded_down
from trading.domain.risk import day_loss, day_loss_limit, spendable

NEARLY = Decimal(80)
"""From that share of a limit on, it is shown in the warning tone."""
_PERCENT = "daily_loss_percent_max"
_MONEY = frozenset(
    {"order_notional_max", "position_notional_max", "gross_exposure_max", "alone_notional_max"}
)


class Use(NamedTuple):
    """How much of a limit is taken. `limit` None: nothing limits it."""

    name: str
    used: Decimal
    limit: Decimal | None
    is_money: bool = True

    @property
    def share(self) -> Decimal | None:
        """Percent of the limit; None without one."""
        if self.limit is None:
            return None
        return self.used / self.limit * HUNDRED if self.limit else HUNDRED


def uses(book: Book, account: Account, now: object) -> Iterator[Use]:
    """Every cap of the gate with what is taken of it now."""
    limits = account.limits
    waiting: dict[str, Decimal] = {}
    largest = ZERO
    for order in book.open_orders(account.account):
        reserved = reserved_notional(book, order)
        waiting[order.position_id] = waiting.get(order.position_id, ZERO) + reserved
        largest = max(largest, reserved)
    positions = [abs(p.cost) + waiting.get(p.position_id, ZERO) for p in book.live_positions(account.account)]
    yield Use("daily_loss", max(day_loss(book, account), ZERO), day_loss_limit(account))
    yield Use("gross_exposure", account.exposure + account.reserved, limits.gross_exposure_max)
    yield Use("position_notional", max(positions, default=ZERO), limits.position_notional_max)
    yield Use("order_notional", largest, limits.order_notional_max)
    ages = [seconds_between(recent.at, now) for recent in account.recent]  # type: ignore[arg-type]
    yield Use("rate_10_s", Decimal(sum(age < 10 for age in ages)), limits.orders_per_10_s_max, False)
    yield Use("rate_minute", Decimal(sum(age < 60 for age in ages)), limits.orders_per_minute_max, False)


async def risk(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """What may still be lost today, what is exposed, each limit with its use."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    book, wording = tools.book(), asked.wording
    say = wording.say
    held = held_by(tools, account)
    stale = any(mark_of(tools, p.symbol).is_stale for p in held)

    def money(value: Decimal) -> str:
        return wording.money(Money(value, account.currency))

    left = left_to_lose(tools, account)
    at_stops, without = at_risk(book, account)
    blocks: list[Block] = [
        *heading(tools, asked, say("view.risk"), account, [p.symbol for p in held]),
        kv(
            *standing_rows(wording, book, account, tools.clock.now(), asked.person.person_id),
            (say("view.today"), line(today(tools, asked, account), warn(" *") if stale else "")),
            (say("view.left_to_lose"), bold(money(left)) if left is not None else say("view.no_limit")),
            (say("view.if_stopped"), line(wording.pnl(Money(at_stops, account.currency)))) if held else None,
            (say("view.without_stop"), warn(", ".join(without))) if without else None,
            (say("view.spendable"), money(max(spendable(book, account), ZERO))),
        ),
        gap(),
        _table(asked, account, list(uses(book, account, tools.clock.now()))),
    ]
    if stale:
        blocks.append(line(warn(say("view.stale_footnote"))))
    return Screen.of(*blocks).with_buttons(
        row(
            refresh(asked, "risk"),
            look(say("view.limits"), "limits"),
            look(say("view.positions"), "positions"),
        )
    )


def at_risk(book: Book, account: Account) -> tuple[Decimal, list[str]]:
    """What all standing stops together would realise if hit now, and the symbols that have no stop.

    Gaps, slippage and fees aside. A trail that waits for its activation protects nothing yet.
    """
    total, without = ZERO, []
    for position in book.live_positions(account.account):
        instrument = book.instrument(account.account, position.symbol)
        if not position.is_open or instrument is None:
            continue
        legs = position.bracket.legs if position.bracket else ()
        stops = [
            leg.price
            for leg in legs
            if leg.name in ("sl", "trail") and not leg.is_done and leg.price and leg.activation_price is None
        ]
        if not stops:
            without.append(position.symbol)
            continue
        nearest = max(stops) if position.is_long else min(stops)
        total += position.unrealised(instrument, nearest)
    return total, without


def _table(asked: Asked, account: Account, found: list[Use]) -> Block:
    wording = asked.wording
    rows = []
    for use in found:
        share = use.share
        tone = (
            Tone.NEUTRAL if share is None or share < NEARLY else Tone.BAD if share >= HUNDRED else Tone.WARN
        )

        def shown(value: Decimal, use: Use = use) -> str:
            return (
                wording.compact(Money(value, account.currency)) if use.is_money else wording.number(value, 0)
            )

        limit = shown(use.limit) if use.limit is not None else wording.say("view.off")
        drawn = Span(bar(share, 5), tone=tone) if share is not None else Span("")
        rows.append(
            (
                line(wording.say(f"view.gate.{use.name}")),
                line(shown(use.used)),
                line(limit),
                line(drawn),
            )
        )
    say = wording.say
    return table((say("view.limit"), f">{say('view.used')}", f">{say('view.of')}", ""), rows)


# ---------------------------------------------------------------- limits


async def limits(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """List the caps, lower one at once, or ask before one is raised."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    typed = word_of(parsed, "name")
    value = parsed.values.get("value") if isinstance(parsed, VerbLine) else None
    if not typed:
        return _listed(tools, asked, account)
    name = limit_named(typed)
    if name is None:
        near = difflib.get_close_matches(typed.lower(), [short(n) for n in LIMIT_HELP], n=1, cutoff=0.0)
        return refusal(asked, "view.no_limit_named", name=typed, near=near[0])
    if not isinstance(value, Amount):
        return await _one(tools, asked, account, name)
    wanted = _value(asked, account, name, value)
    if isinstance(wanted, Screen):
        return wanted
    before: Decimal = getattr(account.limits, name)
    waits = raise_of(account.raises, name)
    if wanted == before and waits is None:
        return refusal(
            asked, "view.limit_is_so", name=short(name), value=limit_text(asked, account, name, before)
        )
    command = SetLimit(asked.incoming.command_id, asked.person.person_id, account.account, name, wanted)
    told = {
        "name": short(name),
        "before": limit_text(asked, account, name, before),
        "after": limit_text(asked, account, name, wanted),
    }
    say = asked.wording.say
    if not is_raise(name, before, wanted):
        done = say("view.limit_set" if wanted != before else "view.limit_kept", **told)
        return await send(tools, asked, command, label="", done=done)
    cools = tools.facts.raise_cools
    done = say("view.limit_cools", span=asked.wording.duration(cools), **told)
    if not cools:
        done = say("view.limit_set", **told)
    card = _raise_card(tools, asked, account, name, told)
    return await ask(tools, asked, command, card, label=say("view.raise_it"), done=done)


def short(name: str) -> str:
    """A limit as people type it: `daily_loss_percent_max` -> `daily_loss`."""
    return name.removesuffix("_max").removesuffix("_percent")


def limit_named(typed: str) -> str | None:
    """The limit that a word names: whole, short, or its beginning when only one begins so."""
    word = typed.lower().replace("-", "_")
    for name in LIMIT_HELP:
        if word in (name, short(name)):
            return name
    begins = [name for name in LIMIT_HELP if name.startswith(word)]
    return begins[0] if len(begins) == 1 else None


def _value(asked: Asked, account: Account, name: str, typed: Amount) -> Decimal | Screen:
    """What was typed, in the limit's own unit; or the screen that says which unit it takes."""
    if name == _PERCENT:
        if typed.unit in ("%", ""):
            return typed.value
        if typed.unit == account.currency and account.day_equity > 0:
            return rounded_down(typed.value / account.day_equity * HUNDRED, Decimal("0.0001"))
        return refusal(asked, "view.limit_percent", name=short(name))
    if (
        typed.unit == "%"
        or (typed.unit and typed.unit != account.currency)
        or (typed.unit and name not in _MONEY)
    ):
        key = "view.limit_money" if name in _MONEY else "view.limit_number"
        return refusal(asked, key, name=short(name), currency=account.currency.lower())
    return typed.value


def limit_text(asked: Asked, account: Account, name: str, value: Decimal) -> str:
    """A limit's value with its unit; `off` where zero switches it off."""
    wording = asked.wording
    if not value and name in OFF_AT_ZERO:
        return wording.say("view.off")
    if name == "price_age_s_max" and not value:
        return wording.say("view.feed_bound")
    if name in _MONEY:
        return wording.money(Money(value, account.currency))
    if name == _PERCENT:
        money = wording.money(Money(account.day_equity * value / HUNDRED, account.currency))
        return f"{wording.percent(value)} ({money})" if account.day else wording.percent(value)
    return (
        f"{wording.number(value)} s"
        if name.endswith(("_s", "_s_max")) and "per" not in name
        else wording.number(value)
    )


def _listed(tools: Tools, asked: Asked, account: Account) -> Screen:
    say = asked.wording.say
    pairs: list[tuple[str, Line]] = [
        (short(name), line(_text_with_raise(tools, asked, account, name))) for name in LIMIT_HELP
    ]
    return Screen.of(
        *heading(tools, asked, say("view.limits"), account),
        kv(*pairs),
        line(dim(say("view.limits_version", n=account.limits_version))),
        line(say("view.set_limit"), " ", code("/limits daily_loss 3%")),
    ).with_buttons(row(look(say("view.risk"), "risk"), look(say("view.help"), "help", "limits")))


async def _one(tools: Tools, asked: Asked, account: Account, name: str) -> Screen:
    wording, value = asked.wording, getattr(account.limits, name)
    blocks: list[Block] = [
        *heading(tools, asked, short(name), account),
        line(bold(_text_with_raise(tools, asked, account, name))),
        line(dim(told_as(asked.wording, "said.limit", LIMIT_HELP[name]))),
    ]
    waits, keep = raise_of(account.raises, name), None
    if waits is not None:
        since = wording.instant(waits.at)
        blocks.append(line(dim(wording.say("view.raise_by", person=waits.by, at=since))))
        label = wording.say("view.keep_limit", value=limit_text(asked, account, name, value))
        keep = await choice_button(
            tools, asked, label, f"/limits {short(name)} {plain(value)} on {account.account}"
        )
    return Screen.of(*blocks).with_buttons(row(keep, look(wording.say("view.limits"), "limits")))


def _text_with_raise(tools: Tools, asked: Asked, account: Account, name: str) -> str:
    """A limit's value, and what it is going to be."""
    wording, waits = asked.wording, raise_of(account.raises, name)
    value = limit_text(asked, account, name, getattr(account.limits, name))
    if waits is None:
        return value
    after, at = limit_text(asked, account, name, waits.value), when(wording, waits.due, tools.clock.now())
    return wording.say("view.limit_then", value=value, after=after, at=at)


def _raise_card(tools: Tools, asked: Asked, account: Account, name: str, told: dict[str, str]) -> Screen:
    say = asked.wording.say
    return Screen.of(
        *heading(tools, asked, say("view.raise_limit", name=told["name"]), account),
        kv((say("view.now"), told["before"]), (say("view.then"), bold(told["after"]))),
        line(dim(told_as(asked.wording, "said.limit", LIMIT_HELP[name]))),
        line(warn(_cools_off(tools, asked, told["name"]))),
    )


def _cools_off(tools: Tools, asked: Asked, name: str) -> str:
    cools = tools.facts.raise_cools
    if not cools:
        return asked.wording.say("view.no_cooling_off")
    return asked.wording.say("view.cools_off", span=asked.wording.duration(cools), name=name)


HANDLERS: dict[str, Handler] = {"risk": risk, "limits": limits}
