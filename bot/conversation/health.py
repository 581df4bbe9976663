"""How the desk itself is, as plain values, and the one table of thresholds over them.

`/health`, `/healthz` and the alarms all judge by this table, so that they never say different things. What
does not belong here: how figures are gathered (main/measuring.py), when somebody is woken (main/watching.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from bot.conversation.venues import SiteLook

MEGABYTE = 1_000_000


class FeedLook(Struct, frozen=True):
    """A feed. `age_s`: since it last said something, None = never. `lost_since` is set while it is lost."""

    name: str
    is_alive: bool
    age_s: float | None = None
    has_ended: bool = False
    lost_since: datetime | None = None
    said: str = ""


class PartLook(Struct, frozen=True):
    """A part of the desk: `state` is running, restarting, paused, disabled, ended or waiting."""

    name: str
    kind: str
    state: str
    restarts: int = 0
    said: str = ""


class StalePrice(Struct, frozen=True):
    """A symbol that somebody holds or waits for, whose market is open and whose price is old."""

    symbol: str
    age_s: float


class Unwatched(Struct, frozen=True):
    """A stop that only this desk watches. `age_s`: of the newest price, or since the start when none has come
    yet; `bound_s`: from which age on nobody would see it reached."""

    account: str
    symbol: str
    age_s: float
    bound_s: float


class Unprotected(Struct, frozen=True):
    """How long an account's positions were without the stop of their plan today, those that are now included:
    in all, and the longest such time. `symbols`: where none stands now."""

    account: str
    total_s: float
    worst_s: float
    symbols: tuple[str, ...] = ()


class VenueAge(Struct, frozen=True):
    """When an account's venue last said what it holds. `age_s`: None = not yet; `longest_s`: the longest time
    between two answers since the start; `is_open`: whether entries may go out."""

    account: str
    age_s: float | None
    longest_s: float
    is_open: bool


class Timing(Struct, frozen=True):
    """The newest durations of one kind in seconds; `n` counts those since the start."""

    name: str
    n: int
    p50: float
    p95: float
    p99: float


class Health(Struct, frozen=True):
    """The desk at one instant. Seconds and bytes. Loop lag is the worst of the last ten seconds, deliveries
    are those of the last five minutes, restarts those of the last ten."""

    at: datetime
    version: str = ""
    uptime_s: float = 0.0
    is_writer_alive: bool = True
    unwritten: str = ""
    commit_s: float = 0.0  # the slowest of the last half minute, one that runs included
    loop_lag_s: float = 0.0
    inbox: int = 0
    is_in_flight: bool = False
    delivered: int = 0
    undelivered: int = 0
    deliveries_waiting: int = 0
    feeds: tuple[FeedLook, ...] = ()
    stale: tuple[StalePrice, ...] = ()
    unwatched: tuple[Unwatched, ...] = ()
    unprotected: tuple[Unprotected, ...] = ()
    venues: tuple[VenueAge, ...] = ()
    sites: tuple[SiteLook, ...] = ()
    parts: tuple[PartLook, ...] = ()
    restarts: int = 0
    timings: tuple[Timing, ...] = ()
    memory_bytes: int = 0
    memory_max_bytes: int = 0
    disk_free_bytes: int | None = None
    log_problem: str = ""
    log_lines_lost: int = 0
    deaths: int = 0
    halt: str = ""
    halt_reason: str = ""


Found = tuple[str, Decimal, Mapping[str, str]]
"""Subject, value, and what the sentence names besides."""

Measure = Callable[[Health], Iterable[Found]]


class Rule(Struct, frozen=True):
    """A threshold. It is passed when the value is above `over` for `hold_s`, and over again when it is at or
    below `under` for `clear_s`: between the two nothing is said, so that a value at the edge does not ring
    all night.

    `health.<code>` is its sentence; `notice.desk_<code>` and `notice.desk_<code>_over` are what the operator
    is told, when it `pages` at all (what its own part tells already does not). `is_down`: the desk cannot do
    its work meanwhile, and `/healthz` answers 503. `action` names what the desk does about it by itself.
    `is_durable`: told through the journal.
    """

    code: str
    measure: Measure
    over: Decimal
    under: Decimal
    level: str = "warning"
    hold_s: float = 0.0
    clear_s: float = 60.0
    pages: bool = True
    is_down: bool = False
    action: str = ""
    is_durable: bool = True


class Reason(Struct, frozen=True):
    """Why the desk is not well: a rule that is passed now. `facts` fill `health.<code>`."""

    code: str
    subject: str
    value: Decimal
    facts: dict[str, str]
    is_down: bool


DELIVERIES_MIN = 20
"""Of fewer deliveries one failure would already be more than the bound."""
FREEZE = "freeze"
UNWATCHED_S = 5.0
"""How long a price may be stale before people hear that a stop is not watched: one late tick is no news."""


def _decimal(value: float, places: int = 3) -> Decimal:
    return Decimal(str(round(value, places)))


def _one(value: bool, **facts: str) -> list[Found]:
    return [("", Decimal(1 if value else 0), facts)]


def _deliveries(health: Health) -> Iterable[Found]:
    total = health.delivered + health.undelivered
    if total >= DELIVERIES_MIN:
        share = Decimal(health.undelivered) / total
        yield "", share, {"share": str(round(share * 100, 1)), "total": str(total)}
    else:
        yield "", Decimal(0), {"share": "0", "total": str(total)}


def _lag(health: Health) -> Iterable[Found]:
    lag = _decimal(health.loop_lag_s, 1)
    yield "", _decimal(health.loop_lag_s), {"lag": str(lag)}


def _commit(health: Health) -> Iterable[Found]:
    yield "", _decimal(health.commit_s), {"seconds": str(_decimal(health.commit_s, 1))}


def _memory(health: Health) -> Iterable[Found]:
    if health.memory_max_bytes:
        share = Decimal(health.memory_bytes) / health.memory_max_bytes
        facts = {
            "used": str(health.memory_bytes // MEGABYTE),
            "limit": str(health.memory_max_bytes // MEGABYTE),
        }
        yield "", share, facts


def _disk(health: Health) -> Iterable[Found]:
    if health.disk_free_bytes is not None:
        free = health.disk_free_bytes // MEGABYTE
        # As what is missing to two gigabytes: every rule is passed upwards.
        yield "", Decimal(2_000 - free), {"free": str(free)}


def _unwatched(health: Health) -> Iterable[Found]:
    for one in health.unwatched:
        facts = {"symbol": one.symbol, "account": one.account, "age": str(int(one.age_s))}
        yield f"{one.account}/{one.symbol}", _decimal(one.age_s - one.bound_s), facts


def _stale(health: Health) -> Iterable[Found]:
    said = {one.symbol for one in health.unwatched if one.age_s > one.bound_s}
    for one in health.stale:
        if one.symbol in said:
            continue  # that nobody watches its stop says it already, and says more
        yield one.symbol, Decimal(1), {"symbol": one.symbol, "age": str(int(one.age_s))}


def _unheard(health: Health) -> Iterable[Found]:
    for one in health.venues:
        # Before its first answer there is nothing to count from: the oldest that is possible.
        age_s = health.uptime_s if one.age_s is None else one.age_s
        yield one.account, _decimal(age_s), {"account": one.account, "age": str(int(age_s))}


def _lost(health: Health) -> Iterable[Found]:
    for feed in health.feeds:
        is_lost = not feed.is_alive and not feed.has_ended
        yield feed.name, Decimal(1 if is_lost else 0), {"feed": feed.name, "why": feed.said or "?"}


def _ended(health: Health) -> Iterable[Found]:
    for feed in health.feeds:
        yield feed.name, Decimal(1 if feed.has_ended else 0), {"feed": feed.name}


def _troubled(health: Health) -> Iterable[Found]:
    for part in health.parts:
        is_bad = part.state in ("restarting", "paused", "disabled")
        facts = {"part": part.name, "state": part.state, "why": part.said or "?"}
        yield part.name, Decimal(1 if is_bad else 0), facts


def _deaf(health: Health) -> Iterable[Found]:
    fronts = [part for part in health.parts if part.kind == "front"]
    is_deaf = bool(fronts) and all(part.state in ("restarting", "paused", "disabled") for part in fronts)
    return _one(is_deaf)


# A desk without a chat still guards what it holds, and an orchestrator that starts it again over a refused
# token would only interrupt that: it is degraded, not down.
RULES: tuple[Rule, ...] = (
    Rule("writer", lambda h: _one(not h.is_writer_alive), Decimal(0), Decimal(0), pages=False, is_down=True),
    Rule(
        "store",
        lambda h: _one(bool(h.unwritten), why=h.unwritten),
        Decimal(0),
        Decimal(0),
        level="error",
        clear_s=5.0,
        is_down=True,
        is_durable=False,
    ),
    # Orders wait for the disk, whatever it takes: nothing is sent that was not written down.
    Rule("slow_disk", _commit, Decimal(1), Decimal("0.25"), is_durable=False),
    Rule(
        "loop_stuck",
        _lag,
        Decimal(5),
        Decimal("0.5"),
        level="error",
        is_down=True,
        action=FREEZE,
        clear_s=30.0,
    ),
    Rule("loop_slow", _lag, Decimal(1), Decimal("0.25")),
    Rule("no_front", _deaf, Decimal(0), Decimal(0), level="error", hold_s=30.0, pages=False),
    Rule("deliveries", _deliveries, Decimal("0.05"), Decimal("0.02"), level="error"),
    # Nothing but a price carries such a stop out (RELIABILITY X47): said sooner than any other old price.
    Rule("unwatched", _unwatched, Decimal(0), Decimal(0), level="error", hold_s=UNWATCHED_S, clear_s=2.0),
    Rule("prices", _stale, Decimal(0), Decimal(0), level="error", hold_s=30.0, clear_s=15.0),
    Rule("venue", _unheard, Decimal(30), Decimal(15), level="error", clear_s=15.0),
    Rule("feed", _lost, Decimal(0), Decimal(0), pages=False),
    Rule("feed_ended", _ended, Decimal(0), Decimal(0), pages=False),
    Rule("part", _troubled, Decimal(0), Decimal(0), pages=False),
    Rule("restarts", lambda h: [("", Decimal(h.restarts), {"n": str(h.restarts)})], Decimal(9), Decimal(3)),
    Rule("memory", _memory, Decimal(1), Decimal("0.9"), level="error", hold_s=10.0),
    Rule("disk", _disk, Decimal(1_500), Decimal(1_000), level="error", hold_s=5.0),
    Rule("log", lambda h: _one(bool(h.log_problem), why=h.log_problem), Decimal(0), Decimal(0), hold_s=5.0),
)
"""Every threshold of the desk (RULINGS 40), the worst first."""


def reasons(health: Health, rules: Iterable[Rule] = RULES) -> list[Reason]:
    """What is wrong now, the worst first; empty when all is well. Without regard to how long."""
    found = []
    for rule in rules:
        for subject, value, facts in rule.measure(health):
            if value > rule.over:
                found.append(Reason(rule.code, subject, value, dict(facts), rule.is_down))
    return found
