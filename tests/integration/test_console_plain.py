"""The console on pipes, files and nothing: plain lines, presses by number, label and card."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.console_plain import LINE_BYTES_MAX

DESK = [sys.executable, str(Path(__file__).with_name("console_desk.py"))]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "error"}


def run(command: list[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
    """The command's output; a minute is far more than it needs."""
    return subprocess.run(command, capture_output=True, env=ENVIRONMENT, timeout=60, check=False, **how)


def say(tmp_path: Path, script: bytes) -> subprocess.CompletedProcess[bytes]:
    """The desk's answers to a script that comes through a pipe."""
    return run([*DESK, str(tmp_path)], input=script)


def lines(tmp_path: Path, script: str) -> list[str]:
    done = say(tmp_path, script.encode())
    assert done.stderr.decode() == "ended: input_ended\n"
    told = done.stdout.decode().splitlines()
    assert told[0] == "Welcome"
    return told[1:]


def test_piped_lines_are_answered_in_order_and_the_number_presses(tmp_path: Path) -> None:
    assert lines(tmp_path, "/buy BTC\n1\n\n/hello\nno newline at the end") == [
        "Review 1",
        "Gain  +$3",
        "Loss  -$2",
        "[1] Buy  [2] Cancel",
        "pressed Buy n1yes on s-2",
        "heard /hello",
        "heard no newline at the end",
    ]


def test_a_second_one_presses_the_same_card_and_never_an_older_one(tmp_path: Path) -> None:
    told = lines(tmp_path, "/buy\n/buy\n1\n1\n")
    assert [line for line in told if line.startswith("pressed")] == ["pressed Buy n2yes on s-3"] * 2


def test_an_older_card_is_reached_by_its_number_or_label(tmp_path: Path) -> None:
    told = lines(tmp_path, "/buy\n/buy\n#2.2\n#2 1\n#2 [cancel]\n[Buy]\n")
    assert [line for line in told if line.startswith("pressed")] == [
        "pressed Cancel n1no on s-2",
        "pressed Buy n1yes on s-2",
        "pressed Cancel n1no on s-2",
        "pressed Buy n2yes on s-3",
    ]


def test_a_press_of_nothing_says_what_to_type(tmp_path: Path) -> None:
    assert lines(tmp_path, "[Buy]\n/buy\n3\n[Sell]\n#99.1\n#1.1\n")[0:1] == [
        "There is no button for “[Buy]”: type /help to see what you can do."
    ]
    assert lines(tmp_path, "/buy\n3\n[Sell]\n#99.1\n#1.1\n")[4:] == [
        "Card #2 has no button “3”: type a number from 1 to 2.",
        "Card #2 has no button “Sell”: type a number from 1 to 2.",
        "Card #99 has no buttons (any more): type /help to see what you can do.",
        "Card #1 has no buttons (any more): type /help to see what you can do.",
    ]


def test_a_number_before_any_card_is_just_a_line(tmp_path: Path) -> None:
    assert lines(tmp_path, "1\n") == ["heard 1"]


def test_no_control_character_reaches_the_output(tmp_path: Path) -> None:
    script = "/x \x1b[31mred\x1b]0;title\x07 \u202eflip\n".encode() + b"\xff\xfe broken\n"
    done = say(tmp_path, script)
    assert not any(byte < 32 and byte != 10 for byte in done.stdout)
    assert "heard /x red flip" in done.stdout.decode()
    assert "\u202e" not in done.stdout.decode()


def test_an_overlong_line_is_refused_whole_and_the_next_one_heard(tmp_path: Path) -> None:
    long = "/buy " + "x" * (3 * LINE_BYTES_MAX)
    assert lines(tmp_path, f"{long}\n/after\n") == [
        f"That line is longer than {LINE_BYTES_MAX} bytes, so nothing of it was done: send it in parts.",
        "heard /after",
    ]


@pytest.mark.parametrize("long", ["/first\n", "x" * (3 * LINE_BYTES_MAX) + "\n/after\n"])
def test_a_file_on_stdin_is_read_like_a_pipe(tmp_path: Path, long: str) -> None:
    script = tmp_path / "script"
    script.write_text(long)
    with script.open("rb") as source:
        done = subprocess.run(
            [*DESK, str(tmp_path)],
            stdin=source,
            capture_output=True,
            env=ENVIRONMENT,
            timeout=60,
            check=False,
        )
    assert done.stderr.decode() == "ended: input_ended\n"
    assert done.stdout.decode().splitlines()[-1] == ("heard /first" if "first" in long else "heard /after")


def test_nobody_types_at_dev_null_or_a_closed_stdin(tmp_path: Path) -> None:
    for closing in ("< /dev/null", "<&-"):
        command = f"'{DESK[0]}' '{DESK[1]}' '{tmp_path}' {closing}"
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, env=ENVIRONMENT, timeout=60, check=False
        )
        assert done.stderr.decode() == "ended: no_input\n"
        assert done.stdout == b""


def test_a_reader_that_goes_away_ends_the_chat_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    desk = subprocess.Popen(
        [*DESK, str(tmp_path)], stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.PIPE, env=ENVIRONMENT
    )
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as answers:
        assert answers.read(7) == b"Welcome"
    assert desk.stdin and desk.stderr
    told = desk.communicate(b"/a\n" * 100, timeout=60)[1]
    assert told.decode() == "ended: output_gone\n"
    assert desk.returncode == 0


def test_leaving_by_word_ends_with_a_word(tmp_path: Path) -> None:
    done = say(tmp_path, b"quit\n/never\n")
    assert done.stderr.decode() == "ended: left\n"
    assert done.stdout.decode().splitlines()[-1].startswith("Goodbye.")


def test_a_document_is_saved_for_its_owner_only(tmp_path: Path) -> None:
    saved = tmp_path / "exports" / "fills.csv"
    assert lines(tmp_path, "/export\n") == ["Here it is.", f"Saved to {saved}"]
    assert saved.read_bytes() == b"a,b\n"
    assert saved.stat().st_mode & 0o777 == 0o600


def test_a_picture_is_saved_and_the_path_is_said(tmp_path: Path) -> None:
    saved = tmp_path / "exports" / "chart-BTC-USD-15m.png"
    assert lines(tmp_path, "/picture\n") == ["See.", f"Saved to {saved}"]
    assert saved.read_bytes() == b"\x89PNG made up"
    assert saved.stat().st_mode & 0o777 == 0o600


def test_a_line_with_a_key_goes_no_further_than_the_terminal(tmp_path: Path) -> None:
    key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
    told = " ".join(lines(tmp_path, f"/halt secret={key}\n{key}\n/hello\n"))
    assert told.count("That looked like an API key or a password") == 2
    assert "revoke it where it was made" in told and key not in told
    assert told.endswith("heard /hello"), "the conversation has heard nothing else"
