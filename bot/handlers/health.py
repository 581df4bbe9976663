"""`/health`: how the desk itself is, what is degraded said first and plainly. Its buttons only look."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.health import MEGABYTE, Health, Reason, Timing, Unprotected, reasons
from bot.conversation.screen import (
    Block,
    Line,
    Screen,
    Span,
    bad,
    badges,
    dim,
    gap,
    good,
    kv,
    line,
    look,
    row,
    table,
    title,
    warn,
)
from bot.conversation.venues import SiteLook
from bot.conversation.wording import Wording
from bot.handlers.subjects import refresh

GIGABYTE = Decimal(10**9)
DOORS_SHOWN = 8
SHOWN = ("order_sent", "order_taken", "order_filled", "answer", "commit")


async def health(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """State, reasons, latencies, queues, feeds, parts."""
    if tools.facts.health is None:
        return refusal(asked, "health.unknown")
    state, wording = tools.facts.health(), asked.wording
    say = wording.say
    found = reasons(state)
    blocks: list[Block] = [title(say("health.title")), _state(wording, state, found)]
    blocks += [line((bad if one.is_down else warn)(_sentence(wording, one))) for one in found]
    blocks += [gap(), _figures(wording, state)]
    if state.feeds:
        blocks += [gap(), _feeds(wording, state)]
    if state.venues:
        blocks += [gap(), _venues(wording, state)]
    for site in state.sites:
        blocks += [gap(), *_site(wording, site)]
    if state.parts:
        blocks += [gap(), _parts(wording, state)]
    if found:
        blocks += [gap(), line(dim(say("health.interventions")))]
    return Screen.of(*blocks).with_buttons(
        row(refresh(asked, "health"), look(say("view.status"), "status"), look(say("view.risk"), "risk"))
    )


def _state(wording: Wording, state: Health, found: list[Reason]) -> Block:
    if any(one.is_down for one in found):
        head: Span = bad(wording.say("health.down"))
    else:
        head = warn(wording.say("health.degraded")) if found else good(wording.say("health.up"))
    more = [warn(wording.say("health.halted", reason=state.halt_reason))] if state.halt else []
    return badges(head, *more, *([state.version] if state.version else []))


def _sentence(wording: Wording, one: Reason) -> str:
    return wording.say(f"health.{one.code}", **one.facts)


def _span(wording: Wording, seconds: float) -> str:
    return wording.duration(timedelta(seconds=seconds))


def _figures(wording: Wording, state: Health) -> Block:
    say = wording.say
    timings = {one.name: one for one in state.timings}
    lag = timings.get("loop_lag")
    loop = say(
        "health.loop_value",
        p99=_span(wording, lag.p99 if lag else 0.0),
        worst=_span(wording, state.loop_lag_s),
    )
    waiting = say("health.queue_value", inbox=state.inbox, waiting=state.deliveries_waiting)
    delivered = say("health.delivery_value", sent=state.delivered, failed=state.undelivered)
    lost = state.log_lines_lost
    return kv(
        (say("health.uptime"), _span(wording, state.uptime_s)),
        (say("health.loop"), loop),
        *((say(f"health.{name}"), _timing(wording, timings[name])) for name in SHOWN if name in timings),
        (say("health.queue"), waiting),
        (say("health.delivery"), delivered) if state.delivered or state.undelivered else None,
        *((say("health.bare_name"), _bare(wording, state, one)) for one in state.unprotected if one.total_s),
        (say("health.memory_name"), say("health.memory_value", used=state.memory_bytes // MEGABYTE))
        if state.memory_bytes
        else None,
        _disk(wording, state),
        (say("health.log_name"), line(warn(say("health.log_lost", n=lost)))) if lost else None,
        (say("health.deaths"), line(warn(say("health.deaths_value", n=state.deaths))))
        if state.deaths
        else None,
    )


def _bare(wording: Wording, state: Health, one: Unprotected) -> Line:
    """How long positions were without their stop today, and which are."""
    say = wording.say
    span = say("health.bare_today", total=_span(wording, one.total_s), worst=_span(wording, one.worst_s))
    if len(state.unprotected) > 1:
        span = say("health.bare_account", account=one.account, span=span)
    if not one.symbols:
        return line(span)
    return line(span, " ", warn(say("health.bare_now", names=", ".join(one.symbols))))


def _disk(wording: Wording, state: Health) -> tuple[str, str] | None:
    if state.disk_free_bytes is None:
        return None
    free = wording.number(state.disk_free_bytes / GIGABYTE, 1)
    return wording.say("health.disk_name"), wording.say("health.disk_value", free=free)


def _timing(wording: Wording, one: Timing) -> Line:
    spans = {
        name: _span(wording, value) for name, value in (("p50", one.p50), ("p95", one.p95), ("p99", one.p99))
    }
    return line(wording.say("health.timing", **spans), dim(" " + wording.say("health.times", n=one.n)))


def _feeds(wording: Wording, state: Health) -> Block:
    say = wording.say
    rows = []
    for feed in state.feeds:
        age = _span(wording, feed.age_s) if feed.age_s is not None else say("word.none")
        if feed.has_ended:
            how = warn(say("health.feed_over"))
        else:
            how = good(say("health.feed_alive")) if feed.is_alive else bad(say("health.feed_lost"))
        rows.append((line(feed.name), line(age), line(how)))
    return table((say("health.feed_name"), ">" + say("health.age"), say("health.state")), rows)


def _venues(wording: Wording, state: Health) -> Block:
    """How long ago each venue said what it holds, and the longest time between two answers."""
    say = wording.say
    rows = []
    for one in state.venues:
        age = _span(wording, one.age_s) if one.age_s is not None else say("word.none")
        how = good(say("health.venue_open")) if one.is_open else warn(say("health.venue_waits"))
        rows.append((line(one.account), line(age), line(_span(wording, one.longest_s)), line(how)))
    names = say("health.venue_name"), ">" + say("health.age"), ">" + say("health.venue_longest")
    return table((*names, say("health.state")), rows)


def _site(wording: Wording, one: SiteLook) -> list[Block]:
    """What a venue's doors take, what may still be asked, how old its streams are."""
    say = wording.say
    streams = [
        say("health.stream_new", name=name)
        if age is None
        else say("health.stream_age", name=name, age=_span(wording, age))
        for name, age in one.streams
    ]
    left = say("health.budget", left=one.budget_left, most=one.budget_max)
    rows = []
    for call in one.calls[:DOORS_SHOWN]:
        failed = line(warn(str(call.silent))) if call.silent else line("")
        times = (line(_span(wording, call.p50_s)), line(_span(wording, call.p95_s)))
        rows.append((line(call.door), *times, line(str(call.n)), failed))
    names = (one.name, ">p50", ">p95", ">" + say("health.called"), ">" + say("health.unanswered"))
    found: list[Block] = [table(names, rows)] if rows else [line(one.name)]
    return [*found, line(dim(" · ".join([left, *streams])))]


def _parts(wording: Wording, state: Health) -> Block:
    say = wording.say
    rows = []
    for part in state.parts:
        how = say(f"health.state.{part.state}")
        shown = how if part.state in ("running", "ended", "waiting") else warn(how)
        rows.append((line(part.name), line(shown), line(str(part.restarts) if part.restarts else "")))
    return table((say("health.part_name"), say("health.state"), ">" + say("health.restarts_name")), rows)


HANDLERS: dict[str, Handler] = {"health": health}
