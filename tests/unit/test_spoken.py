"""The command line in German: chosen by a setting or by the terminal, complete, and English otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli_exits import Exit, exit_of
from bot.cli_parser import COMMANDS
from bot.spoken import NAME, language_here, retold, say, speak, speaking, wording, wrong_line
from db.problem import SENTENCES
from tests.architecture.source import ROOT

PROBLEMS = frozenset(
    {
        "DatabaseProblem",
        "DataProblem",
        "FeedLost",
        "TapeUnavailable",
        "MissedPress",
        "BadInput",
        "VaultLocked",
    }
)
ROOMS = ("db/*.py", "trading/feeds/*.py", "trading/brokers/tape.py", "trading/backtest/*.py", "bot/main/*.py")
PIECES = {
    "self.name": "a.csv",
    "number": "7",
    "holder": "7",
    "where": "a.csv line 7 has its ",
    "side": "ask ",
    "_SANE": "mend or delete the line",
    "what": "is cut off or was changed",
}
"""What stands in places whose text is a part of the sentence; in all others stands a name."""


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NAME, "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_DE", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", NAME: "de"}, "de"),
        ({"LANG": "de_DE.UTF-8", NAME: "en"}, "en"),
        ({"LANG": "de_DE.UTF-8", NAME: " "}, "de"),
        ({NAME: "klingon"}, "en"),
    ],
)
def test_the_setting_is_stronger_than_the_terminal(environ: dict[str, str], language: str) -> None:
    assert language_here(environ) == language


def test_what_is_spoken_within_ends_with_it() -> None:
    with speaking("de"):
        assert say("cli.orders") == "Orders" and wording().locale == "de"
        speak("en")
        speak("")
        assert wording().locale == "en"
        speak("de")
    assert wording().locale == "en" and say("cli.fills") == "fills"


def test_every_help_text_is_german_when_the_terminal_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def helps() -> dict[str, str]:
        found = {}
        for command in ("", *COMMANDS):
            with pytest.raises(SystemExit):
                main([*([command] if command else []), "--help"])
            found[command] = capsys.readouterr().out
        return found

    english = helps()
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    german = helps()
    for command, text in german.items():
        assert text.startswith("Aufruf: openoutcry"), text
        assert "diese Hilfe zeigen und enden" in text and "Optionen:" in text
        told = {line.strip() for line in english[command].splitlines()}
        same = told & {line.strip() for line in text.splitlines()}
        assert not [line for line in same if re.search(r"(?<![\w-])[a-z]{2,} [a-z]{2,} [a-z]", line)], same


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("db", "Es fehlt: ACT; siehe `openoutcry db --help`."),
        ("run --onc", "Unbekannte Argumente: --onc; siehe"),
        ("run --speed 0", "Argument --speed: es muss eine Zahl über 0 sein, etwa 10000; siehe"),
        ("run --profile half", "Argument --profile: 'half' gibt es nicht (zur Wahl stehen 'bracketed'"),
        ("run --feed", "Argument --feed: ein Wert fehlt; siehe"),
        ("run --once=1", "Argument --once: mit '1' ist nichts anzufangen; siehe"),
        ("backtest a.csv", "Eins von --strategy --bot wird gebraucht; siehe"),
        (
            "backtest a.csv --strategy x --bot y",
            "Argument --bot: geht nicht zusammen mit",
        ),
        ("rum", "Es gibt keinen Befehl „rum“: meinst du `openoutcry run`?"),
        ("replay nonesuch.csv", "nonesuch.csv lässt sich nicht lesen"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_german(
    line: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert main(line.split()) in (Exit.USAGE, Exit.DATA)
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1


def test_a_setting_in_the_desks_own_file_speaks_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "openoutcry.toml").write_text('language = "de"\n', encoding="utf-8")
    assert main(["status", "--home", str(tmp_path)]) == Exit.USAGE
    assert "steht noch kein Desk: starte einen mit `openoutcry run`" in capsys.readouterr().err
    assert main(["doctor", "--home", str(tmp_path), "--json"]) in (Exit.OK, Exit.INTERNAL)
    assert "Datenordner" in capsys.readouterr().out
    monkeypatch.setenv(NAME, "fr")
    monkeypatch.setenv("LANG", "de")
    assert main(["status", "--home", str(tmp_path)]) == Exit.SETTINGS
    assert "OPENOUTCRY_LANGUAGE ist „fr“: schreib en oder de" in capsys.readouterr().err


# ---------------------------------------------------------------- what other rooms say in English


def _sentences() -> Iterator[tuple[str, str]]:
    """Every sentence with which a problem is raised, by where it stands, with something in each place."""
    for pattern in ROOMS:
        for path in sorted(ROOT.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PROBLEMS:
                    for argument in node.args:
                        text = _text(argument)
                        if " " in text:
                            yield f"{path.relative_to(ROOT)}:{node.lineno}", text
    yield from (("db/problem.py", text.format(detail="odd")) for text in SENTENCES.values())


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = []
    for one in node.values:
        if isinstance(one, ast.FormattedValue):
            parts.append(PIECES.get(ast.unparse(one.value), "XYZ"))
        else:
            parts.append(str(getattr(one, "value", "")))
    return "".join(parts)


def test_every_problem_that_ends_a_command_has_its_german_sentence() -> None:
    sentences = list(_sentences())
    assert len(sentences) > 50
    with speaking("de"):
        silent = [(where, text) for where, text in sentences if retold(text) == text]
    assert silent == []


def test_english_stays_as_it_was_said() -> None:
    assert (
        retold("This backup is damaged: choose another one.") == "This backup is damaged: choose another one."
    )
    assert wrong_line("expected one argument") == "expected one argument"
    with speaking("de"):
        assert retold("Nobody has ever said this.") == "Nobody has ever said this."
        assert exit_of(KeyboardInterrupt())[1][0].startswith("Unterbrochen")
