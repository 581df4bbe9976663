"""The command line: what it understands, and which exit code and sentence each failure gets."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli_exits import PROBLEMS, BadInput, Exit, exit_of
from bot.cli_parser import COMMANDS, parser, read_line


def test_no_command_means_run() -> None:
    assert read_line([]).command == "run"
    assert read_line(["--once"]).once is True


def test_the_flags_of_run_are_exact_numbers() -> None:
    args = read_line(["run", "--account-cash", "2500.50", "--speed", "60", "--feed", "ccxt:kraken"])
    assert (args.cash, args.speed, args.feed) == (Decimal("2500.50"), Decimal(60), "ccxt:kraken")


def test_the_flags_of_replay_are_read() -> None:
    line = "replay a.csv b.csv --chat s.txt --json --until 2018-04-05T00:00Z --symbol BTC/USD --symbol ES"
    args = read_line(line.split())
    assert [str(path) for path in args.data] == ["a.csv", "b.csv"]
    assert (args.as_json, args.until) == (True, datetime(2018, 4, 5, tzinfo=UTC))
    assert (args.symbols, args.fee_bps, args.seed) == (["BTC/USD", "ES"], Decimal(10), 0)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("rum", "There is no command “rum”: did you mean `openoutcry run`?"),
        ("zzzzz", "There is no command “zzzzz”: see `openoutcry --help`."),
        ("run --speed 0", "it must be a number above 0"),
        ("run --account-cash lots", "it must be a number above 0"),
        ("run --account-cash NaN", "it must be a number above 0"),
        ("run --profile half", "invalid choice"),
        ("run --onc", "Unrecognized arguments: --onc"),
        ("replay", "required: DATA"),
        ("replay x --until 2018-04-04T01:00", "an instant with its zone"),
        ("replay x --latency-ms 1.5", "a whole number"),
        ("replay x --fee-bps -1", "a number from 0 up"),
        ("db", "required: ACT"),
        ("restore", "required: FILE"),
    ],
)
def test_a_wrong_line_gets_one_sentence_and_code_2(
    line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == Exit.USAGE
    told = capsys.readouterr()
    assert told.out == ""
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    actions = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert set(actions[0].choices) == set(COMMANDS)
    for command in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert f"openoutcry {command}" in capsys.readouterr().out


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == Exit.OK
    assert capsys.readouterr().out.startswith("openoutcry ")


def test_every_problem_in_the_table_exists() -> None:
    for row in PROBLEMS:
        module, _, name = row.problem.rpartition(".")
        assert issubclass(getattr(importlib.import_module(module), name), Exception)


def test_problems_lead_to_their_exit_codes() -> None:
    from db.problem import DatabaseProblem
    from trading.feeds.problems import DataProblem
    from trading.ports import StaleWriter

    assert exit_of(DatabaseProblem("held", "Held."))[0] is Exit.HELD
    assert exit_of(DatabaseProblem("disk_full", "Full.")) == (Exit.DATABASE, ["Full."])
    assert exit_of(StaleWriter("Stale."))[0] is Exit.DATABASE
    assert exit_of(DataProblem("row", "Row 3 is\n wrong.")) == (Exit.DATA, ["Row 3 is wrong."])
    assert exit_of(BadInput("No."))[0] is Exit.USAGE
    assert exit_of(KeyboardInterrupt())[0] is Exit.INTERRUPTED
    assert exit_of(BrokenPipeError()) == (Exit.OUTPUT_GONE, [])


def test_a_known_problem_inside_a_group_is_found() -> None:
    group = ExceptionGroup("tasks", [ValueError("x"), ExceptionGroup("inner", [BadInput("No.")])])
    assert exit_of(group) == (Exit.USAGE, ["No."])


def test_a_missing_file_is_named() -> None:
    code, sentences = exit_of(FileNotFoundError(2, "No such file or directory", "a.csv"))
    assert code is Exit.USAGE
    assert sentences == [
        "a.csv cannot be used (No such file or directory): check the path and its permissions."
    ]


def test_a_fault_in_the_program_is_one_sentence_without_traceback() -> None:
    code, sentences = exit_of(ValueError("two\nlines"))
    assert code is Exit.INTERNAL
    assert len(sentences) == 1
    assert "ValueError: two lines" in sentences[0]
    assert "--debug" in sentences[0]


def test_no_secret_of_a_failure_reaches_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "123456789:AAsecretsecretsecretsecretsecretsecre"

    def fail(_: object) -> int:
        raise ConnectionError(f"GET https://api.telegram.org/bot{token}/getMe")

    monkeypatch.setattr("bot.cli._carry_out", fail)
    assert main(["run", "--debug"]) == Exit.INTERNAL
    told = capsys.readouterr().err
    assert "Traceback" in told and "A fault in the program" in told
    assert token not in told and "[hidden]" in told


def test_help_and_wrong_lines_import_nothing_heavy() -> None:
    script = (
        "import sys\nfrom bot.cli import main\nmain(['rum'])\n"
        "heavy = {'pydantic', 'sqlalchemy', 'prompt_toolkit', 'ccxt', 'asyncio', 'aiohttp'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_database_is_kept_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DATABASE_URL", "PORT", "DYNO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"

    def said(line: str) -> tuple[int, str]:
        code = main([*line.split(), "--home", str(home)])
        told = capsys.readouterr()
        return code, told.out + told.err

    code, text = said("journal verify")
    assert code == Exit.DATABASE
    assert "There is no desk at" in text
    assert said("db upgrade")[0] == Exit.OK
    assert home.stat().st_mode & 0o777 == 0o700
    assert said("db verify") == (Exit.OK, "Sound: 0 events in 0 streams, every hash fits.\n")
    copy = tmp_path / "copy"
    assert said(f"backup {copy}") == (Exit.OK, f"Wrote and verified {copy}: 0 events.\n")
    assert said(f"backup {copy}")[0] == Exit.DATABASE
    assert said(f"restore {copy}")[0] == Exit.DATABASE
    assert said(f"restore {copy} --force")[1].startswith(
        "Restored 0 events.\nWhat stood there before is kept"
    )
    assert said("db rebuild") == (Exit.OK, "Made the tables anew from 0 events.\n")
    assert said("journal export") == (Exit.OK, "")
    lines = tmp_path / "lines"
    assert said(f"journal export {lines}") == (Exit.OK, f"Wrote 0 events to {lines}.\n")
    assert lines.stat().st_mode & 0o777 == 0o600
    assert said(f"journal export {lines}") == (Exit.USAGE, f"{lines} exists already: name another file.\n")


def test_a_backup_without_a_name_is_dated_and_stands_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "PORT", "DYNO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert main(["db", "upgrade", "--home", str(tmp_path)]) == Exit.OK
    assert main(["backup", "--home", str(tmp_path)]) == Exit.OK
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("desk-2")
