"""`/pnl calendar`: what each day of a month made, on the person's calendar, as a picture and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.conversation.handling import Asked, Tools
from bot.conversation.painting import CalendarSpec, DayResult, NotPainted
from bot.conversation.screen import (
    Block,
    Button,
    Line,
    Picture,
    Screen,
    dim,
    kv,
    line,
    picture_name,
    row,
    warn,
)
from bot.handlers.curve import Step
from bot.handlers.pnl_card import headed, hides_amounts, mode_of, noted
from bot.handlers.subjects import look_if_short, on_account
from bot.handlers.trips import FILLS_MAX, balance_steps
from trading.domain.book import Account
from trading.domain.money import HUNDRED, ZERO, Money
from trading.row import FillRow

_MONTH_MAX = timedelta(days=31)


async def pnl_calendar(
    tools: Tools, asked: Asked, account: Account, symbol: str, typed: str, amounts: str
) -> Screen:
    """The month of a day, of today when nobody says: what was realised after fees on each, by fills.

    In the account's currency, in percent of what was there on the day; deposits are no result.
    """
    wording, hides = asked.wording, hides_amounts(asked, amounts)
    today = wording.local(tools.clock.now()).date()
    month = first_of(typed, today)
    start, end = midnight(asked, month), midnight(asked, _after(month))
    rows = await tools.ledger.fills([account.account], symbol=symbol, since=start, limit=FILLS_MAX)
    fills = [one for one in rows if one.at < end and one.currency == account.currency]
    steps = await balance_steps(tools, account, start)
    spec = _spec(tools, asked, account, (month, end), symbol, today, fills, steps, hides)
    name = " ".join(part for part in (wording.say("view.pnl"), wording.month(month), symbol) if part)
    screen = Screen.of(
        *headed(tools, asked, account, name, spec.note, hides),
        *_told(asked, spec, hides),
        *([line(warn(wording.say("view.fills_cut", n=FILLS_MAX)))] if len(rows) == FILLS_MAX else []),
    ).with_buttons(*_buttons(asked, account, symbol, month, today, hides))
    return await _painted(tools, asked, screen, spec)


def first_of(typed: str, today: date) -> date:
    """The first day of the month that holds a typed day: `today`, `yesterday`, `2018-04-04`."""
    if typed in ("", "today"):
        return today.replace(day=1)
    if typed == "yesterday":
        return (today - timedelta(days=1)).replace(day=1)
    return date.fromisoformat(typed).replace(day=1)


def _after(month: date) -> date:
    return (month + _MONTH_MAX).replace(day=1)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def midnight(asked: Asked, day: date) -> datetime:
    """When a day begins on the person's clock, in UTC."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    local = asked.wording.local(noon)
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0, fold=0
    ).astimezone(UTC)


def results_of(
    asked: Asked, fills: Sequence[FillRow], steps: Sequence[Step], hides: bool
) -> tuple[DayResult, ...]:
    """Each day that has a fill, oldest first.

    Args:
        asked: whose calendar.
        fills: of the month, in one currency.
        steps: how the balance went from the month's beginning on: what a day's result is a share of.
        hides: leave the amounts out.
    """
    local = asked.wording.local
    nets: dict[date, Decimal] = {}
    for fill in fills:
        day = local(fill.at).date()
        nets[day] = nets.get(day, ZERO) + fill.realised - fill.fee
    there: dict[date, Decimal] = {}
    for step in steps:
        day = local(step.at).date()
        there.setdefault(day, step.balance - step.change)
        there[day] += max(step.moved, ZERO)
    most = max((abs(net) for net in nets.values()), default=ZERO)
    return tuple(
        DayResult(
            day,
            None if not net else net > 0,
            abs(net) / most if most else ZERO,
            None if hides else net,
            net * HUNDRED / there[day] if there.get(day, ZERO) > 0 else None,
        )
        for day, net in sorted(nets.items())
    )


def _spec(
    tools: Tools,
    asked: Asked,
    account: Account,
    span: tuple[date, datetime],
    symbol: str,
    today: date,
    fills: Sequence[FillRow],
    steps: Sequence[Step],
    hides: bool,
) -> CalendarSpec:
    month, end = span
    inside = [one for one in steps if one.at < end]
    paid = sum((one.moved for one in inside), ZERO)
    base = inside[0].balance - inside[0].change + max(paid, ZERO) if inside else ZERO
    net = sum((fill.realised - fill.fee for fill in fills), ZERO)
    notes = {note for one in {fill.symbol for fill in fills} if (note := tools.market.note(one))}
    return CalendarSpec(
        month,
        results_of(asked, fills, inside, hides),
        today,
        asked.wording,
        total=None if hides else net,
        percent=net * HUNDRED / base if base > 0 else None,
        currency=account.currency,
        subject=symbol,
        note=noted(mode_of(account), *(notes if len(notes) == 1 else ())),
        theme=asked.person.prefs.theme,
    )


# ---------------------------------------------------------------- words and buttons


def _told(asked: Asked, spec: CalendarSpec, hides: bool) -> list[Block]:
    """The same numbers as in the picture, for whoever sees no pictures."""
    wording, say = asked.wording, asked.wording.say
    if not spec.days:
        return [line(say("shown.empty_month"))]
    won = sum(one.is_gain is True for one in spec.days)
    lost = sum(one.is_gain is False for one in spec.days)
    pairs: list[tuple[str, str | Line]] = []
    if spec.total is not None:
        pairs.append((say("shown.month"), line(wording.pnl(Money(spec.total, spec.currency)))))
    if spec.percent is not None:
        pairs.append((say("shown.result"), line(wording.pnl_percent(spec.percent))))
    pairs.append((say("shown.days"), say("shown.days_counted", won=won, lost=lost)))
    ordered = sorted(spec.days, key=lambda one: one.weight if one.is_gain else -one.weight)
    pairs += [
        (say("shown.best_day"), _day_told(asked, spec, ordered[-1])),
        (say("shown.worst_day"), _day_told(asked, spec, ordered[0])),
    ]
    return [kv(*pairs), *([line(dim(say("shown.hidden")))] if hides else [])]


def _day_told(asked: Asked, spec: CalendarSpec, one: DayResult) -> Line:
    wording = asked.wording
    if one.net is not None:
        shown = wording.pnl(Money(one.net, spec.currency))
    else:
        shown = wording.pnl_percent(one.percent or ZERO)
    return line(shown, dim(f" {one.day.isoformat()}"))


def _buttons(
    asked: Asked, account: Account, symbol: str, month: date, today: date, hides: bool
) -> list[tuple[Button, ...]]:
    say, wording, on = asked.wording.say, asked.wording, on_account(asked, account)
    word, other = ("hide", "show") if hides else ("show", "hide")

    def to(label: str, day: date, amounts: str) -> Button | None:
        return look_if_short(label, "pnl", "calendar", amounts, day.isoformat(), symbol, on)

    earlier, later = _before(month), _after(month)
    later_one = to(say("shown.later", month=wording.month(later)), later, word) if later <= today else None
    toggled = to(say(f"shown.{other}"), month, other)
    daily = look_if_short(say("stats.to.daily"), "pnl", "daily", symbol, on)
    card = look_if_short(say("shown.to.card"), "pnl", "card", "month", symbol, word, on)
    return [
        row(to(say("shown.earlier", month=wording.month(earlier)), earlier, word), later_one),
        row(toggled, card, daily),
    ]


async def _painted(tools: Tools, asked: Asked, screen: Screen, spec: CalendarSpec) -> Screen:
    if tools.painter is None:
        return screen
    try:
        png = await tools.painter.calendar(spec)
    except NotPainted:
        return screen.with_blocks(line(warn(asked.wording.say("chart.failed"))))
    return screen.with_picture(Picture(picture_name("pnl", f"{spec.month:%Y-%m}"), png))
