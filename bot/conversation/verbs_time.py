"""The verbs that wait for a price or a time: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb

TIME = (
    Verb(
        "alerts",
        "time",
        "Ring when a price, an indicator or your P&L comes to a level; list and delete what waits.",
        "The mid price counts. > and < wait for one side, crosses for either, crosses up and crosses down "
        "for the level after the other side; a signed percent is from now. An indicator of closed bars "
        "stands behind the symbol: rsi, adx, cci, roc, atr, sma, ema, upper and lower (Bollinger's "
        "bands), macd, with its lengths and the bars in brackets. pnl and a symbol is what you hold "
        "there, day the whole account since midnight UTC. It rings once, or with repeat each time that "
        "the price has been 0.2% back (anything else 5% of its level), at most every 5 minutes. for 3d or "
        "until a time ends it. One that is critical is told again, then on every phone, then to the "
        "account's owner and admins, until you press Seen or do anything. What stands behind all that is "
        "your note. del and a number forgets one.",
        (
            "/alerts btc > 70000",
            "/alerts btc < 60k repeat buy the dip",
            "/alerts eth crosses up 3000 for 3d",
            "/alerts btc rsi(14,1h) < 30",
            "/alerts pnl btc > 500",
            "/alerts day < -200 critical",
            "/alerts btc -3%",
            "/alerts del 3",
        ),
        aliases=("alert", "notify"),
        arguments=(Argument("what", Kind.TEXT),),
        right=Right.TRADE,
        stage=2,
    ),
    Verb(
        "watch",
        "time",
        "Symbols to keep an eye on, with their prices and the alerts that wait beside them.",
        "Behind it stand symbols to put on the list; del and a symbol takes one off, del all everything. "
        "Each line shows the price, its change of a day, and your alerts; /board on watchlist pins it.",
        ("/watch", "/watch btc eth", "/watch del btc"),
        aliases=("watchlist", "wl"),
        arguments=(Argument("what", Kind.TEXT),),
    ),
    Verb(
        "schedule",
        "time",
        "Have an order come again: every day, week, month or few hours, or once at a time.",
        "The order is written as for /buy, with its exits; then every day at 09:00, every monday and friday "
        "at 15:30, every month on the 1st at 09:00, every 4h, cron 0 9 * * 1-5, or at a date and time. Times "
        "are yours unless a zone stands behind them. Each one passes the same gate as a typed order. pause, "
        "resume, del and now take a number; one that is more than 15 minutes late is asked about.",
        (
            "/schedule buy btc 100 every day at 09:00",
            "/schedule buy eth 50 tp 10% every monday at 15:30 Europe/Berlin",
            "/schedule buy btc 100 every month on the 1st at 09:00",
            "/schedule buy btc 100 at 2026-12-01 09:00",
            "/schedule",
            "/schedule pause 2",
        ),
        aliases=("schedules", "dca", "recurring"),
        arguments=(Argument("what", Kind.TEXT),),
        right=Right.TRADE,
        asks_first=True,
        stage=2,
    ),
)
