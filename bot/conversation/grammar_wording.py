"""Every sentence that the grammar says, by its stable code: what was wrong, and what to type instead.

`{value}` is what was typed, `{field}` the part of the line, `{hint}` a fact that the code brings along.
"""

from __future__ import annotations

from bot.conversation.grammar_shapes import NotUnderstood

_VALUE_SHOWN_MAX = 40

SENTENCES: dict[str, str] = {
    "empty": "There is nothing to do in this line: type /help.",
    "line_long": "The line has more than 500 characters: say it in fewer words.",
    "several_lines": "One message is one command: send the lines one after the other.",
    "characters": "The line holds a character that a command may not hold ({value}): type it anew with plain "
    "letters and the digits 0 to 9.",
    "verb_unknown": "I do not know the word “{value}”: {hint}.",
    "verb_later": "/{value} is not here yet: {hint}.",
    "symbol_missing": "Which symbol? Put it behind the verb: {hint}.",
    "symbol_form": "“{value}” is no symbol: type letters and digits like BTC or BTC/USD.",
    "symbol_word": "“{value}” is also a word of this language: write the symbol with its quote "
    "currency, {hint}.",
    "word_unknown": "“{value}” is not understood here: {hint}.",
    "part_twice": "The line says {field} twice (“{value}”): say it once.",
    "size_unit": "“{value}” is no size for {hint}: type money (100usd), units of the symbol, contracts (2c) "
    "or a share (10%).",
    "size_contracts": "Contracts come whole, “{value}” does not: type 1c or 2c.",
    "size_percent": "“{value}” is more than all of it: type a share of up to 100%, or max.",
    "size_all": "All of what? For the largest size type max.",
    "size_missing": "How much stands behind “{value}”? Type risk 1% or risk $50.",
    "risk_needs_stop": "A size by risk follows from the stop: add sl 2% or a stop price.",
    "number_form": "“{value}” is no number that I can read: type it like 1000, 1,000.50 or 1.5k.",
    "number_exponent": "“{value}” is written with an exponent: type the number out, like 100000 or 100k.",
    "number_long": "“{value}” has too many digits: at most 15 before the point and 18 behind it.",
    "number_not_finite": "“{value}” is no number: type one like 100.",
    "number_sign": "“{value}” has a sign where none belongs: type the number without + or -.",
    "number_zero": "“{value}” is nothing: type a number above zero.",
    "price_missing": "Which price? Type a number or a signed percent: {hint}.",
    "price_form": "“{value}” is no price for an order: type a number, or a signed percent like -1%.",
    "gtd_needs_price": "A market order does not wait, so gtd means nothing on it: add a price, @ 64000.",
    "post_needs_limit": "post needs a limit price to wait at: add @ 64000.",
    "post_conflict": "post waits and {value} does not: leave one of them out.",
    "reduce_on_entry": "{value} opens a position and cannot reduce one: type cover for a short, sell for a "
    "long.",
    "exits_on_close": "“{value}” belongs to a position that stays, and this line reduces one: use {hint}.",
    "close_all": "all needs a symbol here: to close everything type /flatten.",
    "sell_short": "sell only sells what you hold: to open a short type {hint}.",
    "level_missing": "{field} needs a level: {hint}.",
    "level_unit": "“{value}” is no level for {field}: {hint}.",
    "level_percent": "“{value}” is too far for {field}: type less than 100%.",
    "r_needs_stop": "“{value}” counts in stop distances, and the line has no stop: add sl 2%.",
    "targets_many": "More than 10 targets are too many: leave some out.",
    "share_form": "“{value}” has no share that I can read: type it like 2%:50.",
    "shares_sum": "The shares of the targets do not fit into 100% ({value}): make them smaller.",
    "off_on_entry": "A new order has no {field} to take off: leave “{value}” out.",
    "exits_missing": "Nothing says what to change: {hint}.",
    "break_even_form": "“{value}” is no break-even: type now, or after tp1.",
    "break_even_target": "There is no target {value} in this line to wait for: {hint}.",
    "break_even_now": "A new order has no profit to protect now: type be after tp1.",
    "moment_missing": "{field} needs a time: type 4h, or 15:55.",
    "moment_form": "“{value}” is no time: type 4h, 15:55 or 2026-01-05 15:55.",
    "moment_clock": "“{value}” is no time of day: type hours and minutes of 24 hours, like 15:55.",
    "moment_date": "“{value}” is no date: type year, month, day, like 2026-01-05.",
    "moment_far": "“{value}” is further than a year away: type a nearer time.",
    "name_form": "“{value}” cannot be a name for {field}: use letters, digits, - and _, at most 32.",
    "name_missing": "{field} needs a name behind it: {hint}.",
    "argument_missing": "/{value} needs {hint}.",
    "argument_extra": "/{field} cannot take “{value}”: {hint}.",
    "ask_number": "“{value}” can be read in more than one way. Which number is it?",
    "ask_list": "Is “{value}” one number or two targets?",
    "ask_size": "How is “{value}” meant?",
    "ask_price": "Above or below? “{value}” has no sign.",
    "ask_stop": "Is “{value}” a stop that protects, or a price at which the order starts?",
    "ask_risk": "Is “{value}” money or percent?",
    "ask_symbol": "Is “{value}” a size or a symbol?",
    "ask_modify": "Is “{value}” the new price or the new size?",
}


class Stop(Exception):
    """The line cannot be read; carries the refusal. Never leaves `grammar.parse`."""

    def __init__(self, refusal: NotUnderstood) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Twofold(Exception):
    """The word under reading can be read in more than one way. Never leaves `grammar.parse`.

    `choices` replace `piece` in the word that was taken last, or, when `start` is set, the words from
    `start` up to and with that word.
    """

    def __init__(self, code: str, piece: str, choices: tuple[str, ...], start: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.piece = piece
        self.choices = choices
        self.start = start


def sentence(code: str, *, field: str = "", value: str = "", hint: str = "") -> str:
    """The sentence of a code, with its facts; long values are shortened."""
    return SENTENCES[code].format(field=field, value=shown(value), hint=hint)


def shown(value: str) -> str:
    """`value` as it may stand in a sentence: at most 40 characters."""
    return value if len(value) <= _VALUE_SHOWN_MAX else value[: _VALUE_SHOWN_MAX - 1] + "…"


def refusal(
    code: str, *, field: str = "", value: str = "", hint: str = "", suggestions: tuple[str, ...] = ()
) -> NotUnderstood:
    """A refusal with its sentence."""
    text = sentence(code, field=field, value=value, hint=hint)
    return NotUnderstood(code, text, field, value, suggestions)


def stop(
    code: str, *, field: str = "", value: str = "", hint: str = "", suggestions: tuple[str, ...] = ()
) -> Stop:
    """What a reader raises to end the line with a refusal."""
    return Stop(refusal(code, field=field, value=value, hint=hint, suggestions=suggestions))
