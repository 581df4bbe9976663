"""The verbs that stop entries, open them again, and hold the book against the venue: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb
from bot.conversation.verbs_trade import ACCOUNT, SYMBOL

GUARD = (
    Verb(
        "risk",
        "guard",
        "How much may still be lost today, and what is exposed.",
        "Each limit with what is used of it.",
        ("/risk",),
        arguments=(ACCOUNT,),
    ),
    Verb(
        "limits",
        "guard",
        "List the limits, or set one.",
        "A limit is set by its name as /limits shows it.",
        ("/limits", "/limits daily_loss $500", "/limits order_notional 5k"),
        aliases=("limit",),
        arguments=(ACCOUNT, Argument("name", Kind.WORD), Argument("value", Kind.AMOUNT, needs="name")),
        right=Right.LOWER,
        asks_first=True,
    ),
    Verb(
        "halt",
        "guard",
        "Stop new entries at once; exits go on.",
        "all stops everything that is not an exit already placed; desk means every account. "
        "What stands behind it is kept as the reason.",
        ("/halt", "/halt desk", "/halt all news at two"),
        aliases=("stop", "stopbuy", "stopentry", "freeze"),
        arguments=(
            Argument("state", Kind.CHOICE, choices=("reduce", "all")),
            Argument("scope", Kind.CHOICE, choices=("account", "desk")),
            Argument("reason", Kind.TEXT),
        ),
        right=Right.HALT,
    ),
    Verb(
        "pause",
        "guard",
        "Stop new entries until a time, then open again by itself.",
        "Exits go on. Without a time it lasts until /resume; desk means every account. "
        "It may be made longer, and /resume ends it earlier.",
        ("/pause 2h", "/pause until 15:00 news", "/pause desk until tomorrow", "/pause"),
        arguments=(
            Argument("scope", Kind.CHOICE, choices=("account", "desk")),
            Argument("until", Kind.UNTIL),
            Argument("scope_behind", Kind.CHOICE, choices=("account", "desk")),
            Argument("reason", Kind.TEXT),
        ),
        right=Right.HALT,
        stage=2,
    ),
    Verb(
        "resume",
        "guard",
        "Open again after a halt or during a pause.",
        "Asks first, and says why it was halted. It ends no lockout and no maintenance.",
        ("/resume", "/resume desk"),
        aliases=("unhalt", "unpause"),
        arguments=(
            Argument("scope", Kind.CHOICE, choices=("account", "desk")),
            Argument("reason", Kind.TEXT),
        ),
        right=Right.HALT,
        asks_first=True,
    ),
    Verb(
        "lockout",
        "guard",
        "Lock yourself out of entries until a time; nobody can end it earlier.",
        "Counts for all your accounts, and for you on every other one where you may trade. Asks for a "
        "phrase that you type. Closing and exits work. It can be made longer, never shorter; without a "
        "time it shows how things stand.",
        ("/lockout until tomorrow", "/lockout 3d I am on tilt", "/lockout until 2026-12-01", "/lockout"),
        arguments=(Argument("until", Kind.UNTIL), Argument("reason", Kind.TEXT)),
        right=Right.REDUCE,
        asks_first=True,
        stage=2,
    ),
    Verb(
        "blacklist",
        "guard",
        "Symbols in which nothing is opened on this account.",
        "Behind it stand symbols to bar, and behind because why; what waits to open there is withdrawn. del "
        "and a symbol frees one, del all everything. Exits go out all the time, and bots and profiles are "
        "bound like everybody.",
        ("/blacklist", "/blacklist doge shib because they bark", "/blacklist del doge"),
        aliases=("bl", "bar"),
        arguments=(Argument("what", Kind.TEXT),),
        right=Right.HALT,
    ),
    Verb(
        "reconcile",
        "guard",
        "Hold the book against the venue now, and settle what differs.",
        "Shows what differs, symbol by symbol: adopt makes the book say what the venue holds, close also "
        "closes what it holds beyond the book, ignore leaves exactly this difference alone. Each asks first.",
        ("/reconcile", "/reconcile BTC", "/reconcile BTC adopt"),
        aliases=("sync", "compare", "reload_trade"),
        arguments=(
            Argument("choice", Kind.CHOICE, choices=("adopt", "close", "ignore"), needs="symbol"),
            SYMBOL,
            ACCOUNT,
        ),
        right=Right.SETTLE,
        asks_first=True,
        stage=3,
    ),
    Verb(
        "maintenance",
        "guard",
        "Say that somebody works on the desk: no entries until it is off.",
        "Every screen says so, for everybody; exits go on. Without on or off it shows how things stand.",
        ("/maintenance on new disk", "/maintenance off", "/maintenance"),
        arguments=(
            Argument("switch", Kind.CHOICE, choices=("on", "off")),
            Argument("reason", Kind.TEXT),
        ),
        right=Right.OPERATE,
        stage=2,
    ),
    Verb(
        "config",
        "guard",
        "How whoever runs this desk has set it, without its secrets.",
        "Shows what is set otherwise than usual; all shows everything. A change counts from the next start.",
        ("/config", "/config all"),
        arguments=(Argument("show", Kind.CHOICE, choices=("all",)),),
        right=Right.OPERATE,
        stage=4,
    ),
)
