"""How the reading of a line ends early: with a refusal, or with a question.

The sentences themselves stand in words_grammar.py.
"""

from __future__ import annotations

from bot.conversation.grammar_shapes import NotUnderstood
from bot.conversation.words_grammar import ENGLISH

_VALUE_SHOWN_MAX = 40


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
    phrase = ENGLISH[f"grammar.{code}"]
    assert isinstance(phrase, str), "no sentence of the grammar counts anything"
    return phrase.format(field=field, value=shown(value), hint=hint)


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
