"""Words of accounts at venues: `/accounts`, `/mode`, what is told when real money begins or ends."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "notice.venue_unknown": "⚠ Account {account} is at {venue}, where this desk cannot trade",
    "notice.venue_unknown.why": "Its key stays where it is; openoutcry keys lists what there is.",
    "notice.key_of_another_side": "⚠ The key of {account} is for {venue} ({side}), and that account is not",
    "notice.key_of_another_side.why": "Nothing is sent with it: keep that key under another account's name.",
    "notice.venue_locked": "⚠ The key of account {account} cannot be opened: nothing can be sent there",
    "notice.venue_locked.why": "{why}",
    "log.mode.live": "Entries trade real money from now on, by {person}.",
    "log.mode.live-off": "Nothing is opened with real money any more, by {person}; exits go out.",
    "alert.mode.live": "💶 Account {account} trades real money from now on",
    "alert.mode.live-off": "Account {account} opens nothing with real money any more",
    "alert.mode.why.live": "Its limits are small at first: /limits raises them, each after a while.",
    "alert.mode.why.live-off": "What is held can be closed; /mode live begins again.",
}
