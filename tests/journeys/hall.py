"""A chat with the clockwork of a desk behind it, in virtual time; everything that is told is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.conversation.layout import as_text
from bot.conversation.wording import Wording
from bot.main.timekeeping import build_timekeeper
from bot.notifications.alerts import alert, is_news
from bot.notifications.scene import Scene
from scheduler.jobs import Standing
from scheduler.runner import Runner
from scheduler.timekeeper import Timekeeper
from scheduler.waker import ClockWaker
from scheduler.watched_settings import WatchedRegisters
from tests.journeys.chat import Chat, in_chat
from trading.domain.ids import PersonId
from trading.engine.alert_rounds import AlertRounds


class Hall:
    """A chat with the desk's clockwork behind it, and everything that is told."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.pit = chat.pit
        self.keeper: Timekeeper | None = None
        self.backups: list[datetime] = []
        self.backup_problem = ""
        self.wanted: list[str] = []
        self.more: list[Standing] = []

    async def begin(self) -> Hall:
        pit = self.pit
        registers = WatchedRegisters(pit.store.registers, self._changed)
        tools = replace(self.chat.tools, registers=registers)
        self.keeper = build_timekeeper(
            pit.engine,
            tools,
            backup=self._backup,
            more=self.more,
            want=self.wanted.append,
            waker=ClockWaker(pit.clock),
        )
        self.registers = registers
        self.rounds = AlertRounds(pit.engine, self.chat.gauge.reading, self.chat.market.stale_after_s)
        await self.keeper.start()
        return self

    def _changed(self, person: PersonId, name: str) -> None:
        assert self.keeper is not None
        self.keeper.setting_changed(person, name)

    async def _backup(self, slot: datetime) -> str:
        self.backups.append(slot)
        return self.backup_problem

    @property
    def runner(self) -> Runner:
        assert self.keeper is not None
        return self.keeper.runner

    async def end(self) -> None:
        if self.keeper is not None:
            await self.keeper.close()
            self.keeper = None

    async def restart(self, away: timedelta = timedelta(0)) -> None:
        """The process dies without a word, time goes by, it comes back."""
        assert self.keeper is not None
        self.keeper.runner._waker.stop()
        await self.end()
        await self.pit.die()
        await self.pit.clock.sleep_s(away.total_seconds())
        await self.pit.start()
        await self.begin()

    async def until(self, text: str, price: str = "7400") -> None:
        """Let time go to an instant of UTC, with a price every ten minutes and one at its end."""
        at = datetime.fromisoformat(text).replace(tzinfo=UTC)
        while self.pit.clock.now() < at:
            step = min(at, self.pit.clock.now() + timedelta(minutes=10))
            await self.pit.clock.sleep_until(step)
            await self.pit.quote(price)
        await self.pit.clock.sleep_s(2)
        await self.pit.settle()

    async def pass_time(self, time: timedelta) -> None:
        """Let time go by without a price; then alerts are looked at, as they are every second."""
        await self.pit.clock.sleep_s(time.total_seconds())
        self.rounds.round()
        await self.pit.settle()

    def told(self) -> list[str]:
        """Every message about time so far."""
        scene = Scene(Wording(), self.pit.engine.book)
        found = []
        for stored in self.pit.events:
            if is_news(stored, scene):
                made = alert([stored], scene)
                if made is not None and made.topic.value in ("price", "job", "operation", "feed", "reject"):
                    rows = ["  ".join(f"[{one.label}]" for one in row) for row in made.screen.buttons]
                    found.append("\n".join([as_text(made.screen), *rows]))
        return found

    def action(self, label: str) -> str:
        """What the newest button of that label on anything that was told does."""
        scene = Scene(Wording(), self.pit.engine.book)
        for stored in reversed(self.pit.events):
            made = alert([stored], scene) if is_news(stored, scene) else None
            for one in made.screen.all_buttons if made is not None else ():
                if one.label == label:
                    return one.action.id
        raise AssertionError(f"no button {label}")

    def entries(self) -> int:
        return sum(1 for text in self.chat.intended() if text.startswith("buy"))


def in_hall(scene: Callable[[Hall], Awaitable[None]]) -> None:
    async def played(chat: Chat) -> None:
        hall = await Hall(chat).begin()
        try:
            await scene(hall)
        finally:
            await hall.end()

    in_chat(played)
