"""What may stand next on a half-typed line: for consoles that complete words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.conversation.frames import FRAMES
from bot.conversation.grammar_exit import GAP_WORDS, READERS
from bot.conversation.grammar_order import OPTION_WORDS
from bot.conversation.grammar_shapes import OPENING
from bot.conversation.grammar_verb import DAYS, PERIODS
from bot.conversation.verbs import BY_WORD, VERBS, Argument, Kind, Shape, Verb

COMPLETIONS_MAX = 50
_EXIT_WORDS = ("tp", "sl", "trail", "be", "exit", "gap")
_REDUCING = tuple(word for word in OPTION_WORDS if word not in READERS and word != "risk")


def complete(prefix: str, symbols: Sequence[str]) -> list[str]:
    """Words that may take the place of the last word of `prefix` (empty after a space), best first.

    `symbols` are those that the desk knows, in the order in which they should be offered.
    """
    words = prefix.split()
    if not words or (len(words) == 1 and not prefix[-1].isspace()):
        return _matching(_first_words(words[0] if words else "", symbols), words[0] if words else "")
    last = "" if prefix[-1].isspace() else words.pop()
    row = BY_WORD.get(words[0].removeprefix("/").partition("@")[0].lower())
    if row is None:
        return []
    return _matching(_next_words(row, words[1:], symbols), last)


def _first_words(word: str, symbols: Sequence[str]) -> Iterable[str]:
    yield from (f"/{row.name}" if not word or word[0] == "/" else row.name for row in VERBS)
    if word and word[0] != "/":
        yield from symbols


def _next_words(row: Verb, before: list[str], symbols: Sequence[str]) -> Iterable[str]:
    if row.shape is Shape.PLAIN:
        for argument in row.arguments:
            yield from _argument_words(argument, before, symbols)
    elif not before:
        yield from symbols
    elif before[-1].lower() == "gap":
        yield from GAP_WORDS
    elif row.shape is Shape.EXITS:
        yield from (word for word in (*_EXIT_WORDS, "off") if word not in before)
    else:
        options = OPTION_WORDS if row.name in OPENING else _REDUCING
        yield from (word for word in options if word not in before)


def _argument_words(argument: Argument, before: list[str], symbols: Sequence[str]) -> Iterable[str]:
    if argument.keyword:
        if before and before[-1].lower() == argument.keyword:
            return ()
        return (argument.keyword,)
    match argument.kind:
        case Kind.CHOICE:
            return argument.choices
        case Kind.PERIOD:
            return PERIODS
        case Kind.FRAME:
            return FRAMES
        case Kind.DAY:
            return DAYS
        case Kind.UNTIL:
            return ("until", "tomorrow") if before[-1:] == ["until"] else ("until",)
        case Kind.SYMBOL | Kind.SUBJECT:
            return symbols
        case Kind.VERB:
            return (row.name for row in VERBS)
        case _:
            return ()


def _matching(words: Iterable[str], start: str) -> list[str]:
    lowered = start.lower()
    found = dict.fromkeys(word for word in words if word.lower().startswith(lowered))
    return list(found)[:COMPLETIONS_MAX]
