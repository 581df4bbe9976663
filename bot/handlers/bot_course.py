"""How a bot does over time: its picture with levels and fills, drawdown, Sharpe ratio, and why it waits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from bot.conversation.frames import FRAMES
from bot.conversation.handling import Asked, Tools, seen_of
from bot.conversation.painting import FillMark, LevelKind, NotPainted, PlanFact, PlanLine, PlanSpec
from bot.conversation.retelling import all_retold
from bot.conversation.screen import Line, Picture, Screen, line, picture_name, warn
from bot.handlers.bots import Earned
from bot.handlers.candles import candles_of, fitting_frame
from bot.handlers.finding import staged_today
from bot.handlers.marks import mark_of
from trading.domain.automation import Automation, BotStatus
from trading.domain.book import Account
from trading.domain.decide.bot_move import entry_of
from trading.domain.decide.entry import plan_entry
from trading.domain.money import ZERO, Money, Price
from trading.domain.order import Order, Role
from trading.frames import frames_of, span_of
from trading.row import ClosedRow
from trading.statistic import DAYS_MIN, TRIPS_MIN, daily_returns, falls, sharpe

BARS_MAX = 2000
CANDLES_MAX = 60
FILLS_MAX = 40
TRIPS_READ: Final = 2_000
Pair = tuple[str, Any]


def why_it_waits(tools: Tools, asked: Asked, account: Account, bot: Automation) -> list[str]:
    """Why the first of the entries that wait does not go out now: the gate's own sentences."""
    instrument = tools.book().instrument(account.account, bot.symbol)
    first = next((one for one in bot.later if not one.reduce_only), None)
    if bot.status is not BotStatus.ACTIVE or first is None or instrument is None:
        return []
    held = tools.book().current_position(account.account, bot.symbol)
    is_first = held is None or not held.is_open
    command = entry_of(account.account, bot, first, seen_of(tools, instrument), bot.guard, is_first=is_first)
    staged, _ = staged_today(tools, account)
    plan = plan_entry(staged, command, tools.clock.now(), live_allowed=tools.facts.live_allowed)
    return all_retold(asked.wording, plan if isinstance(plan, tuple) else plan.refusals)


async def over_time(tools: Tools, asked: Asked, account: Account, bot: Automation) -> list[Pair]:
    """The deepest fall of what its round trips made together, and the Sharpe ratio of its days, both held
    against its budget. Too few say nothing."""
    trips = await _trips(tools, account, bot)
    wording, say = asked.wording, asked.wording.say
    if not trips:
        return []
    pairs: list[Pair] = []
    fell = max(falls(trips, (), bot.budget), key=lambda one: one.depth, default=None)
    if fell is not None:
        depth = wording.money(Money(fell.depth, trips[0].currency))
        percent = f" ({wording.percent(fell.percent)})" if fell.percent is not None else ""
        pairs.append((say("bot.drawdown"), f"{depth}{percent}"))
    local, now = wording.local, tools.clock.now()
    last = bot.ended_at or now
    days = daily_returns(trips, (), bot.budget, local(bot.started_at).date(), local(last).date(), local)
    ratio = sharpe(days)
    if len(trips) >= TRIPS_MIN and len(days) >= DAYS_MIN and ratio is not None:
        pairs.append((say("bot.sharpe"), wording.number(ratio.value, 2)))
    return pairs


async def _trips(tools: Tools, account: Account, bot: Automation) -> list[ClosedRow]:
    """Its round trips, oldest first: its symbol was its own while it worked."""
    rows = await tools.ledger.closed(
        [account.account], symbol=bot.symbol, since=bot.started_at, limit=TRIPS_READ
    )
    return [one for one in reversed(rows) if bot.ended_at is None or one.closed_at <= bot.ended_at]


async def bot_painted(
    tools: Tools, asked: Asked, screen: Screen, account: Account, bot: Automation, known: Earned | None
) -> Screen:
    """The card with its picture while it works: the last prices with its fills, and where its orders and its
    stop stand; without a painter or prices as it is."""
    bars, mid = tools.market.bars(bot.symbol, BARS_MAX), mark_of(tools, bot.symbol).mid
    instrument = tools.book().instrument(account.account, bot.symbol)
    if tools.painter is None or not bars or mid is None or known is None or not bot.is_there:
        return screen
    assert instrument is not None, "a bot's contract is listed when it begins"
    frames = frames_of(span_of(bars))
    span = FRAMES.get(fitting_frame(bars, frames) if frames else "") or span_of(bars)
    candles = tuple(candles_of(bars, span)[-CANDLES_MAX:])
    wording, currency = asked.wording, instrument.currency
    say, done = wording.say, known.state.statistic
    rows = await tools.ledger.fills(
        [account.account], symbol=bot.symbol, since=max(candles[0].at, bot.started_at), limit=FILLS_MAX
    )
    facts = (
        PlanFact(say("bot.pnl"), wording.money(known.pnl, signed=True), known.pnl.value),
        PlanFact(
            say("bot.realised"), wording.money(Money(done.realised, currency), signed=True), done.realised
        ),
        PlanFact(say("bot.trips"), str(done.round_trips), ZERO),
    )
    spec = PlanSpec(
        bot.symbol,
        bot.name,
        span,
        candles,
        instrument.tick_size,
        Price(instrument.price_nearest(mid)),
        tuple(_lines(tools, account, bot, known)),
        known.pnl,
        Money(done.realised, currency),
        Money(ZERO, currency),
        wording,
        note=tools.market.note(bot.symbol),
        theme=asked.person.prefs.theme,
        facts=facts,
        fills=tuple(FillMark(one.at, one.price, one.side == "buy") for one in reversed(rows)),
    )
    try:
        png = await tools.painter.plan(spec)
    except NotPainted:
        return screen.with_blocks(_unpainted(asked))
    return screen.with_picture(Picture(picture_name("bot", bot.name, bot.symbol), png))


def _unpainted(asked: Asked) -> Line:
    return line(warn(asked.wording.say("chart.failed")))


def _lines(tools: Tools, account: Account, bot: Automation, known: Earned) -> list[PlanLine]:
    """What rests for it, and its stop."""
    found = []
    for order in tools.book().open_orders(account.account):
        price = order.limit_price or order.stop_price
        if order.symbol != bot.symbol or not order.serves or price is None:
            continue
        found.append(PlanLine(_kind(order), price, Decimal(order.remaining)))
    held, guard = known.state.held, bot.guard
    level = None if guard is None or not held else guard.below if held > ZERO else guard.above
    if level is not None:
        found.append(PlanLine(LevelKind.STOP, level, abs(held)))
    return found


def _kind(order: Order) -> LevelKind:
    return LevelKind.ENTRY if order.role is Role.ENTRY else LevelKind.TARGET
