"""A day of telling: a platform that fails in every way, kills, sleeps.

Nothing is lost, and only what may have arrived is told twice.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.conversation.layout import as_text
from bot.conversation.messenger import (
    PLAINLY,
    ChatGone,
    Manner,
    MaybeDelivered,
    MessageRef,
    TooFast,
    Unreachable,
)
from bot.conversation.screen import Screen
from bot.notifications.alerts import TABLE, is_news
from bot.notifications.event_code import event_code
from bot.notifications.notifier import Notifier
from tests.unit.notifications.chat import NO_EXITS, World
from tests.unit.notifications.desk import OWNER
from trading.domain import events as ev
from trading.domain.commands import HaltState
from trading.entropy import SeededEntropy
from trading.virtual_time import VirtualClock, VirtualLoop, run

HOURS = 24
_CODE = re.compile(r"#[a-z2-7]{3}-\d{4,}")


@dataclass
class Platform:
    """What arrived, and which codes may have arrived without anybody knowing. It outlives the desk."""

    clock: VirtualClock
    chance: SeededEntropy
    mood: str = "up"
    arrived: list[tuple[str, bool]] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    on_its_way: set[str] = field(default_factory=set)

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """A message, in the mood of the hour."""
        text = as_text(screen)
        codes = set(_CODE.findall(text))
        self.on_its_way |= codes
        await self.clock.sleep_s(self.chance.fraction() * 3)
        draw = self.chance.fraction()
        if self.mood == "down" or (self.mood == "odd" and draw < 0.3):
            self.on_its_way -= codes
            raise Unreachable("no route") if draw < 0.2 else TooFast(3)
        if self.mood == "gone":
            self.on_its_way -= codes
            raise ChatGone("blocked")
        lost_on_the_way = self.mood == "odd" and draw < 0.45
        if not lost_on_the_way:
            self.arrived.append((text, manner.is_repeat))
        if self.mood == "odd" and draw < 0.6:
            self.doubtful |= codes
            self.on_its_way -= codes
            raise MaybeDelivered("no answer")
        await self.clock.sleep_s(self.chance.fraction() * 2)
        self.on_its_way -= codes
        return MessageRef("test", chat, str(len(self.arrived)))

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Not here."""
        raise AssertionError


class Day:
    """One seed: a desk that trades now and then, and a notifier that lives and dies."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = SeededEntropy(seed).fork("day")
        self.platform = Platform(world.clock, SeededEntropy(seed).fork("platform"))
        self.task: asyncio.Task[None] | None = None
        self.notifier: Notifier | None = None
        self.kills = 0

    def begin(self) -> None:
        """A life."""
        self.world.heard.clear()
        self.notifier = self.world.notifier()
        self.notifier.open("test:0", self.platform, "c", OWNER)
        self.task = asyncio.get_running_loop().create_task(self.notifier.run(), name="notifier")

    async def kill(self) -> None:
        """The end of a life, in the middle of whatever it does."""
        assert self.task is not None
        self.kills += 1
        self.platform.doubtful |= self.platform.on_its_way
        self.platform.on_its_way.clear()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def happen(self) -> None:
        """Something that is news, or several things at once."""
        desk = self.world.desk
        for _ in range(1 + int(self.chance.fraction() * 3)):
            draw = self.chance.fraction()
            if draw < 0.6:
                desk.wait(2)
                desk.buy("0.001", NO_EXITS)
                desk.fill(desk.orders()[-1], "10000")
            else:
                state = HaltState.REDUCE_ONLY if draw < 0.8 else HaltState.ACTIVE
                account = desk.journal[0].event.account
                desk.write(ev.HaltChanged(account, state, "x", OWNER, desk.now))
        await self.world.write()

    async def live(self) -> None:
        """Trouble for a day, then quiet."""
        self.begin()
        end_s = HOURS * 3600.0
        while self.world.clock.elapsed_s() < end_s:
            draw = self.chance.fraction()
            if draw < 0.5:
                await self.happen()
            elif draw < 0.75:
                moods = ("up", "up", "down", "odd", "odd", "gone")
                self.platform.mood = moods[int(self.chance.fraction() * len(moods))]
                if self.platform.mood != "gone" and self.notifier is not None:
                    self.notifier.open("test:0", self.platform, "c", OWNER)
            elif draw < 0.9:
                await self.world.pass_s(self.chance.fraction() * 4)
                await self.kill()
                await self.world.pass_s(self.chance.fraction() * 1_800)
                self.begin()
            await self.world.pass_s(self.chance.fraction() * 900)
        self.platform.mood = "up"
        assert self.notifier is not None
        self.notifier.open("test:0", self.platform, "c", OWNER)
        await self.world.pass_s(timedelta(minutes=10).total_seconds())
        await self.kill()

    async def judge(self) -> None:
        """Every piece of news arrived, alone or counted; what came twice may have come before."""
        scene = self.world.desk.scene()
        news = {
            event_code(one)
            for one in self.world.desk.journal
            if TABLE[type(one.event)] is not None and is_news(one, scene)
        }
        texts = [text for text, _ in self.platform.arrived]
        single = [
            code for text in texts if "While nobody was told" not in text for code in _CODE.findall(text)
        ]
        states = dict(await self.world.store.deliveries.states())
        assert set(states) <= {"told", "counted"}, states
        assert states.get("told", 0) + states.get("counted", 0) == len(news)
        assert states.get("told", 0) <= len(set(single)) + states.get("counted", 0)
        twice = {code for code in single if single.count(code) > 1}
        assert twice <= self.platform.doubtful, twice - self.platform.doubtful
        unmarked = [t for t, is_repeat in self.platform.arrived if not is_repeat]
        firsts = [code for text in unmarked if "While" not in text for code in _CODE.findall(text)]
        assert len(firsts) == len(set(firsts)), "a second copy must say that it may be one"


@pytest.mark.parametrize("seed", range(12))
def test_a_day_with_outages_kills_and_sleeps_loses_nothing(seed: int) -> None:
    async def main(loop: VirtualLoop) -> None:
        world = World(loop)
        day = Day(world, seed)
        await day.live()
        assert day.kills > 1 and len(day.platform.arrived) > 5
        await day.judge()
        await world.store.close()

    run(main)
