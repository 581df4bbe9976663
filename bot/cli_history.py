"""The command line of `openoutcry history`: its acts, their flags and their help."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli_options import HistoryOptions
from bot.spoken import say

ACTS = ("import", "list", "check", "fill", "forget")
SERIES = "SYMBOL@FRAME"


def add_history(inner: argparse._SubParsersAction[Any], every: argparse.ArgumentParser) -> None:
    """An inner command for each act."""
    for act in ACTS:
        about = say(f"cli.history.{act}")
        made = inner.add_parser(act, parents=[every], help=about, description=about, allow_abbrev=False)
        made.add_argument("--json", action="store_true", dest="as_json", help=say("cli.history.json"))
        if act == "import":
            _add_import(made)
        elif act in ("fill", "forget"):
            made.add_argument("series", nargs="+", metavar=SERIES, help=say("cli.history.series"))
        elif act == "check":
            made.add_argument("series", nargs="*", metavar=SERIES, help=say("cli.history.series"))
        if act in ("fill", "forget", "check"):
            made.add_argument("--adjusted", action="store_true", help=say("cli.history.adjusted"))
        if act == "fill":
            made.add_argument("--from", dest="source", default="", help=say("cli.history.from"))
            made.add_argument("--since", type=day, metavar="DAY", help=say("cli.history.since"))
            made.add_argument("--until", type=day, metavar="DAY", help=say("cli.history.until"))


def _add_import(made: argparse.ArgumentParser) -> None:
    add = made.add_argument
    add("files", nargs="+", type=Path, metavar="FILE", help=say("cli.history.files"))
    add("--symbol", default="", help=say("cli.history.symbol"))
    add("--frame", default="", help=say("cli.history.frame"))
    add("--zone", default="", help=say("cli.history.zone"))
    add("--source", default="", metavar="NAME", help=say("cli.history.source"))
    add("--adjusted", action="store_true", help=say("cli.history.adjusted"))
    add("--keep", choices=("first", "last"), default="", help=say("cli.history.keep"))
    add("--skip-impossible", action="store_true", help=say("cli.history.skip"))
    add("--replace", action="store_true", help=say("cli.history.replace"))
    add("--look", action="store_true", help=say("cli.history.look"))


def history_options(args: argparse.Namespace) -> HistoryOptions:
    """What was asked for."""
    return HistoryOptions(
        act=args.act,
        home=args.home,
        as_json=args.as_json,
        files=tuple(getattr(args, "files", ())),
        series=tuple(getattr(args, "series", ())),
        symbol=getattr(args, "symbol", ""),
        frame=getattr(args, "frame", ""),
        zone=getattr(args, "zone", ""),
        source=getattr(args, "source", ""),
        adjusted=getattr(args, "adjusted", False),
        keep=getattr(args, "keep", ""),
        skip_impossible=getattr(args, "skip_impossible", False),
        replaces=getattr(args, "replace", False),
        looks=getattr(args, "look", False),
        since=getattr(args, "since", None),
        until=getattr(args, "until", None),
    )


def day(text: str) -> datetime:
    """`2024-01-01`, or an instant with its zone; days begin at midnight UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(say("cli.history.day")) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
