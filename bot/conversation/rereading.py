"""Lines that leave out what the desk can see: one open position needs no name.

Pure; whatever is completed here is shown on a card and never goes out at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.conversation.grammar import NotUnderstood, Parsed, parse
from bot.conversation.verbs import BY_WORD

_NO_SYMBOL = frozenset({"symbol_missing", "symbol_word"})
_OF_A_POSITION = frozenset({"sell", "cover", "close", "tp", "sl", "trail", "breakeven", "bracket"})


def understood(line: str, open_symbols: Callable[[], Sequence[str]]) -> tuple[Parsed, str]:
    """What a line says, and the line that says it.

    A line that closes or protects without naming a symbol means the only open position, if there is
    exactly one; `/close all` is `/flatten`, `/cancel BTC` is `/cancelall BTC`. `open_symbols` is asked only
    when the line does not say it all.
    """
    parsed = parse(line)
    if isinstance(parsed, NotUnderstood):
        for other in _others(line.split(), parsed, open_symbols()):
            found = parse(other)
            if not isinstance(found, NotUnderstood):
                return found, other
    return parsed, line


def _others(words: list[str], refused: NotUnderstood, open_symbols: Sequence[str]) -> Iterable[str]:
    row = BY_WORD.get(words[0].removeprefix("/").lower()) if words else None
    if row is None:
        return
    rest = words[1:]
    if refused.code == "close_all" and [word.lower() for word in rest] == ["all"]:
        yield "/flatten"
    elif row.name == "cancel" and refused.field == "cancel" and len(rest) == 1:
        yield "/cancelall" if rest[0].lower() == "all" else f"/cancelall {rest[0]}"
    elif refused.code in _NO_SYMBOL and row.name in _OF_A_POSITION and len(open_symbols) == 1:
        yield " ".join((f"/{row.name}", open_symbols[0], *rest))
