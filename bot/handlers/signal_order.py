"""From a believed signal to an order, or to the sentence that says why not; in dry-run to its score alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.grammar import parse
from bot.conversation.grammar_shapes import NotUnderstood, OrderLine
from bot.conversation.handling import Asked, Person, Tools, person_of
from bot.conversation.incoming import Incoming
from bot.conversation.retelling import all_retold, reread
from bot.conversation.signalling import (
    LOG_KEPT,
    NONCES_KEPT,
    PLATFORM,
    Heard,
    Shadow,
    Signal,
    Source,
    is_stale,
    keep,
)
from bot.conversation.standing import refused_sentences
from bot.handlers.finding import previewed, staged_today
from bot.handlers.moments import NoSuchMoment
from bot.handlers.trade import close_command, open_command
from trading.domain import commands as cm
from trading.domain.book import Account
from trading.domain.decide.entry import EntryPlan, plan_entry
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import HUNDRED
from trading.domain.rights import Right
from trading.domain.risk import ASKABLE
from trading.ports import Denied

OPENS = ("buy", "short")
BASIS_POINTS = Decimal(10_000)


class Refused(Exception):
    """It does not pass; `why` is a sentence in the person's language."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class _Case:
    """All that a signal is judged with."""

    tools: Tools
    source: Source
    signal: Signal
    person: Person
    account: Account
    now: datetime

    def refuse(self, key: str, **values: object) -> Refused:
        return Refused(self.person.wording.say(key, **values))


async def carry_out(tools: Tools, source: Source, signal: Signal) -> Heard:
    """Judge it, and send its order when its source may trade. What came of it is written down with the nonce:
    the same signal again changes nothing. Raises JournalUnavailable."""
    if signal.nonce in source.nonces:
        return Heard(signal.at, signal.said, "again")
    try:
        source, heard = await _judged(tools, source, signal)
    except Refused as refused:
        score = replace(source.score, heard=source.score.heard + 1)
        source = replace(source, score=score)
        heard = Heard(signal.at, signal.said, "refused", refused.why)
    await keep(
        tools.registers,
        replace(
            source,
            nonces=(*source.nonces, signal.nonce)[-NONCES_KEPT:],
            log=(heard, *source.log)[:LOG_KEPT],
        ),
    )
    return heard


async def _judged(tools: Tools, source: Source, signal: Signal) -> tuple[Source, Heard]:
    case = await _case(tools, source, signal)
    order, instrument = _read(case)
    quote = tools.market.last(instrument.symbol)
    if quote is None:
        raise case.refuse("signal.no_price", symbol=instrument.symbol)
    _check_state(case, instrument)
    command = _command(case, order, instrument)
    said = f"{order.verb} {instrument.symbol}"
    if not source.is_live:
        return _scored(case, order, instrument, quote), Heard(signal.at, signal.said, "dry", said)
    if command is None:
        raise case.refuse("signal.nothing_held", symbol=instrument.symbol)
    answer = await tools.desk.submit(command)
    if isinstance(answer, Denied):
        account = tools.book().account(case.account.account)
        told = refused_sentences(case.person.wording, tools.book(), account, case.now, answer.refusals)
        raise Refused(" ".join(told))
    score = source.score
    score = replace(score, heard=score.heard + 1, passed=score.passed + 1)
    return replace(source, score=score), Heard(signal.at, signal.said, "sent", said)


async def _case(tools: Tools, source: Source, signal: Signal) -> _Case:
    now = tools.clock.now()
    person = await person_of(tools, source.person)
    account = tools.book().account(source.account)
    if person is None or account is None or Right.TRADE not in person.rights.get(source.account, frozenset()):
        raise Refused("")
    case = _Case(tools, source, signal, person, account, now)
    if is_stale(signal.at, now):
        # It waited here, while the desk was away: the market has gone on.
        raise case.refuse("signal.stale", ago=person.wording.ago(signal.at, now))
    return case


# ---------------------------------------------------------------- reading


def _read(case: _Case) -> tuple[OrderLine, Instrument]:
    """The order line that it means. Raises Refused."""
    instrument = _instrument(case, case.signal.symbol) if not case.signal.line else None
    line = case.signal.line or _line_of(case, instrument)
    parsed = parse(line)
    if isinstance(parsed, NotUnderstood):
        raise Refused(reread(case.person.wording, parsed.sentence))
    if not isinstance(parsed, OrderLine):
        raise case.refuse("signal.no_order", line=line)
    if parsed.account and parsed.account.casefold() != case.account.account.casefold():
        raise case.refuse("signal.other_account", account=case.account.account)
    found = instrument or _instrument(case, parsed.symbol)
    if parsed.verb in OPENS and parsed.size is None:
        raise case.refuse("signal.no_size")
    tagged = replace(parsed, symbol=found.symbol, tag=f"signal-{case.source.name}", account="")
    return tagged, found


def _line_of(case: _Case, instrument: Instrument | None) -> str:
    """Fields as a line: a buy of whoever is short covers, a sale of whoever is long sells."""
    assert instrument is not None, "fields name a symbol"
    signal, symbol = case.signal, instrument.symbol
    verb, held = signal.action, _held(case, symbol)
    if verb == "buy" and (signal.after == "flat" or (held == "short" and not signal.after)):
        verb = "cover"
    elif verb == "sell" and signal.after == "short":
        if held == "long":
            raise case.refuse("signal.turns", symbol=symbol)
        verb = "short"
    elif verb == "buy" and held == "short":
        raise case.refuse("signal.turns", symbol=symbol)
    if verb not in OPENS:
        return f"/{verb} {symbol}"
    words = [f"/{verb}", symbol, signal.size or case.source.size]
    words += [f"tp {signal.tp}" if signal.tp else "", f"sl {signal.sl}" if signal.sl else ""]
    return " ".join(word for word in words if word)


def _instrument(case: _Case, text: str) -> Instrument:
    """`BTC/USD`, or as charting services write it (`BTCUSD`, `BINANCE:BTCUSDT`). Raises Refused."""
    market, name = case.tools.market, text.rpartition(":")[2].upper()
    exact = market.instrument(name)
    if exact is not None:
        return exact
    bare = name.replace("/", "")
    near = {one.symbol: one for word in (bare, bare[:3]) for one in market.search(word)}.values()
    found = [one for one in near if one.symbol.replace("/", "").upper() == bare]
    found = found or [one for one in near if one.base.upper() == bare]
    if len(found) != 1:
        raise case.refuse("signal.no_symbol", symbol=text)
    return found[0]


# ---------------------------------------------------------------- judging


def _held(case: _Case, symbol: str) -> str:
    """flat, long or short: of the account, or of the shadow in dry-run."""
    if not case.source.is_live:
        shadow = case.source.shadows.get(symbol)
        return "flat" if shadow is None else "long" if shadow.is_long else "short"
    position = case.tools.book().current_position(case.account.account, symbol)
    if position is None or not position.is_open:
        return "flat"
    return "long" if position.is_long else "short"


def _check_state(case: _Case, instrument: Instrument) -> None:
    """Whether the source believes what is: one that has lost a signal must not go on as if it had not."""
    held, believed = _held(case, instrument.symbol), case.signal.before
    if believed and believed != held:
        words = {name: case.person.wording.say(f"signal.state.{name}") for name in (believed, held)}
        raise case.refuse(
            "signal.state", symbol=instrument.symbol, believed=words[believed], held=words[held]
        )


def _command(
    case: _Case, order: OrderLine, instrument: Instrument
) -> cm.OpenPosition | cm.ClosePosition | None:
    """The command that goes through the gate, checked as it would be there. Raises Refused. None: there is
    nothing of the account's to close, which only a dry-run may want."""
    tools, wording = case.tools, case.person.wording
    incoming = Incoming(
        PLATFORM,
        case.source.source_id,
        case.signal.nonce,
        str(case.source.person),
        case.now,
        text=case.signal.said,
    )
    asked = Asked(incoming, case.person, case.signal.said)
    command_id = CommandId(f"{PLATFORM}:{case.source.source_id}:{case.signal.nonce}")
    try:
        if order.verb in OPENS:
            opens = open_command(tools, asked, order, case.account, instrument)
            opens = replace(opens, command_id=command_id, asked_at=case.now)
            return _entry(case, opens)
        position = tools.book().current_position(case.account.account, instrument.symbol)
        if position is None or not position.is_open:
            if not case.source.is_live and instrument.symbol in case.source.shadows:
                return None
            raise case.refuse("signal.nothing_held", symbol=instrument.symbol)
        closes = close_command(tools, asked, order, position, instrument)
        closes = replace(closes, command_id=command_id)
        decided = previewed(tools, case.account, closes)
        if decided.refusals:
            raise Refused(" ".join(all_retold(wording, decided.refusals)))
        return closes
    except NoSuchMoment as problem:
        raise Refused(str(problem)) from problem


def _entry(case: _Case, command: cm.OpenPosition) -> cm.OpenPosition:
    tools, wording = case.tools, case.person.wording
    staged, _ = staged_today(tools, case.account)
    plan = plan_entry(staged, command, case.now, live_allowed=tools.facts.live_allowed)
    if not isinstance(plan, EntryPlan):
        raise Refused(" ".join(all_retold(wording, plan)))
    hard = [one for one in plan.refusals if one.code not in ASKABLE]
    if hard:
        raise Refused(" ".join(refused_sentences(wording, tools.book(), case.account, case.now, hard)))
    if case.source.is_live and plan.notional > case.source.most:
        currency = command.seen.instrument.currency
        raise case.refuse(
            "signal.too_large",
            money=wording.money(plan.notional, currency),
            most=wording.money(case.source.most, currency),
        )
    # Whoever let this source trade was told that nobody is asked about each order.
    return replace(command, confirmed=tuple(one.code for one in plan.refusals))


def _scored(case: _Case, order: OrderLine, instrument: Instrument, quote: Quote) -> Source:
    """What a dry-run keeps: the shadow opens or closes at the price of now, fees of both sides taken off."""
    source, symbol = case.source, instrument.symbol
    shadows, score = dict(source.shadows), source.score
    score = replace(score, heard=score.heard + 1, passed=score.passed + 1)
    if order.verb in OPENS:
        is_long = order.verb == "buy"
        shadows.setdefault(symbol, Shadow(is_long, quote.ask if is_long else quote.bid, case.now))
    elif symbol in shadows:
        shadow = shadows.pop(symbol)
        left = quote.bid if shadow.is_long else quote.ask
        moved = left - shadow.price if shadow.is_long else shadow.price - left
        fees = 2 * case.tools.facts.fee_bps * HUNDRED / BASIS_POINTS
        made = (moved * HUNDRED / shadow.price - fees).quantize(Decimal("0.0001"))
        score = replace(
            score,
            trips=score.trips + 1,
            wins=score.wins + (made > 0),
            percent=score.percent + made,
        )
    return replace(source, shadows=shadows, score=score)
