"""Words of `openoutcry connect discord`: the walk through Discord's portal, and what may go wrong on it."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "connect_discord.intro": "A bot of your own, in four steps. Nothing is written before you say so.\n"
    "1. Open https://discord.com/developers/applications, choose New Application, and give it a name.\n"
    "2. On its page Bot, switch Public Bot off, so that only you can invite it. Leave the three privileged "
    "intents off: the desk needs none.\n"
    "3. On the same page, choose Reset Token and copy the token: whoever has it is your bot.\n"
    "4. Paste it here. It is checked, and you get the link that invites the bot into your server.",
    "connect_discord.no_token": "That is no token: it is three parts with dots between. Copy it once more.",
    "connect_discord.checking": "Asking Discord…",
    "connect_discord.refused": "Discord refuses it ({reason}): copy it once more, or make a new one with "
    "Reset Token.",
    "connect_discord.busy": "Discord asks for a pause of {n} s: try again after it.",
    "connect_discord.unreachable": "{api} cannot be reached ({reason}): check the net and "
    "DISCORD_API_BASE_URL, then try again.",
    "connect_discord.found": (
        "This is {name}; it can listen, and is in {n} server.",
        "This is {name}; it can listen, and is in {n} servers.",
    ),
    "connect_discord.public": "Anybody may invite it: switch Public Bot off on its page Bot. It answers "
    "nobody but you all the same.",
    "connect_discord.invite": "Invite it into a server that you share with it, also if you only want direct "
    "messages:\n{url}",
    "connect_discord.not_written": "Not written. Set DISCORD_BOT_TOKEN in the environment of the desk "
    "yourself.",
    "connect_discord.cannot_write": "{path} cannot be written ({reason}): set DISCORD_BOT_TOKEN in the "
    "environment of the desk yourself.",
    "connect_discord.next": "Now start the desk: `openoutcry run`. It shows a code that is good for 15 "
    "minutes. Write the code to the bot in a direct message: from then on the desk is yours there.",
    "connect_discord.given_up": "Three times without a token that works: start again with `openoutcry "
    "connect discord`.",
}
