"""Wakes the operator when the desk's own figures pass a threshold, once, and says when it is over.

The thresholds are a table (bot/conversation/health.py, RULINGS 40). A loop that was stuck for more than five
seconds also freezes entries (K07): prices and orders were not seen meanwhile. A person frees them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.health import FREEZE, RULES, Health, Rule
from bot.main.deaths import MACHINE
from trading.domain.commands import HaltState, SetHalt
from trading.domain.ids import AccountId, CommandId
from trading.ports import Clock, Desk
from trading.telemetry import MUTE, Telemetry

LOOK_EVERY_S = 1.0

Page = Callable[[str, str, Mapping[str, str], bool], None]
"""(code, level, facts, is_durable): tell the operator. `notice.<code>` are the words; see `paging.Paging`."""

Act = Callable[[str, Mapping[str, str]], Awaitable[None]]


@dataclass
class _Standing:
    """How one rule stands for one subject. Seconds of the clock that never jumps."""

    over_since_s: float | None = None
    under_since_s: float | None = None
    is_alarmed: bool = False
    facts: Mapping[str, str] | None = None


class Watch:
    """Looks at the figures again and again.

    Args:
        read: the figures now.
        page: tells the operator.
        actions: what each `Rule.action` does; it may wait, and its failure is logged.
    """

    def __init__(
        self,
        clock: Clock,
        read: Callable[[], Health],
        page: Page,
        *,
        actions: Mapping[str, Act] | None = None,
        rules: Iterable[Rule] = RULES,
        telemetry: Telemetry = MUTE,
    ) -> None:
        self._clock = clock
        self._read = read
        self._page = page
        self._actions = dict(actions or {})
        self._rules = tuple(rules)
        self._telemetry = telemetry
        self._standing: dict[tuple[str, str], _Standing] = {}

    @property
    def alarms(self) -> tuple[tuple[str, str], ...]:
        """(code, subject) of what was said and is not over."""
        return tuple(key for key, one in self._standing.items() if one.is_alarmed)

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._clock.sleep_s(LOOK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Once: judge every rule, say what is new, act."""
        health, now_s = self._read(), self._clock.elapsed_s()
        for rule in self._rules:
            seen: set[str] = set()
            for subject, value, facts in rule.measure(health):
                seen.add(subject)
                state = 1 if value > rule.over else -1 if value <= rule.under else 0
                await self._judge(rule, subject, state, facts, now_s)
            # What is not measured any more (a closed position's price) is no trouble any more.
            for code, subject in list(self._standing):
                if code == rule.code and subject not in seen:
                    await self._judge(rule, subject, -1, self._standing[code, subject].facts or {}, now_s)

    async def _judge(
        self, rule: Rule, subject: str, state: int, facts: Mapping[str, str], now_s: float
    ) -> None:
        key = (rule.code, subject)
        one = self._standing.get(key)
        if one is None:
            if state <= 0:
                return
            one = self._standing[key] = _Standing()
        one.facts = facts
        one.over_since_s = None if state <= 0 else now_s if one.over_since_s is None else one.over_since_s
        one.under_since_s = None if state >= 0 else now_s if one.under_since_s is None else one.under_since_s
        if not one.is_alarmed and one.over_since_s is not None:
            if now_s - one.over_since_s >= rule.hold_s:
                one.is_alarmed = True
                await self._alarm(rule, subject, facts)
        elif one.under_since_s is not None and (
            not one.is_alarmed or now_s - one.under_since_s >= rule.clear_s
        ):
            del self._standing[key]
            if one.is_alarmed:
                self._tell(rule, subject, f"{rule.code}_over", "success", facts, 0.0)

    async def _alarm(self, rule: Rule, subject: str, facts: Mapping[str, str]) -> None:
        self._tell(rule, subject, rule.code, rule.level, facts, 1.0)
        act = self._actions.get(rule.action) if rule.action else None
        if act is None:
            return
        try:
            await act(rule.code, facts)
        except Exception as error:  # noqa: BLE001 - whoever watches must go on watching
            self._telemetry.log("error", "action_failed", action=rule.action, why=str(error))

    def _tell(
        self, rule: Rule, subject: str, code: str, level: str, facts: Mapping[str, str], up: float
    ) -> None:
        self._telemetry.level("alarm", up, code=rule.code, subject=subject)
        logged = "info" if level == "success" else level
        self._telemetry.log(logged, "threshold", code=code, subject=subject, facts=dict(facts))
        if rule.pages:
            self._page(f"desk_{code}", level, facts, rule.is_durable)


def freezing(
    desk: Desk, account: Callable[[], AccountId], clock: Clock, state: Callable[[], HaltState]
) -> dict[str, Act]:
    """The table of actions: `freeze` halts entries of the whole desk in the machine's name.

    Args:
        account: any account of the desk (a halt of the desk is said from one).
        state: the desk's halt state now; a desk that is halted already is left as it is.
    """

    async def freeze(code: str, facts: Mapping[str, str]) -> None:
        if state() is not HaltState.ACTIVE:
            return
        now: datetime = clock.now()
        reason = f"the desk was stuck for {facts.get('lag', '?')} s, so what happened meanwhile was not seen"
        name = CommandId(f"machine:{code}:{now.isoformat()}")
        await desk.submit(SetHalt(name, MACHINE, account(), HaltState.REDUCE_ONLY, reason, desk=True))

    return {FREEZE: freeze}
