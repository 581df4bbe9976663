"""THE table of verbs: parsing, help, menus and docs/verbs.md all come from it.

What a verb does is in `bot/handlers/`; how its line is read is in `grammar.py`.
"""

from __future__ import annotations

from bot.conversation.verbs_account import ACCOUNTS
from bot.conversation.verbs_announced import ANNOUNCED
from bot.conversation.verbs_bot import BOTS
from bot.conversation.verbs_desk import SEE, SELF
from bot.conversation.verbs_guard import GUARD
from bot.conversation.verbs_opinion import OPINION
from bot.conversation.verbs_people import PEOPLE
from bot.conversation.verbs_profile import PROFILES
from bot.conversation.verbs_research import RESEARCH
from bot.conversation.verbs_shape import Argument, Kind, Right, Shape, Verb
from bot.conversation.verbs_signal import SIGNALS
from bot.conversation.verbs_strategy import STRATEGY
from bot.conversation.verbs_time import TIME
from bot.conversation.verbs_trade import ORDERS, PROTECT, TRADE

__all__ = [
    "ANNOUNCED",
    "BY_WORD",
    "EXPANSIONS",
    "VERBS",
    "Argument",
    "Kind",
    "Right",
    "Shape",
    "Verb",
    "verb",
]

VERBS: tuple[Verb, ...] = (
    *TRADE,
    *PROTECT,
    *ORDERS,
    *TIME,
    *PROFILES,
    *SEE,
    *STRATEGY,
    *BOTS,
    *OPINION,
    *SIGNALS,
    *RESEARCH,
    *GUARD,
    *PEOPLE,
    *ACCOUNTS,
    *SELF,
)

EXPANSIONS: dict[str, str] = {
    "daily": "pnl daily",
    "weekly": "pnl weekly",
    "monthly": "pnl monthly",
    "entries": "performance tag",
    "exits": "performance exit",
    "mix_tags": "performance mix",
    "profit_long": "performance side",
    "profit_short": "performance side",
    "status table": "positions",
    "balance full": "balance",
    "forceexit all": "flatten",
    "fx all": "flatten",
    "allorders": "orders all",
    "whitelist": "profile",
    "reload_config": "settings",
    "unlock": "blacklist del",
    "bl_delete": "blacklist del",
}
"""Typed words that stand for a verb with arguments. Two words stand for it only together."""


BY_WORD: dict[str, Verb] = {word: row for row in VERBS for word in (row.name, *row.aliases)}
"""Every word that names a verb, aliases included."""


def verb(name: str) -> Verb:
    """The row of a verb by its full name. Raises KeyError for any other word."""
    row = BY_WORD[name]
    if row.name != name:
        raise KeyError(name)
    return row
