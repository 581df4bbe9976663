"""What goes wrong on any account of the desk, a line for each: halts, breaches, refusals, failures.

For whoever runs the desk, and for nobody else: it names accounts and symbols of all tenants. Sums and sizes
are left out: what went wrong where can be seen without knowing what anybody holds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.screen import Line, bold, dim, line
from bot.conversation.wording import Wording
from bot.conversation.words import CATALOGUE, DEFAULT
from bot.notifications.policy import INSIDE
from trading.domain import events as ev
from trading.domain import events_doubt as ed
from trading.domain.commands import HaltState
from trading.domain.ids import DESK, AccountId
from trading.ports import StoredEvent

KEPT_MAX = 15
"""So many lines stand on the feed, the newest first."""
PAST_MAX = 400
"""So many events are looked through for them when the feed begins."""


class Trouble(Struct, frozen=True):
    """One line: `key` of the catalogue with what fills it; `parts` name phrases that fill places of it.
    `count`: so often in a row."""

    at: datetime
    account: str
    key: str
    values: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    count: int = 1

    def is_like(self, other: Trouble) -> bool:
        """Whether it is the same again."""
        return replace(self, at=other.at, count=other.count) == other


class Feed:
    """The newest troubles of the desk, in memory."""

    def __init__(self) -> None:
        self._kept: deque[Trouble] = deque(maxlen=KEPT_MAX)

    def note(self, stored: Iterable[StoredEvent]) -> bool:
        """Take what was committed, in its order; whether any of it is trouble."""
        found = [one for each in stored if (one := trouble_of(each)) is not None]
        for one in found:
            if self._kept and self._kept[0].is_like(one):
                one = replace(one, count=self._kept[0].count + 1)
                self._kept.popleft()
            self._kept.appendleft(one)
        return bool(found)

    def begin(self, past: Iterable[StoredEvent]) -> None:
        """Start anew from what was committed before, in its order."""
        self._kept.clear()
        self.note(past)

    @property
    def newest(self) -> tuple[Trouble, ...]:
        """The newest first."""
        return tuple(self._kept)


def trouble_line(wording: Wording, one: Trouble, now: datetime) -> Line:
    """`14:03  ann  BTC/USD: an order is in doubt ×2`."""
    at = wording.clock(one.at) if wording.day(one.at) == wording.day(now) else wording.instant(one.at)
    values: dict[str, object] = dict(one.values)
    values |= {place: wording.say(key) for place, key in one.parts}
    said = wording.say(one.key, **values)
    again = f" ×{one.count}" if one.count > 1 else ""
    return line(dim(f"{at}  "), bold(one.account), f"  {said}{again}")


def trouble_of(stored: StoredEvent) -> Trouble | None:
    """What an event is to whoever runs the desk; None when nothing is wrong with it."""
    event: Any = stored.event
    told = _TABLE.get(type(event))
    return told(event) if told is not None else None


# ---------------------------------------------------------------- the table


def _plain(key: str, *fields: str) -> Callable[[Any], Trouble]:
    def told(event: Any) -> Trouble:
        values = tuple((name, str(getattr(event, name))) for name in fields)
        return Trouble(event.at, event.account, key, values)

    return told


def _about(key: str) -> Callable[[Any], Trouble]:
    """Of an order or a position: with its symbol, which its id holds."""

    def told(event: Any) -> Trouble:
        subject = getattr(event, "position_id", None) or event.order_id.rpartition("/")[0]
        symbol = subject.removeprefix(f"{event.account}/").rpartition("/")[0]
        return Trouble(event.at, event.account, key, (("symbol", symbol),))

    return told


def _halt(event: ev.HaltChanged) -> Trouble:
    if event.state is HaltState.ACTIVE:
        return Trouble(event.at, event.account, "feed.open")
    state = (("state", f"view.halt.{event.state.value}"),)
    return Trouble(event.at, event.account, "feed.halt", parts=state)


def _maintenance(event: ev.MaintenanceChanged) -> Trouble:
    return Trouble(event.at, event.account, "feed.maintenance" if event.is_on else "feed.maintained")


def _denied(event: ev.CommandDenied) -> Trouble:
    """With the codes of the refusals: their sentences hold sums."""
    codes = ", ".join(dict.fromkeys(one.code.replace("_", " ") for one in event.refusals))
    return Trouble(event.at, event.account, "feed.denied", (("verb", event.verb), ("codes", codes)))


def _drift(event: ev.SymbolFrozen) -> Trouble:
    return Trouble(event.at, event.account, "feed.drift", (("symbol", event.frozen.symbol),))


def _noticed(event: ev.Noticed) -> Trouble | None:
    """What the desk has noticed about itself, and did not like."""
    is_bad = event.level in (ev.Level.WARNING, ev.Level.ERROR)
    if event.account != AccountId(DESK) or event.topic not in INSIDE or not is_bad:
        return None
    if f"notice.{event.code}" not in CATALOGUE[DEFAULT]:
        return None
    return Trouble(event.at, DESK, f"notice.{event.code}", tuple(sorted(event.facts.items())))


_TABLE: Mapping[type[Any], Callable[[Any], Trouble | None]] = {
    ev.HaltChanged: _halt,
    ev.MaintenanceChanged: _maintenance,
    ev.LockoutSet: _plain("feed.lockout"),
    ev.RiskWarned: _plain("feed.risk", "level_percent"),
    ev.FlattenStarted: _plain("feed.flatten"),
    ev.CommandDenied: _denied,
    ev.OrderRejected: _about("feed.rejected"),
    ev.OrderInDoubt: _about("feed.doubt"),
    ev.DoubtEscalated: _about("feed.doubt_lasts"),
    ev.StopMissing: _about("feed.bare"),
    ed.EntriesFrozen: _plain("feed.frozen"),
    ev.SymbolFrozen: _drift,
    ev.Noticed: _noticed,
}
