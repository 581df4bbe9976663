"""Exit codes of the `openoutcry` command, and which problem leads to which: one table.

Problems are known here by name, so that a failed start does not import what it never needed.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from bot.redaction import Redactor
from bot.settings import SettingsProblem
from bot.spoken import retold, say


class Exit(IntEnum):
    """What the shell, systemd or a script sees. docs/configuration.md explains each."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    SETTINGS = 3
    DATABASE = 4
    DATA = 5
    HELD = 6
    INTERRUPTED = 130
    OUTPUT_GONE = 141


class BadInput(Exception):
    """The command line or a script cannot be understood. The text is one sentence with its cure."""


class Row(NamedTuple):
    """A problem by its qualified name, its `code` when only that one is meant, and the exit code."""

    problem: str
    code: str
    exit: Exit


PROBLEMS = (
    Row("bot.cli_exits.BadInput", "", Exit.USAGE),
    Row("bot.settings.SettingsProblem", "", Exit.SETTINGS),
    Row("db.problem.DatabaseProblem", "held", Exit.HELD),
    Row("db.problem.DatabaseProblem", "", Exit.DATABASE),
    Row("trading.ports.JournalUnavailable", "", Exit.DATABASE),
    Row("trading.feeds.problems.DataProblem", "", Exit.DATA),
    Row("trading.brokers.tape.TapeUnavailable", "", Exit.DATABASE),
    Row("trading.feeds.problems.FeedLost", "", Exit.DATA),
)
"""First match wins; subclasses count as what they inherit from."""


def exit_of(error: BaseException) -> tuple[Exit, list[str]]:
    """The exit code of a failure and its sentences (one, except for settings: one for each that is wrong)."""
    for leaf in _leaves(error):
        if isinstance(leaf, KeyboardInterrupt):
            return Exit.INTERRUPTED, [say("cli.interrupted")]
        if isinstance(leaf, BrokenPipeError):
            return Exit.OUTPUT_GONE, []
        names = {f"{cls.__module__}.{cls.__qualname__}" for cls in type(leaf).__mro__}
        for row in PROBLEMS:
            if row.problem in names and row.code in ("", getattr(leaf, "code", "")):
                return row.exit, _sentences(leaf)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Exit.DATABASE, [say("cli.disk_full")]
    if isinstance(error, OSError) and error.filename is not None:
        return Exit.USAGE, [say("cli.file", path=error.filename, reason=error.strerror or str(error))]
    first = next(_leaves(error), error)
    what = " ".join(f"{type(first).__name__}: {first}".rstrip(": ").split())
    return Exit.INTERNAL, [say("cli.internal", what=Redactor().text(what))]


def _sentences(error: BaseException) -> list[str]:
    if isinstance(error, SettingsProblem):
        return [said(complaint.setting, complaint.key, complaint.values) for complaint in error.complaints]
    return [retold(" ".join(str(getattr(error, "sentence", "") or error).split()))]


def said(setting: str, key: str, values: object) -> str:
    """A complaint about a setting as a sentence."""
    assert isinstance(values, dict)
    return say(f"settings.{key}", setting=setting, **values)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors inside groups, which task groups raise."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
