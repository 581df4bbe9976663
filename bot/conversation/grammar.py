"""From a typed line to what it says: the one door of the grammar in docs/grammar.md.

Pure: no clock, no account, no market. What needs a price or a position is judged by the handlers.
"""

from __future__ import annotations

from bot.conversation.grammar_shapes import (
    Amount,
    Asked,
    ExitsLine,
    NotUnderstood,
    OrderLine,
    OrderRef,
    Parsed,
    Value,
    VerbLine,
)

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
]
