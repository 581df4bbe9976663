"""Words of the Discord chat: what the bot says by itself, its commands' options, the order ticket."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "discord.stranger": "This is a private trading desk, and it does not know you. If it is yours, write the "
    "code that it shows where it runs to this bot in a direct message.",
    "discord.not_yours": "This button is not yours: only the person who asked can press it.",
    "discord.sending": "sending…",
    "discord.not_shown": "The answer could not be shown here. What you asked for is written down: type "
    "/status to see where things stand.",
    "discord.not_kept": "The desk cannot write anything down now, so nothing was carried out: look where it "
    "runs, then say it again.",
    "discord.too_fast": "That was faster than this desk reads, so some of it was not done: wait a moment, "
    "then send the last line again.",
    "discord.fault": "A fault in the program stopped this answer ({what}). What was sent is written down: "
    "type /status to see where things stand.",
    "discord.unknown": "This desk has no such command any more: type /help to see what it has.",
    "discord.use_do": "Everybody here would read the answer. Use a command, or /do with the same words: then "
    "only you see it. Or write to me directly.",
    "discord.media": "Only words are read here: type the command as text.",
    "discord.secret": "That looked like {what}. Nothing of it was kept, and it was not carried out.",
    "discord.secret.stays": "A bot cannot delete your message here: delete it yourself now, then revoke it "
    "where it was made, and make a new one.",
    "discord.secret.unseen": "Nobody else saw it here, but it went through Discord: revoke it where it was "
    "made, and make a new one.",
    "discord.secret.safer": "Keys belong into the file .env on the desk's own machine, never into a chat.",
    "discord.dm_closed": "I cannot write to you directly: fills and alarms wait in /inbox. Allow direct "
    "messages from this server's members, then write to me once.",
    "discord.knock": "Fills and alarms come here from now on.",
    "discord.claim.shown": "To make this desk yours on Discord, write this code to {bot} in a direct message "
    "within 15 minutes: {code}",
    "discord.do": "Say it in words, as you would in a direct message.",
    "discord.sub.preset.list": "List the lines that are kept.",
    "discord.sub.preset.save": "Keep an order line under a name.",
    "discord.sub.preset.use": "Show the card of a kept line for a symbol.",
    "discord.sub.preset.delete": "Forget a kept line.",
    "discord.option.symbol": "What to trade or to look at, such as BTC",
    "discord.option.size": "100, 0.01btc, 2c, 10%, risk 1% or max",
    "discord.option.price": "A limit: 64000, or -1% from the market; without it at the market",
    "discord.option.stop": "A stop price that triggers the order",
    "discord.option.tp": "Targets: 5%, 66000, 2r,3r or 2%:50 4%:50",
    "discord.option.sl": "The stop loss: 2%, 61500 or 2atr",
    "discord.option.trail": "A trailing stop: 1.5%, 2atr or after 2% by 1%",
    "discord.option.be": "Break-even: now, or after tp1",
    "discord.option.exit": "An end in time: in 4h, or at 15:55",
    "discord.option.off": "Take all exits away",
    "discord.option.how": "Where it stands, as in /help; off takes it away",
    "discord.option.choice": "What is true: adopt, close or ignore",
    "discord.option.account": "Which account; without it the one you use now",
    "discord.option.line": "The line, such as buy BTC 100 tp 5% sl 2%",
    "discord.option.only": "Only these",
    "discord.option.tag": "Only what has this tag",
    "discord.option.now": "Without asking first",
    "discord.option.name": "Its name",
    "discord.option.show": "Those that wait, or all",
    "discord.option.order": "Which order, such as #3",
    "discord.option.orders": "Which orders, such as #3 #4",
    "discord.option.limit": "The new limit price",
    "discord.option.verb": "Which command to explain",
    "discord.option.page": "Which page",
    "discord.option.switch": "On or off",
    "discord.option.kind": "Of which kind",
    "discord.option.period": "Of which time",
    "discord.option.count": "How many lines",
    "discord.option.subject": "An order such as #3, or a symbol",
    "discord.option.frame": "How long a candle is",
    "discord.option.style": "How it is drawn",
    "discord.option.what": "What; without it all of them are listed",
    "discord.option.format": "How the file is written",
    "discord.option.book": "Which book, or a symbol",
    "discord.option.value": "The new value; off forgets it",
    "discord.option.state": "Entries only, or everything",
    "discord.option.scope": "This account, or the whole desk",
    "discord.option.reason": "Why; it is kept",
    "discord.option.until": "How long: 2h, until 15:00 or until tomorrow",
    "discord.option.level": "From which level on",
    "discord.option.id": "Which one, as the desk names it",
    "discord.option.answer": "What is true of it",
    "discord.option.act": "Begin a new page, or look behind it",
    "discord.ticket.title": "{verb}: an order",
    "discord.ticket.symbol": "Symbol",
    "discord.ticket.symbol.like": "BTC",
    "discord.ticket.size": "Size",
    "discord.ticket.size.like": "100, 0.01btc, 2c, 10%, risk 1%, max",
    "discord.ticket.price": "Price (empty: at the market)",
    "discord.ticket.price.like": "64000, -1%, stop 65000",
    "discord.ticket.exits": "Exits (empty: none)",
    "discord.ticket.exits.like": "tp 2r,3r sl 1% be after tp1 exit in 4h",
    "notice.discord_conflict": "Somebody else answers with this Discord bot's token",
    "notice.discord_conflict.why": "Another program answered a command before this desk did, so it was not "
    "carried out here. If it is not a second desk of yours, reset the token in Discord's developer portal "
    "and set the new one.",
    "notice.discord_conflict_over": "This Discord bot's commands are answered here alone again",
    "notice.discord_conflict_over.why": "Commands from Discord are carried out.",
    "supervise.cure.discord": "Put the token that Discord's developer portal shows into DISCORD_BOT_TOKEN "
    "(openoutcry connect discord checks it), then start the desk again.",
}
