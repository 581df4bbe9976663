"""Price alerts, recurring orders that were not sent, and the day's digest, as screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.conversation.alerting import about, level_text, value_text
from bot.conversation.grammar_alert import TRADE, TRADES
from bot.conversation.retelling import told_as
from bot.conversation.screen import (
    ACTION_BYTES_MAX,
    Block,
    Button,
    bold,
    code,
    dim,
    kv,
    line,
    look,
    title,
    warn,
)
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling, price_text
from trading.domain.ids import AccountId
from trading.domain.measure import Measure
from trading.domain.timed import ESCALATION_STEPS, PriceAlert, Ringing, Side
from trading.ports import StoredEvent

_SIDES = {Side.ABOVE: "told.above", Side.BELOW: "told.below"}
_REASONS = {"late": "told.late", "busy": "told.busy"}
_LEGS = {"sl": "alert.by_stop", "trail": "alert.by_trail", "time": "alert.by_time"}


def tell_price(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A level was reached, with the way to the price and to the order card."""
    event: Any = members[0].event
    say = scene.wording.say
    blocks: list[Block] = list(_reached(event, scene))
    if event.note:
        blocks.append(line(event.note))
    if event.is_after_gap:
        blocks.append(line(warn(say("told.gap"))))
    if not event.is_over:
        blocks.append(line(dim(say("told.again"))))
    is_critical = event.alert is not None and event.alert.is_critical
    urgency = Urgency.URGENT if is_critical else Urgency.NORMAL
    seen = event.alert_id if is_critical else ""
    return Telling(
        Topic.PRICE,
        tuple(blocks),
        urgency,
        event.symbol,
        buttons=_ways(scene, AccountId(event.account), event.symbol, event.at, seen),
    )


def _reached(event: Any, scene: Scene) -> Sequence[Block]:
    """What is where: of a price in the words that it always had."""
    say, alert = scene.wording.say, event.alert
    instrument = scene.book.instrument(AccountId(event.account), event.symbol)
    if alert is None or alert.of is Measure.PRICE:
        level = price_text(scene, event.level, instrument)
        return (
            title(say(_SIDES[event.side], symbol=event.symbol, level=level)),
            line(say("told.price", price=price_text(scene, event.price, instrument))),
        )
    return _measured(alert, event.side, event.price, AccountId(event.account), scene)


def _measured(
    alert: PriceAlert, side: Side, value: Decimal, name: AccountId, scene: Scene
) -> Sequence[Block]:
    say, account = scene.wording.say, scene.book.account(name)
    instrument = scene.book.instrument(name, alert.symbol) if alert.symbol else None
    currency = account.currency if account is not None else ""
    level, shown = (
        value_text(scene.wording, alert, one, instrument, currency) for one in (alert.price, value)
    )
    key = "told.rose" if side is Side.ABOVE else "told.fell"
    return (
        title(say(key, symbol=about(scene.wording, alert), level=level)),
        line(say("told.price", price=shown)),
    )


def _ways(
    scene: Scene, name: AccountId, symbol: str, at: datetime, seen: str
) -> tuple[tuple[Button, ...], ...]:
    """The buttons of an alert: look, order, list; and, of one that must be seen, to say so. Orders are only
    shown for review, and not for ever: the button knows when it rang."""
    say = scene.wording.say
    rows: list[tuple[Button, ...]] = []
    if seen:
        rows.append((look(say("told.seen"), "alerts", f"seen {seen.rpartition('-')[2]}"),))
    if symbol:
        held = scene.book.current_position(name, symbol)
        verbs = TRADES if held is not None and held.is_open else TRADES[:1]
        trades = [_trade(scene, verb, symbol, at, name) for verb in verbs]
        rows.append(
            (
                look(say("told.look"), "price", symbol),
                *(one for one in trades if one is not None),
                look(say("alerts.all"), "alerts"),
            )
        )
    else:
        rows.append((look(say("alerts.all"), "alerts"),))
    return tuple(rows)


def _trade(scene: Scene, verb: str, symbol: str, at: datetime, name: AccountId) -> Button | None:
    """None where names are too long for a button."""
    argument = f"{TRADE} {verb} {symbol} {int(at.timestamp())} {name}"
    if len(f"alerts:{argument}".encode()) > ACTION_BYTES_MAX:
        return None
    return look(scene.wording.say(f"told.{verb}", symbol=symbol), "alerts", argument)


def tell_ended(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """The end of an alert has come."""
    event: Any = members[0].event
    alert: PriceAlert = event.alert
    say, account = scene.wording.say, scene.book.account(AccountId(event.account))
    instrument = scene.book.instrument(AccountId(event.account), alert.symbol) if alert.symbol else None
    level = level_text(scene.wording, alert, instrument, account.currency if account is not None else "")
    head = say("told.ended", number=Decimal(alert.number), symbol=about(scene.wording, alert), level=level)
    how = say("told.ended_rung", n=alert.fired) if alert.fired else say("told.ended_unheard")
    blocks: list[Block] = [title(head), line(how)]
    if alert.note:
        blocks.append(line(alert.note))
    buttons = (look(say("alerts.all"), "alerts"),)
    return Telling(Topic.PRICE, tuple(blocks), Urgency.QUIET, alert.symbol, buttons=(buttons,))


_EVERYWHERE = 2
_FURTHER = {2: "told.unseen_everywhere", 3: "told.unseen_admins"}


def tell_unseen(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A critical alert that nobody has seen, once more."""
    event: Any = members[0].event
    ringing: Ringing = event.ringing
    alert, name = ringing.alert, AccountId(event.account)
    say = scene.wording.say
    span = scene.wording.duration(event.at - ringing.at)
    blocks: list[Block] = [*_measured(alert, ringing.side, ringing.price, name, scene)]
    blocks.append(line(warn(say("told.unseen", span=span))))
    if ringing.step in _FURTHER:
        blocks.append(line(dim(say(_FURTHER[ringing.step], account=name))))
    if alert.note:
        blocks.append(line(alert.note))
    return Telling(
        Topic.PRICE,
        tuple(blocks),
        Urgency.URGENT,
        alert.symbol,
        # The last step ends it: there is nothing left to stop.
        buttons=_ways(
            scene, name, alert.symbol, ringing.at, alert.alert_id if ringing.step < ESCALATION_STEPS else ""
        ),
        everywhere=ringing.step >= _EVERYWHERE,
    )


def tell_missed(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """What was not sent and why; when it may still be wanted, the way to its card."""
    event: Any = members[0].event
    say, instant = scene.wording.say, scene.wording.instant
    if event.count == 1:
        due = say("told.missed_at", at=instant(event.last))
    else:
        due = say("told.missed_span", first=instant(event.first), last=instant(event.last))
    reason = say(_REASONS[event.reason]) if event.reason in _REASONS else event.reason
    blocks: list[Block] = [title(say("told.missed", n=event.count)), line(code(event.line)), line(due)]
    blocks.append(line(warn(reason)))
    buttons = [look(say("schedules.all"), "schedule")]
    if event.asks:
        blocks.append(line(say("told.ask")))
        buttons.insert(0, look(say("told.now"), "schedule", f"now {event.number}"))
    return Telling(Topic.JOB, tuple(blocks), Urgency.NORMAL, buttons=(tuple(buttons),))


def is_end_by_itself(stored: StoredEvent, scene: Scene) -> bool:
    """Whoever ends one has the answer; one that has run out is told."""
    event: Any = stored.event
    return bool(event.reason == "done")


def tell_schedule_over(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """No time is left of a recurring order."""
    event: Any = members[0].event
    text = scene.wording.say("told.over", number=str(event.number))
    return Telling(Topic.JOB, (title(text),), Urgency.QUIET)


# ---------------------------------------------------------------- the day's digest


def tell_digest(event: Any, scene: Scene) -> Telling:
    """A person's day from the facts that were journaled."""
    facts: Mapping[str, str] = event.facts
    say = scene.wording.say
    blocks: list[Block] = [title(say("digest.title", day=scene.wording.dated(facts["day"])))]
    for number in range(1, int(facts["accounts"]) + 1):
        blocks += _account(facts, number, scene, is_alone=facts["accounts"] == "1")
    fills = scene.wording.count(int(facts["fills"]), "fills")
    blocks.append(line(say("digest.activity", fills=fills, closed=Decimal(facts["closed"]))))
    reasons = [_reason(one, scene) for one in _listed(facts["exits"])]
    if reasons:
        blocks.append(line(say("digest.exits", reasons=", ".join(reasons))))
    blocks += _held(facts, scene)
    alerts = scene.wording.count(int(facts["alerts"]), "alerts")
    schedules = scene.wording.count(int(facts["schedules"]), "schedules")
    if facts["alerts"] != "0" or facts["schedules"] != "0":
        blocks.append(line(dim(say("digest.waiting", alerts=alerts, schedules=schedules))))
    buttons = (
        look(say("view.positions"), "positions"),
        look(say("view.history"), "history"),
        look(say("view.risk"), "risk"),
    )
    # One picture is enough for a morning: all of the person's accounts together.
    names = tuple(facts[f"account.{number}"] for number in range(1, int(facts["accounts"]) + 1))
    return Telling(Topic.JOB, tuple(blocks), Urgency.QUIET, buttons=(buttons,), curve_of=names)


def _account(facts: Mapping[str, str], number: int, scene: Scene, *, is_alone: bool) -> list[Block]:
    wording, say = scene.wording, scene.wording.say
    currency = facts[f"currency.{number}"]

    def money(name: str) -> Decimal:
        return Decimal(facts[f"{name}.{number}"])

    used = facts.get(f"risk_used.{number}")
    risk = (
        (say("digest.risk"), say("digest.risk_used", percent=wording.percent(Decimal(used))))
        if used
        else None
    )
    halt = facts[f"halt.{number}"]
    halted = told_as(wording, "said.word", halt.replace("_", " "))
    pairs = kv(
        (say("digest.equity"), wording.money(money("equity"), currency)),
        (say("digest.realised"), wording.pnl(money("realised"), currency)),
        (say("digest.unrealised"), wording.pnl(money("unrealised"), currency)),
        (say("digest.fees"), wording.money(money("fees"), currency)),
        risk,
        None if halt == "active" else (say("digest.halt"), warn(halted)),
    )
    return (
        [pairs]
        if is_alone
        else [line(bold(say("digest.account", account=facts[f"account.{number}"]))), pairs]
    )


def _listed(text: str) -> list[tuple[str, str]]:
    """`a=1,b=2` as pairs."""
    pairs = (one.rpartition("=") for one in text.split(",") if one)
    return [(name, value) for name, _, value in pairs]


def _reason(pair: tuple[str, str], scene: Scene) -> str:
    reason, count = pair
    say = scene.wording.say
    if reason.startswith("tp") and reason[2:].isdigit():
        name = say("alert.by_target", n=Decimal(reason[2:]))
    else:
        name = say(_LEGS[reason]) if reason in _LEGS else reason
    return f"{name} ×{count}"


def _held(facts: Mapping[str, str], scene: Scene) -> list[Block]:
    say = scene.wording.say
    count = int(facts["positions"])
    if not count:
        return [line(say("digest.flat"))]
    shown = []
    for symbol, money in _listed(facts["held"]):
        value, _, currency = money.partition(":")
        shown.append(line(f"  {symbol} ", scene.wording.pnl(Decimal(value), currency)))
    return [line(say("digest.held", n=count)), *shown]


# ---------------------------------------------------------------- other notices of jobs


def tell_price_age(event: Any, scene: Scene) -> Telling:
    """The price of something held is old, or there are new ones again."""
    say = scene.wording.say
    span = scene.wording.duration(timedelta(seconds=int(event.facts["age_s"])))
    symbol = event.facts["symbol"]
    if event.code == "feed_stale":
        blocks = (title(say("told.stale", symbol=symbol)), line(say("told.stale_why", span=span)))
        return Telling(Topic.FEED, blocks, Urgency.NORMAL, symbol)
    blocks = (title(say("told.fresh", symbol=symbol)), line(say("told.fresh_why", span=span)))
    return Telling(Topic.FEED, blocks, Urgency.NORMAL, symbol)


def tell_job_missed(event: Any, scene: Scene) -> Telling:
    """Slots of one of the desk's own jobs that were left out."""
    say, facts = scene.wording.say, event.facts
    first, last = (scene.wording.instant(datetime.fromisoformat(facts[name])) for name in ("first", "last"))
    reason = say(_REASONS[facts["reason"]]) if facts["reason"] in _REASONS else facts["reason"]
    blocks = (
        title(say("told.job_missed", n=int(facts["count"]), job=facts["job"])),
        line(say("told.missed_span", first=first, last=last)),
        line(warn(reason)),
    )
    return Telling(Topic.JOB, blocks)
