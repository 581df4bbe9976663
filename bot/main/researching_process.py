"""One run of research as a process: the command that it is, how far it says that it is, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json

from bot.conversation.researching import Run
from bot.handlers.research import SWEEP_FLAGS

DEADLINE_S = 900.0
REPORT_MAX = 16 * 1024 * 1024
WORDS_MAX = 2_000
STUDY = "study.log"
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "HOME", "SYSTEMROOT")
"""Of the environment; the desk's secrets are none of its business."""

Told = Callable[[int, int], None]


class NotPlayed(Exception):
    """It could not be played; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TookTooLong(Exception):
    """It was ended after its time."""


class Outcome(Struct, frozen=True):
    """The report as JSON (`trading.backtest.report`), and its picture as PNG, empty for none."""

    report: bytes
    png: bytes


class _Step(Struct, frozen=True):
    done: int
    of: int


def command(run: Run, home: Path, png: Path) -> list[str]:
    """The words of `openoutcry` that play a wish."""
    wish = run.wish
    words = [sys.executable, "-m", "bot", wish.sort, *wish.series, "--home", str(home)]
    words += ["--bot" if wish.is_bot else "--strategy", wish.name]
    for text in wish.settings:
        words += ["--set", text]
    for text in wish.over:
        words += ["--over", text]
    for name, value in wish.flags:
        words.append(f"{SWEEP_FLAGS[name]}={value}")
    if any(name == "tpe" for name, _ in wish.flags):
        # Beside the run: one that begins again after a restart goes on where it was.
        words += ["--store", str(png.with_name(STUDY))]
    words += ["--for", run.language, run.zone, run.numbers, "--json", "--brief", "--png", str(png)]
    return [*words, "--progress", "--leash", *(["--light"] if run.is_light else [])]


async def played(run: Run, home: Path, folder: Path, told: Told, deadline_s: float = DEADLINE_S) -> Outcome:
    """Play it in a process of its own; canceling this ends that. Raises NotPlayed, TookTooLong."""
    report, png = folder / "report.json", folder / "out.png"
    for path in (report, png):
        path.unlink(missing_ok=True)
    with report.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *command(run, home, png),
            stdin=asyncio.subprocess.PIPE,
            stdout=out,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=environment(os.environ, run.language),
            cwd=folder,
        )
    try:
        async with asyncio.timeout(deadline_s):
            said = await _heard(process, told)
            await process.wait()
    except TimeoutError:
        raise TookTooLong from None
    finally:
        # Whoever gives up leaves no process behind, nor those that it has started.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if process.returncode:
        raise NotPlayed(said)
    if report.stat().st_size > REPORT_MAX:
        raise NotPlayed("")
    return Outcome(report.read_bytes(), png.read_bytes() if png.exists() else b"")


async def _heard(process: asyncio.subprocess.Process, told: Told) -> str:
    """Steps as they come; the last words that are none say what went wrong."""
    assert process.stderr is not None
    said = ""
    while True:
        try:
            raw = await process.stderr.readline()
        except ValueError:
            continue  # a line without an end says nothing that a person could read
        if not raw:
            return said
        try:
            step = json.decode(raw, type=_Step)
        except (DecodeError, ValidationError):
            said = raw.decode(errors="replace").strip()[:WORDS_MAX] or said
        else:
            told(step.done, max(step.of, 1))


def environment(whole: Mapping[str, str], language: str = "") -> dict[str, str]:
    """What the process gets to know of ours, and whose words it speaks. Whoever finds the program here finds
    it there, too."""
    kept = {name: whole[name] for name in KEPT if name in whole}
    kept["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    # One thread for each process: the arrays are small, and the sweep has a process for each core.
    kept["OPENOUTCRY_LANGUAGE"] = language
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
