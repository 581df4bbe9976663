"""From a typed line to what it says: the one door of the grammar in docs/grammar.md.

Pure: no clock, no account, no market. What needs a price or a position is judged by the handlers.
"""

from __future__ import annotations

from typing import cast

from bot.conversation.grammar_canonical import canonical
from bot.conversation.grammar_complete import complete
from bot.conversation.grammar_lexer import Words, screened, tokens
from bot.conversation.grammar_nearest import nearest
from bot.conversation.grammar_order import exits_line, order_line
from bot.conversation.grammar_shapes import (
    Amount,
    Asked,
    ExitsLine,
    ExitsVerb,
    NotUnderstood,
    OrderLine,
    OrderRef,
    OrderVerb,
    Parsed,
    Value,
    VerbLine,
)
from bot.conversation.grammar_symbol import is_symbol, symbol
from bot.conversation.grammar_verb import verb_line
from bot.conversation.grammar_wording import Stop, Twofold, sentence, stop
from bot.conversation.verbs import ANNOUNCED, BY_WORD, EXPANSIONS, VERBS, Kind, Shape, Verb

__all__ = [
    "Amount",
    "Asked",
    "ExitsLine",
    "NotUnderstood",
    "OrderLine",
    "OrderRef",
    "Parsed",
    "Value",
    "VerbLine",
    "canonical",
    "complete",
    "nearest_verb",
    "parse",
]

Read = OrderLine | ExitsLine | VerbLine
_SPOKEN_GROUPS = frozenset({"trade", "protect", "guard"})
_SPOKEN: dict[str, Verb] = {
    word: row for row in VERBS for word in (row.name, *(row.aliases if row.group in _SPOKEN_GROUPS else ()))
} | {"?": BY_WORD["?"]}
"""Words that name a verb without a slash."""
FREE_TEXT = "/do"
"""Behind it stands a line as it would be typed alone: on servers where only commands are read it is the way
to type anything, and it means the same everywhere."""
_SHORT = tuple(word for word in EXPANSIONS if " " not in word)
_NAMES = tuple(dict.fromkeys((*(row.name for row in VERBS), *BY_WORD, *_SHORT, *ANNOUNCED)))
_TYPO_LENGTH_MIN = 6
_FURTHER_QUESTIONS = 2


def parse(line: str) -> Parsed:
    """What a line says. Never raises: what cannot be read is a NotUnderstood, what can be read twice an
    Asked. The cost is linear in the length of the line."""
    try:
        words = screened(line)
    except Stop as ended:
        return ended.refusal
    return parse_words(words)[0]


def parse_words(items: list[str]) -> tuple[Parsed, int]:
    """What screened words say, and how many looks at words it took."""
    cursor = Words([])
    try:
        row, cursor = _opened(items)
        return _read(row, cursor), cursor.steps
    except Stop as ended:
        return ended.refusal, cursor.steps
    except Twofold as open_question:
        return _asked(cursor, open_question)


def _read(row: Verb, cursor: Words) -> Read:
    match row.shape:
        case Shape.ORDER:
            return order_line(cast(OrderVerb, row.name), cursor)
        case Shape.EXITS:
            return exits_line(cast(ExitsVerb, row.name), cursor)
        case Shape.PLAIN:
            return verb_line(row, cursor)


def _opened(items: list[str]) -> tuple[Verb, Words]:
    """The verb of a line, and the cursor that stands on it. Raises Stop."""
    if len(items) > 1 and items[0].partition("@")[0].lower() == FREE_TEXT:
        items = items[1:]
    first = items[0]
    is_slashed = first[0] == "/"
    word = (first[1:].partition("@")[0] if is_slashed else first).lower()
    row = (BY_WORD if is_slashed else _SPOKEN).get(word)
    pair = f"{word} {items[1].lower()}" if len(items) > 1 else ""
    if pair in EXPANSIONS or (row is None and word in EXPANSIONS):
        known = pair if pair in EXPANSIONS else word
        items = [*("/" + EXPANSIONS[known]).split(), *items[len(known.split()) :]]
        row = BY_WORD[items[0][1:]]
    if row is None:
        _refuse_verb(items, word, is_slashed=is_slashed)
        row = BY_WORD["price"]
        items = ["/price", symbol(first, "")]
    has_text = row.shape is Shape.PLAIN and any(argument.kind is Kind.TEXT for argument in row.arguments)
    return row, Words(items if has_text else tokens(items))


def _refuse_verb(items: list[str], word: str, *, is_slashed: bool) -> None:
    """Raise Stop unless the line is a symbol alone, which opens its card."""
    first = items[0]
    if is_slashed and word in ANNOUNCED:
        raise stop("verb_later", field="verb", value=word, hint=ANNOUNCED[word])
    near = nearest_verb(word)
    is_typo = bool(near) and first.islower() and len(word) >= _TYPO_LENGTH_MIN
    if not is_slashed and len(items) == 1 and is_symbol(first) and not is_typo:
        return
    hint, suggestion = "/help lists all that I know", "/help"
    if near and near not in ANNOUNCED:
        hint, suggestion = f"type /{near} if you meant that", " ".join((f"/{near}", *items[1:]))
    raise stop("verb_unknown", field="verb", value=first, hint=hint, suggestions=(suggestion,))


def nearest_verb(word: str) -> str:
    """The verb that somebody may have meant by an unknown word, by its full name; empty when none is near."""
    found = nearest(word.lower().removeprefix("/"), _NAMES)
    return BY_WORD[found].name if found in BY_WORD else found


def _asked(cursor: Words, question: Twofold) -> tuple[Parsed, int]:
    """The question with those answers that lead on; a refusal when none does."""
    steps = cursor.steps
    choices: list[tuple[str, str]] = []
    refused: NotUnderstood | None = None
    for choice in question.choices:
        items = _rewritten(cursor, question, choice)
        outcome, looks = _outcome(items, _FURTHER_QUESTIONS)
        steps += looks
        if outcome is None:
            choices.append((choice, " ".join(items)))
        else:
            refused = refused or outcome
    if not choices and refused is not None:
        return refused, steps
    return Asked(sentence(question.code, value=question.piece), tuple(choices)), steps


def _rewritten(cursor: Words, question: Twofold, choice: str) -> list[str]:
    """The words of the line with one of the choices in its place."""
    start = cursor.at if question.start is None else question.start
    if question.start is None:
        choice = cursor.items[start].replace(question.piece, choice, 1)
    return [*cursor.items[:start], *choice.split(), *cursor.items[cursor.at + 1 :]]


def _outcome(items: list[str], further: int) -> tuple[NotUnderstood | None, int]:
    """The refusal that a line ends in, however its next `further` questions are answered; None when some
    answer leads on. Bounded, so that many open numbers in one line cannot multiply."""
    cursor = Words([])
    steps = 0
    refused: NotUnderstood | None = None
    try:
        row, cursor = _opened(items)
        _read(row, cursor)
    except Stop as ended:
        refused = ended.refusal
    except Twofold as question:
        for choice in question.choices if further else ():
            refused, looks = _outcome(_rewritten(cursor, question, choice), further - 1)
            steps += looks
            if refused is None:
                break
    return refused, steps + cursor.steps
