"""From characters to words: what may stand in a command at all, and the cursor that reads words once."""

from __future__ import annotations

from unicodedata import category

from bot.conversation.grammar_wording import stop

LINE_LENGTH_MAX = 500
CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_NUMERALS = ("Nd", "Nl", "No")


class Words:
    """The words of a line with a place in it. `at` is the word that was taken last; `steps` counts every
    look at a word, so that a test can hold the reading to a fixed number of looks per word."""

    __slots__ = ("at", "items", "lowered", "steps")

    def __init__(self, items: list[str], at: int = 0) -> None:
        self.items = items
        self.lowered = [item.lower() for item in items]
        self.at = at
        self.steps = 0

    def peek(self, ahead: int = 1) -> str:
        """The word `ahead` of the place, lower case; empty behind the end."""
        self.steps += 1
        index = self.at + ahead
        return self.lowered[index] if index < len(self.lowered) else ""

    def take(self) -> str:
        """The next word as typed. There must be one."""
        self.steps += 1
        self.at += 1
        return self.items[self.at]

    @property
    def is_done(self) -> bool:
        """Whether every word has been taken."""
        return self.at + 1 >= len(self.items)

    def rest(self) -> str:
        """All words that are left, joined by single spaces; they are taken."""
        text = " ".join(self.items[self.at + 1 :])
        self.at = len(self.items) - 1
        return text


def screened(line: str) -> list[str]:
    """The words of a line that holds nothing invisible. Raises Stop (line_long, several_lines, characters,
    empty)."""
    if len(line) > LINE_LENGTH_MAX:
        raise stop("line_long", field="line", value=line)
    line = line.strip(" \t\r\n").replace("\t", " ")
    if not (line.isascii() and line.isprintable()):
        line = _visible(line)
    words = line.split()
    if not words or words == ["/"]:
        raise stop("empty", field="line", value=line)
    return words


def _visible(line: str) -> str:
    """The line with every kind of space made plain. Raises Stop."""
    letters = []
    for letter in line:
        if letter in "\r\n":
            raise stop("several_lines", field="line", value=line.split("\n")[0].strip())
        kind = category(letter)
        if kind == "Zs":
            letter = " "
        elif kind[0] in "CZ" or (kind in _NUMERALS and not letter.isascii()):
            raise stop("characters", field="line", value=f"U+{ord(letter):04X}")
        letters.append(letter)
    return "".join(letters)


def tokens(words: list[str]) -> list[str]:
    """The words of an order or exits line: `@64000` parted, `10 %` joined, commas at the end dropped.

    Raises Stop (characters) for what is not ASCII.
    """
    made = words[:1]
    for word in words[1:]:
        if not word.isascii() and not (word[0] in CURRENCY_SIGNS and word[1:].isascii()):
            raise stop("characters", field="line", value=word)
        if word[-1] == "," and len(word) > 1:
            word = word[:-1]
        if word[0] == "@" and len(word) > 1:
            made.append("@")
            word = word[1:]
        elif word == "%" and len(made) > 1 and made[-1][-1].isdigit():
            made[-1] += "%"
            continue
        made.append(word)
    return made
