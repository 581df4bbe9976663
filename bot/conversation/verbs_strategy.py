"""The verbs about strategies: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Verb

STRATEGY = (
    Verb(
        "strategies",
        "see",
        "Which strategies there are, and what each does.",
        "Each is the same on the desk and over the past. /strategy and a name shows its settings.",
        ("/strategies",),
        stage=5,
    ),
    Verb(
        "strategy",
        "see",
        "A strategy's settings, or what it says of a symbol now and why.",
        "With a symbol it judges the newest closed bar of that frame, rule by rule with the numbers: why "
        "there is no trade, or what it would enter at the next open. It orders nothing.",
        ("/strategy pipeline", "/strategy pipeline BTC", "/strategy mean_reversion BTC 1h"),
        arguments=(
            Argument("name", Kind.WORD, required=True),
            Argument("symbol", Kind.SYMBOL),
            Argument("frame", Kind.FRAME, needs="symbol"),
        ),
        stage=5,
    ),
)
