"""The verbs about bots: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb

_ON = Argument("account", Kind.WORD, keyword="on")
BOTS = (
    Verb(
        "newbot",
        "automate",
        "See what a bot would do: levels, capital, the worst case in money; and start it with one press.",
        "scalper, grid, dca, dip or momentum; then a symbol, a budget, and what differs from the usual: a "
        "preset (calm, usual, bold) and settings with their values. name and frame are settings, too: frame "
        "1h has it look at candles of an hour.",
        (
            "/newbot grid BTC 1000",
            "/newbot dca BTC 1000 bold",
            "/newbot grid BTC 1000 cells 20 trail yes name tight",
            "/newbot momentum BTC 1000 frame 1h",
        ),
        arguments=(
            Argument(
                "bot", Kind.CHOICE, required=True, choices=("scalper", "grid", "dca", "dip", "momentum")
            ),
            Argument("symbol", Kind.SYMBOL, required=True),
            Argument("budget", Kind.AMOUNT),
            Argument("settings", Kind.TEXT),
        ),
        stage=5,
        right=Right.TRADE,
    ),
    Verb(
        "bots",
        "automate",
        "All bots: how each stands, what it has earned, how many round trips it made.",
        "Each has a button that shows it; /stopall ends them all.",
        ("/bots", "/bots on paper"),
        arguments=(_ON,),
        stage=5,
    ),
    Verb(
        "bot",
        "automate",
        "One bot: what it holds, its figures, picture and log; and start, stop, change, clone or delete it.",
        "stop asks how: finish opens nothing more and lets what is held end by its own exits, close sells it "
        "now, leave keeps it with its stop alone. start begins one that is over anew, clone makes another; "
        "both take settings that differ. edit changes settings of one that works, undo takes the newest "
        "change back, changes lists them. log shows what it did.",
        (
            "/bot grid-1",
            "/bot grid-1 stop close",
            "/bot grid-1 edit stop_percent 3",
            "/bot grid-1 start cells 20",
            "/bot grid-1 clone name grid-2 budget 500",
            "/bot grid-1 log",
            "/bot grid-1 delete",
        ),
        arguments=(
            Argument("name", Kind.WORD, required=True),
            Argument(
                "what",
                Kind.CHOICE,
                choices=("stop", "edit", "undo", "changes", "start", "clone", "log", "delete"),
            ),
            Argument("settings", Kind.TEXT),
        ),
        stage=5,
        right=Right.REDUCE,
    ),
    Verb(
        "stopall",
        "automate",
        "Stop every bot of the account.",
        "finish opens nothing more and lets what is held end by its own exits, close sells it now, leave "
        "(what happens when nothing is said) keeps it with its stop alone.",
        ("/stopall", "/stopall close"),
        arguments=(Argument("wish", Kind.CHOICE, choices=("finish", "close", "leave")), _ON),
        stage=5,
        right=Right.REDUCE,
        asks_first=True,
    ),
)
