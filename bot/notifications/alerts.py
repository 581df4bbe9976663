"""Event -> screen: one table over all events. Pure; what nobody needs to hear gives None.

A new event without a row here fails a test. What does not belong here: who is told and when (policy.py), how
it is delivered (teller.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from bot.conversation.screen import Kind, Screen
from bot.notifications import alert_bot as bots
from bot.notifications import alert_desk as desk
from bot.notifications import alert_doubt as doubt
from bot.notifications import alert_drift as drift
from bot.notifications import alert_fills as fills
from bot.notifications import alert_guard as guard
from bot.notifications import alert_halts as halts
from bot.notifications import alert_notices as notices
from bot.notifications import alert_orders as orders
from bot.notifications import alert_timed as timed
from bot.notifications.event_code import event_code, listed
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling, footer
from trading.domain import events as ev
from trading.domain import events_bot as eb
from trading.domain import events_doubt as ed
from trading.domain import events_timed as et
from trading.domain.ids import OrderId
from trading.ports import StoredEvent

__all__ = [
    "FOLLOWERS",
    "TABLE",
    "Alert",
    "Row",
    "alert",
    "group_of",
    "is_news",
    "is_settled",
    "joins",
    "same_as",
]


def _always(stored: StoredEvent, scene: Scene) -> bool:
    return True


def _alone(event: Any, scene: Scene) -> str:
    return ""


def _at_once(event: Any, scene: Scene) -> bool:
    return True


class Row(NamedTuple):
    """How an event is told.

    `tell` makes the message of one event or of a merged group; `is_news` says whether this one is worth it;
    events with the same non-empty `group` make one message, which waits until it `is_settled` or its time is
    over. Events with the same non-empty `same` repeat each other: they are told now and then only.
    `counted` is the phrase under which a digest counts it.
    """

    tell: Callable[[Sequence[StoredEvent], Scene], Telling | None]
    counted: str
    is_news: Callable[[StoredEvent, Scene], bool] = _always
    group: Callable[[Any, Scene], str] = _alone
    is_settled: Callable[[Any, Scene], bool] = _at_once
    same: Callable[[Any, Scene], str] = _alone


TABLE: dict[type[Any], Row | None] = {
    ev.AccountOpened: None,
    ev.CashMoved: Row(desk.tell_cash, "", desk.is_cash_news),
    ev.InstrumentListed: None,
    ev.VenueConnected: Row(desk.tell_venue, "alert.count_risk", desk.is_venue_news),
    ev.CommandDenied: Row(orders.tell_denied, "alert.count_rejects", orders.is_denial_news),
    ev.OrderIntended: None,
    ev.OrderAdopted: None,  # the fill that follows tells it
    ev.OrderAccepted: Row(orders.tell_accepted, "alert.count_orders", orders.is_resolution),
    ev.OrderRejected: Row(orders.tell_rejected, "alert.count_rejects", same=orders.same_rejection),
    ev.OrderInDoubt: Row(orders.tell_in_doubt, "alert.count_orders"),
    ev.OrderNotPlaced: Row(orders.tell_not_placed, "alert.count_orders"),
    ev.DoubtEscalated: Row(doubt.tell_escalated, "alert.count_orders"),
    ed.DoubtLasts: Row(doubt.tell_lasting, "alert.count_orders"),
    ed.EntriesFrozen: Row(doubt.tell_frozen, "alert.count_risk"),
    ed.EntriesThawed: Row(doubt.tell_thawed, "alert.count_risk", doubt.is_open_again),
    ed.VisibilityRaised: None,  # the alarm about the fill that taught it tells it
    ev.DoubtAnswered: Row(doubt.tell_answered, "alert.count_orders", desk.is_unasked),
    ev.OrderFilled: Row(
        fills.tell_fills, "alert.count_fills", group=fills.group_of_fill, is_settled=fills.no_more_fills
    ),
    ev.OrderCanceled: Row(
        orders.tell_canceled,
        "alert.count_orders",
        orders.is_end_news,
        orders.group_of_cancel,
        orders.no_more_cancels,
    ),
    ev.OrderExpired: Row(orders.tell_expired, "alert.count_orders", orders.is_end_news),
    ev.RequestSent: None,
    ev.CancelRequested: None,
    ev.CancelTaken: None,  # the end that follows tells it
    ev.CancelFailed: Row(orders.tell_cancel_failed, "alert.count_orders", orders.is_open_still),
    ev.ReplaceRequested: None,
    ev.OrderReplaced: Row(orders.tell_replaced, "alert.count_orders", orders.is_change_news),
    ev.ReplaceFailed: Row(orders.tell_replace_failed, "alert.count_orders", orders.is_open_still),
    ev.PlanSet: Row(guard.tell_forgotten, "alert.count_risk", guard.is_forgotten_by_hand),
    ev.GapFound: Row(guard.tell_gap, "alert.count_risk"),
    ev.GapReminded: Row(guard.tell_reminder, "alert.count_risk"),
    ev.GapSettled: None,  # who answers hears so from the answer
    ev.StopPulled: Row(guard.tell_pulled, "alert.count_risk"),
    ev.PullSettled: Row(guard.tell_put_back, "alert.count_risk", guard.is_settled_alone),
    ev.BracketSet: Row(desk.tell_guard_lost, "alert.count_risk", desk.is_guard_lost),
    ev.ExitTriggered: None,  # the fill that follows tells it
    ev.TrailMoved: None,
    ev.PositionUncovered: Row(
        desk.tell_uncovered, "alert.count_risk", group=desk.group_of_gap, is_settled=desk.is_gap_over
    ),
    ev.PositionCovered: Row(desk.tell_covered, "alert.count_risk", desk.is_gap_news),
    ev.StopMissing: Row(desk.tell_stop_missing, "alert.count_risk"),
    ev.PositionDust: Row(desk.tell_dust, "alert.count_risk"),
    ev.DustGone: Row(desk.tell_dust_gone, "alert.count_risk"),
    ev.SwapBegun: None,
    ev.SwapEnded: None,
    ev.PositionClosed: Row(fills.tell_closed, "alert.count_closed"),
    ev.DayStarted: None,
    ev.HaltChanged: Row(halts.tell_halt, "alert.count_halts", desk.is_unasked),
    ev.MaintenanceChanged: Row(halts.tell_maintenance, "alert.count_halts", desk.is_unasked),
    ev.LockoutSet: Row(
        halts.tell_lockout,
        "alert.count_halts",
        desk.is_unasked,
        halts.group_of_lockout,
        halts.no_more_accounts,
    ),
    ev.SymbolsBarred: None,  # whoever typed it reads the answer; /blacklist, /status and the gate tell others
    ev.PersonLocked: None,  # whoever types it hears so from the answer; their accounts are told of
    ev.RiskWarned: Row(halts.tell_warning, "alert.count_risk"),
    ev.ModeSet: Row(halts.tell_mode, "alert.count_halts"),
    ev.RoleSet: Row(notices.tell_role, "alert.count_notices"),
    ev.LimitRaiseAsked: Row(halts.tell_raise, "alert.count_halts"),
    ev.LimitRaiseDropped: Row(halts.tell_raise_dropped, "alert.count_halts", desk.is_unasked),
    ev.LimitChanged: Row(desk.tell_limit, "alert.count_halts", desk.is_unasked),
    ev.FlattenStarted: Row(desk.tell_flatten, "alert.count_halts", desk.is_flatten_news),
    ev.FlatProven: Row(desk.tell_proven, "alert.count_halts"),
    ev.SymbolFrozen: Row(drift.tell_frozen, "alert.count_risk"),
    ev.SymbolThawed: Row(drift.tell_thawed, "alert.count_risk", drift.is_thaw_news),
    ev.DriftIgnored: None,
    ev.OpinionGiven: None,  # whoever asked reads the answer
    ev.Noticed: Row(notices.tell_notice, "alert.count_notices"),
    et.AlertSet: None,
    et.AlertFired: Row(timed.tell_price, "alert.count_prices"),
    et.AlertRearmed: None,
    et.AlertAnchored: None,
    et.AlertEnded: Row(timed.tell_ended, "alert.count_prices"),
    et.AlertEscalated: Row(timed.tell_unseen, "alert.count_prices"),
    et.AlertsSeen: None,
    et.AlertDropped: None,
    et.ScheduleSet: None,
    et.SchedulePaused: None,
    et.ScheduleDropped: Row(timed.tell_schedule_over, "", timed.is_end_by_itself),
    et.ScheduleRan: None,  # its order, or the refusal, tells it
    et.ScheduleMissed: Row(timed.tell_missed, "alert.count_jobs"),
    eb.BotStarted: None,
    eb.BotMoved: None,  # its orders tell what it does
    eb.BotHeard: None,
    eb.BotTold: None,
    eb.BotEdited: None,
    eb.BotEnded: Row(bots.tell_ended, "alert.count_bots"),
    eb.BotDropped: None,
}

FOLLOWERS: dict[type[Any], type[Any]] = {
    ev.PositionClosed: ev.OrderFilled,
    ev.HaltChanged: ev.FlatProven,
}
"""What joins the message of the event right before it, when that is of this kind and of the same cause."""


class Alert(Struct, frozen=True):
    """A message that nobody asked for, ready for any platform."""

    screen: Screen
    topic: Topic
    urgency: Urgency
    codes: tuple[str, ...]
    reason: str = ""  # of an exit
    order: OrderId | None = None  # the one order that it tells of, when there is one
    everywhere: bool = False  # on every phone, also where its person has switched it off
    curve_of: tuple[str, ...] = ()  # the accounts whose curve goes with it as a picture


def is_news(stored: StoredEvent, scene: Scene) -> bool:
    """Whether somebody needs to hear of the event at all. Cheap: asked for every event."""
    row = TABLE[type(stored.event)]
    return row is not None and row.is_news(stored, scene)


def group_of(stored: StoredEvent, scene: Scene) -> str:
    """Under which name the event is merged with others; empty when it stands alone."""
    row = TABLE[type(stored.event)]
    return row.group(stored.event, scene) if row is not None else ""


def is_settled(stored: StoredEvent, scene: Scene) -> bool:
    """Whether nothing can join (or undo) the message of this event any more."""
    row = TABLE[type(stored.event)]
    return row is None or row.is_settled(stored.event, scene)


def same_as(stored: StoredEvent, scene: Scene) -> str:
    """Under which name the event may repeat an earlier one; empty when it never does."""
    row = TABLE[type(stored.event)]
    return row.same(stored.event, scene) if row is not None else ""


def joins(stored: StoredEvent, before: StoredEvent | None) -> bool:
    """Whether the event belongs into the message of the one right before it in its stream."""
    return (
        before is not None
        and FOLLOWERS.get(type(stored.event)) is type(before.event)
        and stored.seq == before.seq + 1
        and stored.causation_id == before.causation_id
    )


def alert(members: Sequence[StoredEvent], scene: Scene) -> Alert | None:
    """The message of one event, or of the events of one group, oldest first. None when it is no news (any
    more)."""
    row = TABLE[type(members[0].event)]
    telling = row.tell(members, scene) if row is not None else None
    if telling is None:
        return None
    codes = tuple(event_code(member) for member in members)
    last = footer(scene, members[0].event.account, listed(codes), telling.symbol)
    screen = Screen((*telling.blocks, last), telling.buttons, kind=Kind.ALERT, event_code=" ".join(codes))
    orders_told = {getattr(member.event, "order_id", None) for member in members} - {None}
    order = orders_told.pop() if len(orders_told) == 1 else None
    return Alert(
        screen,
        telling.topic,
        telling.urgency,
        codes,
        telling.reason,
        order,
        telling.everywhere,
        telling.curve_of,
    )
