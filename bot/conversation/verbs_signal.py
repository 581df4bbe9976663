"""The verb of signals from outside: a row of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb

SIGNALS = (
    Verb(
        "signals",
        "outside",
        "Sources of signals (TradingView and others): their dry-run, and whether they trade.",
        "/signals new NAME makes a source with an address and a secret. It begins in dry-run and only earns "
        "a score; /signals live NAME max 500 lets it trade, dry ends that, rotate gives a new secret, size "
        "the usual size, delete takes it away.",
        (
            "/signals",
            "/signals new tv",
            "/signals tv",
            "/signals live tv max 500",
            "/signals dry tv",
        ),
        arguments=(Argument("what", Kind.TEXT),),
        right=Right.TRADE,
        stage=5,
    ),
)
