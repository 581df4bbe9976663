"""The verbs that ask models outside, and what prices say of a market: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb

OPINION = (
    Verb(
        "sentiment",
        "outside",
        "What people publish about a symbol, as a model outside sums it up.",
        "Shows score, confidence, reasons, sources, age and what it cost. An answer is kept for five "
        "minutes; "
        "by names whom to ask: grok, perplexity or openai. It can make an order of a strategy smaller or "
        "forbid it, and never larger. What cannot be had or not be believed is neutral, with the reason. "
        "Without a symbol: what this month's opinions cost, and what they saved or would have.",
        ("/sentiment BTC", "/sentiment BTC by openai", "/sentiment"),
        aliases=("mood",),
        arguments=(
            Argument("symbol", Kind.SYMBOL),
            Argument(
                "source", Kind.CHOICE, choices=("grok", "perplexity", "openai"), keyword="by", needs="symbol"
            ),
        ),
    ),
    Verb(
        "regime",
        "outside",
        "Where a market goes and how wild it is, from its prices alone.",
        "Trend by the slope of EMA 50 and ADX 14, volatility by where the average range stands among the "
        "last "
        "hundred, chop by the choppiness index; looked at once a minute at most. up, down or flat sets the "
        "trend by hand for a day or until a time; off takes that back.",
        ("/regime BTC", "/regime BTC up until tomorrow", "/regime BTC off", "/regime"),
        arguments=(
            Argument("symbol", Kind.SYMBOL),
            Argument("trend", Kind.CHOICE, choices=("up", "down", "flat", "off")),
            Argument("until", Kind.UNTIL),
        ),
    ),
    Verb(
        "calendar",
        "outside",
        "When a market trades: open or closed, its next hours, holidays and short days.",
        "Hours are on your clock, holidays and short days on the exchange's. Without a symbol: every market "
        "that you hold or watch.",
        ("/calendar SPY", "/calendar"),
        aliases=("hours", "sessions"),
        arguments=(Argument("symbol", Kind.SYMBOL),),
    ),
    Verb(
        "copilot",
        "outside",
        "Say an order in your own words; a model writes the line, you see the card.",
        "The line must be one order, and its side, symbol and every number must stand in your sentence; "
        "otherwise it is refused with what differs. The card always asks, whatever your one-tap limit.",
        ("/copilot buy 100 of sol with a 5 % stop",),
        aliases=("ask",),
        arguments=(Argument("text", Kind.TEXT, required=True),),
        right=Right.TRADE,
        asks_first=True,
    ),
)
