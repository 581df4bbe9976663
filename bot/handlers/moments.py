"""From a time as typed to an instant: the person's zone, clocks that skip or repeat an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.handling import Asked
from bot.conversation.wording import zone_named
from trading.domain.exits import TOMORROW, Moment

_MINUTE = timedelta(minutes=1)
_SKIP_MAX = 24 * 60  # no clock was ever put forward by more than a day


class NoSuchMoment(Exception):
    """The time cannot be meant; the text is a sentence for the person. Stays inside the handlers."""


def instant_of(asked: Asked, moment: Moment, now: datetime) -> datetime:
    """The aware UTC instant that a typed moment means, always later than `now`.

    Without a date it is the next such time on the clock of the named zone, else of the person. A time that
    comes twice means the first one that is still to come. A time that the clocks skip is refused when its
    date was typed, and is the moment of the change when it was not.

    Raises:
        NoSuchMoment: an unknown zone, a time in the past, a time that the clocks of that day skip.
    """
    if moment.after_s is not None:
        return now + timedelta(seconds=moment.after_s)
    name = moment.zone or asked.person.prefs.zone
    zone = zone_named(name)
    if zone is None:
        raise NoSuchMoment(asked.wording.say("moment.zone", zone=name))
    clock = time(moment.hour, moment.minute)
    if moment.date == TOMORROW:
        day = now.astimezone(zone).date() + timedelta(days=1)
        return _begin_of(day, zone) if clock == time() else _on_date(asked, day, clock, zone, now)
    if moment.date:
        return _on_date(asked, date.fromisoformat(moment.date), clock, zone, now)
    today = now.astimezone(zone).date()
    for days in range(3):
        day = today + timedelta(days=days)
        later = [at for at in _instants(day, clock, zone) or [_after_skip(day, clock, zone)] if at > now]
        if later:
            return min(later)
    raise AssertionError("every time of day comes within three days")


def end_of(asked: Asked, moment: Moment, now: datetime) -> datetime:
    """The instant at which something ends that was said to last until `moment`: as `instant_of`, but a day
    without a time of day is its first moment, also where the clocks skip midnight. Whole minutes, rounded up,
    so that the end can be said and typed again.

    Raises:
        NoSuchMoment: as `instant_of`.
    """
    zone = zone_named(moment.zone or asked.person.prefs.zone)
    if zone is not None and moment.date not in ("", TOMORROW) and not (moment.hour or moment.minute):
        begin = _begin_of(date.fromisoformat(moment.date), zone)
        if begin > now:
            return begin
    at = instant_of(asked, moment, now)
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + _MINUTE


def _begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day."""
    found = _instants(day, time(), zone)
    return min(found) if found else _after_skip(day, time(), zone)


def _on_date(asked: Asked, day: date, clock: time, zone: ZoneInfo, now: datetime) -> datetime:
    wording = asked.wording
    instants = _instants(day, clock, zone)
    if not instants:
        after = _after_skip(day, clock, zone).astimezone(zone)
        raise NoSuchMoment(
            wording.say(
                "moment.gap",
                date=wording.on(day),
                clock=f"{clock:%H:%M}",
                zone=zone.key,
                next=f"{after:%H:%M}",
            )
        )
    later = [at for at in instants if at > now]
    if not later:
        raise NoSuchMoment(wording.say("moment.past", at=wording.instant(instants[-1])))
    return min(later)


def _instants(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """The instants at which the clocks of `zone` show that time on that day: none, one or two."""
    local = datetime.combine(day, clock)
    found = []
    for fold in (0, 1):
        at = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == local and at not in found:
            found.append(at)
    return found


def _after_skip(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant after the skip that swallowed the time."""
    local = datetime.combine(day, clock)
    at = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = at.astimezone(zone).utcoffset()
    for _ in range(_SKIP_MAX):
        if at.astimezone(zone).utcoffset() != before:
            return at
        at += _MINUTE
    raise AssertionError(f"{zone.key} skips {local} but changes nothing")
