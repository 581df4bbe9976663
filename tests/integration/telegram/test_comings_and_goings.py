"""Who starts, trades and leaves again and again leaves nothing behind that has no bound: it is counted."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.notifications import cards, standby
from bot.platforms import telegram_out
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.telegram.desk import TelegramDesk
from tests.integration.telegram.telling import Telling, ringing
from trading.domain import book
from trading.engine.inbox import Answers

pytestmark = pytest.mark.wire

OURS = ("bot.", "trading.")
ELSEWHERE = "trading.brokers."
"""A venue remembers every order that it ever took, also where it lives in our process."""
ROUNDS = 6


def parts_of(thing: Any) -> Iterator[tuple[str, Any]]:
    """What hangs on a thing of ours, by name; on others nothing is looked at."""
    room = type(thing).__module__
    if not room.startswith(OURS) or room.startswith(ELSEWHERE):
        return
    slots = [getattr(kind, "__slots__", ()) for kind in type(thing).__mro__]
    names = {*getattr(thing, "__dict__", ()), *getattr(thing, "__struct_fields__", ())}
    names.update(*([one] if isinstance(one, str) else one for one in slots))
    for name in sorted(names):
        if hasattr(thing, name):
            yield name, getattr(thing, name)


def held(**roots: Any) -> Counter[str]:
    """How many things each container holds that can be reached from here, by where it hangs."""
    found: Counter[str] = Counter()
    seen: dict[int, Any] = {}
    waiting: deque[tuple[str, Any]] = deque(roots.items())
    while waiting:
        place, thing = waiting.popleft()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if isinstance(thing, Mapping):
            found[place] += len(thing)
            waiting += ((f"{place}[]", one) for one in itertools.chain(thing, thing.values()))
        elif isinstance(thing, list | tuple | set | frozenset | deque):
            found[place] += len(thing)
            waiting += ((f"{place}[]", one) for one in thing)
        else:
            waiting += ((f"{place}.{name}", one) for name, one in parts_of(thing))
    return found


def test_the_count_sees_what_is_kept_deep_inside() -> None:
    kept = Answers(10)
    before = held(kept=kept)
    kept.put("a", "", b"")
    assert held(kept=kept) - before == Counter({"kept._kept": 1, "kept._kept[]": 2})


async def come_trade_and_go(desk: TelegramDesk, ann: TelegramPerson) -> None:
    """Everything that somebody does who is here for a minute."""
    await desk.pit.quote("7400", "7401")
    ann.unblock()
    ann.start()
    await desk.settle(5)
    for line, button, said in (("/buy BTC 100", "Buy", "Bought"), ("/close BTC", "Close", "Flat")):
        ann.say(line)
        await desk.settle(2)
        ann.press(button, ann.last)
        await desk.settle(1)
        await desk.pit.quote("7400", "7401")
        await desk.settle(10)
        assert said in ann.last.text, ann.transcript()
    ann.block()
    await desk.settle(60)


def test_who_comes_and_goes_leaves_nothing_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    for where, name in (
        (telegram_out, "SHOWN_MAX"),
        (standby, "HEARD_MAX"),
        (cards, "KNOWN_MAX"),
        (book, "DONE_KEPT_MAX"),
    ):
        assert getattr(where, name) >= 1_000, "what is small is reached at once"
        monkeypatch.setattr(where, name, 4)

    async def scene(desk: TelegramDesk, telling: Telling, ann: TelegramPerson) -> None:
        def now() -> Counter[str]:
            return held(
                engine=desk.pit.engine,
                front=desk.front,
                people=desk.people,
                dialogue=desk.dialogue,
                notifier=telling.notifier,
                courier=telling.courier,
            )

        desk.pit.engine._answers = Answers(4)
        strangers = desk.front.serving._strangers
        strangers._each._keys_max = strangers._hints._keys_max = 4
        counts = []
        for number in range(2 * ROUNDS):
            await come_trade_and_go(desk, ann)
            stranger = desk.server.person(f"S{number}")
            stranger.start()
            await desk.settle(2)
            stranger.block()
            await desk.settle(60)
            counts.append(now())
        warm, last = counts[ROUNDS - 1], counts[-1]
        assert sum(last.values()) > 100
        grown = {place: (warm[place], n) for place, n in last.items() if n > warm[place]}
        assert grown == {}

    ringing(scene)
