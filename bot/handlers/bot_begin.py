"""The card of a bot that has not begun: what it would do, and the button that begins it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from bot.conversation.confirmation import ask
from bot.conversation.frames import FRAMES
from bot.conversation.handling import Asked, Tools, refusal, seen_of
from bot.conversation.painting import LevelKind as PaintedKind
from bot.conversation.painting import NotPainted, PlanLine, PlanSpec
from bot.conversation.retelling import all_retold, retold
from bot.conversation.screen import (
    Block,
    Button,
    Kind,
    Line,
    Picture,
    Screen,
    dim,
    kv,
    line,
    picture_name,
    title,
    warn,
)
from bot.conversation.telling import where_badges
from bot.handlers.candles import candles_of, fitting_frame
from bot.handlers.finding import nearest, previewed
from bot.handlers.marks import mark_of, notes_of
from bot.handlers.symbol_owner import profile_there
from trading.automations.machine import Machine
from trading.automations.preview import LineKind, Preview
from trading.automations.state import BotState
from trading.domain import commands as cm
from trading.domain.automation import Automation
from trading.domain.book import Account
from trading.domain.events import Refusal
from trading.domain.exits import ExitPlan, Level, LevelKind
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.ladder import guard_of
from trading.domain.money import Money, Price
from trading.domain.position import Guard
from trading.frames import frames_of, span_of
from trading.parameters import Settings, defaults, written
from trading.running.stepping import AGAINST, FRAME, Broken, state_bytes, state_of, unfit

BARS_MAX = 2000
CANDLES_MAX = 60
_NOT_YET = CommandId("card")
_ANY_STOP = ExitPlan(stop=Level(LevelKind.PRICE, Decimal(1)))


class Wish(NamedTuple):
    """A bot that somebody may want. `settings` are checked, or say why they are not; `before` is the one of
    this name that is over, whose losses go on to count; `against` the market that its strength is compared
    with."""

    machine: Machine[Any]
    instrument: Instrument
    budget: Decimal
    settings: Settings | Refusal
    name: str
    frame: str = ""
    before: Automation | None = None
    against: str = ""

    @property
    def beside(self) -> dict[str, str]:
        """What is set beside the machine's own settings."""
        return {name: text for name, text in ((FRAME, self.frame), (AGAINST, self.against)) if text}


def free_name(account: Account, kind: str) -> str:
    """The first name of that kind that nobody has."""
    taken = {one.name for one in account.bots.every}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{kind}-{n}") not in taken)


def against_of(tools: Tools, asked: Asked, account: Account, text: str) -> str | Screen:
    """The symbol of the market that a bot's strength shall be compared with; empty when none was named."""
    if not text:
        return ""
    found = nearest(tools, account, text)
    if len(found) != 1:
        return refusal(asked, "newbot.against_unknown", text=text)
    return str(found[0].symbol)


async def begin_card(
    tools: Tools, asked: Asked, account: Account, wish: Wish, buttons: Sequence[tuple[Button, ...]] = ()
) -> Screen:
    """The preview of a bot with the button that begins it, or why one with these settings would not do."""
    machine, instrument, budget = wish.machine, wish.instrument, wish.budget
    mark = mark_of(tools, instrument.symbol)
    assert mark.mid is not None, "who asks for a card has a price"
    price, settings = instrument.price_nearest(mark.mid), wish.settings
    seen = (
        settings
        if isinstance(settings, Refusal)
        else machine.preview(settings, budget, instrument, Price(price))
    )
    if isinstance(seen, Refusal):
        return Screen.of(retold(asked.wording, seen), kind=Kind.REFUSAL).with_buttons(*buttons)
    assert not isinstance(settings, Refusal)
    command = _command(tools, asked, account, wish, settings)
    lines = _why_not(tools, asked, account, wish, settings, command)
    notes = notes_of(tools.market, [instrument.symbol])
    screen = Screen.of(
        title(f"{machine.name} {instrument.symbol}"),
        where_badges(account, "") if not notes else line(*notes),
        _figures(asked, seen, instrument),
        *_changed(asked, machine, settings),
        *lines,
    )
    screen = await _painted(tools, asked, screen, seen, instrument)
    if lines:
        return screen.with_buttons(*buttons)
    say = asked.wording.say
    named = say("newbot.called", name=wish.name)
    frame = say("newbot.frame", frame=wish.frame) if wish.frame else ""
    against = say("newbot.against", symbol=wish.against) if wish.against else ""
    if guard_of(account.exits, _ANY_STOP) is Guard.STOP:
        screen = screen.with_blocks(line(warn(say("newbot.watched"))))
    screen = screen.with_blocks(
        line(dim(named), dim(frame), dim(against)), line(dim(say("newbot.nothing_started")))
    )
    done = say("bot.started", name=wish.name, symbol=instrument.symbol)
    asking = await ask(tools, asked, command, screen, label=say("newbot.start"), done=done)
    return replace(asking, buttons=(*asking.buttons, *buttons))


def _command(tools: Tools, asked: Asked, account: Account, wish: Wish, settings: Settings) -> cm.StartBot:
    state = wish.machine.begin(settings, wish.budget, wish.instrument, tools.clock.now())
    return cm.StartBot(
        _NOT_YET,
        asked.person.person_id,
        account.account,
        seen_of(tools, wish.instrument),
        wish.machine.name,
        wish.name,
        {**written(settings), **wish.beside},
        wish.budget,
        state_bytes(_carried(state, wish.before)),
    )


def _carried(state: BotState, before: Automation | None) -> BotState:
    """What it has lost under this name stays lost: the budget is not filled up by beginning anew."""
    if before is None:
        return state
    try:
        statistic = state_of(before).statistic
    except Broken:
        return state
    return replace(state, statistic=replace(statistic, losses_in_row=0, held_since=None))


def _why_not(
    tools: Tools, asked: Asked, account: Account, wish: Wish, settings: Settings, command: cm.StartBot
) -> list[Line]:
    """Why such a bot cannot begin here and now; nothing when it can."""
    found = unfit(wish.machine.name, settings, wish.instrument.symbol, wish.against)
    refusals = (found,) if found is not None else previewed(tools, account, command).refusals
    lines = [line(warn(one)) for one in all_retold(asked.wording, refusals)]
    lines += profile_there(tools, asked, account.account, wish.instrument.symbol)
    bars = tools.market.bars(wish.instrument.symbol, BARS_MAX)
    there = frames_of(span_of(bars)) if bars else list(FRAMES)
    if wish.frame and wish.frame not in there:
        frames = ", ".join(there)
        lines.append(line(warn(asked.wording.say("newbot.no_frame", frame=wish.frame, frames=frames))))
    return lines


# ---------------------------------------------------------------- what stands on the card


def _figures(asked: Asked, seen: Preview, instrument: Instrument) -> Block:
    wording, tick = asked.wording, instrument.tick_size
    say, currency = wording.say, seen.currency
    entries = [one for one in seen.lines if one.kind is LineKind.ENTRY]
    low, high = min(one.price for one in entries), max(one.price for one in entries)
    levels = (
        wording.price(low, tick)
        if low == high
        else f"{wording.price(low, tick)} – {wording.price(high, tick)}"
    )
    where = wording.price(seen.worst_at, tick) if seen.worst_at else say("newbot.at_zero")
    return kv(
        (say("view.last"), wording.price(seen.price, tick)),
        (say("newbot.entries"), line(str(len(entries)), dim(f" · {levels}"))),
        (say("picture.plan.capital"), wording.money(Money(seen.capital, currency))),
        (say("picture.plan.trip"), line(wording.pnl(Money(seen.round_trip, currency)))),
        (
            say("picture.plan.worst"),
            line(wording.pnl(Money(-seen.worst, currency)), dim(f" · {say('newbot.at', price=where)}")),
        ),
    )


def _changed(asked: Asked, machine: Machine[Any], settings: Settings) -> list[Line]:
    """The settings that are not at their defaults, as they are typed."""
    names = changed_settings(machine, written(settings))
    return [line(dim(asked.wording.say("newbot.settings", names=names)))] if names else []


def changed_settings(machine: Machine[Any], settings: Mapping[str, str]) -> str:
    """`cells 20, trail yes`: what differs from the defaults; empty when nothing does."""
    usual = written(defaults(machine))
    return ", ".join(f"{name} {value}" for name, value in settings.items() if value != usual.get(name))


async def _painted(
    tools: Tools, asked: Asked, screen: Screen, seen: Preview, instrument: Instrument
) -> Screen:
    """The screen with the levels beside the last prices; without a painter or prices, as it is."""
    bars = tools.market.bars(instrument.symbol, BARS_MAX)
    if tools.painter is None or not bars:
        return screen
    frames = frames_of(span_of(bars))
    frame = fitting_frame(bars, frames) if frames else ""
    span = FRAMES.get(frame) or span_of(bars)
    spec = PlanSpec(
        instrument.symbol,
        seen.bot,
        span,
        tuple(candles_of(bars, span)[-CANDLES_MAX:]),
        instrument.tick_size,
        Price(seen.price),
        tuple(PlanLine(PaintedKind(one.kind.value), one.price, one.quantity) for one in seen.lines),
        Money(seen.capital, seen.currency),
        Money(seen.round_trip, seen.currency),
        Money(seen.worst, seen.currency),
        asked.wording,
        note=tools.market.note(instrument.symbol),
        theme=asked.person.prefs.theme,
    )
    try:
        png = await tools.painter.plan(spec)
    except NotPainted:
        return screen.with_blocks(line(warn(asked.wording.say("chart.failed"))))
    return screen.with_picture(Picture(picture_name("newbot", seen.bot, instrument.symbol), png))
