"""What people type who come from freqtrade and condor, and what it is called here: rows and their page.

`python -m bot.conversation.verbs_elsewhere > docs/coming-from.md` writes the page; a test compares and reads
every line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NamedTuple


class Elsewhere(NamedTuple):
    """A row: what is typed there, the line here, and what is different."""

    theirs: str
    ours: str
    note: str = ""


FREQTRADE: tuple[Elsewhere, ...] = (
    Elsewhere("/start", "/start", "here it says hello; /resume opens entries again"),
    Elsewhere("/stop", "/halt", "entries stop, exits go on"),
    Elsewhere("/stopentry", "/halt"),
    Elsewhere("/stopbuy", "/halt"),
    Elsewhere("/pause", "/pause", "takes a time: /pause 2h"),
    Elsewhere("/status", "/status", "the desk at a glance; /positions lists what is open"),
    Elsewhere("/status table", "/positions"),
    Elsewhere("/order 3", "/order 3", "an order's number; /position BTC shows a position's orders"),
    Elsewhere("/trades 5", "/history 5"),
    Elsewhere("/count", "/positions"),
    Elsewhere("/forcelong BTC 100", "/buy BTC 100", "shows a card first"),
    Elsewhere("/forcebuy BTC 100", "/buy BTC 100"),
    Elsewhere("/forceshort BTC 100", "/short BTC 100"),
    Elsewhere("/forceexit BTC", "/close BTC", "by symbol, not by number"),
    Elsewhere("/forceexit all", "/flatten", "by filter too: winners, losers, a tag"),
    Elsewhere("/fx all", "/flatten"),
    Elsewhere("/cancel_open_order 3", "/cancel 3"),
    Elsewhere("/coo 3", "/cancel 3"),
    Elsewhere("/reload_trade BTC", "/reconcile BTC", "holds the book against the venue, by symbol"),
    Elsewhere("/profit", "/pnl"),
    Elsewhere("/profit 7", "/pnl 7", "a line for each day"),
    Elsewhere("/profit_long", "/performance side", "long and short side by side"),
    Elsewhere("/profit_short", "/performance side"),
    Elsewhere("/daily 7", "/pnl daily 7"),
    Elsewhere("/weekly 8", "/pnl weekly 8"),
    Elsewhere("/monthly 6", "/pnl monthly 6"),
    Elsewhere("/performance", "/performance", "by symbol; /performance by hour and others"),
    Elsewhere("/entries", "/performance tag"),
    Elsewhere("/exits", "/performance exit"),
    Elsewhere("/mix_tags", "/performance mix"),
    Elsewhere("/stats", "/stats", "what ended positions: /performance exit"),
    Elsewhere("/balance", "/balance"),
    Elsewhere("/balance full", "/balance", "always whole; /portfolio shows each holding"),
    Elsewhere("/locks", "/protections", "/status shows what stops every entry"),
    Elsewhere(
        "/unlock DOGE/USDT", "/blacklist del DOGE/USDT", "/resume ends a halt, /reconcile settles drift"
    ),
    Elsewhere("/marketdir", "/marketdir", "a trend of one symbol: /regime"),
    Elsewhere("/whitelist", "/profile", "each profile names the symbols that it trades"),
    Elsewhere("/blacklist", "/blacklist", "what is barred on the account, for people and bots alike"),
    Elsewhere("/blacklist DOGE/USDT", "/blacklist DOGE/USDT"),
    Elsewhere("/bl_delete DOGE/USDT", "/blacklist del DOGE/USDT"),
    Elsewhere("/logs 20", "/logs 20"),
    Elsewhere("/health", "/health"),
    Elsewhere("/show_config", "/settings", "the operator's part: /config"),
    Elsewhere("/reload_config", "/settings", "yours count at once, the operator's from the next start"),
    Elsewhere("/version", "/version"),
    Elsewhere("/help", "/help"),
)
"""By what is typed; a row for each verb of MISSION §4, and for what else its documentation lists."""

FREQTRADE_HABITS: tuple[Elsewhere, ...] = (
    Elsewhere("refresh buttons", "/positions", "on every screen; /board on keeps itself up to date"),
    Elsewhere("notification settings per kind and exit reason", "/settings notify"),
    Elsewhere("trailing stop with offset", "/trail BTC 1% after 2%"),
    Elsewhere("stop on exchange", "/sl BTC 2%", "wherever the venue holds stops; the card says who guards"),
    Elsewhere("ROI table", "/tp BTC 2%:50 4%:50", "levels with shares; time exits: exit in 4h"),
    Elsewhere("maximum drawdown protection", "/limits daily_loss $500"),
    Elsewhere(
        "other protections (cooldown, stop-loss guard, low-profit pairs)",
        "/profile protect trend cooldown minutes 60",
        "set for each profile; /protections shows what holds",
    ),
    Elsewhere("lookahead and recursive analysis of backtests", "/backtest spy pullback", "always done"),
    Elsewhere("custom keyboard", "/preset", "presets stand as buttons on a symbol's card"),
)

CONDOR: tuple[Elsewhere, ...] = (
    Elsewhere("/portfolio over all connectors", "/portfolio", "all accounts of a person"),
    Elsewhere("/trade", "/buy BTC 100"),
    Elsewhere("/keys", "/keys", "a key is typed in a terminal or on the desk's page, never in a chat"),
    Elsewhere("/bots", "/bots", "each with its P&L, and why it stopped"),
    Elsewhere("wizards with pair suggestions", "/buy BTC", "a symbol in two markets is a choice"),
    Elsewhere("position executor (take profit, stop, time limit, trailing)",
              "/buy BTC 100 tp 2% sl 1% trail 1% exit in 4h"),
    Elsewhere("grid executor", "/newbot grid BTC 1000", "a card first, then one press"),
    Elsewhere("clone and branch of configs", "/bot grid-1 clone cells 20"),
    Elsewhere("admin approval of join requests", "/approve", "/join asks, an admin decides with buttons"),
    Elsewhere("fail-closed approval of AI actions", "/copilot buy 100 of btc", "you press the card"),
    Elsewhere("boot report of what was interrupted", "/logs", "the message of the start, with a code"),
    Elsewhere("routines on a schedule", "/schedule"),
)  # fmt: skip


def page() -> str:
    """The whole of docs/coming-from.md."""
    lines = [
        "# Coming from freqtrade or condor",
        "",
        "Generated from `bot/conversation/verbs_elsewhere.py`: run",
        "`python -m bot.conversation.verbs_elsewhere > docs/coming-from.md` after a change there.",
        "",
        "What you type there works here as well, or stands here beside what to type instead. The verbs",
        "themselves are in [verbs.md](verbs.md), what the figures mean in [analytics.md](analytics.md).",
        "",
        "## freqtrade: verbs",
        "",
        *_table(FREQTRADE),
        "",
        "## freqtrade: habits",
        "",
        *_table(FREQTRADE_HABITS),
        "",
        "## condor and hummingbot",
        "",
        *_table(CONDOR),
    ]
    return "\n".join(lines) + "\n"


def _table(rows: Iterable[Elsewhere]) -> list[str]:
    return ["| there | here | |", "|---|---|---|", *(_row(one) for one in rows)]


def _row(one: Elsewhere) -> str:
    theirs = f"`{one.theirs}`" if one.theirs.startswith("/") else one.theirs
    return f"| {theirs} | `{one.ours}` | {one.note} |"


if __name__ == "__main__":
    sys.stdout.write(page())
