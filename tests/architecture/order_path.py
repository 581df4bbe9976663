"""Reads from the code how it speaks to venues: with a deadline, once, and only after the commit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

ASKED = frozenset({"submit", "submit_group", "cancel", "replace", "find", "history", "snapshot", "probe"})
"""What crosses the door of a broker and comes back with an answer."""

TRADES = frozenset({"submit", "submit_group", "cancel", "replace"})


class Asking(NamedTuple):
    """One call of a broker: in which function, under a deadline or not, inside a loop or not."""

    line: int
    method: str
    function: str
    has_deadline: bool
    is_repeated: bool


def askings(tree: ast.AST) -> list[Asking]:
    """Every call of a broker in a module."""
    return sorted(_walk(tree, "", has_deadline=False, is_repeated=False))


def _walk(node: ast.AST, function: str, *, has_deadline: bool, is_repeated: bool) -> Iterator[Asking]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function, has_deadline, is_repeated = node.name, False, False
    elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
        is_repeated = True
    elif isinstance(node, ast.AsyncWith):
        has_deadline = has_deadline or any(
            ast.unparse(item.context_expr).startswith("asyncio.timeout(") for item in node.items
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = ast.unparse(node.func.value).rsplit(".", 1)[-1]
        if node.func.attr in ASKED and owner in ("broker", "_broker"):
            yield Asking(node.lineno, node.func.attr, function, has_deadline, is_repeated)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, function, has_deadline=has_deadline, is_repeated=is_repeated)


def awaits_without_deadline(function: ast.AsyncFunctionDef | None, of: str) -> bool:
    """Whether a function waits for the call that it was handed (`of`) without a deadline."""
    assert function is not None
    guarded = {id(inner) for block in _timeouts(function) for inner in ast.walk(block)}
    awaited = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Await) and ast.unparse(node.value) == of and id(node) not in guarded
    ]
    return bool(awaited)


def _timeouts(tree: ast.AST) -> list[ast.AsyncWith]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncWith)
        and any(ast.unparse(item.context_expr).startswith("asyncio.timeout(") for item in node.items)
    ]


def function_of(tree: ast.AST, name: str) -> ast.AsyncFunctionDef | None:
    """An asynchronous function by its name."""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.AsyncFunctionDef) and n.name == name]
    return found[0] if found else None


def calls(tree: ast.AST, name: str) -> list[int]:
    """The lines on which something is called by that (dotted) name."""
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name
    )


def unbounded_requests(tree: ast.AST) -> list[int]:
    """Lines on which an HTTP session is made or used without a deadline."""
    sessions = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _ends_with(n, "ClientSession")]
    bare = [n for n in sessions if not _has(n, "timeout")]
    if not bare:
        return []
    requests = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _ends_with(n, *_VERBS)]
    guarded = {id(inner) for block in _timeouts(tree) for inner in ast.walk(block)}
    used = [
        n for n in requests if "session" in ast.unparse(n.func).lower() or "_open()" in ast.unparse(n.func)
    ]
    if not used:
        return [n.lineno for n in bare]
    return [n.lineno for n in used if not _has(n, "timeout") and id(n) not in guarded]


_VERBS = ("request", "get", "post", "put", "delete", "ws_connect")


def _ends_with(call: ast.Call, *names: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in names


def _has(call: ast.Call, keyword: str) -> bool:
    return any(one.arg == keyword for one in call.keywords)
