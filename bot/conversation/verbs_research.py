"""The verbs that ask the past: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Verb

RESEARCH = (
    Verb(
        "backtest",
        "research",
        "What a strategy or a bot would have made of a symbol's past, as card and picture.",
        "The symbol comes first, then a strategy or a bot, then settings as key=value; also since=, until=, "
        "size=, cash=, fee= and slippage=. Fills, fees and sizes are those of the paper venue. Alone it "
        "lists what can be played. It runs in a process of its own and nothing is switched on.",
        (
            "/backtest",
            "/backtest spy pullback",
            "/backtest eur/usd pullback fast=20 rsi_below=35",
            "/backtest btc/usdt@5m grid range_percent=4 since=2025-01-01",
        ),
        aliases=("bt",),
        arguments=(Argument("what", Kind.TEXT),),
        stage=5,
    ),
    Verb(
        "sweep",
        "research",
        "Try many settings of a strategy over a symbol's past, and see which held up afterwards.",
        "As /backtest, with what is tried as key=1,2,3 or key=10..50:5. random=50 draws so many, tpe=60 "
        "searches so many by what it has learnt; inside=70 is the part of the time by which they are "
        "chosen. It suggests only.",
        (
            "/sweep spy pullback fast=10..60:10 rsi_below=30,35,40",
            "/sweep spy pullback fast=10..60:5 rsi_below=25..45:5 tpe=30",
        ),
        arguments=(Argument("what", Kind.TEXT),),
        stage=5,
    ),
)
