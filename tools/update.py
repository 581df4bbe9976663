"""`make update`: back up, fetch the new version, set up, migrate, restart. Stops at the first failure, with a
sentence, and says how to go back.

    python -m tools.update [--unit openoutcry]

Nothing is deleted. A desk that runs goes on with the old code until it is started again.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
UNIT = "openoutcry"
NO_DESK, HELD = 4, 6


class Done(NamedTuple):
    """How a command ended and what it said."""

    code: int
    said: str


Run = Callable[[Sequence[str]], Done]


class Aborted(Exception):
    """The update ends here; the text is a sentence."""


def run(command: Sequence[str]) -> Done:
    """A command in the checkout, with both of its outputs."""
    try:
        ended = subprocess.run(
            list(command), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return Done(127, error.strerror or str(error))
    return Done(ended.returncode, (ended.stdout + ended.stderr).strip())


class Update:
    """One update. `say` prints a line."""

    def __init__(self, run: Run, say: Callable[[str], None], *, unit: str = UNIT, python: str = "") -> None:
        self._run = run
        self._say = say
        self._unit = unit
        self._python = python or sys.executable
        self._before = ""
        self._backup = ""
        self._has_stopped = False

    def go(self) -> int:
        """Every step; the exit code."""
        try:
            self._back_up()
            self._fetch()
            self._set_up()
            self._migrate()
            self._restart()
        except Aborted as aborted:
            self._say(f"update: {aborted}")
            self._say(self._way_back())
            return 1
        return 0

    # ------------------------------------------------------------ steps

    def _back_up(self) -> None:
        done = self._desk("backup")
        if done.code == NO_DESK and "There is no desk at" in done.said:
            self._say("There is no desk yet, so there is nothing to back up.")
            return
        if done.code == NO_DESK and "older than the program" in done.said:
            # The new files came before this command: an update that was cut off, or a pull by hand.
            self._say(
                "The new files are here already, the database is still the old one: its upgrade copies it."
            )
            return
        self._must(done, "The backup failed, so nothing was changed")
        self._backup = next((word for word in done.said.split() if word.rstrip(":").endswith(".backup")), "")
        self._backup = self._backup.rstrip(":")
        self._say(done.said)

    def _fetch(self) -> None:
        head = self._run(["git", "rev-parse", "HEAD"])
        if head.code != 0:
            self._say(
                "This is no git checkout: put the new files in place yourself; going on with what is here."
            )
            return
        self._before = head.said
        if not self._run(["git", "remote"]).said:
            self._say("This checkout has no remote: going on with what is here.")
            return
        changed = self._run(["git", "status", "--porcelain", "--untracked-files=no"])
        if changed.said:
            raise Aborted("Files of this checkout were changed by hand: `git stash` them, then try again.")
        done = self._run(["git", "pull", "--ff-only", "--quiet"])
        self._must(done, "The new version could not be fetched")
        after = self._run(["git", "rev-parse", "HEAD"]).said
        short = after[:12]
        self._say("This is the newest version already." if after == self._before else f"Fetched {short}.")

    def _set_up(self) -> None:
        done = self._run([self._python, "-B", "tools/setup.py", "runtime"])
        self._must(done, "The packages of the new version could not be installed")
        self._say("The packages are what the lock says.")

    def _migrate(self) -> None:
        if self._is_service():
            self._must(self._run(["systemctl", "stop", self._unit]), "The service could not be stopped")
            self._has_stopped = True
        done = self._desk("db", "upgrade")
        if done.code == HELD:
            self._say(
                "A desk runs here: end it and start it again; its start brings the database up to date."
            )
            return
        self._must(done, "The database could not be brought up to date")
        self._say(done.said)

    def _restart(self) -> None:
        if self._has_stopped:
            self._must(self._run(["systemctl", "start", self._unit]), "The service could not be started")
            self._say(
                f"The service {self._unit} runs the new version; `systemctl status {self._unit}` shows it."
            )
        else:
            self._say("Start the desk with `make run`.")

    # ------------------------------------------------------------ inside

    def _is_service(self) -> bool:
        return bool(shutil.which("systemctl")) and (
            self._run(["systemctl", "is-active", "--quiet", self._unit]).code == 0
        )

    def _desk(self, *words: str) -> Done:
        return self._run([self._python, "-m", "bot", *words])

    def _must(self, done: Done, what: str) -> None:
        if done.code != 0:
            last = next((one for one in reversed(done.said.splitlines()) if one.strip()), "it said nothing")
            raise Aborted(f"{what}: {last.strip()}")

    def _way_back(self) -> str:
        steps = []
        if self._before:
            steps.append(f"`git reset --keep {self._before[:12]}`")
        steps.append("`make setup`")
        if self._backup:
            steps.append(f"`openoutcry restore {self._backup} --force` if the database was changed")
        if self._has_stopped:
            steps.append(f"`systemctl start {self._unit}`")
        return f"To go back: {', '.join(steps)}."


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one update."""
    parser = argparse.ArgumentParser(prog="make update", description=__doc__)
    parser.add_argument("--unit", default=UNIT, help="the systemd service that runs the desk")
    args = parser.parse_args(argv)
    return Update(run, print, unit=args.unit).go()


if __name__ == "__main__":
    sys.exit(main())
