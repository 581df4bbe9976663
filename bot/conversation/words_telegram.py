"""Words of the Telegram chat: what the bot says by itself, claims, groups, secrets."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "telegram.stranger": "This is a private trading desk, and it does not know you. If it is yours, send the "
    "code that it shows where it runs.",
    "telegram.not_yours": "This button is not yours: only the person who asked can press it.",
    "telegram.sending": "sending…",
    "telegram.repeat": "(repeat)",
    "telegram.not_shown": "The answer could not be shown here. What you asked for is written down: type "
    "/status to see where things stand.",
    "telegram.too_fast": "That was faster than this desk reads, so some of it was not done: wait a moment, "
    "then send the last line again.",
    "telegram.lost_answer": "The answer got lost on its way: type /status to see where things stand.",
    "telegram.fault": "A fault in the program stopped this answer ({what}). What was sent is written down: "
    "type /status to see where things stand.",
    "telegram.secret": "That looked like {what}. Nothing of it was kept, and it was not carried out.",
    "telegram.secret.deleted": "The message was deleted here. Telegram may have shown it elsewhere: revoke "
    "it now where it was made, and make a new one.",
    "telegram.secret.stays": "The message could not be deleted: delete it yourself now, then revoke it where "
    "it was made, and make a new one.",
    "telegram.secret.safer": "Keys belong into the file .env on the desk's own machine, never into a chat.",
    "secret.private_key": "a private key",
    "secret.bot_token": "a bot's token",
    "secret.api_key": "an API key or a password",
    "secret.seed_phrase": "a seed phrase",
    "telegram.media.photo": "Pictures are not read here: type the command as text.",
    "telegram.media.voice": "Voice messages are not heard here: type the command as text.",
    "telegram.media.audio": "Sound is not heard here: type the command as text.",
    "telegram.media.video": "Videos are not watched here: type the command as text.",
    "telegram.media.video_note": "Videos are not watched here: type the command as text.",
    "telegram.media.animation": "Pictures are not read here: type the command as text.",
    "telegram.media.sticker": "Stickers mean nothing here: type /help to see what does.",
    "telegram.media.document": "Files are not opened here: type the command as text.",
    "telegram.media.location": "Places mean nothing here: type /help to see what does.",
    "telegram.media.venue": "Places mean nothing here: type /help to see what does.",
    "telegram.media.contact": "Contacts mean nothing here: type /help to see what does.",
    "telegram.media.poll": "Polls mean nothing here: type /help to see what does.",
    "telegram.media.dice": "This desk does not roll dice: type /help to see what it does.",
    "telegram.media.story": "Stories are not read here: type the command as text.",
    "claim.done": "This desk is yours now. Nobody else can use it from here.",
    "claim.wrong": "That code is wrong: look again where the desk runs, and send it as it stands there.",
    "claim.locked": "Too many wrong codes: wait 15 minutes.",
    "claim.expired": "That code is too old or used up: start the desk again, it shows a new one.",
    "claim.private": "A code works only in a private chat with this bot: send it there.",
    "claim.shown": "To make this desk yours on Telegram, open {bot} and send it this code within "
    "15 minutes: {code}",
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
    "notice.telegram_conflict": "Somebody else takes this Telegram bot's messages",
    "notice.telegram_conflict.why": "Another program asks for them with the same token. Orders by Telegram "
    "are refused meanwhile. If it is not a second desk of yours, revoke the token with @BotFather (/revoke) "
    "and set the new one.",
    "notice.telegram_conflict_over": "This Telegram bot's messages come here alone again",
    "notice.telegram_conflict_over.why": "Orders by Telegram are taken again.",
    "notice.inbox_quarantined": "A message was set aside after three tries",
    "notice.inbox_quarantined.why": "Each time the desk ended while it read it (message {message} in "
    "{platform}). It will not be read again. The accounts of its author are halted for new entries: look at "
    "what is open, then type /resume.",
    "reason.quarantined": "a message of {platform} ended the desk three times",
}
