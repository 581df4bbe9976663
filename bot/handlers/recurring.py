"""`/schedule`: have an order come again; list, pause, end those that do; what one means when it is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from msgspec.structs import replace

from bot.conversation.confirmation import ask, choice_button
from bot.conversation.grammar import canonical, parse
from bot.conversation.grammar_alert import Misread
from bot.conversation.grammar_schedule import ScheduleDo, ScheduleLine, When, schedule_line
from bot.conversation.grammar_shapes import Asked as Twofold
from bot.conversation.grammar_shapes import NotUnderstood, OrderLine, Parsed
from bot.conversation.grammar_wording import Stop
from bot.conversation.handling import Asked, Handler, Tools, person_of, refusal
from bot.conversation.incoming import Incoming
from bot.conversation.retelling import all_retold, reread
from bot.conversation.screen import (
    Block,
    Kind,
    Line,
    Screen,
    bold,
    code,
    dim,
    kv,
    line,
    look,
    row,
    title,
    warn,
)
from bot.conversation.telling import where_badges
from bot.conversation.wording import Wording, zone_named
from bot.handlers.account_gap import as_account_wants
from bot.handlers.finding import account_for, instrument_chosen, previewed, refusals_screen, staged_today
from bot.handlers.moments import NoSuchMoment, instant_of
from bot.handlers.subjects import refresh, rows_of, word_of
from bot.handlers.trade import NOT_YET, open_command, open_line
from trading.domain import commands as cm
from trading.domain.book import Account
from trading.domain.decide.entry import EntryPlan, plan_entry
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.risk import ASKABLE
from trading.domain.schedule import (
    Calendar,
    Cron,
    Interval,
    Once,
    Schedule,
    most_in,
    next_after,
    slots_between,
)
from trading.domain.timed import Recurring
from trading.ports import Denied, JournalUnavailable

LISTED_MAX = 12
BUTTONS_MAX = 6
SHOWN_TIMES = 3
FAR = timedelta(days=366 * 9)
EXAMPLE = "/schedule buy btc 100 every day at 09:00"


async def schedule(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Read the line and do what it says."""
    try:
        found = schedule_line(word_of(parsed, "what"))
        match found:
            case NotUnderstood():
                lines = [line(code(one)) for one in found.suggestions]
                return Screen.of(reread(asked.wording, found.sentence), *lines, kind=Kind.REFUSAL)
            case Twofold():
                return await _which(tools, asked, found)
            case ScheduleDo(verb=""):
                return await _listed(tools, asked)
            case ScheduleDo():
                return await _do(tools, asked, found)
            case ScheduleLine():
                return await _review(tools, asked, found)
    except Misread as problem:
        return refusal(asked, problem.key, **problem.values)
    except Stop as ended:
        return refusals_screen([reread(asked.wording, ended.refusal.sentence)])
    except NoSuchMoment as problem:
        return refusals_screen([str(problem)])


async def _which(tools: Tools, asked: Asked, question: Twofold) -> Screen:
    buttons = [row(await choice_button(tools, asked, label, chosen)) for label, chosen in question.choices]
    lines = [line(code(chosen)) for _, chosen in question.choices]
    return Screen.of(reread(asked.wording, question.sentence), *lines, kind=Kind.REVIEW).with_buttons(
        *buttons
    )


# ---------------------------------------------------------------- setting one


async def _review(tools: Tools, asked: Asked, found: ScheduleLine) -> Screen:
    """The card: what comes, when, and what it may cost in a month."""
    account = account_for(tools, asked, found.order.account)
    if isinstance(account, Screen):
        return account

    def line_with(symbol: str) -> str:
        return f"/schedule {canonical(replace(found.order, symbol=symbol)).removeprefix('/')} {found.time}"

    instrument = await instrument_chosen(tools, asked, found.order.symbol, line_with)
    if isinstance(instrument, Screen):
        return instrument
    order = replace(found.order, symbol=instrument.symbol)
    when, words = schedule_of(asked, found.when, tools.clock.now())
    command = cm.SetSchedule(
        NOT_YET,
        asked.person.person_id,
        account.account,
        canonical(order),
        words,
        when,
    )
    decided = previewed(tools, account, command)
    if decided.refusals:
        return refusals_screen(all_retold(asked.wording, decided.refusals))
    staged, as_decided = staged_today(tools, account)
    asked = await as_account_wants(tools, asked, account)
    entry = open_command(tools, asked, order, account, instrument)
    plan = plan_entry(staged, entry, tools.clock.now(), live_allowed=tools.facts.live_allowed)
    if not isinstance(plan, EntryPlan):
        return refusals_screen(all_retold(asked.wording, plan))
    card = _card(tools, asked, command, order, plan, as_decided, instrument)
    say = asked.wording.say
    return await ask(tools, asked, command, card, label=say("schedules.set_label"), done=say("schedules.set"))


def _card(
    tools: Tools,
    asked: Asked,
    command: cm.SetSchedule,
    order: OrderLine,
    plan: EntryPlan,
    account: Account,
    instrument: Instrument,
) -> Screen:
    wording, say = asked.wording, asked.wording.say
    now = tools.clock.now()
    times = list(islice(slots_between(command.schedule, now, now + FAR), SHOWN_TIMES))
    runs = most_in(command.schedule, now)
    each = wording.money(plan.notional, instrument.currency)
    total = wording.money(plan.notional * runs, instrument.currency)
    is_once = isinstance(command.schedule, Once)
    key = "schedules.review_once" if is_once else "schedules.review"
    late = say("schedules.late_value", span=wording.duration(timedelta(seconds=command.tolerance_s)))
    blocks: list[Block] = [
        title(say(key, verb=order.verb, symbol=instrument.symbol)),
        where_badges(account, tools.market.note(instrument.symbol)),
        kv(
            (say("schedules.account"), account.label or account.account),
            (say("schedules.order"), code(command.line)),
            (say("schedules.when"), command.words),
            (say("schedules.times"), ", ".join(wording.instant(at) for at in times)),
            (say("schedules.each"), each),
            None
            if is_once
            else (say("schedules.month"), say("schedules.month_value", n=runs, each=each, total=total)),
            (say("schedules.late"), late),
        ),
    ]
    refused = all_retold(wording, (one for one in plan.refusals if one.code not in ASKABLE))
    blocks += [line(warn(say("schedules.today", why=why))) for why in refused]
    return Screen.of(*blocks, line(dim(say("schedules.gate"))))


def schedule_of(asked: Asked, when: When, now: datetime) -> tuple[Schedule, str]:
    """The schedule that is meant on the person's clock, and how it is said. Raises NoSuchMoment."""
    wording, say = asked.wording, asked.wording.say
    if when.once is not None:
        at = instant_of(asked, when.once, now)
        return Once(at), say("when.once", at=wording.instant(at))
    if when.every_s:
        span = wording.duration(timedelta(seconds=when.every_s))
        return Interval(when.every_s, now.replace(microsecond=0)), say("when.every", span=span)
    zone = when.zone or (when.at.zone if when.at else "") or asked.person.prefs.zone
    if zone_named(zone) is None:
        raise NoSuchMoment(say("moment.zone", zone=zone))
    if when.cron:
        return Cron(when.cron, zone), say("when.cron", text=when.cron, zone=zone)
    assert when.at is not None, "one of the four is set"
    calendar = Calendar(when.at.hour, when.at.minute, zone, when.weekdays, when.days)
    clock = f"{when.at.hour:02d}:{when.at.minute:02d}"
    if when.weekdays:
        days = _joined(say, [say(f"when.day_{day}") for day in when.weekdays])
        return calendar, say("when.weekdays", days=days, clock=clock, zone=zone)
    if when.days:
        days = _joined(say, [_ordinal(say, day) for day in when.days])
        return calendar, say("when.month", days=days, clock=clock, zone=zone)
    return calendar, say("when.day", clock=clock, zone=zone)


def _ordinal(say: Callable[..., str], day: int) -> str:
    if day == 31:
        return say("when.last")
    ending = day % 10 if day % 10 in (1, 2, 3) and day not in (11, 12, 13) else 0
    return say(f"when.ordinal_{ending}" if ending else "when.ordinal", n=day)


def _joined(say: Callable[..., str], words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return say("when.and", first=", ".join(words[:-1]), last=words[-1])


# ---------------------------------------------------------------- those that there are


async def _listed(tools: Tools, asked: Asked) -> Screen:
    say = asked.wording.say
    account = tools.book().account(asked.person.account)
    known = account.schedules if account else ()
    book = tools.book()
    others = [book.account(name) for name in asked.person.accounts if name != asked.person.account]
    counts = [(one.account, len(one.schedules)) for one in others if one is not None and one.schedules]
    elsewhere = [line(dim(say("alerts.elsewhere", n=n, account=name))) for name, n in counts]
    if not known:
        return Screen.of(line(say("schedules.none"), " ", code(EXAMPLE)), *elsewhere)
    lines: list[Line] = []
    for one in known[:LISTED_MAX]:
        lines += _lines_of(tools, asked, one)
    if len(known) > LISTED_MAX:
        lines.append(line(dim(say("alerts.more", n=len(known) - LISTED_MAX))))
    buttons = []
    for one in known[: BUTTONS_MAX // 2]:
        number = Decimal(one.number)
        verb, key = ("resume", "schedules.resume") if one.is_paused else ("pause", "schedules.pause")
        buttons.append(
            await choice_button(tools, asked, say(key, number=number), f"/schedule {verb} {one.number}")
        )
        delete = say("schedules.delete", number=number)
        buttons.append(await choice_button(tools, asked, delete, f"/schedule del {one.number}"))
    return Screen.of(title(say("schedules.title")), *lines, *elsewhere).with_buttons(
        *rows_of(buttons, 2), row(refresh(asked, "schedule"))
    )


def _lines_of(tools: Tools, asked: Asked, one: Recurring) -> list[Line]:
    say, wording = asked.wording.say, asked.wording
    now = tools.clock.now()
    slot = next_after(one.schedule, max(one.handled, now))
    if one.is_paused:
        parts = [say("schedules.paused")]
    elif slot is None:
        parts = [say("schedules.over")]
    else:
        parts = [say("schedules.next", at=wording.instant(slot))]
    if one.runs:
        parts.append(say("schedules.ran", n=one.runs))
    if one.missed:
        parts.append(say("schedules.missed", n=one.missed))
    head = say("schedules.line", number=Decimal(one.number), words=one.words)
    return [line(bold(head)), line("  ", code(one.line)), line("  ", dim(" · ".join(parts)))]


async def _do(tools: Tools, asked: Asked, found: ScheduleDo) -> Screen:
    account = tools.book().account(asked.person.account)
    assert account is not None, "people have accounts"
    lines: list[Line] = []
    for place, number in enumerate(found.numbers):
        one = next((known for known in account.schedules if known.number == number), None)
        if one is None:
            return refusal(asked, "schedules.no_such", number=str(number))
        if found.verb == "now":
            return await _now(tools, asked, one)
        done = await _sent(tools, asked, account, one, found.verb, place)
        if isinstance(done, Screen):
            return done
        lines.append(done)
    say = asked.wording.say
    return Screen.of(*lines).with_buttons(row(look(say("schedules.all"), "schedule")))


async def _sent(
    tools: Tools, asked: Asked, account: Account, one: Recurring, verb: str, place: int
) -> Line | Screen:
    base = asked.incoming.command_id
    command_id = CommandId(f"{base}/{place}") if place else base
    command: cm.Command
    if verb == "del":
        command, key = (
            cm.DropSchedule(command_id, asked.person.person_id, account.account, one.schedule_id),
            "schedules.dropped_done",
        )
    else:
        is_paused = verb == "pause"
        key = "schedules.paused_done" if is_paused else "schedules.resumed_done"
        command = cm.PauseSchedule(
            command_id, asked.person.person_id, account.account, one.schedule_id, is_paused
        )
    try:
        answer = await tools.desk.submit(command)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    if isinstance(answer, Denied):
        return refusals_screen(all_retold(asked.wording, answer.refusals))
    return line(asked.wording.say(key, number=str(one.number)))


async def _now(tools: Tools, asked: Asked, one: Recurring) -> Screen:
    """The card of its order, as if it were typed now; nothing goes out without a press."""
    parsed = parse(one.line)
    if not isinstance(parsed, OrderLine):
        assert isinstance(parsed, NotUnderstood | Twofold), "the line was an order when it was set"
        return refusals_screen([reread(asked.wording, parsed.sentence)])
    return await open_line(tools, replace(asked, line=one.line, must_review=True), parsed)


# ---------------------------------------------------------------- when one is due


def order_reader(tools: Tools) -> Callable[[Account, Recurring], Awaitable[cm.OpenPosition | str]]:
    """What reads a recurring line when its time has come: the same grammar, the same command as a typed line,
    on the market of then. A sentence when it means nothing any more."""

    async def read(account: Account, one: Recurring) -> cm.OpenPosition | str:
        now = tools.clock.now()
        person = await person_of(tools, one.person)
        wording = person.wording if person is not None else Wording()
        if person is None or account.account not in person.accounts:
            return wording.say("schedules.no_person")
        parsed = parse(one.line)
        if not isinstance(parsed, OrderLine):
            if isinstance(parsed, NotUnderstood | Twofold):
                return reread(wording, parsed.sentence)
            return one.line
        instrument = tools.market.instrument(parsed.symbol)
        if instrument is None:
            return wording.say("schedules.no_instrument", symbol=parsed.symbol)
        incoming = Incoming("job", "schedule", one.schedule_id, str(one.person), now, text=one.line)
        asked = await as_account_wants(tools, Asked(incoming, person, one.line), account)
        try:
            command = open_command(tools, asked, parsed, account, instrument)
        except NoSuchMoment as problem:
            return str(problem)
        # That it comes again is what was asked for: nobody has to be asked whether it is a slip.
        return replace(command, confirmed=tuple(sorted(ASKABLE)))

    return read


HANDLERS: dict[str, Handler] = {"schedule": schedule}
