"""The verbs of automatic trading by strategies: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb

PROFILES = (
    Verb(
        "profile",
        "time",
        "Have a strategy trade symbols for you: by itself, or proposing each entry with a button.",
        "new NAME STRATEGY SYMBOLS FRAME SIZE makes one, start and stop turn it on and off; mode is "
        "automatic or propose. symbols, size, direction (both, long, short, none) and opinion (on, off, "
        "needed: it can only hold back) change it while it runs; set, history and undo are for the settings "
        "of its strategy, protect and blackout for what keeps it from entering, for a reason or at a time. "
        "handover gives it a position of yours, "
        "takeback takes one away. It wakes when a candle closes; each order passes the same gate as a typed "
        "one. /why and a symbol says what its rules said.",
        (
            "/profile new trend pipeline BTC ETH 1h risk 0.5%",
            "/profile start trend",
            "/profile mode trend automatic",
            "/profile set trend fast 20 slow 100",
            "/profile protect trend cooldown minutes 60",
            "/profile handover trend BTC",
            "/profile",
        ),
        aliases=("profiles", "autotrade"),
        arguments=(Argument("what", Kind.TEXT),),
        right=Right.TRADE,
        stage=5,
    ),
    Verb(
        "protections",
        "time",
        "What keeps your profiles from entering now, why and until when.",
        "Cooldown, stop guard, losing symbol, drawdown, daily count and correlation are set for each "
        "profile: /profile protect NAME. They hold entries back, never an exit.",
        ("/protections", "/protections trend"),
        aliases=("locks",),
        arguments=(Argument("name", Kind.WORD),),
        right=Right.TRADE,
        stage=5,
    ),
    Verb(
        "marketdir",
        "time",
        "Which side your profiles may enter, whatever their strategies say.",
        "both, long, short or none, for every market; a trend set with /regime does the same for one symbol. "
        "What is held is not touched.",
        ("/marketdir", "/marketdir long"),
        aliases=("marketdirection",),
        arguments=(Argument("direction", Kind.CHOICE, choices=("both", "long", "short", "none")),),
        right=Right.TRADE,
        stage=5,
    ),
)
