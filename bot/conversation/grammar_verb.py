"""Lines of all other verbs: arguments read as the table of verbs says."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from bot.conversation.frames import FRAMES, frame_named, looks_like_frame
from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_moment import UNTIL_WORDS, moment, moment_text, until, until_text
from bot.conversation.grammar_number import unsigned, written
from bot.conversation.grammar_price import bare_price_text, limit, price_text, trigger
from bot.conversation.grammar_shapes import Amount, OrderRef, Value, VerbLine
from bot.conversation.grammar_size import begins_size, size, size_text
from bot.conversation.grammar_symbol import RESERVED, is_symbol, name, symbol, symbol_text
from bot.conversation.grammar_wording import Twofold, stop
from bot.conversation.verbs import BY_WORD, VERBS, Argument, Kind, Verb
from trading.domain.currency import CURRENCIES
from trading.domain.exits import Moment, PriceSpec, Size, SizeKind

COUNT_MAX = 1000
ORDERS_MAX = 50
PERIODS = {
    "day": "day",
    "today": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "all": "all",
}
DAYS = ("today", "yesterday")
_DATE = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_CHOICE_WORDS = frozenset(PERIODS).union(*(argument.choices for row in VERBS for argument in row.arguments))
_PRICE_WORDS = frozenset({"@", "at", "limit", "better"})
_NUMBER_LENGTH_MAX = 9
_NEED = {
    Kind.SYMBOL: "a symbol, like BTC",
    Kind.ORDER: "the number of an order, like #3 (/orders lists them)",
}
_NEED_NAMED = {
    "name": "a name",
    "bot": "the kind of bot",
    "text": "a sentence of yours",
    "who": "the name of a person (/roles lists them)",
    "request": "the code of a request (it stands on its card)",
}
"""What a required argument of any other kind is, by its name."""


def verb_line(row: Verb, words: Words) -> VerbLine:
    """Read the arguments behind a verb. Raises Stop or Twofold."""
    values: dict[str, Value] = {}
    is_strict = any(argument.kind is Kind.TEXT for argument in row.arguments)
    first = 0
    leads = {argument.lead for argument in row.arguments if argument.lead}
    while not words.is_done:
        if words.peek() in leads:
            words.take()
            leads.discard(words.items[words.at].lower())
            continue
        place = _accepting(row.arguments, first, values, words.peek())
        if place is None:
            raise stop("argument_extra", field=row.name, value=words.take(), hint=_usage_hint(row))
        argument = row.arguments[place]
        value = _read(argument, words)
        if argument.many:
            earlier = values.get(argument.name, ())
            assert isinstance(earlier, tuple) and isinstance(value, OrderRef), "only orders come in numbers"
            value = (*earlier, value) if value not in earlier else earlier
            if len(value) > ORDERS_MAX:
                word = words.items[words.at]
                raise stop("argument_extra", field=row.name, value=word, hint=_usage_hint(row))
        values[argument.name] = value
        # Where free text ends a line, words have their order; elsewhere they may come in any.
        first = place + 1 if is_strict else 0
    for argument in row.arguments:
        if argument.required and argument.name not in values:
            raise stop(
                "argument_missing",
                field=argument.name,
                value=row.name,
                hint=_NEED.get(argument.kind) or _NEED_NAMED.get(argument.name, argument.name),
                suggestions=row.examples[:1],
            )
    alone = {one.name for one in row.arguments if one.alone and values.get(one.name) in one.alone}
    for argument in row.arguments:
        if argument.name in values and _says_nothing(argument, values, alone):
            text = argument_text(argument, values[argument.name])
            raise stop("argument_extra", field=row.name, value=text, hint=_usage_hint(row))
    if len(values) < row.values_min:
        raise stop(
            "argument_missing",
            field=row.arguments[-1].name,
            value=row.name,
            hint=f"to be told what to change: {row.examples[0]}",
            suggestions=row.examples[:1],
        )
    return VerbLine(row.name, values)


def _says_nothing(argument: Argument, values: dict[str, Value], alone: set[str]) -> bool:
    """Whether whoever carries the line out would drop this argument, beside the others that are there.
    `alone`: arguments whose value stands for itself."""
    if alone - {argument.name} or any(name in values for name in argument.never_with):
        return True
    if not argument.needs or values[argument.name] in argument.unless:
        return False
    beside = values.get(argument.needs)
    return beside is None or (bool(argument.only) and beside not in argument.only)


def _accepting(
    arguments: tuple[Argument, ...], first: int, values: dict[str, Value], word: str
) -> int | None:
    """The place of the first free argument that takes a word."""
    for place in range(first, len(arguments)):
        argument = arguments[place]
        if (argument.many or argument.name not in values) and _accepts(argument, word):
            return place
    return None


def _accepts(argument: Argument, word: str) -> bool:  # noqa: C901 - one flat case per kind of argument
    if argument.keyword:
        return word == argument.keyword
    match argument.kind:
        case Kind.CHOICE:
            return word in argument.choices
        case Kind.PERIOD:
            return word in PERIODS
        case Kind.COUNT:
            return word.isdigit() and len(word) <= _NUMBER_LENGTH_MAX and 1 <= int(word) <= COUNT_MAX
        case Kind.ORDER:
            return _is_ref(word)
        case Kind.SUBJECT:
            return _is_ref(word) or _may_be_symbol(word)
        case Kind.SYMBOL:
            return _may_be_symbol(word)
        case Kind.VERB:
            return word.removeprefix("/") in BY_WORD
        case Kind.WORD:
            return word[:1].isalpha() and word.isascii()
        case Kind.AMOUNT:
            return word[0].isdigit() or word[0] in "+-.,$€£"
        case Kind.PRICE:
            return word in _PRICE_WORDS
        case Kind.STOP:
            return word == "stop"
        case Kind.SIZE:
            return begins_size(word)
        case Kind.MOMENT:
            return word in ("in", "at") or word[0].isdigit()
        case Kind.FRAME:
            return looks_like_frame(word)
        case Kind.DAY:
            return word in DAYS or _DATE.fullmatch(word) is not None
        case Kind.UNTIL:
            return word in UNTIL_WORDS or word[0].isdigit()
        case Kind.TEXT:
            return True


def _is_ref(word: str) -> bool:
    digits = word.removeprefix("#")
    return digits.isdigit() and digits.isascii() and len(digits) <= _NUMBER_LENGTH_MAX and int(digits) > 0


def _may_be_symbol(word: str) -> bool:
    return word not in RESERVED and is_symbol(word)


def _read(argument: Argument, words: Words) -> Value:
    if argument.keyword:
        words.take()
        if words.is_done:
            hint = f"{argument.keyword} and a name"
            raise stop("name_missing", field=argument.keyword, hint=hint)
    match argument.kind:
        case Kind.TEXT:
            return words.rest()
        case Kind.PRICE | Kind.STOP | Kind.SIZE | Kind.MOMENT | Kind.UNTIL:
            return _read_phrase(argument, words)
        case _:
            return _read_word(argument, words.take())


def _read_phrase(argument: Argument, words: Words) -> Value:
    match argument.kind:
        case Kind.PRICE:
            if words.peek() != "better":
                words.take()
            found = limit(words)
            if found is None:
                raise stop("price_form", field="price", value="market")
            return found
        case Kind.STOP:
            words.take()
            return trigger(words)
        case Kind.SIZE:
            return _read_size(words)
        case Kind.UNTIL:
            return until(words, argument.name)
        case _:
            return moment(words, argument.name)


def _read_size(words: Words) -> Size:
    is_named = words.peek() == "size"
    found = size(words, "modify", False, "")
    word = words.items[words.at]
    if found.kind in (SizeKind.POSITION, SizeKind.MAX):
        raise stop("size_unit", field="size", value=word, hint="an order that waits")
    if found.kind is SizeKind.BARE and not is_named:
        text = written(found.value)
        raise Twofold("ask_modify", word, (f"@ {text}", f"{text} units"))
    return found


def _read_word(argument: Argument, word: str) -> Value:
    lowered = word.lower()
    match argument.kind:
        case Kind.ORDER:
            return OrderRef(int(word.removeprefix("#")))
        case Kind.SUBJECT:
            return OrderRef(int(word.removeprefix("#"))) if _is_ref(word) else symbol(word, "")
        case Kind.SYMBOL:
            return symbol(word, "")
        case Kind.PERIOD:
            return PERIODS[lowered]
        case Kind.COUNT:
            return int(word)
        case Kind.VERB:
            return BY_WORD[lowered.removeprefix("/")].name
        case Kind.AMOUNT:
            found = unsigned(word, argument.name)
            if found.unit not in ("", "%") and found.unit not in CURRENCIES:
                raise stop("number_form", field=argument.name, value=word)
            return Amount(found.value, found.unit)
        case Kind.WORD:
            return name(word, argument.name)
        case Kind.FRAME:
            frame = frame_named(word)
            if not frame:
                raise stop("frame_unknown", field=argument.name, value=word, hint=", ".join(FRAMES))
            return frame
        case Kind.DAY:
            if lowered not in DAYS and not _exists(lowered):
                raise stop("moment_date", field=argument.name, value=word)
            return lowered
        case _:
            return lowered


def _exists(day: str) -> bool:
    """Whether a date is on the calendar: 2018-02-30 is not."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _usage_hint(row: Verb) -> str:
    return "type " + " or ".join(row.examples[:2])


# ---------------------------------------------------------------- canonical words


def value_text(value: Value) -> str:
    """The canonical words of an argument."""
    match value:
        case OrderRef():
            return f"#{value.number}"
        case tuple():
            return " ".join(f"#{ref.number}" for ref in value)
        case Amount():
            return _amount_text(value.value, value.unit)
        case PriceSpec():
            return price_text(value)
        case Moment():
            return moment_text(value)
        case Size():
            return ("size " if value.kind is SizeKind.BARE else "") + size_text(value)
        case _:
            return str(value)


def _amount_text(value: Decimal, unit: str) -> str:
    if unit == "USD":
        return "$" + written(value)
    return written(value) + unit.lower()


def argument_text(argument: Argument, value: Value) -> str:
    """The canonical words of an argument with its keyword."""
    if argument.kind is Kind.STOP and isinstance(value, PriceSpec):
        return "stop " + bare_price_text(value)
    if argument.kind is Kind.UNTIL and isinstance(value, Moment):
        return until_text(value)
    if argument.kind in (Kind.SYMBOL, Kind.SUBJECT) and isinstance(value, str):
        is_word = value.lower() in _CHOICE_WORDS or (value[:1].isalpha() and looks_like_frame(value.lower()))
        return f"${value}" if is_word else symbol_text(value)
    text = value_text(value)
    return f"{argument.keyword} {text}" if argument.keyword else text
