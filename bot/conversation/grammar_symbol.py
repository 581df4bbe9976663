"""Symbols and names: what may be one, and how it is written."""

from __future__ import annotations

from bot.conversation.grammar_wording import stop
from trading.domain.place import bare

SYMBOL_LENGTH_MAX = 44
ADDRESS_LENGTH_MIN = 26
NAME_LENGTH_MAX = 32
_MARKS = frozenset("/-_.:")
_SIZE_ENDS = frozenset({"", "k", "m", "r", "atr", "c", "%"})
RESERVED = frozenset(
    [
        "tp",
        "sl",
        "trail",
        "be",
        "breakeven",
        "exit",
        "stop",
        "stoploss",
        "stop-loss",
        "at",
        "limit",
        "better",
        "market",
        "mkt",
        "gtc",
        "day",
        "ioc",
        "fok",
        "gtd",
        "post",
        "reduce",
        "reduce-only",
        "reduceonly",
        "on",
        "tag",
        "size",
        "risk",
        "max",
        "all",
        "half",
        "off",
        "now",
        "after",
        "by",
        "in",
        "of",
        "short",
        "long",
        "loss",
    ]
)
"""Words of the grammar, which stand for a symbol only with a quote currency or as a cashtag."""


def is_symbol(word: str) -> bool:
    """Whether a word has the shape of a symbol and not that of a size."""
    if word[:1] == "$":
        word = word[1:]
        if not word[:1].isalpha():
            return False
    if not word.isascii() or len(word) > SYMBOL_LENGTH_MAX:
        return False
    if not word[:1].isalnum() or not word[-1:].isalnum():
        return False
    if word.isalpha():
        return True
    if not all(letter.isalnum() or letter in _MARKS for letter in word):
        return False
    return not (word[0].isdigit() and _is_size(word))


def _is_size(word: str) -> bool:
    """Whether a word that begins with a digit is a number, with or without a unit of the grammar."""
    rest = word.lstrip("0123456789.,").lower()
    lead = word[: len(word) - len(rest)]
    is_plain = lead.isdigit() and (lead[0] != "0" or rest[:1] == "x")
    return not is_plain or rest in _SIZE_ENDS or (rest[0] == "e" and rest[1:].isdigit())


def symbol(word: str, hint: str) -> str:
    """The symbol as it is written from now on: upper case, token addresses as typed. Raises Stop."""
    if word.lower() in RESERVED:
        raise stop("symbol_word", field="symbol", value=word, hint=f"{word.upper()}/USD, or with a $")
    if not is_symbol(word):
        code = "symbol_missing" if not word or not word[0].isalpha() else "symbol_form"
        raise stop(code, field="symbol", value=word, hint=hint)
    word = word.lstrip("$")
    return word if len(word) >= ADDRESS_LENGTH_MIN and word.isalnum() else word.upper()


def symbol_text(name: str) -> str:
    """A symbol as it may stand in a line: words of the grammar get a cashtag's `$`."""
    return f"${name}" if name.lower() in RESERVED else name


def base_of(name: str) -> str:
    """What stands before the quote currency of a symbol."""
    name = bare(name)
    for mark in "/-_:":
        if mark in name:
            return name.partition(mark)[0]
    return name


def quote_of(name: str) -> str:
    """What stands behind the base of a symbol; empty when it does not say."""
    name = bare(name)
    for mark in "/-_":
        if mark in name:
            return name.partition(mark)[2].partition(":")[0]
    return ""


def name(word: str, field: str) -> str:
    """A name for an account or a tag, as typed. Raises Stop."""
    fits = word.isascii() and all(letter.isalnum() or letter in "-_." for letter in word)
    if not fits or not word or len(word) > NAME_LENGTH_MAX:
        raise stop("name_form", field=field, value=word)
    return word
