"""Every sentence that the grammar says, by its stable code: what was wrong, and what to type instead.

`{value}` is what was typed, `{field}` the part of the line, `{hint}` a fact that the code brings along.
"""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "grammar.empty": "There is nothing to do in this line: type /help.",
    "grammar.line_long": "The line has more than 500 characters: say it in fewer words.",
    "grammar.several_lines": "One message is one command: send the lines one after the other.",
    "grammar.characters": "The line holds a character that a command may not hold ({value}): type it "
    "anew with plain letters and the digits 0 to 9.",
    "grammar.verb_unknown": "I do not know the word “{value}”: {hint}.",
    "grammar.verb_later": "/{value} is not here yet: {hint}.",
    "grammar.symbol_missing": "Which symbol? Put it behind the verb: {hint}.",
    "grammar.symbol_form": "“{value}” is no symbol: type letters and digits like BTC or BTC/USD.",
    "grammar.symbol_word": "“{value}” is also a word of this language: write the symbol with its "
    "quote currency, {hint}.",
    "grammar.word_unknown": "“{value}” is not understood here: {hint}.",
    "grammar.part_twice": "The line says {field} twice (“{value}”): say it once.",
    "grammar.size_unit": "“{value}” is no size for {hint}: type money (100usd), units of the symbol, "
    "contracts (2c) or a share (10%).",
    "grammar.size_contracts": "Contracts come whole, “{value}” does not: type 1c or 2c.",
    "grammar.size_percent": "“{value}” is more than all of it: type a share of up to 100%, or max.",
    "grammar.size_all": "All of what? For the largest size type max.",
    "grammar.size_missing": "How much stands behind “{value}”? Type risk 1% or risk $50.",
    "grammar.risk_needs_stop": "A size by risk follows from the stop: add sl 2% or a stop price.",
    "grammar.number_form": "“{value}” is no number that I can read: type it like 1000, 1,000.50 or 1.5k.",
    "grammar.number_exponent": "“{value}” is written with an exponent: type the number out, like "
    "100000 or 100k.",
    "grammar.number_long": "“{value}” has too many digits: at most 15 before the point and 18 behind it.",
    "grammar.number_not_finite": "“{value}” is no number: type one like 100.",
    "grammar.number_sign": "“{value}” has a sign where none belongs: type the number without + or -.",
    "grammar.number_zero": "“{value}” is nothing: type a number above zero.",
    "grammar.price_missing": "Which price? Type a number or a signed percent: {hint}.",
    "grammar.price_form": "“{value}” is no price for an order: type a number, or a signed percent like -1%.",
    "grammar.gtd_needs_price": "A market order does not wait, so gtd means nothing on it: add a "
    "price, @ 64000.",
    "grammar.post_needs_limit": "post needs a limit price to wait at: add @ 64000.",
    "grammar.post_conflict": "post waits and {value} does not: leave one of them out.",
    "grammar.reduce_on_entry": "{value} opens a position and cannot reduce one: type cover for a "
    "short, sell for a long.",
    "grammar.exits_on_close": "“{value}” belongs to a position that stays, and this line reduces "
    "one: use {hint}.",
    "grammar.close_all": "all needs a symbol here: to close everything type /flatten.",
    "grammar.sell_short": "sell only sells what you hold: to open a short type {hint}.",
    "grammar.level_missing": "{field} needs a level: {hint}.",
    "grammar.level_unit": "“{value}” is no level for {field}: {hint}.",
    "grammar.level_percent": "“{value}” is too far for {field}: type less than 100%.",
    "grammar.r_needs_stop": "“{value}” counts in stop distances, and the line has no stop: add sl 2%.",
    "grammar.targets_many": "More than 10 targets are too many: leave some out.",
    "grammar.share_form": "“{value}” has no share that I can read: type it like 2%:50.",
    "grammar.shares_sum": "The shares of the targets do not fit into 100% ({value}): make them smaller.",
    "grammar.off_on_entry": "A new order has no {field} to take off: leave “{value}” out.",
    "grammar.exits_missing": "Nothing says what to change: {hint}.",
    "grammar.gap_form": "“{value}” says not what to do when the price jumps over the stop: type gap exit, "
    "gap limit, gap ask or gap reanchor.",
    "grammar.break_even_form": "“{value}” is no break-even: type now, or after tp1.",
    "grammar.break_even_target": "There is no target {value} in this line to wait for: {hint}.",
    "grammar.break_even_now": "A new order has no profit to protect now: type be after tp1.",
    "grammar.moment_missing": "{field} needs a time: type 4h, or 15:55.",
    "grammar.moment_form": "“{value}” is no time: type 4h, 15:55 or 2026-01-05 15:55.",
    "grammar.moment_clock": "“{value}” is no time of day: type hours and minutes of 24 hours, like 15:55.",
    "grammar.moment_date": "“{value}” is no date: type year, month, day, like 2026-01-05.",
    "grammar.moment_far": "“{value}” is further than a year away: type a nearer time.",
    "grammar.name_form": "“{value}” cannot be a name for {field}: use letters, digits, - and _, at most 32.",
    "grammar.name_missing": "{field} needs a name behind it: {hint}.",
    "grammar.argument_missing": "/{value} needs {hint}.",
    "grammar.frame_unknown": "There are no candles of “{value}”: type one of {hint}.",
    "grammar.argument_extra": "/{field} cannot take “{value}”: {hint}.",
    "grammar.ask_number": "“{value}” can be read in more than one way. Which number is it?",
    "grammar.ask_list": "Is “{value}” one number or two targets?",
    "grammar.ask_size": "How is “{value}” meant?",
    "grammar.ask_price": "Above or below? “{value}” has no sign.",
    "grammar.ask_stop": "Is “{value}” a stop that protects, or a price at which the order starts?",
    "grammar.ask_risk": "Is “{value}” money or percent?",
    "grammar.ask_symbol": "Is “{value}” a size or a symbol?",
    "grammar.ask_modify": "Is “{value}” the new price or the new size?",
}
