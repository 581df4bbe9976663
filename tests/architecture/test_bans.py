"""The bans that ruff cannot express; each names what to use instead."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import PRODUCT, Module, modules

DOORS = {"trading/clock.py", "trading/entropy.py"}
DOMAIN_MAY_ALSO = {"msgspec", "trading"}
IMPURE = {
    "time", "random", "secrets", "uuid", "os", "pathlib", "io", "asyncio", "threading", "multiprocessing",
    "logging", "sqlite3", "socket", "ssl", "subprocess", "shutil", "tempfile", "http", "urllib", "select",
    "signal", "sys", "pickle", "marshal", "shelve", "ctypes", "concurrent", "queue", "sched", "warnings",
}  # fmt: skip
# Methods of other objects that read a clock or draw entropy although no banned name is imported.
CLOCK_METHODS = {"utcnow", "utcfromtimestamp", "monotonic", "perf_counter"}


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a module imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def floats(module: Module) -> Iterator[int]:
    """Lines that make, name or annotate a float."""
    for node in ast.walk(module.tree):
        named = isinstance(node, ast.Name) and node.id == "float"
        written = isinstance(node, ast.Constant) and (isinstance(node.value, float) or node.value == "float")
        if (named or written) and isinstance(node, ast.expr):
            yield node.lineno


def test_no_float_enters_the_domain() -> None:
    found = sorted(
        {f"{module.name}:{line}" for module in modules("trading/domain") for line in floats(module)}
    )
    assert not found, f"money is exact: use Decimal and the types of trading.domain.money: {found}"


def test_the_domain_imports_only_what_is_pure() -> None:
    allowed = (sys.stdlib_module_names - IMPURE) | DOMAIN_MAY_ALSO
    found = [
        f"{module.name}:{line} {name}"
        for module in modules("trading/domain")
        for line, name in imported(module)
        if name.split(".")[0] not in allowed
        or (name.startswith("trading") and "domain" not in name.split("."))
    ]
    assert not found, f"the domain decides without touching; pass it what it needs: {found}"


def test_nobody_reads_a_clock_behind_the_door() -> None:
    found = [
        f"{module.name}:{node.lineno} {node.attr}"
        for module in modules(*PRODUCT)
        if module.name not in DOORS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and (node.attr in CLOCK_METHODS or _is_loop_time(node))
    ]
    assert not found, f"ask the Clock port: {found}"


def _is_loop_time(node: ast.Attribute) -> bool:
    """`loop.time()` is a clock too."""
    owner = node.value
    if node.attr != "time":
        return False
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute):
        return owner.func.attr in {"get_running_loop", "get_event_loop"}
    return isinstance(owner, ast.Name) and owner.id in {"loop", "event_loop"}


def test_no_ban_is_lifted_by_a_comment() -> None:
    # Put together here, so that this file does not find itself. A door gets its exemption in pyproject.toml.
    lifted = "noqa: " + "TID251"
    found = [module.name for module in modules(*PRODUCT) if lifted in module.text]
    assert not found, f"use what the ban names instead: {found}"


def test_the_float_check_sees_what_it_should() -> None:
    text = "a: 'float' = 1\nb = float('1')\ndef c(d: float) -> None: ...\ne = 1.5\nf = 1\n"
    module = Module("planted.py", text, ast.parse(text))
    assert sorted(set(floats(module))) == [1, 2, 3, 4]


def test_the_doors_are_where_the_bans_say() -> None:
    settings = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f'"{door}" = ["TID251"]' in settings for door in DOORS)
