"""The verbs that show and set up: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Verb
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
        "Of one account, or of all and their sum. Equity is cash plus positions at the newest price.",
        ("/balance", "/balance on paper"),
        aliases=("bal", "cash"),
        arguments=(ACCOUNT,),
    ),
    Verb(
        "positions",
        "see",
        "List open positions with profit and guards.",
        "Each line says whether the venue or the desk guards its exits.",
        ("/positions", "/positions 2", "/positions on paper"),
        aliases=("pos", "p", "count"),
        arguments=(_PAGE, ACCOUNT),
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
        "board",
        "see",
        "A board at the top of this chat that keeps itself up to date.",
        "Open positions with prices and profit, pinned; it edits itself. Without anything it says what "
        "stands here. Behind on and off may stand what it shows: positions, orders, your watchlist, account "
        "(equity, today, the day's limit), or, to whoever runs the desk, desk (every account of it) and feed "
        "(what goes wrong on any of them).",
        ("/board", "/board on", "/board on orders", "/board on watchlist", "/board off", "/board on desk"),
        aliases=("boards",),
        arguments=(
            Argument("switch", Kind.CHOICE, choices=("on", "off")),
            Argument(
                "kind",
                Kind.CHOICE,
                choices=("positions", "orders", "watchlist", "account", "desk", "feed"),
                needs="switch",
            ),
        ),
        stage=2,
    ),
    Verb(
        "pnl",
        "see",
        "Profit and loss of a day, week, month, or of all time.",
        "Realised, unrealised and fees; deposits are no profit. daily, weekly and monthly show one line for "
        "each of the last days, weeks or months, a number says how many. card is a picture to show around, "
        "of a position or a period; hide leaves amounts and the account's name out. calendar is a month of "
        "days, and a day says which month.",
        ("/pnl", "/pnl week", "/pnl BTC month", "/pnl daily 14", "/pnl card BTC hide", "/pnl calendar"),
        aliases=("profit", "pl"),
        arguments=(
            _PERIOD,
            Argument(
                "each", Kind.CHOICE, choices=("daily", "weekly", "monthly"), never_with=("period", "picture")
            ),
            Argument("picture", Kind.CHOICE, choices=("card", "calendar")),
            Argument("amounts", Kind.CHOICE, choices=("hide", "show"), needs="picture"),
            Argument("day", Kind.DAY, needs="picture", only=("calendar",)),
            Argument("count", Kind.COUNT, never_with=("picture",)),
            SYMBOL,
            ACCOUNT,
        ),
    ),
    Verb(
        "performance",
        "see",
        "What your round trips made, by symbol, tag, exit, hour, weekday or source.",
        "A round trip is a position from flat to flat; it counts when it went flat, after all fees. mix is "
        "tag and exit together. Hour and weekday are those of the entry, on your clock.",
        ("/performance", "/performance by tag", "/performance by hour month", "/performance exit BTC"),
        aliases=("perf",),
        arguments=(
            Argument(
                "by",
                Kind.CHOICE,
                choices=("symbol", "tag", "exit", "hour", "weekday", "source", "side", "mix"),
                lead="by",
            ),
            _PERIOD,
            SYMBOL,
            ACCOUNT,
        ),
        stage=4,
    ),
    Verb(
        "stats",
        "see",
        "Win rate, profit factor, expectancy, R, drawdown, Sharpe and more.",
        "How each figure is made stands in docs/analytics.md. What too few cannot say is not said.",
        ("/stats", "/stats month", "/stats BTC"),
        aliases=("statistics",),
        arguments=(_PERIOD, SYMBOL, ACCOUNT),
        stage=4,
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
        "How the account's equity went, with a picture.",
        "With the high-water mark, the largest drawdown, the highest and the lowest point of the period. "
        "Deposits are neither gain nor loss.",
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
        "chart",
        "see",
        "A picture of a symbol's price, with your entry, targets and stop.",
        "Candles of 1m, 5m, 15m, 1h, 4h or 1d, a line or an area; without a time frame it shows as much of "
        "the past as fits. A day is a day of UTC. With your fills, how the stop moved, and a box for each "
        "session of a market that closes.",
        ("/chart BTC", "/chart BTC 1h", "/chart BTC 5m line"),
        aliases=("ch", "graph", "plot"),
        arguments=(
            Argument("frame", Kind.FRAME),
            Argument("style", Kind.CHOICE, choices=("candles", "line", "area")),
            Argument("symbol", Kind.SYMBOL, required=True),
            ACCOUNT,
        ),
        stage=2,
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
        "CSV unless you say json. roundtrips are closed positions with their R and how far prices went; "
        "report is a PDF with the curve and the statistics.",
        ("/export", "/export orders", "/export fills json month", "/export report month"),
        arguments=(
            Argument(
                "what",
                Kind.CHOICE,
                choices=(
                    "fills",
                    "orders",
                    "positions",
                    "roundtrips",
                    "report",
                    "bookings",
                    "equity",
                    "log",
                    "journal",
                ),
            ),
            Argument("format", Kind.CHOICE, choices=("csv", "json", "pdf"), needs="what"),
            _PERIOD,
            ACCOUNT,
        ),
    ),
)

SELF = (
    Verb(
        "inbox",
        "self",
        "Read again what you were told, also what you had switched off.",
        "A number says how many lines, a second one which page; each line has the code of its message.",
        ("/inbox", "/inbox 20", "/inbox 10 2"),
        aliases=("notifications", "messages"),
        arguments=(_COUNT, _PAGE),
    ),
    Verb(
        "logs",
        "self",
        "Everything that happened, newest first, by level.",
        "warning shows warnings and errors, error only errors; clear begins a new page for you, all looks "
        "behind it. /export log writes it to a file.",
        ("/logs", "/logs 30", "/logs error", "/logs clear"),
        aliases=("log", "activity"),
        arguments=(
            _COUNT,
            _PAGE,
            Argument("level", Kind.CHOICE, choices=("info", "success", "warning", "error")),
            Argument("act", Kind.CHOICE, choices=("clear", "all"), alone=("clear",)),
        ),
    ),
    Verb(
        "settings",
        "self",
        "Your time zone, number format, one-tap limit and account.",
        "Without anything it lists them; a name and a value set one; off forgets it. notify says what you "
        "hear, and on which of your phones; theme has pictures dark or light; gap says what is to happen "
        "when the price jumps over a stop, where an order does not say it (with account behind it: for "
        "everybody there). In a group, groups with on, read "
        "or silent says how far it goes there.",
        ("/settings", "/settings zone Europe/Berlin", "/settings one_tap 100", "/settings theme light"),
        aliases=("set", "show_config", "prefs"),
        arguments=(Argument("name", Kind.WORD), Argument("value", Kind.TEXT)),
    ),
    Verb(
        "health",
        "self",
        "How the desk itself is: what is degraded, latency, feeds, parts, disk.",
        "Degraded states are said plainly; trading works on its own whatever a chat or a feed does.",
        ("/health",),
        aliases=("ping", "uptime", "sysinfo"),
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
