"""Verbs that people will look for and that do not work yet, each with what to do meanwhile.

A row leaves this table in the stage in which the verb enters the table of verbs. What it says has German
words (`said.hint.` in words_refusal.py).
"""

from __future__ import annotations

_MARKETS = "market lists come in a later stage; /watch btc eth keeps your own list of symbols"

ANNOUNCED: dict[str, str] = {
    "presets": "a market of presets comes in a later stage; /newbot shows those of each bot",
    **dict.fromkeys(("trending", "screen", "news"), _MARKETS),
    "drift": "holding a bot against its backtest comes in a later stage; /stats and /backtest show "
    "both sides",
    "flag": "switching parts of the desk off comes in a later stage; /maintenance and /halt stop entries now",
    "challenge": "challenges come in a later stage; /risk shows what may still be lost today",
}
