"""The verbs about accounts at venues: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb
from bot.conversation.verbs_trade import ACCOUNT

ACCOUNTS = (
    Verb(
        "accounts",
        "people",
        "Your accounts: where each is, with what money it trades, what all are worth.",
        "A venue's grade says how far its adapter has been proven: bronze, silver, gold. cash shows what "
        "came to an account at its venue, or left it, and books it when you say so.",
        ("/accounts", "/accounts on paper", "/accounts cash"),
        aliases=("account", "exchanges"),
        arguments=(Argument("act", Kind.CHOICE, choices=("cash",)), ACCOUNT),
        stage=6,
    ),
    Verb(
        "mode",
        "people",
        "Whether an account opens anything with real money.",
        "live asks for words that you type, and needs the operator's switch (OPENOUTCRY_LIVE); limits are "
        "small at first. paper ends it at once: what is held can still be closed.",
        ("/mode", "/mode live", "/mode paper"),
        arguments=(
            Argument("mode", Kind.CHOICE, choices=("live", "paper", "live-off")),
            ACCOUNT,
            Argument("words", Kind.TEXT, needs="mode", only=("live",)),
        ),
        right=Right.HALT,
        asks_first=True,
        stage=6,
    ),
)
