"""Words of stops that another hand has ended at the venue: the alert, its two buttons, `/guard`."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "guard.leg.sl": "stop",
    "guard.leg.trail": "trailing stop",
    "guard.back": "Put it back",
    "guard.leave": "Leave it away",
    "guard.title": "Guards",
    "guard.none": "No position.",
    "guard.asked": "{symbol}: its {legs} was canceled at the venue. I watch the level and put it back at "
    "{until}.",
    "guard.nothing": "Nothing is asked about what guards {symbol}: /position {symbol} shows it.",
    "guard.card.leave": "Leave {symbol} without its {legs}?",
    "guard.does.leave": "Nobody stops {symbol} out any more, not the venue and not this desk, until you set "
    "a new one: /sl {symbol}.",
    "guard.done.leave": "Left away: no {legs} guards {symbol} any more.",
    "guard.done.back": "Put back: the {legs} of {symbol} is on its way to the venue.",
    "alert.pulled": "⚠ {symbol}: the {legs} was canceled at the venue, and not by this desk",
    "alert.pulled_why": "I watch its level meanwhile. Unless you say otherwise I put it back at {until}.",
    "alert.put_back": "🛡 {symbol}: nobody answered, the {legs} is put back",
    "alert.forgotten": "🖐 {symbol}: a target was canceled by hand at the venue",
    "alert.forgotten_why": "It is off the plan: /tp {symbol} sets a new one.",
    "view.guard.pulled": "stop canceled at the venue, watched by us",
    "why.pulled": "Another hand ended {order} at the venue, the {legs}: a person is asked until {until}.",
    "why.pull.back": "The {legs} is placed again: {person} said so.",
    "why.pull.back_alone": "The {legs} is placed again: nobody had answered in time.",
    "why.pull.left": "The {legs} stays away: {person} said so.",
    "why.pull.changed": "{person} has said other exits: the question about the {legs} is over.",
}
