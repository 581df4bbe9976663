"""What a person wants to hear, and how loud: by kind of news, by reason of an exit, and in quiet hours.

Risk, halts and who may use the desk are never muted: they have no switch, and quiet hours do not touch them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct


class Topic(StrEnum):
    """What an alert is about; people switch topics on and off, but never RISK and HALT."""

    FILL = "fill"
    EXIT = "exit"
    REJECT = "reject"
    ORDER = "order"
    HALT = "halt"
    RISK = "risk"
    CASH = "cash"
    FEED = "feed"
    START = "start"
    PRICE = "price"  # price alerts that somebody has set
    JOB = "job"  # what runs in time: digests, recurring buys, backups
    OPERATION = "operation"  # for whoever runs the desk
    PROFILE = "profile"  # what profiles propose, and that one had to stop
    ACCESS = "access"  # who may use the desk in a person's name


class Urgency(StrEnum):
    """QUIET may wait for the morning, URGENT may wake somebody."""

    QUIET = "quiet"
    NORMAL = "normal"
    URGENT = "urgent"


class Loudness(StrEnum):
    """OFF: no message; it stands in the inbox all the same."""

    ON = "on"
    SILENT = "silent"
    OFF = "off"


ALWAYS = frozenset({Topic.RISK, Topic.HALT, Topic.ACCESS})
EXIT_REASONS = ("target", "stop", "trail", "time", "close", "flatten")
PHONES = ("telegram", "discord")
"""Platforms that a person may choose differently for."""
ALL = "all"
PREFIX = "hear."
QUIET_HOURS = "quiet"
_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*(?:-|–|to)\s*([01]?\d|2[0-3]):([0-5]\d)")


class Hearing(Struct, frozen=True):
    """One person's choices. `kinds` maps a topic, or `exit.<reason>`, to its loudness; what is not named is
    on. Behind either, and behind `all`, `@<platform>` makes it a choice for that platform alone, which goes
    before one for all. `quiet_from` and `quiet_to` are clock times in the person's zone; None for no
    quiet hours."""

    kinds: Mapping[str, Loudness] = {}
    quiet_from: time | None = None
    quiet_to: time | None = None

    def loudness(
        self,
        topic: Topic,
        urgency: Urgency,
        reason: str,
        now: datetime,
        zone: str,
        platform: str = "",
    ) -> Loudness:
        """How loud a piece of news is at `now`, on this platform."""
        chosen = self.choice(topic, reason, platform)
        if topic in ALWAYS:
            return chosen if chosen is Loudness.OFF else Loudness.ON
        if chosen is not Loudness.ON or urgency is Urgency.URGENT:
            return chosen
        return Loudness.SILENT if self.is_quiet(now, zone) or urgency is Urgency.QUIET else chosen

    def choice(self, topic: Topic, reason: str, platform: str = "") -> Loudness:
        """What the person has chosen for this news on this platform, whatever the clock says. What is never
        muted can be off on a platform, but not everywhere."""
        names = [f"{topic.value}.{reason}", topic.value] if reason else [topic.value]
        wanted = [f"{name}@{platform}" for name in (*names, ALL)] if platform else []
        if topic not in ALWAYS:
            wanted += names
        return next((self.kinds[name] for name in wanted if name in self.kinds), Loudness.ON)

    def is_muted(self, topic: Topic, reason: str) -> bool:
        """Whether the person wants no message of it at all, on no platform."""
        return self.choice(topic, reason) is Loudness.OFF

    def is_quiet(self, now: datetime, zone: str) -> bool:
        """Whether `now` lies in the quiet hours of the person's own clock; they may cross midnight."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        clock = now.astimezone(ZoneInfo(zone)).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to


def kinds_known(platform: str = "") -> tuple[str, ...]:
    """Every name that can be switched; on one platform also what is never muted, and `all`."""
    topics = [topic.value for topic in Topic if topic not in ALWAYS or platform]
    exits = (f"{Topic.EXIT.value}.{reason}" for reason in EXIT_REASONS)
    return (*topics, *exits, *([ALL] if platform else []))


def hearing_from(kept: Mapping[str, str]) -> Hearing:
    """A person's choices from stored settings; what an older version wrote and nobody knows is left out."""
    known = frozenset(kinds_known()) | {f"{kind}@{at}" for at in PHONES for kind in kinds_known(at)}
    kinds = {
        name.removeprefix(PREFIX): Loudness(value)
        for name, value in kept.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) in known and value in set(Loudness)
    }
    hours = hours_of(kept.get(QUIET_HOURS, ""))
    return Hearing(kinds, *hours) if hours else Hearing(kinds)


def hours_of(text: str) -> tuple[time, time] | None:
    """`22:00-07:00` as two clock times; None when it says something else or nothing at all."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        return None
    first, last = (time(int(match[n]), int(match[n + 1])) for n in (1, 3))
    return (first, last) if first != last else None
