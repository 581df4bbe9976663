"""`/alerts`: set a level to hear of, list what waits, forget it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.confirmation import choice_button
from bot.conversation.grammar_alert import AlertDrop, AlertLine, AlertList, Misread, alert_line, alert_text
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_wording import Stop, Twofold, sentence
from bot.conversation.handling import Asked, Handler, Tools, refusal, seen_of
from bot.conversation.screen import Block, Kind, Line, Screen, bold, code, dim, line, look, row, title, warn
from bot.handlers.finding import instrument_chosen, refusals_screen
from bot.handlers.subjects import refresh, rows_of, word_of
from trading.domain.book import Account
from trading.domain.commands import DropAlerts, SetAlert
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, Price
from trading.domain.timed import ALERT_BACK_PERCENT, ALERT_PAUSE, PriceAlert
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
        return refusals_screen([ended.refusal.sentence])
    except Twofold as question:
        return await _which(tools, asked, text, question)
    match found:
        case AlertList():
            return await _listed(tools, asked, found.symbol)
        case AlertDrop():
            return await _drop(tools, asked, found.numbers)
        case AlertLine():
            return await _set(tools, asked, found)


async def _which(tools: Tools, asked: Asked, text: str, question: Twofold) -> Screen:
    """A number that can be read in more than one way is asked."""
    lines = [f"/alerts {text.replace(question.piece, choice, 1)}" for choice in question.choices]
    labels = zip(question.choices, lines, strict=True)
    buttons = [row(await choice_button(tools, asked, label, chosen)) for label, chosen in labels]
    asking = sentence(question.code, value=question.piece)
    return Screen.of(asking, *(line(code(one)) for one in lines), kind=Kind.REVIEW).with_buttons(*buttons)


# ---------------------------------------------------------------- setting


async def _set(tools: Tools, asked: Asked, found: AlertLine) -> Screen:
    def line_with(symbol: str) -> str:
        return f"/alerts {alert_text(replace(found, symbol=symbol))}"

    instrument = await instrument_chosen(tools, asked, found.symbol, line_with)
    if isinstance(instrument, Screen):
        return instrument
    level = _level(tools, found, instrument)
    if level is None:
        return refusal(asked, "find.no_price", symbol=instrument.symbol)
    command = SetAlert(
        asked.incoming.command_id,
        asked.person.person_id,
        asked.person.account,
        seen_of(tools, instrument),
        found.side,
        level,
        found.repeats,
        found.note,
    )
    try:
        answer = await tools.desk.submit(command)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    if isinstance(answer, Denied):
        return refusals_screen(one.sentence for one in answer.refusals)
    return await _is_set(tools, asked, answer, instrument)


def _level(tools: Tools, found: AlertLine, instrument: Instrument) -> Price | None:
    """The price that is meant; a percent counts from the mid of now, to the next tick."""
    if found.percent is None:
        assert found.price is not None, "a level is a price or a percent"
        return Price(found.price)
    quote = tools.market.last(instrument.symbol)
    if quote is None:
        return None
    return instrument.price_nearest(quote.mid * (HUNDRED + found.percent) / HUNDRED)


async def _is_set(tools: Tools, asked: Asked, answer: Taken, instrument: Instrument) -> Screen:
    say, wording = asked.wording.say, asked.wording
    number = Decimal(answer.facts["number"])
    account = tools.book().account(asked.person.account)
    alert = _numbered(account, int(number)) if account else None
    if alert is None:  # answered before, and rung or forgotten since
        return await _listed(tools, asked, "")
    quote = tools.market.last(instrument.symbol)
    blocks: list[Block] = [
        line(
            bold(
                say(
                    "alerts.set",
                    number=number,
                    symbol=alert.symbol,
                    level=level_text(asked, alert, instrument),
                )
            )
        )
    ]
    if quote is not None:
        price = wording.price(quote.mid, instrument.tick_size)
        away = wording.percent((alert.price - quote.mid) * HUNDRED / quote.mid, signed=True)
        blocks.append(line(say("alerts.set_now", symbol=alert.symbol, price=price, percent=away)))
    if alert.repeats:
        span, back = wording.duration(ALERT_PAUSE), wording.percent(ALERT_BACK_PERCENT)
        blocks.append(line(dim(say("alerts.set_repeats", span=span, percent=back))))
    else:
        blocks.append(line(dim(say("alerts.set_once"))))
    if alert.note:
        blocks.append(line(dim(alert.note)))
    delete = await choice_button(
        tools, asked, say("alerts.delete", number=number), f"/alerts del {alert.number}"
    )
    return Screen.of(*blocks).with_buttons(row(look(say("alerts.all"), "alerts"), delete))


def level_text(asked: Asked, alert: PriceAlert, instrument: Instrument | None) -> str:
    """`> 70,000.00`."""
    price = asked.wording.price(alert.price, instrument.tick_size if instrument else None)
    key = {"above": "alerts.above", "below": "alerts.below"}.get(alert.side.value, "alerts.crosses")
    return asked.wording.say(key, price=price)


# ---------------------------------------------------------------- listing and forgetting


async def _listed(tools: Tools, asked: Asked, symbol: str) -> Screen:
    say = asked.wording.say
    account = tools.book().account(asked.person.account)
    wanted = {one.symbol for one in tools.market.search(symbol)} if symbol else set()
    waiting = [one for one in (account.alerts if account else ()) if not symbol or one.symbol in wanted]
    elsewhere = _elsewhere(tools, asked)
    if not waiting:
        nothing = say("alerts.none_of", symbol=symbol) if symbol else say("alerts.none")
        return Screen.of(line(nothing, " ", code(EXAMPLE)), *elsewhere)
    shown = waiting[:LISTED_MAX]
    lines: list[Line] = []
    for alert in shown:
        lines += _lines_of(tools, asked, alert)
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


def _lines_of(tools: Tools, asked: Asked, alert: PriceAlert) -> list[Line]:
    say, wording = asked.wording.say, asked.wording
    instrument = tools.market.instrument(alert.symbol)
    head = say(
        "alerts.line",
        number=Decimal(alert.number),
        symbol=alert.symbol,
        level=level_text(asked, alert, instrument),
    )
    quote = tools.market.last(alert.symbol)
    if quote is None:
        parts = [say("alerts.no_price_now")]
    else:
        away = wording.percent((alert.price - quote.mid) * HUNDRED / quote.mid, signed=True)
        parts = [say("alerts.away", percent=away)]
    if alert.repeats:
        parts.append(say("alerts.repeats"))
    if alert.fired_at is not None and not alert.is_armed:
        parts.append(say("alerts.rests", ago=wording.ago(alert.fired_at, tools.clock.now())))
    if alert.note:
        parts.append(alert.note)
    return [line(bold(head)), line("  ", dim(" · ".join(parts)))]


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
        return Screen.of(*(line(warn(one.sentence)) for one in answer.refusals), kind=Kind.REFUSAL)
    dropped = answer.facts["numbers"]
    names = ", ".join(f"#{number}" for number in dropped)
    return Screen.of(line(say("alerts.dropped", n=len(dropped), names=names))).with_buttons(
        row(look(say("alerts.all"), "alerts"))
    )


HANDLERS: dict[str, Handler] = {"alerts": alerts}
