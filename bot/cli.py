"""The `openoutcry` command. Reads the line, hands over to `bot.main`, and turns problems into exit codes.

Everything heavy is imported by the command that needs it: `--help` and wrong flags answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.cli_exits import Exit, exit_of
from bot.cli_options import ReplayOptions, RunOptions, StoreOptions
from bot.cli_parser import SHOWN, read_line

if TYPE_CHECKING:
    from bot.settings_model import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code; failures are told on stderr, one sentence each."""
    words = sys.argv[1:] if argv is None else argv
    try:
        return _carry_out(read_line(words))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the process's outermost edge
        if "--debug" in words:
            traceback.print_exc()
        code, sentences = exit_of(error)
        for sentence in sentences:
            print(sentence, file=sys.stderr)
        if code is Exit.OUTPUT_GONE:
            # The interpreter flushes stdout once more when it ends, and would complain there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code


def _carry_out(args: argparse.Namespace) -> int:
    match args.command:
        case "version":
            return _version()
        case "replay":
            return _replay(args)
        case "run":
            return _run(args)
        case command if command in SHOWN:
            from bot import main as roof

            return roof.show(command, _settings(args), args.as_json)
        case _:
            from bot import main as roof

            return roof.keep(_settings(args), _store_options(args))


def _version() -> int:
    from importlib.metadata import version

    print(f"openoutcry {version('openoutcry')}")
    return Exit.OK


def _replay(args: argparse.Namespace) -> int:
    from bot import main as roof

    options = ReplayOptions(
        data=tuple(args.data),
        chat=args.chat,
        as_json=args.as_json,
        until=args.until,
        yes=args.yes,
        cash=args.cash,
        fee_bps=args.fee_bps,
        slippage_bps=args.slippage_bps,
        latency_ms=args.latency_ms,
        symbols=tuple(args.symbols),
        seed=args.seed,
        profile=args.profile,
    )
    return roof.replay(options)


def _run(args: argparse.Namespace) -> int:
    from bot import main as roof
    from bot.settings import prepare_home

    settings = _settings(args, feed=args.feed, cash=args.cash, profile=args.profile)
    prepare_home(settings.home)
    return roof.run_desk(settings, RunOptions(args.once, args.yes, args.loop, args.speed))


def _settings(args: argparse.Namespace, **flags: object) -> Settings:
    from bot.settings import load

    return load({"home": args.home, **flags})


def _store_options(args: argparse.Namespace) -> StoreOptions:
    act = {"db": "", "journal": "journal-"}.get(args.command)
    return StoreOptions(
        act=args.command if act is None else act + args.act,
        file=getattr(args, "file", None),
        force=getattr(args, "force", False),
    )
