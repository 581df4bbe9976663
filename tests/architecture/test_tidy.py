"""Small rooms, telling words: limits that may be undercut and never raised.

What was over a limit when the limit came stands in ratchet.json with its measure. An entry may only shrink;
one that is larger than what is measured fails too, so that ground once won is kept.
"""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.source import Module, modules

LINES_MAX = 400
STATEMENTS_MAX = 40
RATCHET = Path(__file__).with_name("ratchet.json")
NOTHING_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc"}
WORDS_MIN = 4


def functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with its dotted place in the module."""

    def walk(node: ast.AST, place: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{place}{child.name}", child
                yield from walk(child, f"{place}{child.name}.")
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{place}{child.name}.")
            else:
                yield from walk(child, place)

    return walk(module.tree, "")


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Statements inside, without the docstring and without what nested functions say for themselves."""

    def count(node: ast.AST) -> int:
        total = 0
        for child in ast.iter_child_nodes(node):
            total += isinstance(child, ast.stmt)
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                total += count(child)
        return total

    return count(function) - (ast.get_docstring(function) is not None)


@cache
def measured() -> dict[str, int]:
    """Everything that is over its limit, by place."""
    over: dict[str, int] = {}
    for module in modules():
        lines = len(module.text.splitlines())
        if lines > LINES_MAX:
            over[f"lines {module.name}"] = lines
        for place, function in functions(module):
            inside = statements(function)
            if inside > STATEMENTS_MAX:
                over[f"statements {module.name} {place}"] = inside
    return over


def limit_of(place: str) -> int:
    """What a place without an entry may measure."""
    return LINES_MAX if place.startswith("lines") else STATEMENTS_MAX


def test_no_room_grows_beyond_its_limit() -> None:
    allowed: dict[str, int] = json.loads(RATCHET.read_text(encoding="utf-8"))
    grown = [
        f"{place}: {size} (allowed {allowed.get(place, limit_of(place))})"
        for place, size in measured().items()
        if size > allowed.get(place, 0)
    ]
    assert not grown, "split these:\n" + "\n".join(grown)


def test_the_ratchet_keeps_ground_once_won() -> None:
    now = measured()
    loose = [
        f"{place}: {size} in ratchet.json, measured {now.get(place, 'within the limit')}"
        for place, size in json.loads(RATCHET.read_text(encoding="utf-8")).items()
        if now.get(place, 0) < size
    ]
    assert not loose, "lower or remove these entries:\n" + "\n".join(loose)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        module.name for module in modules() if not module.is_blank and not ast.get_docstring(module.tree)
    ]
    assert not silent, f"open with one line that says what the room is for: {silent}"


def test_no_file_is_named_after_nothing() -> None:
    vague = [module.name for module in modules() if Path(module.name).stem.strip("_") in NOTHING_NAMES]
    assert not vague, f"name the thing that is inside: {vague}"


def test_no_reminder_is_left_in_the_code() -> None:
    # The words are put together here, so that this file does not find itself.
    reminder = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
    left = [
        f"{module.name}:{number}"
        for module in modules()
        for number, line in enumerate(module.text.splitlines(), 1)
        if reminder.search(line)
    ]
    assert not left, f"do it or file it: {left}"


def test_the_names_of_tests_are_sentences() -> None:
    short = [
        f"{module.name} {function.name}"
        for module in modules("tests")
        for _, function in functions(module)
        if function.name.startswith("test_") and len(function.name.split("_")) - 1 < WORDS_MIN
    ]
    assert not short, f"say in at least {WORDS_MIN} words what holds: {short}"
