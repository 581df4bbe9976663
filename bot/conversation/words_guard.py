"""Words of what stops entries: pauses, maintenance, lockouts, with author and end; warnings of the day."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    # ---------------------------------------------------------------- how things stand
    "guard.desk": "Desk",
    "guard.account": "Account",
    "guard.maintenance": "Maintenance",
    "guard.lockout": "Lockout",
    "guard.state.paused": "PAUSED until {until}",
    "guard.state.maintenance": "MAINTENANCE",
    "guard.state.lockout": "LOCKED OUT until {until}",
    "guard.on_desk": "DESK {state}",
    "guard.since_by": "{state} by {person} at {at}",
    "guard.since": "{state} at {at}",
    "guard.because": "{said}: {reason}",
    # ---------------------------------------------------------------- why an entry does not go out
    "guard.refused.halt": "{who}: {said}. Only exits go out; {line} and a reason opens it again.",
    "guard.refused.pause": "{who}: {said}. Only exits go out; it opens by itself then, {line} and a reason "
    "opens it now.",
    "guard.refused.maintenance": "The desk: {said}. Only exits go out; /maintenance off ends it.",
    "guard.refused.lockout": "{who}: {said}. Nobody can end that earlier; closing and exits work.",
    # ---------------------------------------------------------------- pause
    "guard.pause_loosens": "{who}: {said}. That has no end, and a pause would open it at {until}: {line} and "
    "a reason first.",
    "guard.pause_shorter": "{who}: {said}. That is as long or longer: {line} and a reason ends it.",
    "guard.paused": "PAUSED {scope} until {until} ({reason}): no entry goes out, exits do.",
    "guard.pause_ends": "It opens by itself then ({ahead}); {line} and a reason opens it now.",
    "guard.pause_two_scopes": "Is it the account or the desk? Type /pause 2h, or /pause desk 2h.",
    "guard.halt_has_no_end": "This halt has no end: {line} would open again by itself.",
    # ---------------------------------------------------------------- maintenance
    "guard.maintenance_on": "MAINTENANCE ({reason}): no entry goes out of any account, exits do.",
    "guard.maintenance_how": "{line} ends it.",
    "guard.maintenance_is_on": "{said}.",
    "guard.maintenance_is_off": "There is no maintenance. {line} and a reason begins it: entries of all "
    "accounts stop, exits go on.",
    "guard.maintenance_already": "That is on already: {said}. /maintenance off ends it.",
    "guard.maintenance_off_already": "There is no maintenance: /maintenance on and a reason begins it.",
    "guard.maintenance_switch": "“{typed}” is neither on nor off: type /maintenance on {typed}, or "
    "/maintenance off.",
    "guard.maintenance_end": "End the maintenance?",
    "guard.maintenance_end_it": "End it",
    "guard.maintenance_ended": "MAINTENANCE is over: entries go out again.",
    "guard.alert.raise": "⏳ Limit {name} on {account} is going to be {value} at {at}",
    "guard.alert.raise_how": "Until then it stays as it is. /limits {name} calls it off.",
    "guard.alert.raise_dropped": "Limit {name} on {account} stays as it is: {value} is called off",
    "guard.alert.raise_called_off": "By {person}.",
    "guard.alert.raise_no_right": "{person}, who asked for it, may not raise limits any more.",
    "guard.operator_only": "That binds every account of this desk: only whoever runs it can say so.",
    "guard.still_halted": "Entries stay closed all the same: {said}.",
    # ---------------------------------------------------------------- lockout
    "guard.lockout_none": "You are not locked out.",
    "guard.lockout_how": "A lockout closes entries of all your accounts until its end, and your own on "
    "every account where you may trade; nobody can end it earlier. Begin one:",
    "guard.lockout_stands": "{said}.",
    "guard.lockout_for_good": "Nobody can end that earlier. Closing and exits work. It can be made longer:",
    "guard.lockout_no_time": "“{typed}” is no time: type /lockout until tomorrow, /lockout 3d, or "
    "/lockout until 2026-12-01.",
    "guard.lockout_shorter": "You are locked out until {until} already. A lockout can only be made longer: "
    "name a later time.",
    "guard.lockout_far": "{until} is further away than a year: name a nearer time.",
    "guard.lockout_ask": "Lock yourself out of entries?",
    "guard.lockout_ends": "Ends",
    "guard.lockout_ends_at": "{until} ({ahead})",
    "guard.lockout_until_now": "Until now",
    "guard.lockout_accounts": "Accounts",
    "guard.lockout_reason": "Reason",
    "guard.lockout_you_on": "{accounts} for you",
    "guard.lockout_withdrawn": (
        "{n} entry that waits is withdrawn.",
        "{n} entries that wait are withdrawn.",
    ),
    "guard.lockout_warning": "Nobody can end it earlier: not you, not an admin, not a restart, not /resume. "
    "Closing and exits work.",
    "guard.lockout_type": "If you mean it, type within {span}:",
    "guard.lockout_phrase": "nobody can end it earlier",
    "guard.lockout_words": "These are not the words of your question. It says: {line}",
    "guard.lockout_expired": "That question is too old: here it is anew.",
    "guard.lockout_unasked": "Nothing was asked that these words would answer: here is the question.",
    "guard.locked": "LOCKED OUT until {until} ({reason}): no entry goes out of {accounts}; closing and exits "
    "work.",
    "guard.locked_again": "You are locked out until {until}: that was done already.",
    "guard.no_reason": "no reason given",
    "guard.resume_locked": "Nothing is halted for {scope}. It is locked out until {until} by {person}, and "
    "nobody can end that earlier.",
    "guard.resume_maintenance": "Nothing is halted for {scope}. There is {said}. /maintenance off ends it.",
    # ---------------------------------------------------------------- alerts
    "guard.alert.paused": "⏸ {who} is paused until {until}: exits go out, entries do not",
    "guard.alert.pause_ends": "It opens by itself then; {line} with a reason opens it now.",
    "guard.alert.pause_over": "▶ {who}: the pause is over, entries go out again",
    "guard.alert.maintenance_on": "🔧 The desk is under maintenance: exits go out, entries do not",
    "guard.alert.maintenance_off": "✅ The maintenance is over: entries go out again",
    "guard.alert.locked": "🔒 Locked out until {until}: exits go out, entries do not",
    "guard.alert.locked_accounts": "Accounts: {accounts}. Nobody can end it earlier.",
    "guard.alert.warned": "⚠ {percent} of today's loss limit is used",
    "guard.alert.reached": "⛔ Daily loss limit reached",
    "guard.alert.lost": "Account {account}: {loss} of {limit} lost today, {left} left.",
    "guard.alert.lost_all": "Account {account}: {loss} lost today, the limit is {limit}.",
    "guard.alert.at_limit": "At the limit no entry goes out any more; exits always do. /risk shows it.",
    "guard.alert.no_entries": "No entry goes out until a new day begins (midnight UTC), and those that wait "
    "are withdrawn. Exits stand; /flatten gets you out.",
    # ---------------------------------------------------------------- what /why says
    "guard.why.halt": "{who}: {said}.",
    "guard.why.open": "{who} trades again: {reason}.",
    "guard.why.maintenance_on": "Maintenance began, by {person}: {reason}.",
    "guard.why.maintenance_off": "Maintenance ended, by {person}.",
    "guard.why.person_locked": "{person} is locked out of every account until {until}: {reason}.",
    "guard.why.barred": "{symbols} barred by {person}: {reason}. Nothing is opened there.",
    "guard.why.freed": "{symbols} freed by {person}.",
    "bar.title": "Barred symbols",
    "bar.none": "Nothing is barred on {account}. Bar a symbol:",
    "bar.line": "since {at} by {person}: {reason}",
    "bar.how": "Nothing is opened in them; exits go out. {line} and a symbol frees one.",
    "bar.which": "Which symbols? Type {line}.",
    "bar.no_symbol": "{typed} is no symbol. Type {line}.",
    "bar.barred": "Barred: {symbols}. Nothing is opened there any more; exits go out.",
    "bar.freed": "Free again: {symbols}.",
    "bar.withdrawn": ("One waiting entry is withdrawn.", "{n} waiting entries are withdrawn."),
    "bar.free_all": "Free all",
    "guard.why.lockout": "Locked out until {until} by {person}: {reason}.",
    "guard.why.warned": "{percent} of today's loss limit was used: {loss} of {limit}.",
    "guard.why.cancel_asked": "Cancel of {order} asked for: today's loss limit is reached.",
}
