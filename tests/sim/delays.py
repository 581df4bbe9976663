"""How long things take in virtual time: doubt until it is settled, a fill until its stop rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tests.sim.recipe import calm
from tests.sim.scenario import play, played
from tests.sim.scenarios import BRACKET, BTC
from tests.sim.scripted import Script, asks, buy, lost, silence
from tests.sim.venues import VENUES
from trading.brokers.fills import FillRules
from trading.brokers.paper_faults import Fault
from trading.brokers.profile import PAPER_FULL

Row = Mapping[str, Any]

LATENCY_S = 0.15
DAYS = 60
OUTAGES = (0, 1, 4, 8)
"""So many questions fail before the venue answers again."""


class Delays(Struct, frozen=True):
    """Virtual seconds. `found`: since a question last failed or was answered too early; `absent`: beyond
    fence and visibility; `stop`: from a position's first fill to its stop at the venue."""

    found_max_s: float = 0.0
    absent_max_s: float = 0.0
    stop_p50_s: float = 0.0
    stop_p99_s: float = 0.0


def quantile(ranked: Sequence[float], share: float) -> float:
    """The value that `share` of them stay within."""
    return ranked[min(int(len(ranked) * share), len(ranked) - 1)] if ranked else 0.0


def found_s() -> list[float]:
    """Orders that the venue took without an answer, at each kind of venue, after outages of some length."""
    return sorted(
        _settled_s(Script(f"found {venue} {failing}", venue, _lost_order(Fault.LOST_AFTER, failing)))
        for venue in VENUES
        for failing in OUTAGES
    )


def absent_s() -> list[float]:
    """Orders that never arrived: how much longer than fence and visibility the proof takes."""
    found = []
    for venue, profile in VENUES.items():
        script = Script(f"absent {venue}", venue, _lost_order(Fault.LOST_BEFORE, 0))
        found.append(max(_settled_s(script) - profile.fence_s - profile.visibility_s, 0.0))
    return sorted(found)


def _lost_order(fault: Fault, failing: int) -> tuple[Any, ...]:
    questions = (lost(1, "find", Fault.LOST_BEFORE, times=failing),) if failing else ()
    return (
        silence(1),
        *questions,
        lost(1, "submit", fault),
        asks(1, buy(BTC, "0.5", BRACKET)),
        silence(60, on=False),
    )


def _settled_s(script: Script) -> float:
    """From the last trouble (or the doubt) to what ends the doubt."""
    outcome = played(script, keeps=True)
    assert not outcome.breaches, outcome.breaches
    began_s = 0.0
    for row in outcome.timeline:
        what = row["what"]
        if what == "fault" and row["fault"] in UNANSWERED:
            began_s = row["t_s"]
        elif what == "event" and row["event"]["type"] == "OrderInDoubt":
            began_s = max(began_s, row["t_s"])
        elif what == "event" and began_s and row["event"]["type"] in SETTLED:
            return float(row["t_s"] - began_s)
    raise AssertionError(f"the doubt of {script.name} was never settled")


UNANSWERED = {"X07", "X08"}
SETTLED = {"OrderNotPlaced", "OrderAccepted", "OrderFilled"}


def stops_s(days: int = DAYS) -> list[float]:
    """Entries that fill on calm days at a venue 150 ms away, until their stop rests there."""
    found: list[float] = []
    for seed in range(days):
        recipe = replace(
            calm(seed), profile=PAPER_FULL, rules=FillRules(latency_s=LATENCY_S), has_bars=False, stops=0
        )
        found += _stops_of(play(seed, recipe=recipe, keeps=True).timeline)
    return sorted(found)


def _stops_of(timeline: Iterable[Row]) -> list[float]:
    """Of the fills whose plan has a stop: a commit that books a fill and sets no stop wants none."""
    orders: dict[str, Row] = {}
    waiting: dict[str, float] = {}
    booked: set[str] = set()
    held: set[str] = set()
    found = []
    is_away = True
    for row in timeline:
        what = row["what"]
        is_away = what == "crash" or (is_away and what != "published")
        if is_away:
            # A desk that is away guards nothing; the next start does, and that is judged apart.
            waiting.clear()
        if what == "venue":
            found += _at_the_venue(row, orders, waiting, held)
        elif what == "event":
            event = row["event"]
            if event["type"] == "OrderFilled":
                booked.add(event["position_id"])
            elif event["type"] == "BracketSet" and any(
                leg["kind"] == "stop" for leg in event["bracket"]["legs"]
            ):
                booked.discard(event["position_id"])
        elif what == "commit":
            for position in booked:
                waiting.pop(position, None)
            booked.clear()
    return found


def _at_the_venue(row: Row, orders: dict[str, Row], waiting: dict[str, float], held: set[str]) -> list[float]:
    if row["type"] == "Taken":
        order = orders[row["order"]["client_order_id"]] = row["order"]
        began_s = waiting.pop(order["position_id"], None) if order["role"] == "stop" else None
        return [] if began_s is None else [row["t_s"] - began_s]
    if row["type"] == "Filled":
        order = orders[row["report"]["client_order_id"]]
        position = order["position_id"]
        if order["role"] == "entry" and position not in held:
            held.add(position)
            waiting[position] = row["t_s"]
        elif order["role"] != "entry":
            waiting.pop(position, None)
    return []


def measured() -> Delays:
    """All of it."""
    found, absent, stops = found_s(), absent_s(), stops_s()
    return Delays(
        found_max_s=round(found[-1], 2),
        absent_max_s=round(absent[-1], 2),
        stop_p50_s=round(quantile(stops, 0.5), 2),
        stop_p99_s=round(quantile(stops, 0.99), 2),
    )
