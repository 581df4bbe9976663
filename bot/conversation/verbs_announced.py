"""Verbs that people will look for and that do not work yet, each with what to do meanwhile.

A row leaves this table in the stage in which the verb enters the table of verbs.
"""

from __future__ import annotations

_BOTS = "bots come in a later stage; /buy with tp, sl and trail is what works now"
_MARKETS = "market lists come in a later stage; /watch btc eth keeps your own list of symbols"
_RESEARCH = "backtests from the chat come in a later stage; openoutcry replay plays data in the shell"
_OPERATE = "operating the desk from the chat comes in a later stage; /halt and /resume work now"
_CHALLENGE = "challenges come in a later stage; /risk shows what may still be lost today"

ANNOUNCED: dict[str, str] = {
    **dict.fromkeys(("presets",), _BOTS),
    **dict.fromkeys(
        ("trending", "screen", "news"),
        _MARKETS,
    ),
    **dict.fromkeys(("drift",), _RESEARCH),
    **dict.fromkeys(
        (
            "flag",
            "config",
        ),
        _OPERATE,
    ),
    "challenge": _CHALLENGE,
}
