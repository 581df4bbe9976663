"""The language in which the command line speaks: OPENOUTCRY_LANGUAGE, else the terminal's, else English.

What belongs to a person in chat is said in that person's language (wording.py); this is for whoever typed the
command. What a replay prints is no part of it: a script gives the same wherever it is played.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from bot.conversation import words
from bot.conversation.words import DEFAULT, language_of
from bot.settings_complaint import PREFIX

if TYPE_CHECKING:
    from bot.conversation.wording import Wording

NAME = f"{PREFIX}LANGUAGE"
OF_THE_TERMINAL = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Who names a language, the strongest first (POSIX, 8.2)."""

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language_here(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for, as far as it can be told before settings are loaded."""
    return language_of(environ.get(NAME, "").strip()) or language_of_terminal(environ)


def language_of_terminal(environ: Mapping[str, str]) -> str:
    """The terminal's language, else English."""
    given = next((environ[name] for name in OF_THE_TERMINAL if environ.get(name)), "")
    return language_of(given.partition(".")[0]) or DEFAULT


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak so within; `speak` may still change it."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def speak(language: str) -> None:
    """Speak so from now on; an empty one changes nothing."""
    if language:
        _language.set(language)


def say(key: str, /, **values: object) -> str:
    """As `bot.conversation.words.say`, in the language of the command line."""
    return words.say(key, _language.get(), **values)


def wording() -> Wording:
    """Numbers and phrases for whoever typed the command."""
    from bot.conversation.wording import Wording

    return Wording(_language.get())


def retold(sentence: str) -> str:
    """What a problem says in English, in the language of the command line; as it is where no phrase fits."""
    if _language.get() == DEFAULT:
        return sentence
    from bot.conversation.retelling import told_as

    return told_as(wording(), "problem", sentence)


def wrong_line(message: str) -> str:
    """What argparse says is wrong with a command line, in the language of the command line."""
    if _language.get() == DEFAULT:
        return message
    from bot.conversation.retelling import told_as

    return told_as(wording(), "argparse", message)
