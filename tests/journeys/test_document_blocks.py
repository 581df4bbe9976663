"""Whatever a document shows in a `console` block is run, and must print what the document says it prints.

Lines behind `$ ` are commands, the lines below are what they print; `...` stands for anything: for some lines
when it is alone, for the rest of a word or line inside one. One document's blocks share a folder and a desk,
in their order. `make` is not run, its targets are only looked up.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.cli import main
from tests.architecture.source import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
TARGET = re.compile(r"^([a-z-]+):", re.M)
INLINE_MAKE = re.compile(r"(?:`|\$ )make ([a-z-]+)")
IN_PROCESS = {"replay", "status", "positions", "orders", "fills", "equity", "db", "journal", "backup"} | {
    "doctor",
    "restore",
    "version",
    "--help",
}
PIPED = re.compile(
    r"printf '[^']*' \| (OPENOUTCRY_[A-Z]+=[a-z0-9:]+ )*openoutcry run --once( --yes| --profile (full|bare))*"
)
ANYTHING = "..."


class Step(NamedTuple):
    """One command of a document and what it prints there."""

    line: int
    command: str
    printed: list[str]


def steps_of(document: Path) -> list[Step]:
    """The commands of a document's console blocks, in their order."""
    text = document.read_text(encoding="utf-8")
    steps: list[Step] = []
    for block in BLOCK.finditer(text):
        begin = text.count("\n", 0, block.start(1)) + 1
        for number, line in enumerate(block[1].splitlines(), begin):
            if line.startswith("$ "):
                steps.append(Step(number, line.removeprefix("$ "), []))
            else:
                assert steps, f"{document.name}:{number}: the block begins without a command"
                steps[-1].printed.append(line)
    return steps


WITH_BLOCKS = [document for document in DOCUMENTS if document.exists() and steps_of(document)]


def pattern_of(printed: list[str]) -> str:
    """The expected lines as a pattern."""
    parts = []
    for line in printed:
        if line.strip() == ANYTHING:
            parts.append(r"(?:.*\n)*?")
        else:
            inside = r"[^\n]*?".join(re.escape(piece) for piece in line.rstrip().split(ANYTHING))
            parts.append(inside + r"[ ]*\n")
    return "".join(parts)


def run_here(arguments: list[str]) -> str:
    """What `openoutcry ARGUMENTS` prints, both streams, in this process."""
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="utf-8", write_through=True) as out:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                main(arguments)
            except SystemExit as ended:  # --help
                assert not ended.code
        return raw.getvalue().decode()


def run_apart(command: str) -> str:
    """The same for a command with a pipe, in processes of its own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-c", command],
        check=False,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    return ended.stdout + ended.stderr


def carried_out(command: str) -> str:
    """What an allowed command prints. Nothing else is run, whatever a document says."""
    words = shlex.split(command)
    if words[0] == "openoutcry" and words[1] in IN_PROCESS and "|" not in words and ">" not in words:
        return run_here(words[1:])
    assert PIPED.fullmatch(command), f"documents may not run this: {command}"
    return run_apart(command)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that looks like the checkout to a replay, with a data folder of its own and no settings."""
    for name in ("examples", "trading"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in list(os.environ):
        if name.startswith("OPENOUTCRY_") or name in ("DATABASE_URL", "LOG_LEVEL", "PORT", "DYNO"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OPENOUTCRY_HOME", str(tmp_path / "desk"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.mark.parametrize("document", WITH_BLOCKS, ids=lambda document: str(document.relative_to(ROOT)))
def test_a_document_shows_what_really_happens(document: Path, desk: Path) -> None:
    for step in steps_of(document):
        where = f"{document.relative_to(ROOT)}:{step.line}"
        if step.command.startswith("make "):
            assert not step.printed, f"{where}: make is not run, so its output cannot be true"
            continue
        printed = carried_out(step.command).replace(str(desk) + os.sep, "")
        if not re.fullmatch(pattern_of(step.printed), printed):
            # Compared again line by line, so that the report shows the difference and not a pattern.
            said = "\n".join((f"{where}: $ {step.command}", printed))
            assert printed.splitlines() == step.printed, said


def test_every_make_command_of_a_document_exists() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    unknown = [
        f"{document.relative_to(ROOT)}: make {name}"
        for document in DOCUMENTS
        for name in INLINE_MAKE.findall(document.read_text(encoding="utf-8"))
        if name not in targets
    ]
    assert not unknown


def test_the_front_page_and_the_guides_have_blocks_to_run() -> None:
    names = {str(document.relative_to(ROOT)) for document in WITH_BLOCKS}
    assert "README.md" in names
    assert len([name for name in names if name.startswith("docs/how-to/")]) >= 4


@pytest.mark.parametrize(
    ("printed", "real", "fits"),
    [
        (["a", "..."], "a\n", True),
        (["a", "...", "z"], "a\nb\nc\nz\n", True),
        (["at ... UTC"], "at 10:00 UTC\n", True),
        (["at ... UTC"], "at\n10:00 UTC\n", False),
        (["a"], "a\nb\n", False),
        (["a.b"], "axb\n", False),
        ([], "", True),
        ([], "something\n", False),
    ],
)
def test_dots_stand_for_anything_and_nothing_else_does(printed: list[str], real: str, fits: bool) -> None:
    assert bool(re.fullmatch(pattern_of(printed), real)) is fits


@pytest.mark.parametrize(
    "command", ["rm -rf x", "openoutcry run", "openoutcry replay x | sh", "printf x | sh"]
)
def test_a_document_cannot_run_what_is_not_allowed(command: str) -> None:
    with pytest.raises(AssertionError, match="may not run"):
        carried_out(command)
