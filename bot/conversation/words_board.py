"""Words of boards: what stands at the top of a chat, and `/board`."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    # ---------------------------------------------------------------- the board itself
    "board.positions": "Positions",
    "board.desk": "The whole desk",
    "board.account": "Account",
    "board.feed": "What goes wrong, on all accounts",
    "board.feed_none": "Nothing of late.",
    "board.hidden_feed": "Only whoever runs the desk sees this.",
    "feed.halt": "{state}",
    "feed.open": "open again",
    "feed.maintenance": "maintenance begins",
    "feed.maintained": "maintenance is over",
    "feed.lockout": "locked out by its owner",
    "feed.risk": "{level_percent} % of the day's loss limit is used",
    "feed.flatten": "everything is being closed",
    "feed.denied": "{verb} refused: {codes}",
    "feed.rejected": "{symbol}: the venue refused an order",
    "feed.doubt": "{symbol}: an order is in doubt",
    "feed.doubt_lasts": "{symbol}: nobody knows what became of an order",
    "feed.bare": "{symbol}: no stop stands",
    "feed.frozen": "entries are frozen",
    "feed.drift": "{symbol}: the venue holds something else than the book",
    "board.held": "Held",
    "board.open_result": "Open result",
    "board.private": "That board shows everybody's accounts: only in a private chat with this bot.",
    "board.all": "All: {sums}",
    "board.stale": "STALE, over {span} old",
    "board.closed": "market closed",
    "board.no_price": "NO PRICE YET",
    "board.more": ("and {n} more", "and {n} more"),
    "board.updated": "Changed {at}",
    "board.fresh": "prices at most {span} old then",
    "board.hidden": "This group sees nothing of accounts: /settings groups read shows them.",
    "board.over": "This board was taken down. /board on brings it back.",
    # ---------------------------------------------------------------- /board
    "board.none": "No board stands in this chat.",
    "board.how_on": "pins one that keeps itself up to date",
    "board.how_off": "takes it down",
    "board.stands": "{kind}: stands here since {at}",
    "board.new": "The board is on its way; it is pinned and keeps itself up to date. "
    "/board off takes it down.",
    "board.again": "The board stands here already; it is shown anew and pinned again.",
    "board.taken_down": "The board is taken down. /board on brings it back.",
    "board.no_place": "Nothing can stand at the top of this chat: /positions shows the same. "
    "Boards work on Telegram and on Discord.",
    "board.taken": "Another person's board stands in this chat: only they can change it. "
    "/board on in your own chat with the desk gives you one.",
    "board.full": "This desk keeps no more boards: take one down elsewhere with /board off first.",
}
