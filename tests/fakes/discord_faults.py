"""What a local Discord does wrong on demand: answers that get lost, errors, outages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.fakes.discord_rest import Answer, Request, too_many


class LostConnection(Exception):
    """No answer comes. `was_heard`: the request had arrived, and was carried out."""

    def __init__(self, *, was_heard: bool) -> None:
        super().__init__("connection lost")
        self.was_heard = was_heard


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong. `kind`: lost_before, lost_after, status, flood."""

    kind: str
    method: str
    path: re.Pattern[str]
    times: int = 1
    status: int = 500
    code: int = 0
    retry_after_s: float = 1.0


@dataclass
class DiscordFaults:
    """The plan. `outage`: closed (nothing connects) or a status for everything, such as 503."""

    planned: list[Fault] = field(default_factory=list)
    outage: str = ""

    def plan(self, kind: str, method: str = "", path: str = "", **more: int | float) -> Fault:
        """The next requests of that method whose path holds the pattern go wrong."""
        made = Fault(kind, method, re.compile(path or "."), **more)  # type: ignore[arg-type]  # by name
        self.planned.append(made)
        return made

    def of(self, ask: Request) -> Fault | None:
        """What goes wrong with this one."""
        for one in self.planned:
            if one.times > 0 and one.method in ("", ask.method) and one.path.search(ask.path):
                one.times -= 1
                return one
        return None

    def answer(self, fault: Fault) -> Answer:
        """The wrong answer."""
        if fault.kind == "flood":
            return too_many(fault.retry_after_s, {}, is_global=False)
        return Answer(fault.status, {"message": "planned", "code": fault.code})
