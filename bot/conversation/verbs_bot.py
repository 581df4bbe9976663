"""The verbs about bots: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Verb

BOTS = (
    Verb(
        "newbot",
        "see",
        "See what a bot would do before it does: levels, the capital it needs, the worst case in money.",
        "scalper, grid, dca, dip or momentum; then a symbol, a budget, and what differs from the usual: a "
        "preset (calm, usual, bold) and settings with their values. Nothing is started yet.",
        ("/newbot grid BTC 1000", "/newbot dca BTC 1000 bold", "/newbot grid BTC 1000 cells 20 trail yes"),
        arguments=(
            Argument(
                "bot", Kind.CHOICE, required=True, choices=("scalper", "grid", "dca", "dip", "momentum")
            ),
            Argument("symbol", Kind.SYMBOL, required=True),
            Argument("budget", Kind.AMOUNT),
            Argument("settings", Kind.TEXT),
        ),
        stage=5,
    ),
)
