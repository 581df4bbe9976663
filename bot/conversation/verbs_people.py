"""The verbs about who uses the desk, and from where: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Verb

PEOPLE = (
    Verb(
        "link",
        "people",
        "Use this desk from another phone too: Telegram and Discord as one person.",
        "Shows a code that works once, for ten minutes: write it to the desk's bot on your other platform. "
        "From then on both are you: the same book, the same limits, the same inbox.",
        ("/link", "/link ABCDE-FGHJK"),
        arguments=(Argument("code", Kind.TEXT),),
        stage=4,
    ),
    Verb(
        "unlink",
        "people",
        "Take a platform away from you: nobody there is you any more.",
        "Asks first. Both sides are told. Without a name it lists your platforms.",
        ("/unlink", "/unlink discord"),
        arguments=(
            Argument("platform", Kind.CHOICE, choices=("telegram", "discord")),
            Argument("act", Kind.CHOICE, choices=("now",)),
        ),
        stage=4,
    ),
)
