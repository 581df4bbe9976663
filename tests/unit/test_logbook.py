"""The desk's log: nobody waits for it, and no broken disk, stream or object harms whoever logs."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.main.logbook import OWN, QUIET, Logbook
from bot.main.meters import DeskTelemetry, Meters
from trading.telemetry import correlated


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Logbook]:
    made = Logbook(tmp_path / "logs", "debug")
    made.open()
    yield made
    made.close()


def lines(book: Logbook) -> list[dict[str, Any]]:
    """Everything that was written, after closing."""
    book.close()
    assert book.path is not None
    return [json.loads(one) for one in book.path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_when_what_and_for_which_intent(book: Logbook) -> None:
    with correlated("telegram:7:42"):
        DeskTelemetry(Meters(), book).log("warning", "feed_lost", feed="kraken", age_s=12)
    (line,) = lines(book)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning",
        "what": "feed_lost",
        "feed": "kraken",
        "age_s": 12,
        "id": "telegram:7:42",
    }


async def test_each_task_keeps_its_own_intent(book: Logbook) -> None:
    async def work(name: str) -> None:
        with correlated(name):
            for _ in range(3):
                await asyncio.sleep(0)
                book.log("info", "step", {"of": name})

    await asyncio.gather(*(work(f"c:{n}") for n in range(20)))
    assert all(line["id"] == line["of"] for line in lines(book)) and len(lines(book)) == 60


def test_every_library_logs_into_the_same_file(book: Logbook) -> None:
    logging.getLogger("some.library").info("connected to %s", "there")
    logging.getLogger("py.warnings").warning("old way")
    told = lines(book)
    assert [(line["from"], line["what"]) for line in told] == [
        ("some.library", "connected to there"),
        ("py.warnings", "old way"),
    ]


@pytest.mark.parametrize("name", sorted(QUIET))
def test_talkative_libraries_are_silent_at_info(book: Logbook, name: str) -> None:
    logging.getLogger(name).info("GET https://api.telegram.org/bot1/getUpdates")
    logging.getLogger(name).error("it broke")
    assert [line["what"] for line in lines(book)] == ["it broke"]


def test_a_level_below_the_chosen_one_is_not_written(tmp_path: Path) -> None:
    book = Logbook(tmp_path, "warning")
    book.open()
    book.log("info", "chatter", {})
    book.log("error", "trouble", {})
    assert [line["what"] for line in lines(book)] == ["trouble"]


def test_logging_is_given_back_as_it_was(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("httpx").level, threading.excepthook)
    book = Logbook(tmp_path)
    book.open()
    book.close()
    book.close()
    assert (root.level, list(root.handlers), logging.getLogger("httpx").level, threading.excepthook) == before


def test_the_file_is_for_its_owner_only_and_rotates(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "logs", file_bytes_max=2_000)
    book.open()
    for number in range(200):
        book.log("info", "line", {"n": number, "pad": "x" * 50})
    book.close()
    files = sorted((tmp_path / "logs").iterdir())
    assert [one.name for one in files] == ["desk.log", *(f"desk.log.{n}" for n in range(1, 6))]
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    assert all(one.stat().st_size <= 2_000 for one in files)


# ------------------------------------------------------------ nothing that happens to it harms anybody


def test_a_folder_that_cannot_be_made_costs_the_lines_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    stream = StringIO()
    book = Logbook(tmp_path / "file" / "logs", stream=stream)
    book.open()
    book.log("info", "still_here", {})
    book.close()
    assert book.problem
    assert "still_here" in stream.getvalue()


def test_a_full_disk_is_survived_and_writing_goes_on_afterwards(
    book: Logbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert book._file is not None
    real = book._file._open

    class Full(StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    full = threading.Event()
    full.set()
    monkeypatch.setattr(book._file, "_open", lambda: Full() if full.is_set() else real())
    book.log("info", "lost", {})
    until(lambda: book.lost == 1)
    assert book.problem == "No space left on device"
    full.clear()
    book.log("info", "written", {})
    assert [line["what"] for line in lines(book)] == ["written"]
    assert (book.problem, book.lost) == ("", 1)


def until(holds: Callable[[], bool]) -> None:
    """Wait for the writing thread, a few seconds at most."""
    pause = threading.Event()
    for _ in range(500):
        if holds():
            return
        pause.wait(0.01)
    raise AssertionError("it never came")


def test_a_closed_stream_is_given_up_and_the_file_goes_on(tmp_path: Path) -> None:
    stream = StringIO()
    book = Logbook(tmp_path, stream=stream)
    book.open()
    stream.close()
    book.log("info", "one", {})
    book.log("info", "two", {})
    assert [line["what"] for line in lines(book)] == ["one", "two"]


def test_nobody_waits_for_a_disk_that_hangs(tmp_path: Path) -> None:
    stuck, free = threading.Event(), threading.Event()

    class Hanging(StringIO):
        def write(self, text: str) -> int:
            stuck.set()
            free.wait(30)
            return len(text)

    book = Logbook(None, stream=Hanging(), waiting_max=10)
    book.open()
    try:
        book.log("info", "first", {})
        assert stuck.wait(10)
        for number in range(100):
            book.log("info", "more", {"n": number})
        assert book.lost == 90
    finally:
        free.set()
        book.close()


class Rude:
    """An object that cannot say what it is."""

    def __str__(self) -> NoReturn:
        raise RuntimeError("no")

    __repr__ = __str__


def test_objects_and_formats_that_break_cost_no_line(book: Logbook) -> None:
    logging.getLogger("x").info("%d apples", "no number")
    logging.getLogger("x").info(Rude())
    book.log("info", "facts", {"rude": Rude(), "deep": {"a": [{"b": Rude()}]}, 7: "seven"})  # type: ignore[dict-item]  # what nobody should pass
    told = lines(book)
    assert [line["what"] for line in told] == ["%d apples ('no number',)", "<Rude> ()", "facts"]
    assert told[2]["rude"] == "<Rude>" and told[2]["7"] == "seven"


def test_a_very_long_text_is_cut_without_cutting_a_secret_in_half(book: Logbook) -> None:
    token = "987654321:" + "Ab1" * 12
    for shift in range(0, 40, 7):
        text = "x " * (2_500 - shift) + token + " y" * 20_000
        logging.getLogger("x").info(text)
    told = lines(book)
    assert all(len(line["what"]) < 21_000 for line in told)
    assert "Ab1Ab1" not in json.dumps(told)


async def test_what_nobody_caught_is_written_down(book: Logbook) -> None:
    book.listen_to(asyncio.get_running_loop())

    async def broken() -> None:
        raise ZeroDivisionError("by nobody")

    task = asyncio.create_task(broken())
    await asyncio.wait({task})
    del task
    thread = threading.Thread(target=[].pop)
    thread.start()
    thread.join()
    told = lines(book)
    assert {(line["where"], line["raised"].strip().rpartition("\n")[2]) for line in told} == {
        ("loop", "ZeroDivisionError: by nobody"),
        ("thread", "IndexError: pop from empty list"),
    }


def test_our_own_lines_do_not_name_a_logger(book: Logbook) -> None:
    logging.getLogger(OWN).info("plain")
    assert "from" not in lines(book)[0]
