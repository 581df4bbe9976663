"""The eight steps (RELIABILITY C-2): a deadline on every question, one send per attempt, nothing that can be
skipped between the journal and the venue."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.order_path import (
    TRADES,
    askings,
    awaits_without_deadline,
    calls,
    function_of,
    unbounded_requests,
)
from tests.architecture.source import PRODUCT, Module, modules

SENDING = "trading/engine/sending.py"
OUTBOX = "trading/engine/outbox.py"
LOOP = "trading/engine/loop.py"
HANDED_OVER = {(SENDING, "submitted"), (OUTBOX, "_carry")}
"""Where a request is made and not waited for: `sending.answered` does, and it has the deadline."""


def product() -> list[Module]:
    """Everything but the adapters: what they wait for below is cut off by the deadline above."""
    return [module for module in modules(*PRODUCT) if not module.name.startswith("trading/brokers/")]


def module(name: str) -> Module:
    (found,) = [one for one in product() if one.name == name]
    return found


def test_no_question_to_a_venue_waits_without_a_deadline() -> None:
    found = [(one.name, asking) for one in product() for asking in askings(one.tree)]
    assert {asking.method for _, asking in found} >= {"submit", "cancel", "find", "history", "snapshot"}
    bare = [
        f"{name}:{asking.line} {asking.method}"
        for name, asking in found
        if not asking.has_deadline and (name, asking.function) not in HANDED_OVER
    ]
    assert not bare, f"put it under asyncio.timeout: {bare}"


def test_whoever_waits_for_what_was_handed_over_has_a_deadline() -> None:
    tree = module(SENDING).tree
    assert not awaits_without_deadline(function_of(tree, "_sent"), "call")
    assert "await call" not in ast.unparse(function_of(tree, "answered") or tree)


def test_trade_leaves_by_one_door_once() -> None:
    sends = [
        (one.name, asking) for one in product() for asking in askings(one.tree) if asking.method in TRADES
    ]
    assert {(name, asking.function) for name, asking in sends} == HANDED_OVER
    assert sorted(asking.method for _, asking in sends) == sorted(TRADES)
    assert not [asking for _, asking in sends if asking.is_repeated], "one send per attempt"


def test_what_leaves_is_asked_for_in_one_place_and_judged_there() -> None:
    outbox = module(OUTBOX).tree
    assert len(calls(outbox, "submitted")) == 1
    assert len(calls(outbox, "answered")) == 1
    trading = [one for one in product() if one.name.startswith("trading/")]
    assert [one.name for one in trading if calls(one.tree, "answered")] == [OUTBOX]
    assert [one.name for one in trading if calls(one.tree, "verdicts")] == [SENDING]
    loops = [n for n in ast.walk(function_of(outbox, "_submit") or outbox) if isinstance(n, ast.While)]
    assert not loops


def test_effects_leave_after_the_commit_and_nowhere_else() -> None:
    putting = [one.name for one in product() if calls(one.tree, "self.outbox.put")]
    assert putting == [LOOP]
    loop = module(LOOP).tree
    (publish,) = [n for n in ast.walk(loop) if isinstance(n, ast.FunctionDef) and n.name == "_publish"]
    assert calls(publish, "self.outbox.put")
    text = ast.unparse(loop)
    appends = [n for n in ast.walk(loop) if isinstance(n, ast.AsyncFunctionDef) and _publishes(n)]
    assert appends, "somebody publishes"
    for function in appends:
        written = calls(function, "self.journal.append")
        assert written and min(calls(function, "self._publish")) > min(written), function.name
    assert text.count("outbox.put(") == 1


def _publishes(function: ast.AsyncFunctionDef) -> bool:
    return bool(calls(function, "self._publish"))


def test_no_http_request_waits_without_a_deadline() -> None:
    bare = [f"{one.name}:{line}" for one in product() for line in unbounded_requests(one.tree)]
    assert not bare, f"give it a timeout: {bare}"


@pytest.mark.parametrize(
    "planted",
    [
        "async def ask(broker):\n    return await broker.find(1)",
        "async def ask(self):\n    return await self._broker.history(1)",
        "async def ask(broker):\n    async with lock:\n        return await broker.snapshot()",
        "async def a(broker):\n    async with asyncio.timeout(8):\n        async def b():\n"
        "            await broker.submit(1)",
    ],
)
def test_a_planted_question_without_a_deadline_is_found(planted: str) -> None:
    assert [asking.has_deadline for asking in askings(ast.parse(planted))] == [False]


@pytest.mark.parametrize(
    "good",
    [
        "async def ask(broker):\n    async with asyncio.timeout(8):\n        return await broker.find(1)",
    ],
)
def test_a_question_with_a_deadline_is_none(good: str) -> None:
    assert [asking.has_deadline for asking in askings(ast.parse(good))] == [True]


def test_a_planted_second_send_is_found() -> None:
    planted = "async def send(broker):\n    while True:\n        await broker.submit(1)"
    assert [asking.is_repeated for asking in askings(ast.parse(planted))] == [True]


def test_a_planted_wait_without_a_deadline_is_found() -> None:
    planted = ast.parse("async def _sent(call):\n    async with lock:\n        return await call")
    assert awaits_without_deadline(function_of(planted, "_sent"), "call")


@pytest.mark.parametrize(
    ("planted", "lines"),
    [
        ("session = aiohttp.ClientSession()\nsession.get(url)", [2]),
        ("session = aiohttp.ClientSession(connector=1)", [1]),
        ("session = aiohttp.ClientSession(timeout=5)\nsession.get(url)", []),
        ("session = aiohttp.ClientSession()\nsession.get(url, timeout=5)", []),
    ],
)
def test_a_planted_request_without_a_deadline_is_found(planted: str, lines: list[int]) -> None:
    assert unbounded_requests(ast.parse(planted)) == lines
