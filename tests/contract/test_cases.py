"""The page of certification cases says nothing that no test shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
ROW = re.compile(r"^\| ([A-Z]{2}\d\d) \| (.+?) \| `(test_\w+)` \| (.*?) ?\|$")
ROOMS = (
    "broker_contract_groups.py",
    "broker_contract_memory.py",
    "broker_contract_orders.py",
    "test_binance_faults.py",
    "test_binance_orders.py",
    "test_binance_stream.py",
    "test_key_look.py",
    "test_kraken_faults.py",
    "../unit/brokers/test_limits.py",
)


def cases() -> list[tuple[str, str, str]]:
    """Id, test and planted bugs of every row."""
    lines = (HERE / "cases.md").read_text(encoding="utf-8").splitlines()
    found = [ROW.match(line) for line in lines if re.match(r"^\| [A-Z]{2}\d", line)]
    assert all(found), "each row has an id, a case, a test, and what was planted"
    return [(row[1], row[3], row[4]) for row in found if row is not None]


def functions(*names: str) -> set[str]:
    """What is defined in these files."""
    trees = [ast.parse((HERE / name).read_text(encoding="utf-8")) for name in names]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)}


def test_each_case_names_a_test_that_runs_for_its_venue() -> None:
    missing = {test for _, test, _ in cases()} - functions(*ROOMS)
    assert not missing


def test_there_are_enough_cases_and_each_has_its_own_id_and_test() -> None:
    ids, tests = [row[0] for row in cases()], [row[1] for row in cases()]
    assert len(ids) == len(set(ids)) >= 60
    assert len(tests) == len(set(tests))


def test_each_planted_bug_is_planted_and_each_one_stands_at_a_case() -> None:
    named = {bug for _, _, bugs in cases() for bug in re.findall(r"`(\w+)`", bugs)}
    planted: set[str] = set()
    for room in ("test_broker_binance_bites.py", "test_broker_kraken_bites.py"):
        source = (HERE / room).read_text(encoding="utf-8")
        planted |= set(re.findall(r"^    \(\s*(\w+),\s", source, re.MULTILINE))
    assert named == planted
    assert len(planted) >= 8
