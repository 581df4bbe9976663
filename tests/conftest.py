"""What holds for every test: no way out of this machine, drawn examples that repeat, batches of seeds."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("check", max_examples=30, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "prove",
    max_examples=3_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "check"))

SEEDS_PER_BATCH = 25


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the simulator runs is for the caller to say: few seeds at the desk, more before landing."""
    parser.addoption("--seeds", type=int, default=25, help="how many seeds the simulator plays")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `seeds` (a range) gets them in batches, so that all workers share the work."""
    if "seeds" not in metafunc.fixturenames:
        return
    total = metafunc.config.getoption("--seeds")
    batches = [
        range(start, min(start + SEEDS_PER_BATCH, total)) for start in range(0, total, SEEDS_PER_BATCH)
    ]
    metafunc.parametrize("seeds", batches, ids=[f"{batch.start}-{batch.stop - 1}" for batch in batches])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first, the others in their order: at the end no worker waits for one that has just begun.
    What is part of another test that is played as well is not played twice (last of all: `-m` has chosen)."""
    there = {one.originalname for one in items if isinstance(one, pytest.Function)}
    twice = [one for one in items if _whole(one) in there]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [one for one in items if _whole(one) not in there]
    items.sort(key=_place)


def _whole(item: pytest.Item) -> str:
    """The test that tries all of what this one tries in part; empty for most."""
    marked = item.get_closest_marker("part_of")
    return str(marked.args[0]) if marked is not None else ""


def _place(item: pytest.Item) -> tuple[bool, float]:
    """Slow ones before all others; among them first those that may take longest."""
    if item.get_closest_marker("slow") is None:
        return True, 0.0
    leave = item.get_closest_marker("timeout")
    return False, -float(leave.args[0]) if leave is not None else 0.0


class WayOut(RuntimeError):
    """A test tried to leave this machine. No OSError, or code that heals broken links would swallow it."""


# Also kept here, because a broad `except` in the code under test could still hide the raise.
_attempts: list[str] = []


def _refuse(target: object) -> None:
    _attempts.append(str(target))
    raise WayOut(f"tests stay on this machine, but something asked for {target}")


def _is_near(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host in (None, "", "localhost", "::1", "0.0.0.0", "::") or str(host).startswith("127.")


def _guard_address(method: Any) -> Any:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        # The address is the last argument of connect, connect_ex and sendto; other families are local.
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_near(arguments[-1][0]):
            _refuse(arguments[-1])
        return method(self, *arguments)

    return guarded


def _guard_name(function: Any) -> Any:
    def guarded(host: Any, *arguments: Any, **named: Any) -> Any:
        if not _is_near(host):
            _refuse(host)
        return function(host, *arguments, **named)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def no_way_out() -> Iterator[None]:
    """For the whole session: loopback only, for addresses and for names."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guard_address(getattr(socket.socket, name)))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
            guard = _guard_name if name != "create_connection" else _guard_pair
            patch.setattr(socket, name, guard(getattr(socket, name)))
        yield


def _guard_pair(function: Any) -> Any:
    def guarded(address: Any, *arguments: Any, **named: Any) -> Any:
        if not _is_near(address[0]):
            _refuse(address)
        return function(address, *arguments, **named)

    return guarded


@pytest.fixture(autouse=True)
def stayed_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """A swallowed attempt fails the test all the same."""
    _attempts.clear()
    yield
    tried = list(_attempts)
    _attempts.clear()
    if tried and "may_try_to_leave" not in request.fixturenames:
        pytest.fail(f"tried to leave this machine for {', '.join(tried)}")


@pytest.fixture
def may_try_to_leave() -> None:
    """For the tests of the guard itself: the attempt still raises but is not held against the test."""
