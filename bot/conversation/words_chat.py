"""Words that a chat says by itself, alike on every platform: strangers, claims, groups, secrets, faults."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "chat.stranger": "This is a private trading desk, and it does not know you. If it is yours, write me "
    "here, in private, the code that it shows where it runs.",
    "chat.not_yours": "This button is not yours: only the person who asked can press it.",
    "chat.private_first": "That is for your eyes only: write to me in private once, then ask again.",
    "chat.sent_privately": "That is for your eyes only: it is in our private chat.",
    "chat.sending": "sending…",
    "chat.repeat": "(repeat)",
    "chat.not_shown": "The answer could not be shown here. What you asked for is written down: type "
    "/status to see where things stand.",
    "chat.too_fast": "That was faster than this desk reads, so some of it was not done: wait a moment, "
    "then send the last line again.",
    "chat.fault": "A fault in the program stopped this answer ({what}). What was sent is written down: "
    "type /status to see where things stand.",
    "chat.secret": "That looked like {what}. Nothing of it was kept, and it was not carried out.",
    "chat.secret.safer": "Treat it as known to others, also if nobody read along. Keys of venues go in by "
    "/keys add (the desk's own page) or openoutcry keys add; tokens belong into the file .env on the desk's "
    "machine; nothing of that into a chat.",
    "secret.private_key": "a private key",
    "secret.bot_token": "a bot's token",
    "secret.api_key": "an API key or a password",
    "secret.seed_phrase": "a seed phrase",
    "chat.platform.telegram": "Telegram",
    "chat.platform.discord": "Discord",
    "chat.platform.console": "the terminal",
    "claim.done": "This desk is yours now. Nobody else can use it from here.",
    "claim.wrong": "That code is wrong: look again where the desk runs, and send it as it stands there.",
    "claim.locked": "Too many wrong codes: wait 15 minutes.",
    "claim.expired": "That code is too old or used up: start the desk again, it shows a new one.",
    "claim.private": "A code works only in a private chat with this bot: send it there.",
    "claim.your_bot": "your bot",
    "group.no_trade": "Nothing is traded from a group: say it in our private chat, or type /settings groups "
    "on here first.",
    "group.no_read": "This desk is silent about accounts in this group: ask in our private chat, or type "
    "/settings groups read here.",
    "group.only_here": "“groups” is set in the group that it is for: type /settings groups on there.",
    "group.unknown": "“{typed}” is no setting of a group: write on (read and trade), read, or silent.",
    "group.on": "You can read and trade in this group now. Everybody in it sees the answers; only you can "
    "press your buttons.",
    "group.read": "In this group you can look, but not trade.",
    "group.silent": "In this group nothing is told about accounts any more.",
    "dialogue.in_doubt": "Somebody else may hold this bot's token: nothing is traded from here until that is "
    "over. Use the desk's terminal; /halt works here too.",
    "notice.inbox_quarantined": "A message was set aside after three tries",
    "notice.inbox_quarantined.why": "Each time the desk ended while it read it (message {message} in "
    "{platform}). It will not be read again. The accounts of its author are halted for new entries: look at "
    "what is open, then type /resume.",
    "reason.quarantined": "a message of {platform} ended the desk three times",
}
