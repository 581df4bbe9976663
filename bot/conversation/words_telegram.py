"""Words of the Telegram chat alone: its claim, what is no text, somebody else on its token."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "telegram.claim.shown": "To make this desk yours on Telegram, open {bot} and send it this code within "
    "15 minutes: {code}",
    "telegram.lost_answer": "The answer got lost on its way: type /status to see where things stand.",
    "telegram.secret.deleted": "The message was deleted here. Telegram may have shown it elsewhere: revoke "
    "it now where it was made, and make a new one.",
    "telegram.secret.stays": "The message could not be deleted: delete it yourself now, then revoke it where "
    "it was made, and make a new one.",
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
    "notice.telegram_conflict": "Somebody else takes this Telegram bot's messages",
    "notice.telegram_conflict.why": "Another program asks for them with the same token. Orders by Telegram "
    "are refused meanwhile. If it is not a second desk of yours, revoke the token with @BotFather (/revoke) "
    "and set the new one.",
    "notice.telegram_conflict_over": "This Telegram bot's messages come here alone again",
    "notice.telegram_conflict_over.why": "Orders by Telegram are taken again.",
}
