"""`python -m tests.sim.prove`: the whole proof. Goes on where it stopped; its tally is docs/proof.json.

In this order, each part until its goal is reached: delays, the same days in two processes, planted bugs,
crash points with double crashes, real kills, and then seeds for as long as there is time. Nothing draws from
the clock or the machine, so that the same goals give the same figures, whatever the number of workers. A
change of the order path begins a new count; what was counted before stands apart.
"""

from __future__ import annotations

import argparse
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from tests.integration.killing import KillReport, killed
from tests.sim import reliability
from tests.sim.crash import crashed, jobs
from tests.sim.delays import Delays, measured
from tests.sim.faults import ROWS
from tests.sim.many import batches, cores, in_order, seeds_played
from tests.sim.sameness import different
from tests.sim.scenarios import SCENARIOS
from tests.sim.survival import DAYS_MAX, EVERY, hunt, line
from tests.sim.tally import FIRED_MIN, TALLY, Counted, Killed, Tally, load, save

SAVE_EVERY_S = 5.0
KILLS_A_JOB = 10


class Proof:
    """A proof under way: the tally, the goals, and until when work may begin."""

    def __init__(self, tally: Tally, goals: Namespace) -> None:
        self.tally = tally
        self.goals = goals
        self.now: Counted = tally.current()
        self.now.planted = len(EVERY)
        self.until_s: float = time.monotonic() + goals.seconds
        self._saved_s = 0.0

    @property
    def is_late(self) -> bool:
        """Whether no more work may begin."""
        return time.monotonic() >= self.until_s

    def note(self, *, at_once: bool = False) -> None:
        """Save the tally, now and then."""
        if at_once or time.monotonic() - self._saved_s > SAVE_EVERY_S:
            save(self.tally, Path(self.goals.tally))
            self._saved_s = time.monotonic()


def same_days(proof: Proof) -> None:
    """The same seed in two fresh processes with other hashes."""
    now = proof.now
    left = proof.goals.traces - now.same_traces - now.other_traces
    if left <= 0:
        return
    first = now.same_traces + now.other_traces
    others = different(first, left)
    for seed in others:
        now.breach(f"seed {seed}: I15 two processes see two different days")
    now.same_traces += left - len(others)
    now.other_traces += len(others)
    print(f"same days        {now.same_traces} of {now.same_traces + now.other_traces} seeds", flush=True)


def virtual_delays(proof: Proof) -> None:
    """How long doubt lasts, and a fill without its stop, in virtual time."""
    if proof.now.delays == Delays():
        proof.now.delays = measured()


def planted_bugs(proof: Proof) -> None:
    """Every planted bug that this version has not met yet."""
    now = proof.now
    left = [one.name for one in EVERY if one.name not in now.mutants and one.name not in now.survivors]
    for name, found in in_order(hunt, left, proof.goals.workers, proof.until_s):
        if found.death is None:
            now.survivors.append(name)
        else:
            now.mutants[name] = Killed(
                found.death.days, found.death.day, found.death.invariant, round(found.seconds, 2)
            )
        print(line(found), flush=True)
        proof.note()


def crash_points(proof: Proof) -> None:
    """Every point of the next scenarios: the named ones, then calm days."""
    now, goal = proof.now, proof.goals.scenarios
    while now.scenarios < goal and not proof.is_late:
        # A stretch of days is counted whole or not at all, so that a proof that goes on counts nothing twice.
        places = range(now.scenarios, min(goal, now.scenarios + len(SCENARIOS)))
        for _, part in in_order(crashed, jobs(places, 3), proof.goals.workers):
            for sentence in part.breaches:
                now.breach(sentence)
            now.points += part.points
            now.pairs += part.pairs
            now.triples += part.triples
            now.fire(part.fired)
        now.scenarios = places.stop
        proof.note(at_once=True)
        print(
            f"crash points     {now.scenarios} scenarios, {now.points} points, {now.pairs} pairs", flush=True
        )


def some_kills(seed: int) -> KillReport:
    """A batch of real kills of one desk."""
    return killed(seed=10_000 + seed, kills=KILLS_A_JOB)


def real_kills(proof: Proof) -> None:
    """SIGKILL to real processes."""
    now = proof.now
    left = range(0, proof.goals.kills - now.kills.kills, KILLS_A_JOB)
    seeds = [proof.tally.next_kill + n for n in range(len(left))]
    for _, report in in_order(some_kills, seeds, proof.goals.workers, proof.until_s):
        proof.tally.next_kill += 1
        kills = now.kills
        kills.kills += report.kills
        kills.early += report.early_kills
        kills.in_flight += report.in_flight
        kills.fills += report.fills
        kills.lost_fills += report.lost_fills
        kills.second_orders += report.second_orders
        kills.manual_steps += report.manual_steps
        now.start_ms += report.recovery_ms
        everything = KillReport(recovery_ms=now.start_ms)
        kills.start_p50_ms = everything.quantile_ms(0.5)
        kills.start_p99_ms = everything.quantile_ms(0.99)
        for sentence in report.breaches:
            now.breach(f"kills {proof.tally.next_kill}: {sentence}")
        proof.note()
    print(f"real kills       {now.kills.kills}", flush=True)


def new_seeds(proof: Proof) -> None:
    """Days of trouble, for as long as there is time."""
    now, tally = proof.now, proof.tally
    left = max(proof.goals.seeds - now.seeds.seeds, 0)
    seeds = range(tally.next_seed, tally.next_seed + left)
    began = told_s = time.monotonic()
    before, spent = now.seeds.seeds, now.seeds_seconds
    for batch, part in in_order(seeds_played, batches(seeds), proof.goals.workers, proof.until_s):
        for sentence in part.breaches:
            now.breach(sentence)
        now.fire(part.fired)
        part.fired, part.breaches = {}, []
        now.seeds.merge(part)
        tally.next_seed = batch.stop
        took = time.monotonic() - began
        now.seeds_seconds = round(spent + took, 1)
        now.seeds_an_hour = round((now.seeds.seeds - before) / took * 3600)
        proof.note()
        if time.monotonic() - told_s > 60:
            told_s = time.monotonic()
            print(f"seeds            {now.seeds.seeds}, {now.seeds_an_hour:,} an hour", flush=True)


PARTS: dict[str, Callable[[Proof], None]] = {
    "delays": virtual_delays,
    "traces": same_days,
    "mutants": planted_bugs,
    "crash": crash_points,
    "kills": real_kills,
    "seeds": new_seeds,
}


def figures(tally: Tally) -> list[str]:
    """The closing lines: the figures of the proof, one a line."""
    now = tally.now
    often = sum(1 for row in ROWS if now.fired.get(row.fault, 0) >= FIRED_MIN)
    latest = max((one.days for one in now.mutants.values()), default=0)
    kills, seeds = now.kills, now.seeds
    return [
        f"order path       version {now.protocol}, commit {now.commit}",
        f"seeds            {seeds.seeds} since the order path last changed, {tally.seeds_in_all} in all",
        f"rate             {now.seeds_an_hour:,} seeds an hour",
        f"                 {seeds.seconds / 3600:,.0f} h of virtual time, {seeds.hooks} hooks, "
        f"{seeds.crashes} crashes, {seeds.fills} fills, {seeds.sends} sends",
        f"crash points     {now.points} of {now.scenarios} scenarios",
        f"double crashes   {now.pairs}, triple {now.triples}",
        f"mutants          {len(now.mutants)} of {len(EVERY)} dead, the last on day {latest} "
        f"(of {DAYS_MAX}), {len(now.survivors)} live",
        f"fault rows       {often} of {len(ROWS)} fired {FIRED_MIN} times or more"
        + (f"; rarer: {', '.join(now.rare)}" if now.rare else "")
        + (f"; never: {', '.join(now.silent)}" if now.silent else ""),
        f"same trace       {now.same_traces} of {now.same_traces + now.other_traces} seeds in two processes",
        f"real kills       {kills.kills} ({kills.early} at a start, {kills.in_flight} orders in flight): "
        f"{kills.lost_fills} lost fills, {kills.second_orders} second orders, "
        f"{kills.manual_steps} manual steps, "
        f"start p50 {kills.start_p50_ms:.0f} ms, p99 {kills.start_p99_ms:.0f} ms",
        f"in doubt         found within {now.delays.found_max_s} s, absent within fence + visibility + "
        f"{now.delays.absent_max_s} s; fill to stop p50 {now.delays.stop_p50_s} s, "
        f"p99 {now.delays.stop_p99_s} s (virtual, venue 150 ms away)",
        f"breaches         {len(now.breaches)}",
    ]


def main(words: list[str] | None = None) -> int:
    """Prove until the goals are reached or the time is over; 1 when anything is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim.prove", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="begin no work after so long (600)")
    parser.add_argument("--seeds", type=int, default=10**9, help="seeds of this version to reach (no end)")
    parser.add_argument("--scenarios", type=int, default=len(SCENARIOS), help="days crashed at every point")
    parser.add_argument("--traces", type=int, default=200, help="seeds played in two processes (200)")
    parser.add_argument("--kills", type=int, default=200, help="real kills (200)")
    parser.add_argument("--workers", type=int, default=cores(), help="processes (one per core)")
    parser.add_argument(
        "--only", choices=list(PARTS), nargs="+", default=list(PARTS), help="only these parts"
    )
    parser.add_argument("--anew", action="store_true", help="forget the tally and begin at the first seed")
    parser.add_argument("--tally", default=str(TALLY), help="the file of the tally (docs/proof.json)")
    parser.add_argument("--show", action="store_true", help="print the figures of the tally and end")
    goals = parser.parse_args(words)
    tally = Tally() if goals.anew else load(Path(goals.tally))
    if not goals.show:
        proof = Proof(tally, goals)
        for name in goals.only:
            if not proof.is_late:
                PARTS[name](proof)
                proof.note(at_once=True)
        if Path(goals.tally) == TALLY:
            reliability.write(tally)
    print("\n".join(figures(tally)))
    return 1 if tally.now.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
