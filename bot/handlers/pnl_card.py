"""`/pnl card`: one result to be shown around, of a position or of a period; amounts can be hidden.

Where they are hidden, neither picture nor text tells an amount, a size, or the account's name: percent and R
only. That it is paper, or a replay, is always said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.painting import CardSpec, NotPainted
from bot.conversation.screen import (
    Block,
    Button,
    Line,
    Picture,
    Screen,
    badges,
    dim,
    kv,
    line,
    picture_name,
    row,
    span,
    title,
    warn,
)
from bot.handlers.history import ended_by
from bot.handlers.marks import heading, mark_of, notes_of, stale_badge
from bot.handlers.subjects import held_by, look_if_short, on_account, since
from bot.handlers.trips import FILLS_MAX, balance_steps, trips_of
from trading.domain.book import Account
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Money
from trading.domain.position import Position
from trading.performance import score_of
from trading.row import ClosedRow

PERIODS = ("day", "week", "month", "all")
BARS_MAX = 2_000
PATH_MAX = 120
SYMBOLS_MAX = 3
JOINT = " · "


async def pnl_card(
    tools: Tools, asked: Asked, account: Account, symbol: str, period: str, amounts: str
) -> Screen:
    """The card of a position (with a symbol and no period: the one that is open, else the last one), or of a
    period, a month when nobody says."""
    hides = hides_amounts(asked, amounts)
    if symbol and not period:
        spec = await _of_position(tools, asked, account, symbol, hides)
    else:
        spec = await _of_period(tools, asked, account, symbol, period or "month", hides)
    if isinstance(spec, Screen):
        return spec
    wanted = " ".join(("card", period, symbol) if symbol or period else ("card", "month"))
    screen = Screen.of(*_blocks(tools, asked, account, spec, hides)).with_buttons(
        *_buttons(tools, asked, account, symbol, period, hides, wanted)
    )
    return await _painted(tools, asked, screen, spec)


def hides_amounts(asked: Asked, typed: str) -> bool:
    """As the line says, else as the person likes it."""
    return typed == "hide" if typed else asked.person.prefs.hides_amounts


def mode_of(account: Account) -> str:
    """What must be said of an account that is not real money; without its name."""
    return account.mode.upper() if account.mode == "paper" else ""


def noted(*notes: str) -> str:
    """What must be said, in one line."""
    return JOINT.join(note for note in notes if note)


# ---------------------------------------------------------------- a position


async def _of_position(
    tools: Tools, asked: Asked, account: Account, symbol: str, hides: bool
) -> CardSpec | Screen:
    held = next((one for one in held_by(tools, account) if one.symbol == symbol), None)
    if held is not None:
        instrument = tools.book().instrument(account.account, symbol)
        assert instrument is not None, "what is held is listed"
        return _open(tools, asked, account, held, instrument, hides)
    rows = await tools.ledger.closed([account.account], symbol=symbol, limit=1)
    if not rows:
        return refusal(asked, "shown.no_position", symbol=symbol, line="/pnl card all")
    return _closed(tools, asked, account, rows[0], hides)


def _open(
    tools: Tools, asked: Asked, account: Account, held: Position, instrument: Instrument, hides: bool
) -> CardSpec:
    """What it would have made if it were closed now, after the fees so far."""
    wording, now = asked.wording, tools.clock.now()
    mark = mark_of(tools, held.symbol)
    net = held.realised - held.fees + tools.book().unrealised(held)
    unit = held.bracket.risk_per_unit if held.bracket else None
    risk = unit * held.entry_quantity * instrument.multiplier if unit else ZERO
    entry = held.average_price(instrument) or ZERO
    doubt = stale_badge(asked, mark)
    facts = [
        (wording.say("shown.entry"), wording.price(instrument.price_nearest(entry), instrument.tick_size)),
        (
            wording.say("shown.now"),
            wording.price(mark.mid, instrument.tick_size)
            if mark.mid is not None
            else wording.say("word.none"),
        ),
        _size(asked, abs(held.quantity), instrument, hides),
        _held(asked, held.opened_at, now),
    ]
    return CardSpec(
        held.symbol,
        now,
        wording,
        percent=net * HUNDRED / held.entry_cost if held.entry_cost else None,
        amount=None if hides else Money(net, instrument.currency),
        r=net / risk if risk else None,
        side=_side(asked, held.is_long),
        is_long=held.is_long,
        facts=tuple(fact for fact in facts if fact is not None),
        path=_path(tools, held.symbol, held.opened_at or now, now, (entry, mark.mid or entry)),
        said=wording.say("picture.still_open"),
        note=noted(mode_of(account), mark.note, doubt.text if doubt is not None else ""),
        theme=asked.person.prefs.theme,
    )


def _closed(tools: Tools, asked: Asked, account: Account, one: ClosedRow, hides: bool) -> CardSpec:
    wording = asked.wording
    instrument = tools.book().instrument(account.account, one.symbol)
    tick = instrument.tick_size if instrument is not None else None
    spent, by_hand = one.entry_price * one.quantity * one.multiplier, wording.say("view.by_hand")

    def price(value: Decimal) -> str:
        nearest = instrument.price_nearest(value) if instrument is not None else value
        return wording.price(nearest, tick)

    facts = [
        (wording.say("shown.entry"), price(one.entry_price)),
        (wording.say("shown.exit"), price(one.exit_price)),
        _size(asked, one.quantity, instrument, hides),
        (wording.say("shown.held"), wording.duration(one.held)),
        # Whoever is shown the card is not the one who closed it.
        (wording.say("shown.ended"), by_hand if one.reason == "close" else ended_by(asked, one.reason)),
    ]
    return CardSpec(
        one.symbol,
        one.closed_at,
        wording,
        percent=one.net * HUNDRED / spent if spent else None,
        amount=None if hides else Money(one.net, one.currency),
        r=one.r_multiple,
        side=_side(asked, one.is_long),
        is_long=one.is_long,
        facts=tuple(fact for fact in facts if fact is not None),
        path=_path(tools, one.symbol, one.opened_at, one.closed_at, (one.entry_price, one.exit_price)),
        said=wording.say("picture.after_fees"),
        note=noted(mode_of(account), *(note.text for note in notes_of(tools.market, [one.symbol]))),
        theme=asked.person.prefs.theme,
    )


def _side(asked: Asked, is_long: bool) -> str:
    return asked.wording.say("view.long" if is_long else "view.short").upper()


def _size(
    asked: Asked, quantity: Decimal, instrument: Instrument | None, hides: bool
) -> tuple[str, str] | None:
    if hides:
        return None
    lot = instrument.lot_size if instrument is not None else None
    return asked.wording.say("shown.size"), asked.wording.quantity(quantity, lot)


def _held(asked: Asked, since_at: datetime | None, now: datetime) -> tuple[str, str] | None:
    if since_at is None:
        return None
    return asked.wording.say("shown.held"), asked.wording.duration(now - since_at)


def _path(
    tools: Tools, symbol: str, start: datetime, end: datetime, ends: tuple[Decimal, Decimal]
) -> tuple[Decimal, ...]:
    """From the entry over what the market remembers to the exit, or to now."""
    bars = tools.market.bars(symbol, BARS_MAX)
    inside = [Decimal(bar.close) for bar in bars if start <= bar.at and bar.ends_at <= end]
    return thinned([ends[0], *inside, ends[1]])


def thinned(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Not more than can be told apart, evenly, both ends kept."""
    if len(values) <= PATH_MAX:
        return tuple(values)
    return tuple(values[at * (len(values) - 1) // (PATH_MAX - 1)] for at in range(PATH_MAX))


# ---------------------------------------------------------------- a period


async def _of_period(
    tools: Tools, asked: Asked, account: Account, symbol: str, period: str, hides: bool
) -> CardSpec | Screen:
    """What was realised in it after fees, by fills as in `/pnl`; round trips and R by when they went flat."""
    wording, now = asked.wording, tools.clock.now()
    start = since(asked, period, now)
    fills = await tools.ledger.fills([account.account], symbol=symbol, since=start, limit=FILLS_MAX)
    own = [fill for fill in fills if fill.currency == account.currency]
    if not own:
        again = " ".join(f"/pnl card all {symbol}".split())
        return refusal(asked, "shown.nothing", line=again)
    steps = await balance_steps(tools, account, start)
    base = steps[0].balance - steps[0].change + max(sum((one.moved for one in steps), ZERO), ZERO)
    net = sum((fill.realised - fill.fee for fill in own), ZERO)
    read = await trips_of(tools, account, start)
    trips = [one for one in read if one.currency == account.currency and (not symbol or one.symbol == symbol)]
    score = score_of(trips)
    facts = [(wording.say("shown.trips"), wording.number(Decimal(score.count)))]
    if score.win_rate is not None:
        facts.append((wording.say("shown.win_rate"), wording.percent(score.win_rate)))
    if score.average_r is not None:
        in_r = wording.say("picture.r", n=wording.number(score.average_r, 2, signed=True))
        facts.append((wording.say("shown.average_r"), in_r))
    sums, so_far = [ZERO], ZERO
    for fill in reversed(own):
        so_far += fill.realised - fill.fee
        sums.append(so_far)
    # The picture shows a shape without a scale, so that no amount goes along with it.
    most = max(abs(value) for value in sums)
    symbols = dict.fromkeys(fill.symbol for fill in own)
    notes = {note for one in symbols if (note := tools.market.note(one))}
    named = _period_named(asked, period, now)
    return CardSpec(
        JOINT.join((symbol, named)) if symbol else named,
        now,
        wording,
        percent=net * HUNDRED / base if base > 0 else None,
        amount=None if hides else Money(net, account.currency),
        facts=tuple(facts),
        path=thinned([value / most for value in sums] if most else sums),
        said=wording.say("picture.realised", currency=account.currency),
        note=noted(mode_of(account), *(sorted(notes) if len(notes) == 1 else ())),
        theme=asked.person.prefs.theme,
    )


def _period_named(asked: Asked, period: str, now: datetime) -> str:
    """`April 2018`, `2018-04-04`: what is shown around is read on another day."""
    wording = asked.wording
    match period:
        case "day":
            return wording.day(now)
        case "month":
            return wording.month(wording.local(now).date())
        case _:
            return wording.say(f"view.period.{period}")


# ---------------------------------------------------------------- words and buttons


def headed(tools: Tools, asked: Asked, account: Account, name: str, note: str, hides: bool) -> list[Block]:
    """A screen's first lines; where amounts are hidden without the account's name."""
    if not hides:
        rest = noted(*(part for part in note.split(JOINT) if part != mode_of(account)))
        return [*heading(tools, asked, name, account), *([line(warn(rest))] if rest else [])]
    return [title(name), *([badges(span(note))] if note else [])]


def _blocks(tools: Tools, asked: Asked, account: Account, spec: CardSpec, hides: bool) -> Iterable[Block]:
    """The same numbers as in the picture, for whoever sees no pictures."""
    wording, say = asked.wording, asked.wording.say
    name = say("shown.title", subject=" ".join(part for part in (spec.title, spec.side.lower()) if part))
    yield from headed(tools, asked, account, name, spec.note, hides)
    pairs: list[tuple[str, str | Line]] = []
    if spec.percent is not None:
        pairs.append((say("shown.result"), line(wording.pnl_percent(spec.percent), dim(f" {spec.said}"))))
    if spec.amount is not None:
        pairs.append((say("shown.amount"), line(wording.pnl(spec.amount))))
    if spec.r is not None:
        pairs.append((say("shown.in_r"), say("picture.r", n=wording.number(spec.r, 2, signed=True))))
    yield kv(*pairs, *spec.facts)
    if hides:
        yield line(dim(say("shown.hidden")))


def _buttons(
    tools: Tools, asked: Asked, account: Account, symbol: str, period: str, hides: bool, wanted: str
) -> list[tuple[Button, ...]]:
    say, on = asked.wording.say, on_account(asked, account)
    word = "hide" if hides else "show"
    other = look_if_short(
        say("shown.show" if hides else "shown.hide"), "pnl", wanted, "show" if hides else "hide", on
    )
    periods = []
    for one in PERIODS:
        name = say(f"view.period.{one}")
        is_here = one == (period or ("" if symbol else "month"))
        label = say("chart.chosen", name=name) if is_here else name
        periods.append(look_if_short(label, "pnl", "card", one, symbol, word, on))
    held = [one.symbol for one in held_by(tools, account) if one.symbol != symbol or period]
    names = [look_if_short(one, "pnl", "card", one, word, on) for one in held[:SYMBOLS_MAX]]
    calendar = look_if_short(say("shown.to.calendar"), "pnl", "calendar", word, on)
    return [row(*periods), row(*names), row(other, calendar)]


async def _painted(tools: Tools, asked: Asked, screen: Screen, spec: CardSpec) -> Screen:
    if tools.painter is None:
        return screen
    try:
        png = await tools.painter.card(spec)
    except NotPainted:
        return screen.with_blocks(line(warn(asked.wording.say("chart.failed"))))
    return screen.with_picture(Picture(picture_name("pnl", spec.title), png))
