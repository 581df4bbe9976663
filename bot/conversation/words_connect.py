"""Words of `openoutcry connect telegram`: the walk through BotFather, and what may go wrong on it."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "cli.connect": "connect a chat platform, step by step: telegram or discord",
    "cli.connect.about": "Walks through making a bot, checks its token, and writes it into .env if you want.",
    "cli.connect.platform": "which platform",
    "connect.intro": "A bot of your own, in four steps. Nothing is written before you say so.\n"
    "1. In Telegram, open a chat with @BotFather (the one with the blue mark) and send /newbot.\n"
    "2. Give it a name for people, such as My Desk, and a username that ends with bot.\n"
    "3. Send /setprivacy, choose your bot, and leave it enabled: in groups it then hears commands only.\n"
    "4. BotFather has answered step 2 with a token, such as 123456789:ABC…: whoever has it is your bot.",
    "connect.has_token": "A token is set already; a new one will take its place.",
    "connect.ask_token": "The token (it is not shown; empty ends this): ",
    "connect.ended": "Nothing was changed.",
    "connect.no_token": "That is no token: it is a number, a colon, and many letters. Copy it once more.",
    "connect.refused": "Telegram does not know this token: copy it once more, or ask @BotFather for it with "
    "/token.",
    "connect.unreachable": "{api} cannot be reached ({reason}): check the net and TELEGRAM_API_BASE_URL, "
    "then try again.",
    "connect.no_answer": "{api} gives no answer that can be used ({reason}): try again in a minute.",
    "connect.busy": "Telegram asks for a pause of {n} s: try again after it.",
    "connect.not_a_bot": "That token belongs to no bot: copy the one that @BotFather gave you.",
    "connect.found": "This is {name}, called {title}.",
    "connect.privacy_off": "Its privacy mode is off: in groups it hears every word. Send /setprivacy to "
    "@BotFather to switch it on.",
    "connect.privacy_on": "Its privacy mode is on, as it should be.",
    "connect.ask_write": "Write it into {path}? (yes/no) ",
    "connect.written": "Written to {path}, readable by you only.",
    "connect.not_written": "Not written. Set TELEGRAM_BOT_TOKEN in the environment of the desk yourself.",
    "connect.cannot_write": "{path} cannot be written ({reason}): set TELEGRAM_BOT_TOKEN in the environment "
    "of the desk yourself.",
    "connect.next": "Now start the desk: `openoutcry run`. It shows a code that is good for 15 minutes. Open "
    "https://t.me/{username}, press Start, and send the code: from then on the desk is yours there.",
    "connect.given_up": "Three times without a token that works: start again with `openoutcry connect "
    "telegram`.",
}
