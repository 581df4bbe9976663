"""Words of `openoutcry certify`: each case of the safe part, and what came of all."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "cli.certify": "try a venue's adapter on its side for practice, with the least sizes",
    "cli.certify.about": "Runs the safe part of a venue's certification on its side for practice, with "
    "the key of an account that this desk keeps. It trades there with the least sizes, and ends with "
    "nothing open that it has made. Stop the desk first: it would take these orders for another hand's. "
    "Kraken has no such side: there orders are only looked at by the venue, and nothing is placed.",
    "cli.certify.venue": "which venue: binance, kraken, alpaca",
    "cli.certify.account": "whose key is used: an account on the venue's paper side (at Kraken the live one)",
    "cli.certify.symbol": "what is traded; without it what is best known there",
    "certify.no_key": "No key of account {account} at {venue} is kept here: openoutcry keys add enters one.",
    "certify.not_live": "The key of {account} is for real money, and this trades: take one of the paper "
    "side.",
    "certify.not_paper": "{venue} has no side for practice: take the key of a live account. Nothing is "
    "placed with it.",
    "certify.looked": "All {of} cases hold. Nothing was traded, so {venue} stays at bronze.",
    "certify.case.CHECKED": "the venue looks at a limit order and a stop of ours, and would take both",
    "certify.too_long": "It took too long.",
    "certify.not_seen": "The venue did not say so within {seconds} s.",
    "certify.no_market": "The venue lists nothing of that.",
    "certify.no_price": "There is no price of {symbol}.",
    "certify.not_listed": "It is not among the {n} open orders that the venue lists.",
    "certify.no_position": "The book holds no position after the fill.",
    "certify.left_open": "Something is left open at {account}: look at the venue.",
    "certify.failed": "{n} of {of} cases did not hold: {venue} stays at bronze.",
    "certify.passed": "All {of} cases hold: {venue} is silver on this desk.",
    "certify.case.KEY": "the key may trade and leads to the side it is for",
    "certify.case.ACCOUNT": "what is held there is read",
    "certify.case.PRICES": "rules and prices of a market come",
    "certify.case.RESTS": "a limit order below the market rests",
    "certify.case.FOUND": "it is found by its name, as it was sent",
    "certify.case.LISTED": "it is among the open orders",
    "certify.case.CHANGED": "its price is changed",
    "certify.case.CANCELED": "it is canceled, and a second cancel is refused",
    "certify.case.ABSENT": "a name that was never sent is not found",
    "certify.case.FILLED": "a market order fills, and its stop stands",
    "certify.case.HISTORY": "the past tells the same fills, each once",
    "certify.case.CLOSED": "the position is closed, and nothing of it stays",
}
