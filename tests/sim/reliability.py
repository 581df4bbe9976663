"""`python -m tests.sim.reliability --write` brings docs/reliability.md up to date with the tally."""

from __future__ import annotations

import sys

from tests.sim.survival import DAYS_MAX
from tests.sim.tally import FIRED_MIN, ROOT, Tally, load

PAGE = ROOT / "docs" / "reliability.md"
BEGIN = "<!-- figures: made by `python -m tests.sim.reliability --write` from proof.json -->"
END = "<!-- end of figures -->"


def figures(tally: Tally) -> list[str]:
    """The table of the figures: what, the bar, what was counted, and the command that counts it again."""
    now, kills = tally.now, tally.now.kills
    often = sum(1 for fault in now.catalogue if now.fired.get(fault, 0) >= FIRED_MIN)
    latest = max((one.days for one in now.mutants.values()), default=0)
    rows = [
        (
            "seeds played",
            "50,000",
            f"{now.seeds.seeds:,} since the order path last changed, {tally.seeds_in_all:,} in all",
            "make prove",
        ),
        ("breaches", "0", str(len(now.breaches)), "make prove"),
        ("seeds an hour, all cores", "40,000", f"{now.seeds_an_hour:,}", "make sim SEEDS=2000"),
        (
            "crash points of named days",
            "20 days",
            f"{now.points:,} points of {now.scenarios} days",
            "make crash",
        ),
        ("double and triple crashes", "5,000", f"{now.pairs:,} and {now.triples:,}", "make crash"),
        (
            "planted bugs found",
            f"25, each within {DAYS_MAX} days",
            f"{len(now.mutants)} of {now.planted}, the last one on day {latest}",
            "make mutants",
        ),
        (
            f"fault rows fired {FIRED_MIN} times or more",
            "60",
            f"{often} of {len(now.catalogue)}",
            "make prove",
        ),
        (
            "same seed, same day in two processes",
            "200 of 200",
            f"{now.same_traces} of {now.same_traces + now.other_traces}",
            "make prove",
        ),
        (
            "real `kill -9`, the venue goes on",
            "200, nothing lost",
            f"{kills.kills} ({kills.in_flight} orders in flight): {kills.lost_fills} lost fills, "
            f"{kills.second_orders} second orders, {kills.manual_steps} manual steps",
            "python -m benchmarks.kill_nine --kills 200",
        ),
        (
            "in doubt, found (virtual time, since the venue answers)",
            "5 s",
            f"{now.delays.found_max_s} s at most",
            "make prove",
        ),
        (
            "in doubt, proven absent, beyond fence and visibility",
            "5 s",
            f"{now.delays.absent_max_s} s at most",
            "make prove",
        ),
        (
            "fill until its stop rests, venue 150 ms away",
            "p50 0.5 s, p99 2 s",
            f"p50 {now.delays.stop_p50_s} s, p99 {now.delays.stop_p99_s} s",
            "make prove",
        ),
        (
            "start after such a kill",
            "",
            f"median {kills.start_p50_ms:.0f} ms, p99 {kills.start_p99_ms:.0f} ms",
            "the same",
        ),
    ]
    head = ["| what | bar | counted | command |", "|---|---|---|---|"]
    return [*head, *(f"| {what} | {bar} | {counted} | `{how}` |" for what, bar, counted, how in rows)]


def fault_rows(tally: Tally) -> list[str]:
    """Every fault of the catalogue, as it was then, with how often it fired."""
    head = ["| id | what happens | fired |", "|---|---|---|"]
    now, fired = tally.now, tally.now.fired
    return [
        *head,
        *(f"| {fault} | {what} | {fired.get(fault, 0):,} |" for fault, what in now.catalogue.items()),
    ]


def _day(name: str) -> str:
    return f"seed {name}" if name.isdecimal() else name


def bug_rows(tally: Tally) -> list[str]:
    """Every planted bug with the day that found it."""
    head = ["| planted bug | found on day | which was | broke | seconds |", "|---|---|---|---|---|"]
    told = [
        f"| {name.replace('_', ' ')} | {one.days} | {_day(one.day)} | {one.invariant} | {one.seconds:.2f} |"
        for name, one in tally.now.mutants.items()
    ]
    return [*head, *told]


def made(tally: Tally) -> str:
    """Everything between the marks."""
    now = tally.now
    on = f"Order path version `{now.protocol or 'none'}`, commit `{now.commit or 'none'}`."
    parts = [
        [on, ""],
        figures(tally),
        ["", "### Faults that the simulator makes or meets", ""],
        fault_rows(tally),
        ["", "### Planted bugs", ""],
        bug_rows(tally),
    ]
    return "\n".join(line for part in parts for line in part)


def shown() -> str:
    """What the page shows now between the marks."""
    return PAGE.read_text(encoding="utf-8").split(BEGIN + "\n\n")[1].split("\n\n" + END)[0]


def write(tally: Tally) -> None:
    """Bring the page up to date."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{made(tally)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write(load())
    else:
        print(made(load()))
