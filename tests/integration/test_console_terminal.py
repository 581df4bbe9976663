"""The console on a real terminal: alerts above the half-typed line, presses, history, completion, colours."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.platforms.console_terminal import PrivateHistory, looks_secret
from tests.integration.console_glass import Person

COLOUR = re.compile(rb"\x1b\[[\d;]*3[1-7][\d;]*m")
Opens = Callable[..., Person]


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """Starts a desk on a pty; whatever is left of it at the end is ended."""
    people: list[Person] = []

    def start(columns: int = 80, **environment: str) -> Person:
        program = str(Path(__file__).with_name("console_desk.py"))
        known = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        person = Person([sys.executable, program, str(tmp_path)], known | environment, columns=columns)
        people.append(person)
        person.sees_line(">")
        return person

    yield start
    for person in people:
        if person.process.poll() is None:
            person.process.kill()
            person.process.wait()


def test_an_alert_appears_above_the_half_typed_line(opens: Opens) -> None:
    person = opens()
    person.types("/alert\r")
    person.sees_line("alert follows")
    person.types("/bal")
    person.sees_line("> /bal")
    person.signals(signal.SIGUSR1)
    person.sees(lambda lines: "ALERT stop hit" in lines and lines[-1] == "> /bal")
    person.types("ance\r")
    lines = person.sees_line("heard /balance")
    alert = lines.index("ALERT stop hit")
    assert lines[alert + 1] == "[#3.1] Close"
    assert lines[alert + 2] == "> /balance"


def test_a_card_that_comes_by_itself_never_takes_the_numbers_over(opens: Opens) -> None:
    person = opens()
    person.types("/buy\r")
    person.sees_line("[1] Buy  [2] Cancel")
    person.types("/alert\r")
    person.sees_line("alert follows")
    person.types("1")
    person.sees_line("> 1")
    person.signals(signal.SIGUSR1)
    person.sees(lambda lines: "ALERT stop hit" in lines and lines[-1] == "> 1")
    person.types("\r")
    person.sees_line("pressed Buy n1yes on s-2")
    person.types("#4.1\r")
    person.sees_line("pressed Close n2close on s-4")


def test_an_edited_card_is_shown_once_with_its_number(opens: Opens) -> None:
    person = opens()
    person.types("/alert\r")
    person.sees_line("alert follows")
    person.signals(signal.SIGUSR1)
    person.sees_line("ALERT stop hit")
    person.types("/edit\r")
    person.sees_line("changed")
    person.types("/end\r")
    lines = person.sees_line("heard /end")
    assert lines.count("~ updated #3") == 1
    assert lines.count("changed") == 1


def test_ctrl_c_clears_the_line_and_ctrl_d_leaves(opens: Opens) -> None:
    person = opens()
    person.types("/sell everything")
    person.sees_line("> /sell everything")
    person.types("\x03")
    person.sees(lambda lines: lines[-1] == ">")
    person.types("/x\r")
    lines = person.sees_line("heard /x")
    assert not any("heard /sell" in line for line in lines)
    person.sees(lambda lines: lines[-1] == ">")
    person.types("\x04")
    assert person.ends() == (0, "ended: left\n")
    assert any(line.startswith("Goodbye.") for line in person.glass.lines)


def test_what_is_typed_ahead_is_answered_in_order(opens: Opens) -> None:
    person = opens()
    person.types("/one\r/buy\r1\r/two\r\x04")
    assert person.ends() == (0, "ended: left\n")
    told = [line for line in person.glass.lines if line.startswith(("heard", "pressed", "Goodbye"))]
    assert told[:3] == ["heard /one", "pressed Buy n1yes on s-3", "heard /two"]
    assert told[3].startswith("Goodbye.")


def test_the_terminal_is_given_back_as_it_was(opens: Opens) -> None:
    person = opens()
    person.types("\x04")
    assert person.ends()[0] == 0
    assert person.modes_at_end == person.modes_at_start


def test_the_tab_key_completes_a_verb(opens: Opens) -> None:
    person = opens()
    person.types("/ba\t")
    person.sees_line("> /balance")
    person.types(" now\r")
    person.sees_line("heard /balance now")


def test_the_history_is_private_and_keeps_no_secret(opens: Opens, tmp_path: Path) -> None:
    person = opens()
    person.types("/buy BTC 100\r")
    person.sees_line("[1] Buy  [2] Cancel")
    person.types("/keys token 12345\r")
    person.sees_line("heard /keys token 12345")
    person.sees(lambda lines: lines[-1] == ">")
    person.types("\x1b[A")
    person.sees(lambda lines: lines[-1] == "> /buy BTC 100")
    history = tmp_path / "console-history"
    assert history.stat().st_mode & 0o777 == 0o600
    assert "/buy BTC 100" in history.read_text()
    assert "12345" not in history.read_text()


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_those_who_want_them(
    opens: Opens, environment: dict[str, str], coloured: bool
) -> None:
    person = opens(**environment)
    person.types("/buy\r")
    person.sees_line("[1] Buy  [2] Cancel")
    assert bool(COLOUR.search(person.raw)) is coloured


def test_a_dumb_terminal_gets_plain_answers(opens: Opens) -> None:
    person = opens(TERM="dumb")
    person.types("/buy\r")
    person.sees(lambda lines: "[1] Buy  [2] Cancel" in lines and lines[-1] == ">")
    answer = person.raw[person.raw.index(b"Review") : person.raw.index(b"Cancel")]
    assert b"\x1b" not in answer


@pytest.mark.parametrize("columns", [40, 200])
def test_narrow_and_wide_terminals_are_filled_and_not_overrun(opens: Opens, columns: int) -> None:
    person = opens(columns=columns)
    words = " ".join(["wo"] * 30)
    person.types(f"{words}\r")
    lines = person.sees(lambda lines: any(line.startswith("heard") for line in lines) and lines[-1] == ">")
    answer = lines[next(i for i, line in enumerate(lines) if line.startswith("heard")) : -1]
    assert " ".join(answer) == f"heard {words}"
    assert (len(answer) == 1) is (columns == 200)
    assert all(len(line) <= columns for line in answer)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("/buy BTC 1000 tp 2% sl 1%", False),
        ("b es 2c @ 2600.25 trail 1.5% exit at 15:55 America/New_York", False),
        ("/cancel paper/BTC-USD/1/entry-1", False),
        ("/pin 1234", True),
        ("my api key is abc", True),
        ("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", True),
        ("0123456789abcdef0123456789abcdef", True),
        ("-----BEGIN PRIVATE KEY-----", True),
    ],
)
def test_lines_that_look_like_secrets_are_told_apart(text: str, secret: bool) -> None:
    assert looks_secret(text) is secret


def test_a_history_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "console-history"
    path.write_text("")
    path.chmod(0o644)
    PrivateHistory(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_history_that_cannot_be_written_still_knows_the_line(tmp_path: Path) -> None:
    history = PrivateHistory(tmp_path / "console-history")
    history.filename = "/dev/full"
    history.append_string("/positions")
    assert history.get_strings() == ["/positions"]
