"""decide(book, message, now): all choices of the desk, and no act. One file per family of messages."""

from __future__ import annotations

from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.decide.accounts import move_cash, open_account, set_mode
from trading.domain.decide.alerts import (
    alert_due,
    alert_measured,
    alert_touched,
    drop_alerts,
    see_alerts,
    series_anchored,
    set_alert,
)
from trading.domain.decide.barring import bar_symbols
from trading.domain.decide.bot import drop_bot, edit_bot, fail_bot, start_bot, tell_bot
from trading.domain.decide.bot_move import bot_acts
from trading.domain.decide.closing import close_position, flat_checked, flatten
from trading.domain.decide.control import (
    cancel_orders,
    connected,
    day_turned,
    modify_order,
    noted,
)
from trading.domain.decide.day_limit import risk_looked
from trading.domain.decide.deciding import EVERYBODY, NOBODY, Context, Deciding
from trading.domain.decide.doubt import answer_doubt, unresolved
from trading.domain.decide.drift import drift_found, drift_gone, look_now, settle_drift
from trading.domain.decide.entry import open_position
from trading.domain.decide.evidence import venue_said
from trading.domain.decide.exits import set_exits
from trading.domain.decide.freezing import acknowledge, venue_heard
from trading.domain.decide.giving_up import give_up
from trading.domain.decide.halts import lock_out, pause_ended, set_halt, set_maintenance
from trading.domain.decide.limiting import raise_due, set_limit
from trading.domain.decide.opinion import note_opinion
from trading.domain.decide.people import is_barred, set_role
from trading.domain.decide.pulled import answer_guard, look_at_pulled
from trading.domain.decide.swap import looked
from trading.domain.decide.timed import (
    drop_schedule,
    miss_slots,
    pause_schedule,
    run_slot,
    set_schedule,
    tell,
)
from trading.domain.decide.watched import price_touched, time_came, trail_rose

Message = cm.Command | rp.Report

__all__ = ["Context", "Deciding", "Message", "decide"]


def decide(book: Book, message: Message, context: Context) -> Deciding:
    """What follows from `message`, decided on the staged `book` (which takes the events at once).

    Returns the decision: events to write down, effects to carry out afterwards, and for commands the
    facts or refusals that the person hears.
    """
    d = Deciding(book, context, anew_for=_anew_for(message), by=getattr(message, "person", NOBODY))
    if is_barred(d, message):
        return d
    match message:
        case cm.OpenPosition():
            open_position(d, message)
        case cm.ClosePosition():
            close_position(d, message)
        case cm.SetExits():
            set_exits(d, message)
        case cm.ModifyOrder():
            modify_order(d, message)
        case cm.CancelOrders():
            cancel_orders(d, message)
        case cm.Flatten():
            flatten(d, message)
        case cm.AnswerDoubt() | cm.AcknowledgeFreeze() | cm.AnswerGuard():
            _answered(d, message)
        case cm.SetHalt():
            set_halt(d, message)
        case cm.SetMaintenance():
            set_maintenance(d, message)
        case cm.LockOut():
            lock_out(d, message)
        case cm.OpenAccount() | cm.SetMode() | cm.MoveCash() | cm.SetLimit() | cm.SetRole() | cm.BarSymbols():
            _arranged(d, message)
        case cm.SetAlert() | cm.DropAlerts() | cm.SeeAlerts():
            _watched(d, message)
        case cm.SetSchedule():
            set_schedule(d, message)
        case cm.PauseSchedule():
            pause_schedule(d, message)
        case cm.DropSchedule():
            drop_schedule(d, message)
        case cm.RunSlot():
            run_slot(d, message)
        case cm.MissSlots():
            miss_slots(d, message)
        case cm.Tell():
            tell(d, message)
        case cm.NoteOpinion():
            note_opinion(d, message)
        case cm.StartBot() | cm.TellBot() | cm.EditBot() | cm.DropBot() | cm.BotActs() | cm.FailBot():
            _of_bots(d, message)
        case rp.DoubtUnresolved() | rp.VenueQuiet() | rp.VenueAnswers() | rp.DoubtWaits():
            _sought(d, message)
        case rp.AlertTouched() | rp.AlertMeasured() | rp.SeriesAnchored() | rp.AlertDue():
            _watched(d, message)
        case rp.PriceTouched():
            price_touched(d, message)
        case rp.TrailRose():
            trail_rose(d, message)
        case rp.TimeCame():
            _rang(d, message)
        case rp.DayTurned():
            day_turned(d, message)
        case rp.PauseEnded() | rp.RaiseDue():
            _over(d, message)
        case rp.RiskLooked():
            risk_looked(d, message)
        case rp.BrokerConnected():
            connected(d, message)
        case rp.DriftFound() | rp.DriftGone() | cm.LookNow() | cm.SettleDrift():
            _compared(d, message)
        case rp.Noted():
            noted(d, message)
        case rp.FlatChecked():
            flat_checked(d, message)
        case _:
            venue_said(d, message)
    return d


def _anew_for(message: Message) -> str | None:
    """Whose cancels go out again although they failed: what a person wants; all, when a session begins."""
    return EVERYBODY if isinstance(message, rp.BrokerConnected) else getattr(message, "command_id", None)


def _rang(d: Deciding, report: rp.TimeCame) -> None:
    """A timer about a position: its time is over, or something about it wants to be looked at."""
    time_came(d, report)
    looked(d, report)
    look_at_pulled(d, report)
    if report.is_look:
        give_up(d, report)


def _over(d: Deciding, report: rp.PauseEnded | rp.RaiseDue) -> None:
    """The instant has come that somebody has named before."""
    if isinstance(report, rp.PauseEnded):
        pause_ended(d, report)
    else:
        raise_due(d, report)


def _watched(
    d: Deciding,
    message: cm.SetAlert
    | cm.DropAlerts
    | cm.SeeAlerts
    | rp.AlertTouched
    | rp.AlertMeasured
    | rp.SeriesAnchored
    | rp.AlertDue,
) -> None:
    """Whatever is about alerts."""
    match message:
        case cm.SetAlert():
            set_alert(d, message)
        case cm.DropAlerts():
            drop_alerts(d, message)
        case cm.SeeAlerts():
            see_alerts(d, message)
        case rp.AlertTouched():
            alert_touched(d, message)
        case rp.AlertMeasured():
            alert_measured(d, message)
        case rp.SeriesAnchored():
            series_anchored(d, message)
        case rp.AlertDue():
            alert_due(d, message)


def _answered(d: Deciding, command: cm.AnswerDoubt | cm.AcknowledgeFreeze | cm.AnswerGuard) -> None:
    """A person has looked at the venue, or says what is to guard a position."""
    match command:
        case cm.AnswerDoubt():
            answer_doubt(d, command)
        case cm.AnswerGuard():
            answer_guard(d, command)
        case _:
            acknowledge(d, command)


def _sought(
    d: Deciding, report: rp.DoubtUnresolved | rp.VenueQuiet | rp.VenueAnswers | rp.DoubtWaits
) -> None:
    """What came of asking."""
    if isinstance(report, rp.DoubtUnresolved):
        unresolved(d, report)
    else:
        venue_heard(d, report)


def _arranged(
    d: Deciding,
    command: cm.OpenAccount | cm.SetMode | cm.MoveCash | cm.SetLimit | cm.SetRole | cm.BarSymbols,
) -> None:
    """How an account is set up: that it is there, its money, its limits, its people."""
    match command:
        case cm.OpenAccount():
            open_account(d, command)
        case cm.SetMode():
            set_mode(d, command)
        case cm.MoveCash():
            move_cash(d, command)
        case cm.SetLimit():
            set_limit(d, command)
        case cm.SetRole():
            set_role(d, command)
        case cm.BarSymbols():
            bar_symbols(d, command)


def _compared(d: Deciding, message: rp.DriftFound | rp.DriftGone | cm.LookNow | cm.SettleDrift) -> None:
    """Whatever is about a venue that disagrees with the book."""
    match message:
        case rp.DriftFound():
            drift_found(d, message)
        case rp.DriftGone():
            drift_gone(d, message)
        case cm.LookNow():
            look_now(d, message)
        case cm.SettleDrift():
            settle_drift(d, message)


def _of_bots(
    d: Deciding, command: cm.StartBot | cm.TellBot | cm.EditBot | cm.DropBot | cm.BotActs | cm.FailBot
) -> None:
    """Whatever is about bots."""
    match command:
        case cm.StartBot():
            start_bot(d, command)
        case cm.TellBot():
            tell_bot(d, command)
        case cm.EditBot():
            edit_bot(d, command)
        case cm.DropBot():
            drop_bot(d, command)
        case cm.BotActs():
            bot_acts(d, command)
        case cm.FailBot():
            fail_bot(d, command)
