"""Words of people: links between phones, and their end."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "link.title": "🔗 Your phones",
    "link.here": "here",
    "link.since": "since {at}",
    "link.none": "Nobody on a phone is you yet.",
    "link.how": "To use the desk from {others} too, write this line to its bot there, in private, within "
    "10 minutes:",
    "link.warning": "Whoever writes it first becomes you. Show it to nobody: this desk never asks for it.",
    "link.all": "There is no other platform to link: {names} is all that this desk has.",
    "link.every": "Every platform of this desk is linked to you.",
    "link.to_remove": "Take one away",
    "link.no_phones": "This desk has no phones: it runs without Telegram and Discord.",
    "link.private": "A code works only in a private chat with this bot: send it there.",
    "link.wrong": "That code is wrong, used up or too old: type /link on your other platform for a new one.",
    "link.locked": "Too many wrong codes: wait 15 minutes.",
    "link.known": "You are linked here already.",
    "link.somebody_else": "This user is another person of this desk: one user cannot be two.",
    "link.same_platform": "A code from {platform} works on another platform, not on {platform} itself.",
    "link.taken": "That person has a user here already, {name}: type /unlink {platform} there first.",
    "link.done": "🔗 Linked: here you are the same person as on {other}. One book, one set of limits, one "
    "inbox; /settings notify says which platform hears what.",
    "link.parted": "🔗 Unlinked from {other}: {where} is no longer yours here, and nothing more is told in "
    "this chat. If that was not you, look at {other} at once.",
    "unlink.none": "You have no user on {where}.",
    "unlink.which": "Which one?",
    "unlink.only": "{where} is your only phone: type /link and link another one first.",
    "unlink.ask": "Unlink {where}?",
    "unlink.user": "User",
    "unlink.what": "From then on {name} is a stranger to this desk: no commands, no news, no boards in that "
    "chat. Positions and orders stay as they are.",
    "unlink.button": "Unlink {where}",
    "unlink.done": "🔗 {where} is unlinked: {name} is a stranger to this desk now.",
    "notice.phone_linked": "🔗 {where} is linked: {name} is you there",
    "notice.phone_linked.why": "By a code from {other}. If that was not you: type /unlink {platform} at "
    "once, then /halt.",
    "notice.phone_unlinked": "🔗 {where} is unlinked: {name} is not you any more",
    "notice.phone_unlinked.why": "Said on {other}. If that was not you: somebody uses {other} in your name; "
    "type /halt, then /unlink it.",
}
