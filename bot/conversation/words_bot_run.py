"""Words of bots that run: what the desk refuses, what it tells of them unasked, their lines in the log."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "refusal.bots_symbol": "The bot {name} trades {symbol} on this account: /bot {name} stop ends it, or use "
    "another account.",
    "refusal.bot_name": "A bot's name is a small letter, then small letters, digits, - or _, at most 24: "
    "grid-1.",
    "refusal.bot_exists": "The bot {name} is there already: /bot {name} shows it, another name makes "
    "another.",
    "refusal.bots_full": "{most} bots are the most on one account: /bot NAME delete forgets one that is "
    "over.",
    "refusal.bot_needs_symbol": "You hold {symbol} or have orders in it on this account, and a bot needs it "
    "to itself: /close {symbol} first, or use another account.",
    "refusal.bot_budget": "A budget of {budget} does not fit: {free} {currency} are free on this account.",
    "refusal.bot_wish": "A bot is stopped with finish, close or leave: /bot NAME stop close.",
    "refusal.bot_over": "The bot {name} has stopped already.",
    "refusal.no_change.bot": "The bot {name} is doing that already.",
    "refusal.bot_there": "The bot {name} is still there: /bot {name} stop first.",
    "refusal.no_bots": "No bot works on this account: /newbot begins one.",
    "refusal.no_bot": "There is no such bot; /bots lists them.",
    "refusal.bot_moved": "The bot {name} has moved on.",
    "refusal.nothing_to_close.bot": "Nothing of {symbol} is held that this could close.",
    "refusal.bot_over_budget": "That would bind {bound}, and the budget of {name} is {budget}.",
    "refusal.bot_not_working": "The bot {name} works no more: /bot {name} start begins it with other "
    "settings.",
    "refusal.no_change.settings": "The bot {name} has these settings already.",
    "refusal.setting_fixed": "A {kind} was laid by its {name}: stop it and begin it anew with {name} "
    "{value}.",
    "refusal.against_missing": "Strength against another market needs one to compare with: add against and "
    "its symbol.",
    "refusal.against_itself": "{symbol} is never stronger than itself: compare it with another market "
    "(against).",
    "refusal.against_unused": "A {kind} with these settings compares with nothing: leave against out, or use "
    "strength other.",
    "alert.count_bots": ("{n} bot", "{n} bots"),
    "alert.by_bot": "🤖 {name}",
    "alert.bot_stopped": "Bot {name} has stopped",
    "alert.bot_failed": "Bot {name} has failed and stopped itself",
    "alert.bot_guarded": "What it holds of {symbol} keeps its stop.",
    "alert.bot_unguarded": "What it holds of {symbol} has NO stop: /sl {symbol}, or /close {symbol}.",
    "log.bot_started": "Bot {name} began: {kind} {symbol}, budget {budget}.",
    "log.bot_edited": "Bot {name} goes on with other settings: {names}.",
    "log.bot_told": "Bot {name} was told to end: {wish}.",
    "log.bot_stopped": "Bot {name} stopped: {reason}",
    "log.bot_failed": "Bot {name} failed: {reason}",
    "log.bot_dropped": "Bot {name} was deleted.",
    "log.bot_moved": "A bot moved.",
    "log.bot_heard": "A bot heard that {tag} did not go out: {reason}",
}
