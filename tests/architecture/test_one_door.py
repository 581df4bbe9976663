"""The gate is the single door: only deciding may seal an order, and nobody can make the seal himself."""

import ast

import pytest

from tests.architecture.source import PRODUCT, modules
from trading.domain.events import Check, GateDecision
from trading.domain.risk import Approved, approve

DOOR = "trading.domain.risk"
MAY_SEAL = "trading/domain/decide/"


def gate(*passed: bool) -> GateDecision:
    checks = tuple(Check(f"check-{n}", ok) for n, ok in enumerate(passed))
    return GateDecision("order#1", None, None, "", 1, checks)


def test_a_passed_gate_seals_what_it_judged() -> None:
    decision = gate(True, True)
    sealed = approve("an order", decision)
    assert (sealed.item, sealed.gate) == ("an order", decision)


@pytest.mark.parametrize("checks", [(False,), (True, False), (False, True)])
def test_a_failed_check_seals_nothing(checks: tuple[bool, ...]) -> None:
    with pytest.raises(AssertionError, match="the gate refused"):
        approve("an order", gate(*checks))


def test_nobody_else_can_make_the_proof() -> None:
    with pytest.raises(AssertionError, match=r"only trading\.domain\.risk approves"):
        Approved("an order", gate(True), seal=object())
    with pytest.raises(TypeError):
        Approved("an order", gate(True))  # type: ignore[call-arg]  # the seal is what it lacks


def test_only_deciding_may_seal_an_order() -> None:
    found = [
        f"{module.name}:{line} {name}"
        for module in modules(*PRODUCT)
        if not module.name.startswith(MAY_SEAL)
        for line, name in seals(module.tree)
        if module.name != "trading/domain/risk.py"
    ]
    assert not found, f"ask trading.domain.decide: only it brings an order before the gate: {found}"


def seals(tree: ast.AST) -> list[tuple[int, str]]:
    """Where a module gets hold of what seals: `approve`, the seal, a construction of `Approved`."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == DOOR:
            found += [(node.lineno, alias.name) for alias in node.names if alias.name in ("approve", "_SEAL")]
        elif isinstance(node, ast.Attribute) and node.attr == "_SEAL":
            found.append((node.lineno, "_SEAL"))
        elif isinstance(node, ast.Attribute) and node.attr == "approve" and _is_door(node.value):
            found.append((node.lineno, "approve"))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Approved":
            found.append((node.lineno, "Approved(…)"))
    return found


def _is_door(owner: ast.expr) -> bool:
    return ast.unparse(owner) in (DOOR, "risk")


@pytest.mark.parametrize(
    "line",
    [
        "from trading.domain.risk import approve",
        "from trading.domain.risk import _SEAL",
        "from trading.domain import risk\nrisk.approve(1, 2)",
        "import trading.domain.risk\ntrading.domain.risk.approve(1, 2)",
        "from trading.domain.risk import Approved\nApproved(1, 2, seal=None)",
    ],
)
def test_a_planted_seal_is_found(line: str) -> None:
    assert seals(ast.parse(line))


def test_the_type_alone_is_no_seal() -> None:
    assert not seals(ast.parse("from trading.domain.risk import Approved\nx: Approved[int]"))
