"""How far a run is, as a message that edits itself: waiting, playing, done, ended."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.researching import Run
from bot.conversation.screen import Kind, Line, Screen, code, dim, line, look, row, title, warn
from bot.conversation.wording import Wording

WIDTH = 14
FULL, EMPTY = "▓", "░"


def waiting_screen(run: Run, before: int, wording: Wording) -> Screen:
    """It waits behind others, or is about to begin."""
    say = wording.say
    words = say("research.waits", n=before) if before else say("research.begins")
    return _screen(run, wording, line(dim(words)))


def bar_screen(run: Run, percent: int, took_s: float, wording: Wording, *, note: str = "") -> Screen:
    """It is being played."""
    full = WIDTH * percent // 100
    bar = FULL * full + EMPTY * (WIDTH - full)
    took = wording.duration(timedelta(seconds=int(took_s)))
    lines = [line(f"{bar} {percent} %", dim(f" · {took}"))]
    if note:
        lines.append(line(warn(wording.say(note))))
    return _screen(run, wording, *lines)


def done_screen(run: Run, took_s: float, wording: Wording) -> Screen:
    """It is over, and its card follows."""
    took = wording.duration(timedelta(seconds=took_s))
    return _plain(run, wording, line(dim(wording.say("research.done", took=took))))


def ended_screen(run: Run, wording: Wording, sentence: str) -> Screen:
    """It is over without a card."""
    return _plain(run, wording, line(warn(sentence)))


def canceled_screen(run: Run, wording: Wording) -> Screen:
    """A person has ended it."""
    return _plain(run, wording, line(dim(wording.say("research.canceled"))))


def _screen(run: Run, wording: Wording, *lines: Line) -> Screen:
    screen = _plain(run, wording, *lines)
    button = look(wording.say("research.cancel"), run.wish.sort, f"cancel {run.run_id}")
    return screen.with_buttons(row(button))


def _plain(run: Run, wording: Wording, *lines: Line) -> Screen:
    wish = run.wish
    head = wording.say(f"research.head.{wish.sort}", name=wish.name, series=", ".join(wish.series))
    screen = Screen.of(title(head), line(code(wish.line)), *lines, kind=Kind.ANSWER)
    return Screen(screen.blocks, kind=Kind.ANSWER, subject=run.subject)
