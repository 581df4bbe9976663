"""`make update` aborts at the first failure with a sentence, and says how to go back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import update
from tools.update import Done, Update

OLD, NEW = "a" * 40, "b" * 40
BACKUP = "Wrote and verified backups/desk-1.backup: 19 events."


class Machine:
    """Answers commands as a machine would; `answers` overrules by a part of the command."""

    def __init__(self, **answers: Done) -> None:
        self.answers = answers
        self.commands: list[str] = []
        self.said: list[str] = []
        self.heads = [OLD, NEW]

    def run(self, command: Sequence[str]) -> Done:
        line = " ".join(command)
        self.commands.append(line)
        for part, done in self.answers.items():
            if part.replace("_", " ") in line:
                return done
        if "rev-parse" in line:
            return Done(0, self.heads.pop(0))
        if "remote" in line:
            return Done(0, "origin")
        if "is-active" in line:
            return Done(3, "")
        return Done(
            0,
            BACKUP
            if "backup" in line
            else "The database has this version's schema already."
            if "db upgrade" in line
            else "",
        )

    def go(self) -> int:
        return Update(self.run, self.said.append, python="py").go()


@pytest.fixture(autouse=True)
def a_machine_with_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "systemctl")


def test_every_step_comes_in_its_order() -> None:
    machine = Machine()
    assert machine.go() == 0
    assert machine.commands == [
        "py -m bot backup",
        "git rev-parse HEAD",
        "git remote",
        "git status --porcelain --untracked-files=no",
        "git pull --ff-only --quiet",
        "git rev-parse HEAD",
        "py -B tools/setup.py runtime",
        "systemctl is-active --quiet openoutcry",
        "py -m bot db upgrade",
    ]
    assert machine.said[-1] == "Start the desk with `make run`."
    assert f"Fetched {NEW[:12]}." in machine.said


def test_a_service_is_stopped_for_the_migration_and_started_again() -> None:
    machine = Machine(**{"is-active": Done(0, "")})
    assert machine.go() == 0
    assert machine.commands[-4:] == [
        "systemctl is-active --quiet openoutcry",
        "systemctl stop openoutcry",
        "py -m bot db upgrade",
        "systemctl start openoutcry",
    ]


@pytest.mark.parametrize(
    ("part", "sentence", "last"),
    [
        ("bot_backup", "The backup failed, so nothing was changed: The disk is full.", "backup"),
        ("git_pull", "The new version could not be fetched: The disk is full.", "pull"),
        ("setup.py", "The packages of the new version could not be installed: The disk is full.", "setup"),
        ("db_upgrade", "The database could not be brought up to date: The disk is full.", "upgrade"),
    ],
)
def test_the_first_failure_ends_it_with_the_way_back(part: str, sentence: str, last: str) -> None:
    machine = Machine(**{part: Done(4, "first line\nThe disk is full.\n")})
    assert machine.go() == 1
    assert last in machine.commands[-1], "nothing is done after it"
    assert machine.said[-2] == f"update: {sentence}"
    assert machine.said[-1].startswith("To go back: ") and "`make setup`" in machine.said[-1]
    if part != "bot_backup":
        assert f"git reset --keep {OLD[:12]}" in machine.said[-1]
        assert "openoutcry restore backups/desk-1.backup --force" in machine.said[-1]


def test_a_stopped_service_is_part_of_the_way_back() -> None:
    machine = Machine(**{"is-active": Done(0, ""), "db_upgrade": Done(4, "no")})
    assert machine.go() == 1
    assert machine.said[-1].endswith("`systemctl start openoutcry`.")


def test_changes_by_hand_are_not_overwritten() -> None:
    machine = Machine(git_status=Done(0, " M bot/cli.py"))
    assert machine.go() == 1
    assert "git stash" in machine.said[-2]
    assert not any("pull" in one for one in machine.commands)


def test_without_a_desk_a_remote_or_git_it_goes_on_with_what_is_here() -> None:
    none = Done(4, "There is no desk at x yet: start one with `openoutcry run`.")
    for answers in ({"git_remote": Done(0, "")}, {"rev-parse": Done(128, "not a git repository")}):
        machine = Machine(bot_backup=none, **answers)
        assert machine.go() == 0
        assert not any("pull" in one for one in machine.commands)


def test_a_desk_that_runs_without_a_service_is_asked_to_be_started_again() -> None:
    machine = Machine(db_upgrade=Done(6, "This desk is already running as process 7"))
    assert machine.go() == 0
    assert any("end it and start it again" in line for line in machine.said)


def test_a_command_that_is_not_there_is_a_failure_and_no_crash() -> None:
    assert update.run(["no-such-command-anywhere"]).code == 127
    assert (Path(update.ROOT) / "Makefile").is_file()


def test_new_files_beside_an_old_database_are_an_update_that_goes_on() -> None:
    old = "This database is older than the program: run `openoutcry db upgrade` once."
    machine = Machine(backup=Done(4, old))
    assert machine.go() == 0
    assert machine.said[0].startswith("The new files are here already")
    assert any(line.endswith("-m bot db upgrade") for line in machine.commands)
