"""Pauses, maintenance, lockouts and warnings of the day, as people are told of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bot.conversation.wording import Wording
from bot.notifications.alerts import alert, group_of, is_news, is_settled
from bot.notifications.digest import Digest
from bot.notifications.policy import Topic, Urgency, hears
from bot.notifications.scene import Scene
from tests.unit.notifications.desk import ACCOUNT, OWNER, Desk, text
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.ids import AccountId, CommandId
from trading.ports import StoredEvent

DESK = AccountId("desk")
H = cm.HaltState


def at_home(desk: Desk) -> Scene:
    return Scene(Wording(zone="Europe/Berlin"), desk.book)


def lines(desk: Desk, *events: StoredEvent) -> list[str]:
    made = alert(list(events), at_home(desk))
    assert made is not None
    return text(made).splitlines()


def end(desk: Desk, hours: float) -> datetime:
    return desk.now + timedelta(hours=hours)


def set_halt(
    desk: Desk, until: datetime | None, source: str, *, all_of_it: bool = False
) -> list[StoredEvent]:
    command = cm.SetHalt(CommandId(source), OWNER, ACCOUNT, H.REDUCE_ONLY, "news", all_of_it, until)
    return desk.do(command)


@pytest.mark.parametrize(
    ("all_of_it", "who", "line"), [(False, "Account paper", "/resume"), (True, "The desk", "/resume desk")]
)
def test_a_pause_says_until_when_why_and_who(all_of_it: bool, who: str, line: str) -> None:
    desk = Desk()
    (stored,) = set_halt(desk, end(desk, 2), "job:8", all_of_it=all_of_it)
    assert is_news(stored, at_home(desk))
    assert lines(desk, stored)[:3] == [
        f"⏸ {who} is paused until 05:00: exits go out, entries do not",
        "Reason: news · by owner",
        f"It opens by itself then; {line} with a reason opens it now.",
    ]


def test_the_end_of_a_pause_is_told_and_nobody_is_named_for_it() -> None:
    desk = Desk()
    until = end(desk, 2)
    set_halt(desk, until, "console:terminal:1")
    desk.wait(7200)
    (over,) = desk.do(rp.PauseEnded(ACCOUNT, until, desk.now))
    assert is_news(over, at_home(desk))
    told = lines(desk, over)
    assert told[0] == "▶ Account paper: the pause is over, entries go out again"
    assert "owner" not in " ".join(told)


def test_maintenance_is_told_when_it_begins_and_when_it_ends() -> None:
    desk = Desk()
    (on,) = desk.do(cm.SetMaintenance(CommandId("job:1"), OWNER, ACCOUNT, True, "new disk"))
    assert lines(desk, on)[:2] == [
        "🔧 The desk is under maintenance: exits go out, entries do not",
        "Reason: new disk · by owner",
    ]
    (off,) = desk.do(cm.SetMaintenance(CommandId("job:2"), OWNER, ACCOUNT, False, ""))
    assert lines(desk, off)[0] == "✅ The maintenance is over: entries go out again"


def test_a_lockout_of_many_accounts_is_one_message() -> None:
    desk = Desk()
    opened = cm.OpenAccount(CommandId("o"), OWNER, AccountId("two"), "paper", "paper", "USD", Decimal(1))
    desk.do(opened)
    person, *locked = desk.do(cm.LockOut(CommandId("job:1"), OWNER, ACCOUNT, end(desk, 48), "tilt"))
    scene = at_home(desk)
    assert alert([person], scene) is None, "whoever typed it knows, and their accounts are told of"
    assert len({group_of(one, scene) for one in locked}) == 1
    assert not is_settled(locked[0], scene)
    assert lines(desk, *locked)[:3] == [
        "🔒 Locked out until 2018-04-06 03:00 CEST: exits go out, entries do not",
        "Reason: tilt · by owner",
        "Accounts: paper, two. Nobody can end it earlier.",
    ]


@pytest.mark.parametrize(
    ("level", "urgency"), [(50, Urgency.NORMAL), (75, Urgency.NORMAL), (90, Urgency.URGENT)]
)
def test_a_warning_says_how_much_is_gone_and_how_much_is_left(level: int, urgency: Urgency) -> None:
    desk = Desk()
    loss = Decimal(5 * level) + Decimal("0.5")
    stored = desk.write(
        ev.RiskWarned(ACCOUNT, level, loss, Decimal(500), desk.now), "RiskLooked", "RiskLooked"
    )
    made = alert([stored], at_home(desk))
    assert made is not None
    assert (made.topic, made.urgency) == (Topic.RISK, urgency)
    left = Wording().money(Decimal(500) - loss)
    assert text(made).splitlines()[:3] == [
        f"⚠ {level} % of today's loss limit is used",
        f"Account paper: {Wording().money(loss)} of $500.00 lost today, {left} left.",
        "At the limit no entry goes out any more; exits always do. /risk shows it.",
    ]


def test_the_limit_itself_is_urgent_and_says_what_happens() -> None:
    desk = Desk()
    stored = desk.write(ev.RiskWarned(ACCOUNT, 100, Decimal(512), Decimal(500), desk.now))
    made = alert([stored], at_home(desk))
    assert made is not None and made.urgency is Urgency.URGENT
    assert text(made).splitlines()[0] == "⛔ Daily loss limit reached"
    assert "$512.00 lost today, the limit is $500.00" in text(made)
    assert "those that wait are withdrawn" in text(made).replace("\n", " ")


def test_who_typed_it_is_not_told_again() -> None:
    desk = Desk()
    events = [
        *set_halt(desk, end(desk, 1), "console:terminal:3"),
        *desk.do(cm.SetMaintenance(CommandId("console:terminal:4"), OWNER, ACCOUNT, True, "x")),
        *desk.do(cm.LockOut(CommandId("lockout-abc"), OWNER, ACCOUNT, end(desk, 1), "x")),
    ]
    assert len(events) == 4, "a lockout binds the person, and their accounts"
    heard = [hears(one, desk.book, ()) for one in events if is_news(one, at_home(desk))]
    assert not any(OWNER in people for people in heard)


def test_a_digest_counts_them_by_kind() -> None:
    desk = Desk()
    digest = Digest()
    events = [
        *set_halt(desk, end(desk, 1), "job:1"),
        *desk.do(cm.SetMaintenance(CommandId("job:2"), OWNER, ACCOUNT, True, "x")),
        *desk.do(cm.LockOut(CommandId("job:3"), OWNER, ACCOUNT, end(desk, 1), "x")),
        desk.write(ev.RiskWarned(ACCOUNT, 75, Decimal(400), Decimal(500), desk.now)),
    ]
    for one in events:
        digest.count(one)
    from bot.conversation.layout import as_text

    said = as_text(digest.screen(at_home(desk)))
    assert "3 changes of halts or limits" in said
    assert "1 guard alarm" in said
