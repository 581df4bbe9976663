"""The `openoutcry` command. Reads the line, hands over to `bot.main`, and turns problems into exit codes.

Everything heavy is imported by the command that needs it: `--help` and wrong flags answer at once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli_exits import BadInput, Exit, exit_of
from bot.cli_options import CertifyOptions, ReplayOptions, RunOptions, StoreOptions
from bot.cli_parser import SHOWN, read_line
from bot.redaction import Redactor
from bot.spoken import language_here, say, speak, speaking

if TYPE_CHECKING:
    from bot.settings_model import Settings
    from db.chain import Verdict


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code; failures are told on stderr, one sentence each."""
    with speaking(language_here(os.environ)):
        return _carried_out(sys.argv[1:] if argv is None else argv)


def _carried_out(words: Sequence[str]) -> int:
    try:
        return _carry_out(read_line(words))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the process's outermost edge
        if "--debug" in words:
            sys.stderr.write(Redactor().text(traceback.format_exc()))
        code, sentences = exit_of(error)
        for sentence in sentences:
            print(sentence, file=sys.stderr)
        if code is Exit.OUTPUT_GONE:
            # The interpreter flushes stdout once more when it ends, and would complain there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code


def _carry_out(args: argparse.Namespace) -> int:
    # What a desk writes is its owner's business only: database, tape, history, exports, backups.
    os.umask(0o077)
    _leave_no_core()
    match args.command:
        case "version":
            return _version()
        case "replay":
            return _replay(args)
        case "backtest" | "sweep":
            return _research(args)
        case "history":
            from bot import main as roof
            from bot.cli_history import history_options

            return roof.history(history_options(args))
        case "run":
            return _run(args)
        case "doctor":
            from bot import main as roof

            return roof.examine({"home": args.home}, args.as_json)
        case "connect":
            from bot import main as roof

            return roof.connect(args.platform, _settings(args))
        case "keys":
            return _keys(args)
        case "certify":
            from bot import main as roof

            return roof.certify(_settings(args), CertifyOptions(args.venue, args.account, args.symbol))
        case command if command in SHOWN:
            from bot import main as roof

            return roof.show(command, _settings(args), args.as_json)
        case _:
            return _keep(_settings(args), _store_options(args))


def _leave_no_core() -> None:
    """A process that dies leaves no image of its memory, which holds keys while they are used (TM1)."""
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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


def _research(args: argparse.Namespace) -> int:
    from bot import main as roof
    from bot.cli_research import backtest_options, sweep_options

    if args.command == "sweep":
        return roof.sweep(sweep_options(args))
    return roof.backtest(backtest_options(args))


def _keys(args: argparse.Namespace) -> int:
    from bot import main as roof
    from bot.cli_keys import keys_options
    from bot.settings import prepare_home

    settings = _settings(args)
    prepare_home(settings.home)
    return roof.keys(settings, keys_options(args))


def _run(args: argparse.Namespace) -> int:
    from bot import main as roof
    from bot.main.collecting import uncollected_start

    with uncollected_start():
        from bot.settings import prepare_home

        settings = _settings(args, feed=args.feed, cash=args.cash, profile=args.profile)
        prepare_home(settings.home)
        return roof.run_desk(settings, RunOptions(args.once, args.yes, args.loop, args.speed))


def _keep(settings: Settings, options: StoreOptions) -> int:
    """Look after the database. Raises DatabaseProblem."""
    import asyncio

    from bot.settings import prepare_home

    if options.act in ("upgrade", "restore") or (options.act == "backup" and options.file is None):
        prepare_home(settings.home)
    if options.act == "journal-export":
        return _export(settings.store_url, options.file)
    return asyncio.run(_act(settings, options))


async def _act(settings: Settings, options: StoreOptions) -> int:
    from db import backup, maintenance
    from db.anchor import ANCHOR_FILE, FileAnchor, behind

    url = settings.store_url
    match options.act:
        case "upgrade":
            done = await maintenance.upgrade(url)
            key = "cli.did.upgrade" if done.was_older else "cli.did.current"
            _print(key, **({"kept": done.kept or "-"} if done.was_older else {}), revision=done.revision)
        case "rebuild":
            _print("cli.did.rebuild", n=await maintenance.rebuild(url))
        case "verify" | "journal-verify":
            return _told(await maintenance.verify(url))
        case "backup":
            saved = await backup.backup(url, options.file or _backup_file(settings.home))
            _print("cli.did.backup", n=saved.events, path=saved.path)
            _ends(saved.heads)
        case _:
            assert options.act == "restore" and options.file is not None
            restored = await backup.restore(url, options.file, force=options.force)
            _print("cli.did.restore", n=restored.events)
            if restored.kept:
                _print("cli.did.kept", kept=restored.kept)
            known = await FileAnchor(settings.home / ANCHOR_FILE).read()
            for one in behind(known, restored.heads):
                at = f"{one.at:%Y-%m-%d %H:%M}"
                _print("cli.did.behind", stream=one.stream, seq=one.seq, known=one.known, at=at)
            if behind(known, restored.heads):
                _print("cli.did.behind.then")
    return Exit.OK


def _told(verdict: Verdict) -> int:
    """The heads are printed because a copy of them, kept elsewhere, shows whether the end was cut off."""
    if verdict.fault is not None:
        print(verdict.fault.sentence, file=sys.stderr)
        return Exit.DATABASE
    _print("cli.did.verify", n=verdict.events, streams=say("cli.did.streams", n=verdict.streams))
    _ends(verdict.heads)
    return Exit.OK


def _ends(heads: Mapping[str, tuple[int, str]]) -> None:
    for stream, (seq, link) in sorted(heads.items()):
        _print("cli.did.head", stream=stream, seq=seq, hash=link)


def _export(url: str, file: Path | None) -> int:
    """Into a file of its owner only, which appears when it is whole; or to stdout."""
    import asyncio

    from db import maintenance

    if file is None:
        asyncio.run(maintenance.export(url, sys.stdout.write))
        sys.stdout.flush()
        return Exit.OK
    if file.exists():
        raise BadInput(say("cli.exists", path=file))
    part = file.with_name(file.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8") as lines:
            count = asyncio.run(maintenance.export(url, lines.write))
            lines.flush()
            os.fsync(lines.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    _print("cli.did.export", n=count, path=file)
    return Exit.OK


def _backup_file(home: Path) -> Path:
    from trading.clock import SystemClock

    folder = home / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"desk-{SystemClock().now():%Y%m%dT%H%M%SZ}.backup"


def _print(key: str, **values: object) -> None:
    print(say(key, **values))


def _settings(args: argparse.Namespace, **flags: object) -> Settings:
    from bot.settings import load

    settings = load({"home": args.home, **flags})
    speak(settings.language)
    return settings


def _store_options(args: argparse.Namespace) -> StoreOptions:
    act = {"db": "", "journal": "journal-"}.get(args.command)
    return StoreOptions(
        act=args.command if act is None else act + args.act,
        file=getattr(args, "file", None),
        force=getattr(args, "force", False),
    )
