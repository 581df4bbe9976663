"""The command line of keys: `keys add|list|check|rotate|remove|anew`, their flags and their help."""

from __future__ import annotations

import argparse
from typing import Any

from bot.cli_options import KeysOptions
from bot.spoken import say

ACTS = ("add", "list", "check", "rotate", "remove", "anew")


def add_keys(keys: argparse.ArgumentParser, every: Any) -> None:
    """Its acts. A key or a secret is no argument of any of them."""
    inner = keys.add_subparsers(dest="act", metavar="ACT", required=True)
    for act in ACTS:
        about = say(f"cli.keys.{act}")
        made = inner.add_parser(act, parents=[every], help=about, description=about, allow_abbrev=False)
        if act == "add":
            made.add_argument("--venue", default="", metavar="VENUE", help=say("cli.keys.venue"))
            made.add_argument("--side", default="", metavar="SIDE", help=say("cli.keys.side"))
            made.add_argument("--account", default="", metavar="NAME", help=say("cli.keys.account"))
        elif act == "check":
            made.add_argument("account", nargs="?", default="", metavar="NAME", help=say("cli.keys.account"))
        elif act == "remove":
            made.add_argument("account", metavar="NAME", help=say("cli.keys.account"))
        elif act == "rotate":
            made.add_argument("--master", action="store_true", help=say("cli.keys.master"))


def keys_options(args: argparse.Namespace) -> KeysOptions:
    """What was asked for."""
    found = {
        name: getattr(args, name) for name in ("account", "venue", "side", "master") if hasattr(args, name)
    }
    return KeysOptions(args.act, **found)
