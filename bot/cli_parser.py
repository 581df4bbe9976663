"""The command line: which commands there are, their flags and their help."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from bot.cli_exits import BadInput
from bot.cli_history import add_history
from bot.cli_keys import add_keys
from bot.cli_research import add_backtest, add_sweep
from bot.spoken import say, wrong_line

PROG = "openoutcry"
DEFAULT_COMMAND = "run"
PROFILES = ("bracketed", "bracketed-whole", "full", "attached", "pair", "stops", "bare")
SHOWN = ("status", "positions", "orders", "fills", "equity")
COMMANDS = (
    DEFAULT_COMMAND,
    "connect",
    "replay",
    "backtest",
    "sweep",
    "history",
    *SHOWN,
    "keys",
    "certify",
    "doctor",
    "db",
    "journal",
    "backup",
    "restore",
    "version",
)


TITLES = {
    "positional arguments": "cli.help.positional",
    "options": "cli.help.options",
}
"""What argparse calls the parts of a help text, and our words for it."""


class _Help(argparse.HelpFormatter):
    """Help whose first word is the catalogue's."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, say("cli.help.usage") if prefix is None else prefix)


class _RawHelp(_Help, argparse.RawDescriptionHelpFormatter):
    """The same, with the examples line by line."""


class _Parser(argparse.ArgumentParser):
    """argparse with the catalogue's words where it has its own."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"formatter_class": _Help, **more})

    def add_argument_group(self, *args: Any, **more: Any) -> Any:
        """Its headings are looked up by what argparse calls them."""
        return super().add_argument_group(
            *(say(TITLES[one]) if one in TITLES else one for one in args), **more
        )

    def add_argument(self, *args: Any, **more: Any) -> Any:
        """Its own `--help` explains itself."""
        if more.get("action") == "help":
            more["help"] = say("cli.help.help")
        return super().add_argument(*args, **more)

    def error(self, message: str) -> NoReturn:
        """One sentence instead of the usage text."""
        told = wrong_line(message)
        raise BadInput(say("cli.usage", message=told[:1].upper() + told[1:], prog=self.prog))


CERTIFIED = ("binance", "kraken", "alpaca", "alpaca-parts", "alpaca-coins")
"""Venues that `certify` knows."""


def read_line(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; no command means `run`. Raises BadInput; `--help` prints and ends the process."""
    words = list(argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, DEFAULT_COMMAND)
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        near = difflib.get_close_matches(words[0], COMMANDS, n=1)
        if near:
            raise BadInput(say("cli.nearest", word=words[0], near=near[0]))
        raise BadInput(say("cli.unknown", word=words[0]))
    if words[0] == "--version":
        words[0] = "version"
    return parser().parse_args(words)


def parser() -> argparse.ArgumentParser:
    """The whole command line, for reading it and for the test that reads its help."""
    debug = _Parser(add_help=False)
    debug.add_argument("--debug", action="store_true", help=say("cli.debug"))
    every = _Parser(add_help=False, parents=[debug])
    every.add_argument("--home", type=Path, metavar="DIR", help=say("cli.home"))
    whole = _Parser(
        prog=PROG,
        description=say("cli.about"),
        epilog=say("cli.examples"),
        formatter_class=_RawHelp,
        allow_abbrev=False,
    )
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, about: str = "", parent: _Parser = every) -> _Parser:
        description = say(about or f"cli.{name}")
        return commands.add_parser(
            name, parents=[parent], help=say(f"cli.{name}"), description=description, allow_abbrev=False
        )

    _run(command("run", "cli.run.about"))
    connect = command("connect", "cli.connect.about")
    connect.add_argument(
        "platform", choices=("telegram", "discord"), metavar="PLATFORM", help=say("cli.connect.platform")
    )
    _replay(command("replay", "cli.replay.about", debug))
    add_backtest(command("backtest", "cli.backtest.about", debug), _positive, _not_negative, _whole)
    add_sweep(command("sweep", "cli.sweep.about", debug), _positive, _not_negative, _whole)
    inner = command("history", "cli.history.about", debug).add_subparsers(
        dest="act", metavar="ACT", required=True
    )
    add_history(inner, every)
    for name in SHOWN:
        shown = command(name, "cli.show.about")
        shown.add_argument("--json", action="store_true", dest="as_json", help=say("cli.show.json"))
    add_keys(command("keys", "cli.keys.about"), every)
    certify = command("certify", "cli.certify.about")
    certify.add_argument(
        "venue",
        choices=CERTIFIED,
        metavar="VENUE",
        help=say("cli.certify.venue"),
    )
    certify.add_argument("--account", required=True, metavar="NAME", help=say("cli.certify.account"))
    certify.add_argument("--symbol", default="", metavar="SYMBOL", help=say("cli.certify.symbol"))
    doctor = command("doctor", "cli.doctor.about")
    doctor.add_argument("--json", action="store_true", dest="as_json", help=say("cli.doctor.json"))
    _acts(command("db"), every, "db", ("upgrade", "rebuild", "verify"))
    _acts(command("journal"), every, "journal", ("verify", "export"))
    command("backup").add_argument("file", type=Path, nargs="?", metavar="FILE", help=say("cli.backup.file"))
    restore = command("restore")
    restore.add_argument("file", type=Path, metavar="FILE", help=say("cli.restore.file"))
    restore.add_argument("--force", action="store_true", help=say("cli.restore.force"))
    command("version", parent=debug)
    return whole


def _run(run: _Parser) -> None:
    run.add_argument("--once", action="store_true", help=say("cli.run.once"))
    run.add_argument("--feed", metavar="FEED", help=say("cli.run.feed"))
    run.add_argument("--account-cash", type=_positive, metavar="USD", dest="cash", help=say("cli.run.cash"))
    run.add_argument("--yes", action="store_true", help=say("cli.run.yes"))
    run.add_argument("--loop", action="store_true", help=say("cli.run.loop"))
    run.add_argument("--speed", type=_positive, default=Decimal(1), metavar="X", help=say("cli.run.speed"))
    run.add_argument("--profile", choices=PROFILES, help=say("cli.run.profile"))


def _replay(replay: _Parser) -> None:
    add = replay.add_argument
    add("data", nargs="+", type=Path, metavar="DATA", help=say("cli.replay.data"))
    add("--chat", type=Path, metavar="SCRIPT", help=say("cli.replay.chat"))
    add("--json", action="store_true", dest="as_json", help=say("cli.replay.json"))
    add("--until", type=_instant, metavar="T", help=say("cli.replay.until"))
    add("--yes", action="store_true", help=say("cli.replay.yes"))
    add("--cash", type=_positive, default=Decimal(10_000), metavar="USD", help=say("cli.replay.cash"))
    add("--fee-bps", type=_not_negative, default=Decimal(10), metavar="BPS", help=say("cli.replay.fee"))
    slippage = say("cli.replay.slippage")
    add("--slippage-bps", type=_not_negative, default=Decimal(0), metavar="BPS", help=slippage)
    add("--latency-ms", type=_whole, default=0, metavar="MS", help=say("cli.replay.latency"))
    add("--symbol", action="append", default=[], dest="symbols", help=say("cli.replay.symbol"))
    add("--seed", type=_whole, default=0, metavar="N", help=say("cli.replay.seed"))
    add("--profile", choices=PROFILES, default="full", help=say("cli.run.profile"))


def _acts(group: _Parser, every: _Parser, name: str, acts: Sequence[str]) -> None:
    inner = group.add_subparsers(dest="act", metavar="ACT", required=True)
    for act in acts:
        about = say(f"cli.{name}.{act}")
        made = inner.add_parser(act, parents=[every], help=about, description=about, allow_abbrev=False)
        if act == "export":
            made.add_argument("file", type=Path, nargs="?", metavar="FILE", help=about)


# ---------------------------------------------------------------- values


def _number(text: str, key: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(say(key)) from None
    if not value.is_finite() or value < 0:
        raise argparse.ArgumentTypeError(say(key))
    return value


def _positive(text: str) -> Decimal:
    value = _number(text, "cli.positive")
    if not value:
        raise argparse.ArgumentTypeError(say("cli.positive"))
    return value


def _not_negative(text: str) -> Decimal:
    return _number(text, "cli.not_negative")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(say("cli.whole"))
    return int(text)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(say("cli.instant")) from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(say("cli.instant"))
    return at
