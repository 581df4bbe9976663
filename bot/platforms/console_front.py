"""Chooses how the console reads and writes: a terminal, plain lines, or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.conversation.layout import WIDTH
from bot.platforms.console import Front, InputKind, input_kind

if TYPE_CHECKING:
    from bot.platforms.console_terminal import Complete

HISTORY = "console-history"


def _nothing(before: str) -> Iterable[str]:
    return ()


def front_for(
    home: Path,
    complete: Complete = _nothing,
    *,
    source: TextIO | None = None,
    sink: TextIO | None = None,
) -> Front | None:
    """The console's way in and out; None when nobody can type (`/dev/null`, closed stdin: say so).

    Args:
        home: the data folder; the history stands there, readable by its owner only.
        complete: see `console_terminal.Complete`.
        source, sink: stdin and stdout unless a test brings its own.
    """
    source = sys.stdin if source is None else source
    sink = sys.stdout if sink is None else sink
    kind = input_kind(source)
    if kind is InputKind.NOTHING or sink is None:
        return None
    if kind is InputKind.TERMINAL and sink.isatty():
        from bot.platforms.console_terminal import TerminalFront

        return TerminalFront(home / HISTORY, complete)
    from bot.platforms.console_plain import PlainFront

    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() else WIDTH
    return PlainFront(source, sink, is_pipe=kind is not InputKind.FILE, width=width)
