"""The verbs that show, guard and set up: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Role, Verb
from bot.conversation.verbs_trade import ACCOUNT, SYMBOL

_PERIOD = Argument("period", Kind.PERIOD)
_COUNT = Argument("count", Kind.COUNT)
_PAGE = Argument("page", Kind.COUNT)

SEE = (
    Verb(
        "start",
        "see",
        "Say hello: what this desk is, which account you use, what to type first.",
        "The first screen of the desk.",
        ("/start",),
        aliases=("hello",),
    ),
    Verb(
        "help",
        "see",
        "List the commands, or explain one.",
        "A question mark does the same.",
        ("/help", "/help buy"),
        aliases=("h", "?", "commands"),
        arguments=(Argument("verb", Kind.VERB),),
    ),
    Verb(
        "status",
        "see",
        "The desk at a glance: account, mode, feeds, halt state, what is open.",
        "Says how old each price is and who is connected.",
        ("/status",),
        aliases=("st", "show"),
        arguments=(ACCOUNT,),
    ),
    Verb(
        "portfolio",
        "see",
        "Everything you hold, with its value and share.",
        "Cash and positions of one account or of all.",
        ("/portfolio", "/portfolio on paper"),
        aliases=("pf", "wallet"),
        arguments=(ACCOUNT,),
    ),
    Verb(
        "balance",
        "see",
        "Cash, equity and what is reserved.",
        "Equity is cash plus positions at the newest price.",
        ("/balance",),
        aliases=("bal", "cash"),
        arguments=(ACCOUNT,),
    ),
    Verb(
        "positions",
        "see",
        "List open positions with profit and guards.",
        "Each line says whether the venue or the desk guards its exits.",
        ("/positions", "/positions on paper"),
        aliases=("pos", "p", "count"),
        arguments=(ACCOUNT,),
    ),
    Verb(
        "position",
        "see",
        "Show one position with its exits and buttons.",
        "Entry, quantity, profit, every exit with its price and share.",
        ("/position BTC",),
        arguments=(Argument("symbol", Kind.SYMBOL, required=True), ACCOUNT),
    ),
    Verb(
        "pnl",
        "see",
        "Profit and loss of a day, week, month, or of all time.",
        "Realised, unrealised and fees; deposits are no profit.",
        ("/pnl", "/pnl week", "/pnl BTC month"),
        aliases=("profit", "pl"),
        arguments=(_PERIOD, SYMBOL, ACCOUNT),
    ),
    Verb(
        "history",
        "see",
        "List fills and closed positions, newest first.",
        "A number says how many lines, a second one which page.",
        ("/history", "/history BTC 20", "/history 20 2", "/history week"),
        aliases=("trades", "fills"),
        arguments=(_COUNT, _PAGE, _PERIOD, SYMBOL, ACCOUNT),
    ),
    Verb(
        "equity",
        "see",
        "How the account's equity went.",
        "With the highest and the lowest point of the period.",
        ("/equity", "/equity month"),
        aliases=("eq",),
        arguments=(_PERIOD, ACCOUNT),
    ),
    Verb(
        "price",
        "see",
        "Show a symbol's card: price, its age, buttons to trade.",
        "A symbol typed alone does the same.",
        ("/price BTC", "BTC", "btc/usd"),
        aliases=("px", "quote", "q", "card"),
        arguments=(Argument("symbol", Kind.SYMBOL, required=True),),
    ),
    Verb(
        "why",
        "see",
        "Why an order was made, refused or not made.",
        "Answers from the journal, for an order, a position's symbol, or the last thing that happened.",
        ("/why", "/why #3", "/why BTC"),
        arguments=(Argument("subject", Kind.SUBJECT),),
    ),
    Verb(
        "ledger",
        "see",
        "The bookings behind every number.",
        "A book (cash, fees, realised … or a symbol) shows its lines; every event balances to zero.",
        ("/ledger", "/ledger fees", "/ledger cash 50", "/ledger BTC"),
        aliases=("bookings",),
        arguments=(_COUNT, _PAGE, ACCOUNT, Argument("book", Kind.WORD)),
    ),
    Verb(
        "export",
        "see",
        "Write fills, orders or bookings to a file.",
        "CSV unless you say json.",
        ("/export", "/export orders", "/export fills json month"),
        arguments=(
            Argument(
                "what", Kind.CHOICE, choices=("fills", "orders", "positions", "bookings", "equity", "journal")
            ),
            Argument("format", Kind.CHOICE, choices=("csv", "json")),
            _PERIOD,
            ACCOUNT,
        ),
    ),
)

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
        arguments=(ACCOUNT, Argument("name", Kind.WORD), Argument("value", Kind.AMOUNT)),
        role=Role.TRADER,
        asks_first=True,
    ),
    Verb(
        "halt",
        "guard",
        "Stop new entries at once; exits go on.",
        "all stops everything that is not an exit already placed; desk means every account. "
        "What stands behind it is kept as the reason.",
        ("/halt", "/halt desk", "/halt all news at two"),
        aliases=("stop", "stopbuy", "stopentry", "pause", "freeze"),
        arguments=(
            Argument("state", Kind.CHOICE, choices=("reduce", "all")),
            Argument("scope", Kind.CHOICE, choices=("account", "desk")),
            Argument("reason", Kind.TEXT),
        ),
        role=Role.TRADER,
    ),
    Verb(
        "resume",
        "guard",
        "Open again after a halt.",
        "Asks first, and says why it was halted.",
        ("/resume", "/resume desk"),
        aliases=("unhalt", "unpause"),
        arguments=(
            Argument("scope", Kind.CHOICE, choices=("account", "desk")),
            Argument("reason", Kind.TEXT),
        ),
        role=Role.TRADER,
        asks_first=True,
    ),
)

SELF = (
    Verb(
        "settings",
        "self",
        "Your time zone, number format, one-tap limit and account.",
        "Without anything it lists them; a name and a value set one; off forgets it. In a group, groups with "
        "on, read or silent says how far it goes there.",
        ("/settings", "/settings zone Europe/Berlin", "/settings one_tap 100"),
        aliases=("set", "show_config", "prefs"),
        arguments=(Argument("name", Kind.WORD), Argument("value", Kind.TEXT)),
    ),
    Verb(
        "version",
        "self",
        "Which version of the desk this is.",
        "And of its journal.",
        ("/version",),
        aliases=("ver", "about"),
    ),
)
