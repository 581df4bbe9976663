"""`/alerts`: set a level to hear of (of a price, an indicator, a result), list what waits, forget it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.alerting import about, level_text, value_text
from bot.conversation.confirmation import choice_button
from bot.conversation.frames import FRAMES
from bot.conversation.grammar_alert import (
    AlertDrop,
    AlertLine,
    AlertList,
    AlertSeen,
    AlertTrade,
    Misread,
    alert_line,
    alert_text,
    frame_of,
)
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_wording import Stop, Twofold, sentence
from bot.conversation.handling import Asked, Handler, Tools, refusal, seen_of
from bot.conversation.retelling import all_retold, reread
from bot.conversation.screen import Block, Kind, Line, Screen, bold, code, dim, line, look, row, title, warn
from bot.handlers.alert_trade import alert_trade
from bot.handlers.finding import instrument_chosen, refusals_screen
from bot.handlers.moments import NoSuchMoment, end_of
from bot.handlers.subjects import refresh, rows_of, word_of
from trading.domain.book import Account
from trading.domain.commands import DropAlerts, SeeAlerts, SetAlert
from trading.domain.instrument import Instrument
from trading.domain.measure import Measure
from trading.domain.money import HUNDRED, Price
from trading.domain.timed import (
    ALERT_BACK_PERCENT,
    ALERT_PAUSE,
    ESCALATION_PAUSE,
    RESULT_BACK_PERCENT,
    PriceAlert,
)
from trading.domain.warning import day_result
from trading.ports import Denied, JournalUnavailable, Taken

LISTED_MAX = 20
BUTTONS_MAX = 6
EXAMPLE = "/alerts btc > 70000"


async def alerts(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Read the line and do what it says."""
    text = word_of(parsed, "what")
    try:
        found = alert_line(text)
    except Misread as problem:
        return refusal(asked, problem.key, **problem.values)
    except Stop as ended:
        return refusals_screen([reread(asked.wording, ended.refusal.sentence)])
    except Twofold as question:
        return await _which(tools, asked, text, question)
    match found:
        case AlertList():
            return await _listed(tools, asked, found.symbol)
        case AlertDrop():
            return await _drop(tools, asked, found.numbers)
        case AlertSeen():
            return await _seen(tools, asked, found.numbers)
        case AlertTrade():
            return await alert_trade(tools, asked, found)
        case AlertLine():
            return await _set(tools, asked, found)


async def _which(tools: Tools, asked: Asked, text: str, question: Twofold) -> Screen:
    """A number that can be read in more than one way is asked."""
    lines = [f"/alerts {text.replace(question.piece, choice, 1)}" for choice in question.choices]
    labels = zip(question.choices, lines, strict=True)
    buttons = [row(await choice_button(tools, asked, label, chosen)) for label, chosen in labels]
    asking = reread(asked.wording, sentence(question.code, value=question.piece))
    return Screen.of(asking, *(line(code(one)) for one in lines), kind=Kind.REVIEW).with_buttons(*buttons)


# ---------------------------------------------------------------- setting


async def _set(tools: Tools, asked: Asked, found: AlertLine) -> Screen:
    def line_with(symbol: str) -> str:
        return f"/alerts {alert_text(replace(found, symbol=symbol))}"

    instrument = None
    if found.of is not Measure.DAY:
        chosen = await instrument_chosen(tools, asked, found.symbol, line_with)
        if isinstance(chosen, Screen):
            return chosen
        instrument = chosen
    command = _command(tools, asked, found, instrument)
    if isinstance(command, Screen):
        return command
    try:
        answer = await tools.desk.submit(command)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    if isinstance(answer, Denied):
        return refusals_screen(all_retold(asked.wording, answer.refusals))
    return await _is_set(tools, asked, answer)


def _command(
    tools: Tools, asked: Asked, found: AlertLine, instrument: Instrument | None
) -> SetAlert | Screen:
    """What is asked of the desk; or why it cannot be."""
    level = _level(tools, found, instrument)
    if level is None:
        return refusal(asked, "find.no_price", symbol=found.symbol)
    reading = None
    if found.indicator is not None:
        assert instrument is not None and tools.measures is not None, "an indicator is of a symbol"
        frames = tools.measures.frames(instrument.symbol)
        if frames and frame_of(found.indicator) not in frames:
            finest = replace(found.indicator, frame_s=int(FRAMES[frames[0]].total_seconds()))
            better = f"/alerts {alert_text(replace(found, indicator=finest))}"
            return refusal(asked, "alerts.too_fine", symbol=instrument.symbol, line=better)
        reading = tools.measures.reading(instrument.symbol, found.indicator)
    try:
        until = end_of(asked, found.until, tools.clock.now()) if found.until is not None else None
    except NoSuchMoment as problem:
        return refusals_screen([str(problem)])
    return SetAlert(
        asked.incoming.command_id,
        asked.person.person_id,
        asked.person.account,
        seen_of(tools, instrument) if instrument is not None else None,
        found.side,
        level,
        found.repeats,
        found.note,
        found.of,
        found.indicator,
        reading.value if reading is not None else None,
        until,
        found.is_critical,
        reading.anchored_at if reading is not None else None,
    )


def _level(tools: Tools, found: AlertLine, instrument: Instrument | None) -> Price | None:
    """The level that is meant; a percent counts from the mid of now, to the next tick."""
    if found.percent is None:
        assert found.price is not None, "a level is a price or a percent"
        return Price(found.price)
    assert instrument is not None, "a percent is of a price"
    quote = tools.market.last(instrument.symbol)
    if quote is None:
        return None
    return instrument.price_nearest(quote.mid * (HUNDRED + found.percent) / HUNDRED)


async def _is_set(tools: Tools, asked: Asked, answer: Taken) -> Screen:
    say, wording = asked.wording.say, asked.wording
    number = Decimal(answer.facts["number"])
    account = tools.book().account(asked.person.account)
    alert = _numbered(account, int(number)) if account else None
    if account is None or alert is None:  # answered before, and rung or forgotten since
        return await _listed(tools, asked, "")
    instrument = tools.market.instrument(alert.symbol) if alert.symbol else None
    level = level_text(wording, alert, instrument, account.currency)
    head = say("alerts.set", number=number, symbol=about(wording, alert), level=level)
    blocks: list[Block] = [line(bold(head)), *_now_line(tools, asked, account, alert)]
    if alert.repeats:
        blocks.append(line(dim(_repeats(asked, alert))))
    else:
        blocks.append(line(dim(say("alerts.set_once"))))
    if alert.is_critical:
        span = wording.duration(ESCALATION_PAUSE)
        blocks.append(line(dim(say("alerts.set_critical", span=span))))
    if alert.until is not None:
        blocks.append(line(dim(say("alerts.set_until", at=wording.instant(alert.until)))))
    if alert.note:
        blocks.append(line(dim(alert.note)))
    delete = await choice_button(
        tools, asked, say("alerts.delete", number=number), f"/alerts del {alert.number}"
    )
    return Screen.of(*blocks).with_buttons(row(look(say("alerts.all"), "alerts"), delete))


def _repeats(asked: Asked, alert: PriceAlert) -> str:
    wording = asked.wording
    percent = ALERT_BACK_PERCENT if alert.of is Measure.PRICE else RESULT_BACK_PERCENT
    back, span = wording.percent(percent), wording.duration(ALERT_PAUSE)
    return wording.say("alerts.set_repeats", span=span, percent=back)


def _now_line(tools: Tools, asked: Asked, account: Account, alert: PriceAlert) -> list[Block]:
    """Where what is watched stands now, or what it still waits for."""
    say, wording = asked.wording.say, asked.wording
    instrument = tools.market.instrument(alert.symbol) if alert.symbol else None
    if alert.set_price is None:
        if alert.indicator is None or tools.measures is None:
            return [line(say("alerts.set_nothing_held", symbol=alert.symbol))]
        missing = tools.measures.missing(alert.symbol, alert.indicator)
        return [line(say("alerts.set_too_few", n=missing))]
    value = value_text(wording, alert, alert.set_price, instrument, account.currency)
    if alert.of is not Measure.PRICE:
        return [line(say("alerts.set_value", symbol=about(wording, alert), price=value))]
    away = wording.percent((alert.price - alert.set_price) * HUNDRED / alert.set_price, signed=True)
    return [line(say("alerts.set_now", symbol=alert.symbol, price=value, percent=away))]


# ---------------------------------------------------------------- listing and forgetting


async def _listed(tools: Tools, asked: Asked, symbol: str) -> Screen:
    say = asked.wording.say
    account = tools.book().account(asked.person.account)
    assert account is not None, "people have accounts"
    wanted = {one.symbol for one in tools.market.search(symbol)} if symbol else set()
    waiting = [one for one in account.alerts if not symbol or one.symbol in wanted]
    elsewhere = _elsewhere(tools, asked)
    if not waiting:
        nothing = say("alerts.none_of", symbol=symbol) if symbol else say("alerts.none")
        return Screen.of(line(nothing, " ", code(EXAMPLE)), *elsewhere)
    shown = waiting[:LISTED_MAX]
    lines: list[Line] = []
    for alert in shown:
        lines += _lines_of(tools, asked, account, alert)
    if len(waiting) > LISTED_MAX:
        lines.append(line(dim(say("alerts.more", n=len(waiting) - LISTED_MAX))))
    buttons = [
        await choice_button(
            tools, asked, say("alerts.delete", number=Decimal(alert.number)), f"/alerts del {alert.number}"
        )
        for alert in shown[:BUTTONS_MAX]
    ]
    again = refresh(asked, "alerts", symbol)
    screen = Screen.of(title(say("alerts.title")), *lines, *elsewhere)
    return screen.with_buttons(*rows_of(buttons), row(again))


def _elsewhere(tools: Tools, asked: Asked) -> list[Line]:
    """What waits on the person's other accounts."""
    book = tools.book()
    others = [book.account(name) for name in asked.person.accounts if name != asked.person.account]
    counts = [(one.account, len(one.alerts)) for one in others if one is not None and one.alerts]
    return [line(dim(asked.wording.say("alerts.elsewhere", n=n, account=name))) for name, n in counts]


def _lines_of(tools: Tools, asked: Asked, account: Account, alert: PriceAlert) -> list[Line]:
    say, wording = asked.wording.say, asked.wording
    instrument = tools.market.instrument(alert.symbol) if alert.symbol else None
    head = say(
        "alerts.line",
        number=Decimal(alert.number),
        symbol=about(wording, alert),
        level=level_text(wording, alert, instrument, account.currency),
    )
    parts = [_stands(tools, asked, account, alert)]
    if alert.repeats:
        parts.append(say("alerts.repeats"))
    if alert.is_critical:
        parts.append(say("alerts.critical"))
    if alert.until is not None:
        parts.append(say("alerts.until", at=wording.instant(alert.until)))
    if alert.fired_at is not None and not alert.is_armed:
        parts.append(say("alerts.rests", ago=wording.ago(alert.fired_at, tools.clock.now())))
    if alert.note:
        parts.append(alert.note)
    return [line(bold(head)), line("  ", dim(" · ".join(parts)))]


def _stands(tools: Tools, asked: Asked, account: Account, alert: PriceAlert) -> str:
    """How far what is watched is from its level."""
    say, wording, book = asked.wording.say, asked.wording, tools.book()
    if alert.of is Measure.PRICE:
        quote = tools.market.last(alert.symbol)
        if quote is None:
            return say("alerts.no_price_now")
        return say(
            "alerts.away",
            percent=wording.percent((alert.price - quote.mid) * HUNDRED / quote.mid, signed=True),
        )
    value: Decimal | None = None
    if alert.indicator is not None and tools.measures is not None:
        value = tools.measures.value(alert.symbol, alert.indicator, alert.anchored_at)
        if value is None:
            return say("alerts.too_few", n=tools.measures.missing(alert.symbol, alert.indicator))
    elif alert.of is Measure.DAY:
        value = day_result(book, account, tools.clock.now(), {})
    else:
        held = book.current_position(account.account, alert.symbol)
        value = book.unrealised(held) if held is not None and held.is_open else None
    if value is None:
        return say("alerts.nothing_held") if alert.symbol else say("alerts.no_day")
    instrument = tools.market.instrument(alert.symbol) if alert.symbol else None
    return say("alerts.now", price=value_text(wording, alert, value, instrument, account.currency))


def _numbered(account: Account, number: int) -> PriceAlert | None:
    return next((alert for alert in account.alerts if alert.number == number), None)


async def _drop(tools: Tools, asked: Asked, numbers: Sequence[int]) -> Screen:
    say = asked.wording.say
    account = tools.book().account(asked.person.account)
    assert account is not None, "people have accounts"
    for number in numbers:
        if _numbered(account, number) is None:
            return refusal(asked, "alerts.no_such", number=str(number))
    if not account.alerts:
        return Screen.of(line(say("alerts.none"), " ", code(EXAMPLE)))
    ids = tuple(alert.alert_id for alert in account.alerts if alert.number in numbers)
    command = DropAlerts(
        asked.incoming.command_id, asked.person.person_id, account.account, ids if numbers else ()
    )
    try:
        answer = await tools.desk.submit(command)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    if isinstance(answer, Denied):
        return Screen.of(
            *(line(warn(one)) for one in all_retold(asked.wording, answer.refusals)), kind=Kind.REFUSAL
        )
    dropped = answer.facts["numbers"]
    names = ", ".join(f"#{number}" for number in dropped)
    return Screen.of(line(say("alerts.dropped", n=len(dropped), names=names))).with_buttons(
        row(look(say("alerts.all"), "alerts"))
    )


async def _seen(tools: Tools, asked: Asked, numbers: Sequence[int]) -> Screen:
    account = tools.book().account(asked.person.account)
    assert account is not None, "people have accounts"
    ids = tuple(one.alert.alert_id for one in account.ringing if one.alert.number in numbers)
    if not account.ringing or (numbers and not ids):
        return Screen.of(line(asked.wording.say("alerts.seen_nothing")))
    command = SeeAlerts(asked.incoming.command_id, asked.person.person_id, account.account, ids)
    try:
        answer = await tools.desk.submit(command)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    if isinstance(answer, Denied):
        return refusals_screen(one.sentence for one in answer.refusals)
    return Screen.of(line(asked.wording.say("alerts.seen", n=answer.facts["seen"])))


HANDLERS: dict[str, Handler] = {"alerts": alerts}
