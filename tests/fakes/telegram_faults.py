"""What can go wrong between a bot and Telegram, on demand and counted: flood limits, errors, lost messages.

Wire facts: protocols/telegram-bot-api.md, chapters 4 to 6. Nothing here is random: a test says what fails.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.telegram_world import Refusal
from trading.ports import Clock

GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>"
    "</center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)
# Never hit by a rule that names no method: they are named when they are meant.
ONLY_BY_NAME = frozenset({"getupdates", "setwebhook", "deletewebhook", "getwebhookinfo", "getme"})

REFUSALS = {
    "blocked": Refusal(403, "Forbidden: bot was blocked by the user"),
    "deactivated": Refusal(403, "Forbidden: user is deactivated"),
    "chat not found": Refusal(400, "Bad Request: chat not found"),
    "unauthorized": Refusal(401, "Unauthorized"),
    "internal": Refusal(500, "Internal Server Error: restart"),
    "too old": Refusal(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    "overloaded": Refusal(429, "Too Many Requests: retry after 60", retry_after=60),
}


class LostConnection(Exception):
    """No answer: the connection is closed. `is_silent`: not even that, it stays open and nothing comes."""

    def __init__(self, *, is_silent: bool = False) -> None:
        super().__init__("no answer")
        self.is_silent = is_silent


class GatewayTrouble(Exception):
    """A page of a proxy instead of an answer."""


def too_many(seconds: float) -> Refusal:
    """429 with its pause in whole seconds."""
    pause = max(1, math.ceil(seconds))
    return Refusal(429, f"Too Many Requests: retry after {pause}", retry_after=pause)


@dataclass(slots=True)
class FloodLimits:
    """How much a bot may say. A limit of 0 is off. `refused` counts 429 by limit: chat, group, all, ordered,
    and "impatient" for whoever comes again before the pause that he was told is over.

    Args:
        chat_per_s, chat_burst: sustained rate in one private chat, and how many may go at once.
        group_per_minute: messages and edits in one group within a minute.
        all_per_s: within one second to all chats together.
    """

    chat_per_s: float = 1.0
    chat_burst: int = 5
    group_per_minute: int = 20
    all_per_s: int = 30
    refused: Counter[str] = field(default_factory=Counter)
    _spent: dict[int, tuple[float, float]] = field(default_factory=dict)
    _minutes: dict[int, deque[float]] = field(default_factory=dict)
    _second: deque[float] = field(default_factory=deque)
    _closed: dict[int, tuple[float, str]] = field(default_factory=dict)

    @classmethod
    def none(cls) -> FloodLimits:
        """No limit at all, for benchmarks and for tests of other things."""
        return cls(0, 0, 0, 0)

    def order(self, now_s: float, seconds: float, chat: int = 0) -> None:
        """From now on and for so long, 429 for the chat (0: for everything)."""
        self._closed[chat] = (now_s + seconds, "ordered")

    def spend(self, chat: int, now_s: float) -> None:
        """One message or edit goes to the chat. Raises Refusal 429; what was refused is not spent."""
        for closed in (0, chat):
            until, why = self._closed.get(closed, (0.0, ""))
            if until > now_s:
                self.refused[why] += 1
                raise too_many(until - now_s)
        wait_s, which = max(self._waits(chat, now_s))
        if wait_s > 0:
            self.refused[which] += 1
            no = too_many(wait_s)
            self._closed[0 if which == "all" else chat] = (now_s + no.parameters["retry_after"], "impatient")
            raise no
        self._book(chat, now_s)

    def _waits(self, chat: int, now_s: float) -> list[tuple[float, str]]:
        waits = [(0.0, "")]
        if self.all_per_s:
            _forget(self._second, now_s - 1)
            if len(self._second) >= self.all_per_s:
                waits.append((self._second[0] + 1 - now_s, "all"))
        if chat < 0 and self.group_per_minute:
            minute = self._minutes.setdefault(chat, deque())
            _forget(minute, now_s - 60)
            if len(minute) >= self.group_per_minute:
                waits.append((minute[0] + 60 - now_s, "group"))
        if chat > 0 and self.chat_per_s:
            debt = self._debt(chat, now_s)
            if debt + 1 > self.chat_burst:
                waits.append(((debt + 1 - self.chat_burst) / self.chat_per_s, "chat"))
        return waits

    def _debt(self, chat: int, now_s: float) -> float:
        debt, at = self._spent.get(chat, (0.0, now_s))
        return max(0.0, debt - (now_s - at) * self.chat_per_s)

    def _book(self, chat: int, now_s: float) -> None:
        if self.all_per_s:
            self._second.append(now_s)
        if chat < 0 and self.group_per_minute:
            self._minutes[chat].append(now_s)
        if chat > 0 and self.chat_per_s:
            self._spent[chat] = (self._debt(chat, now_s) + 1, now_s)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


class Gate:
    """Holds requests until a test lets them go: no time has to pass. `held`: how many wait now."""

    def __init__(self, told: Callable[[], None]) -> None:
        self.held = 0
        self._told = told
        self._open = asyncio.Event()

    async def passed(self) -> None:
        """Wait for release()."""
        self.held += 1
        self._told()
        try:
            await self._open.wait()
        finally:
            self.held -= 1

    def release(self) -> None:
        """Let everything through, now and later."""
        self._open.set()


@dataclass(slots=True)
class Rule:
    """The next `times` requests that match come to grief. `what`: refuse, gateway, lose request, lose answer,
    slow, slow answer, hold."""

    what: str
    method: str
    chat: int
    times: int
    refusal: Refusal | None = None
    seconds: float = 0.0
    is_silent: bool = False
    gate: Gate | None = None

    def matches(self, method: str, chat: str) -> bool:
        """Whether this request is meant."""
        if self.times <= 0 or (self.chat and chat != str(self.chat)):
            return False
        return method == self.method if self.method else method not in ONLY_BY_NAME


class Faults:
    """Rules that wait for their request, and outages. `hits` counts what was done, by rule.

    `outage`: "" (none), "closed" (connections are dropped), "silent" (nobody answers), "gateway" (502 html).
    """

    def __init__(self, clock: Clock, told: Callable[[], None]) -> None:
        self.clock = clock
        self.told = told
        self.rules: list[Rule] = []
        self.hits: Counter[str] = Counter()
        self.outage = ""

    def _add(self, what: str, method: str, chat: int, times: int) -> Rule:
        rule = Rule(what, method.lower(), chat, times)
        self.rules.append(rule)
        return rule

    def refuse(
        self,
        refusal: Refusal | str,
        method: str = "",
        *,
        chat: int = 0,
        times: int = 1,
        is_done: bool = False,
    ) -> None:
        """Answer with an error (or one of REFUSALS by name) without doing anything; `is_done`: after doing
        it, as a gateway that gives up early would."""
        rule = self._add("refuse", method, chat, times)
        rule.refusal = REFUSALS[refusal] if isinstance(refusal, str) else refusal
        rule.what = "refuse answer" if is_done else "refuse"

    def gateway(self, method: str = "", *, chat: int = 0, times: int = 1, is_done: bool = False) -> None:
        """502 with a page of html; `is_done`: the request was carried out all the same."""
        self._add("gateway answer" if is_done else "gateway", method, chat, times)

    def lose_request(
        self, method: str = "", *, chat: int = 0, times: int = 1, is_silent: bool = False
    ) -> None:
        """It never arrives."""
        self._add("lose request", method, chat, times).is_silent = is_silent

    def lose_answer(
        self, method: str = "", *, chat: int = 0, times: int = 1, is_silent: bool = False
    ) -> None:
        """It is carried out and nobody is told."""
        self._add("lose answer", method, chat, times).is_silent = is_silent

    def slow(
        self, seconds: float, method: str = "", *, chat: int = 0, times: int = 1, is_done: bool = False
    ) -> None:
        """Carried out after that time; `is_done`: at once, and answered after that time."""
        self._add("slow answer" if is_done else "slow", method, chat, times).seconds = seconds

    def hold(self, method: str = "", *, chat: int = 0, times: int = 1, is_done: bool = False) -> Gate:
        """Wait at a gate before it is carried out (`is_done`: before the answer)."""
        rule = self._add("hold answer" if is_done else "hold", method, chat, times)
        rule.gate = Gate(self.told)
        return rule.gate

    def check_outage(self) -> None:
        """Raises LostConnection or GatewayTrouble while there is an outage."""
        if not self.outage:
            return
        self.hits["outage"] += 1
        if self.outage == "gateway":
            raise GatewayTrouble
        raise LostConnection(is_silent=self.outage == "silent")

    async def strike(self, method: str, chat: str, is_done: bool) -> None:
        """The first rule that matches does its work. Raises Refusal, LostConnection, GatewayTrouble."""
        for rule in self.rules:
            late = rule.what.endswith("answer")
            if late == is_done and rule.matches(method, chat):
                break
        else:
            return
        rule.times -= 1
        if not rule.times:
            self.rules.remove(rule)
        self.hits[rule.what] += 1
        match rule.what.removesuffix(" answer"):
            case "refuse":
                assert rule.refusal is not None
                raise rule.refusal
            case "gateway":
                raise GatewayTrouble
            case "slow":
                await self.clock.sleep_s(rule.seconds)
            case "hold":
                assert rule.gate is not None
                await rule.gate.passed()
            case _:
                raise LostConnection(is_silent=rule.is_silent)
