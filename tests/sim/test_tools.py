"""The simulator as a tool: days in words, many days on many cores, faults counted by id."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest
from sqlalchemy import Connection, event

from db.problem import DatabaseProblem
from tests.sim.__main__ import main
from tests.sim.faults import CATALOGUE, ROWS, UnknownFault, known
from tests.sim.hiding import Hiding
from tests.sim.many import Sum, batches, in_order, seeds_played
from tests.sim.narrate import told
from tests.sim.occurrences import seen_in
from tests.sim.scenario import play
from tests.sim.stores import empty_store
from tests.sim.survival import EVERY
from trading.domain.ids import ClientOrderId


def summed(seeds: range, workers: int) -> Sum:
    """Some days, by so many workers."""
    found = Sum()
    for _, part in in_order(seeds_played, batches(seeds, size=3), workers):
        found.merge(part)
    return found


def test_the_sum_is_the_same_whatever_the_number_of_workers() -> None:
    alone = summed(range(8), workers=1)
    assert alone == summed(range(8), workers=2)
    assert alone.seeds == 8 and alone.hooks > 0 and alone.fired


def test_every_planted_bug_finds_the_code_that_it_patches() -> None:
    """A bug whose place has moved is planted nowhere."""
    for mutant in EVERY:
        with mutant.plant():
            pass


async def test_a_day_that_was_cut_off_in_a_statement_takes_no_later_day_with_it() -> None:
    def time_is_up(*_: object) -> None:
        raise KeyboardInterrupt

    def cut_off(conn: Connection) -> None:
        event.listen(conn, "after_cursor_execute", time_is_up)
        conn.exec_driver_sql("SELECT 1")

    with pytest.raises(DatabaseProblem, match="closed database"):
        await empty_store().writer.run(cut_off)
    heads = await empty_store().journal.heads()
    assert heads == {}


def test_no_job_begins_after_the_time_is_over() -> None:
    assert list(in_order(seeds_played, batches(range(8)), workers=1, until_s=0.0)) == []


def test_a_day_is_told_in_order_and_faults_are_marked() -> None:
    outcome = play(17, keeps=True)
    lines = list(told(outcome.timeline))
    times = [float(line.split()[0]) for line in lines]
    assert times == sorted(times)
    marked = [line.split(">> ")[1].split()[0] for line in lines if ">> " in line]
    made = {fault: count for fault, count in outcome.fired.items() if not CATALOGUE[fault].is_seen}
    assert {fault: marked.count(fault) for fault in made} == made


def test_one_day_and_many_days_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "3"]) == 0
    assert play(3).trace in capsys.readouterr().out
    assert main(["--seeds", "4", "--from", "2", "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("4 seeds, ") and said.endswith(" 0 breaches\n")


def test_the_catalogue_names_each_fault_once_and_takes_no_other() -> None:
    assert len(CATALOGUE) == len(ROWS)
    assert known("X02") == "X02"
    with pytest.raises(UnknownFault):
        known("X99")


def test_what_is_seen_in_a_timeline_is_counted_by_id() -> None:
    report = {"client_order_id": "C", "fill_id": "1", "quantity": 1}
    rows: list[dict[str, Any]] = [
        {"what": "boot"},
        {"what": "venue", "type": "Taken", "order": {"client_order_id": "C", "quantity": 2}},
        {"what": "crash"},
        {"what": "venue", "type": "Filled", "report": report},
        {"what": "venue", "type": "Ended", "client_order_id": "C"},
        {"what": "confirmed", "verb": "Flatten"},
    ]
    assert +seen_in(rows) == {"X20": 1, "X22": 1, "X23": 1, "H06": 1}
    assert all(CATALOGUE[fault].is_seen for fault in seen_in(rows))


def test_who_hides_an_order_for_longer_than_promised_hides_it_under_each_of_its_names() -> None:
    world: Any = MagicMock()
    world.loop.time.return_value = 5.0
    hiding = Hiding(world)
    hiding._overhidden.add(ClientOrderId("CID"))
    hiding._shown_s[ClientOrderId("CID")] = 10.0
    names = {"P1+1": "CID"}
    world.naming.ours.side_effect = lambda name: names.get(name, name)
    told = [ClientOrderId(name) for name in ("CID", "P1+1", "P2+1")]

    def seen() -> list[bool]:
        return [
            not hiding.is_hidden(cid) and not hiding.is_withheld(MagicMock(client_order_id=cid))
            for cid in told
        ]

    assert seen() == [False, False, True]
    world.loop.time.return_value = 10.0
    assert seen() == [True, True, True]
