"""The paper venue's memory: what it said it did, it still knows after any end."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.brokers.paper_stage import (
    MINUTE,
    T0,
    D,
    bar,
    buy,
    exit_of,
    held_from_100,
    play,
    sell,
    told,
    venue_on_bars,
)
from trading.brokers.paper_records import Taken
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.tape import FileTape, MemoryTape, TapeUnavailable
from trading.domain.reports import Accepted, CancelRefused, Rejected, ReplaceRefused

OpenTape = Callable[[Path], FileTape]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def open_tape() -> Iterator[OpenTape]:
    """Tapes that are closed when the test is over."""
    with ExitStack() as stack:

        def opened(path: Path) -> FileTape:
            tape = FileTape(path)
            stack.callback(tape.close)
            return tape

        yield opened


def bracketed(tape: FileTape | MemoryTape) -> PaperVenue:
    venue = venue_on_bars(tape=tape)
    held_from_100(venue)
    venue.submit_group(
        [exit_of("tp", "0.5", limit="110"), exit_of("sl", "1", stop="95"), exit_of("trail", "1", trail="20")],
        T0 + MINUTE,
    )
    return venue


def memory_of(venue: PaperVenue) -> tuple[object, ...]:
    names = ("entry", "tp", "sl", "trail")
    found = [venue.find(exit_of(name, "1").client_order_id) for name in names]
    return venue.snapshot(T0), venue.history(T0), found


def test_a_new_start_on_the_tape_knows_orders_fills_and_cash(tmp_path: Path, open_tape: OpenTape) -> None:
    before = bracketed(open_tape(tmp_path / "paper.tape"))
    play(before, bar(1, "100", "111", "99", "111"))
    after = venue_on_bars(tape=open_tape(tmp_path / "paper.tape"), cash="1")
    assert memory_of(after) == memory_of(before)
    assert after.drain() == []


def test_a_new_start_guards_on_where_the_old_one_stopped(tmp_path: Path, open_tape: OpenTape) -> None:
    before = bracketed(open_tape(tmp_path / "paper.tape"))
    play(before, bar(1, "100", "111", "99", "111"))
    after = venue_on_bars(tape=open_tape(tmp_path / "paper.tape"))
    gap = bar(2, "90", "90", "89", "89")
    assert told(play(after, gap)) == told(play(before, gap)) == ["sl 0.5@90 12:02", "trail canceled oco"]


def test_a_used_client_id_stays_used_over_a_restart(tmp_path: Path, open_tape: OpenTape) -> None:
    bracketed(open_tape(tmp_path / "paper.tape"))
    answer = venue_on_bars(tape=open_tape(tmp_path / "paper.tape")).submit(buy("entry", "1"), T0)
    assert isinstance(answer, Rejected) and answer.code == "duplicate"


def test_a_torn_last_line_is_dropped_and_the_rest_believed(tmp_path: Path, open_tape: OpenTape) -> None:
    path = tmp_path / "paper.tape"
    whole = memory_of(bracketed(open_tape(path)))
    with path.open("ab") as file:
        file.write(b'{"type":"Filled","symbol":"BTC')
    assert memory_of(venue_on_bars(tape=open_tape(path))) == whole
    assert path.read_bytes().endswith(b"]\n")


def test_a_group_is_torn_by_no_power_cut(tmp_path: Path, open_tape: OpenTape) -> None:
    path = tmp_path / "paper.tape"
    bracketed(open_tape(path))
    path.write_bytes(path.read_bytes()[:-30])
    after = venue_on_bars(tape=open_tape(path))
    assert after.snapshot(T0).orders == ()
    assert after.snapshot(T0).positions == {"BTC/USD": D(1)}


def test_a_disk_that_has_no_room_to_fold_leaves_the_tape_as_it_is(
    tmp_path: Path, open_tape: OpenTape
) -> None:
    path = tmp_path / "paper.tape"
    venue = bracketed(open_tape(path))
    play(venue, *(bar(n, str(100 + n), str(101 + n), str(100 + n), str(101 + n)) for n in range(1, 8)))
    before = path.read_bytes()
    tape = open_tape(path)
    tape._path = tmp_path / "gone" / "paper.tape"
    assert memory_of(venue_on_bars(tape=tape)) == memory_of(venue)
    assert path.read_bytes() == before


def test_a_damaged_line_in_the_middle_stops_the_start_with_a_sentence(
    tmp_path: Path, open_tape: OpenTape
) -> None:
    path = tmp_path / "paper.tape"
    bracketed(open_tape(path))
    path.write_bytes(path.read_bytes().replace(b'"Filled"', b'"Fillet"', 1))
    with pytest.raises(TapeUnavailable, match=r"Line \d+ of .* cannot be read .* restore the file"):
        open_tape(path)


def test_starting_again_keeps_only_the_last_note_of_a_trailing_stop(
    tmp_path: Path, open_tape: OpenTape
) -> None:
    path = tmp_path / "paper.tape"
    venue = bracketed(open_tape(path))
    play(venue, *(bar(n, str(100 + n), str(101 + n), str(100 + n), str(101 + n)) for n in range(1, 8)))
    assert path.read_bytes().count(b'"Trailed"') > 1
    stop = venue.stop_of(exit_of("trail", "1").client_order_id)
    again = venue_on_bars(tape=open_tape(path))
    assert path.read_bytes().count(b'"Trailed"') == 1
    assert again.stop_of(exit_of("trail", "1").client_order_id) == stop
    assert not path.with_suffix(".new").exists()


class FullDisk:
    """A file that takes `room` more bytes."""

    def __init__(self, file: object, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        if len(data) > self.room:
            written = self.file.write(data[: self.room])  # type: ignore[attr-defined]  # a raw file
            self.room = 0
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return int(written)
        self.room -= len(data)
        return int(self.file.write(data))  # type: ignore[attr-defined]  # a raw file

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 1, 40, 300])
def test_a_full_disk_refuses_the_order_and_leaves_nothing_of_it(
    tmp_path: Path, open_tape: OpenTape, room: int
) -> None:
    path = tmp_path / "paper.tape"
    tape = open_tape(path)
    venue = bracketed(tape)
    before, size = memory_of(venue), path.stat().st_size
    tape._file = FullDisk(tape._file, room)  # type: ignore[assignment]  # the planted fault
    answer = venue.submit(buy("late", "1", limit="90"), T0 + MINUTE)
    assert isinstance(answer, Rejected) and answer.code == "venue_unavailable"
    assert "No space left" in answer.reason
    stop = exit_of("sl", "1").client_order_id
    assert isinstance(venue.cancel(stop, T0), CancelRefused)
    assert isinstance(venue.replace(stop, exit_of("sl", "0.5").quantity, None, D(96), T0), ReplaceRefused)  # type: ignore[arg-type]  # a price
    assert venue.drain() == []
    assert (memory_of(venue), path.stat().st_size) == (before, size)


def test_a_fill_that_cannot_be_written_happens_when_there_is_room_again(
    tmp_path: Path, open_tape: OpenTape
) -> None:
    tape = open_tape(tmp_path / "paper.tape")
    venue = bracketed(tape)
    good, tape._file = tape._file, FullDisk(tape._file, 0)  # type: ignore[assignment]  # the planted fault
    assert told(play(venue, bar(1, "100", "111", "99", "111"))) == []
    tape._file = good
    assert told(play(venue, bar(2, "111", "112", "111", "112")))[0] == "tp 0.5@111 12:02"


CHILD = """
import sys, time
from datetime import timedelta
from pathlib import Path
from tests.unit.brokers.paper_stage import *
from trading.brokers.tape import FileTape
venue = venue_on_bars(tape=FileTape(Path(sys.argv[1])), cash="1000000000")
for n in range(100_000):
    venue.submit(buy(f"o{n}", "1"), T0 + n * MINUTE)
    (fill,) = venue.on_bar_open(bar(n, "100", "100", "100", "100"))
    print(f"o{n} {fill.fill_id}", flush=True)
"""


@pytest.mark.parametrize("answers", [1, 20, 150])
def test_what_was_told_before_a_kill_is_known_after_it(
    tmp_path: Path, open_tape: OpenTape, answers: int
) -> None:
    path = tmp_path / "paper.tape"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdout is not None
    with child:
        heard = [child.stdout.readline().split() for _ in range(answers)]
        child.send_signal(signal.SIGKILL)
        heard += [line.split() for line in child.stdout if line.endswith("\n")]
    venue = venue_on_bars(tape=open_tape(path))
    known = [(one.client_order_id, getattr(one, "fill_id", "")) for one in venue.history(T0)]
    assert [tuple(one) for one in heard] == known[: len(heard)]
    assert 0 <= len(known) - len(heard) <= 1
    assert venue.snapshot(T0).positions == {"BTC/USD": D(len(known))}


moves = st.lists(
    st.one_of(
        st.tuples(st.just("bar"), st.integers(85, 115), st.integers(0, 12), st.integers(0, 12)),
        st.tuples(st.just("leg"), st.integers(1, 10), st.integers(85, 115), st.booleans()),
        st.tuples(st.just("trail"), st.integers(1, 10), st.integers(1, 9), st.booleans()),
        st.tuples(st.just("close"), st.integers(1, 10), st.just(0), st.just(False)),
        st.tuples(st.just("cancel"), st.integers(0, 9), st.just(0), st.just(False)),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(moves)
def test_any_course_of_bars_and_exits_never_sells_more_than_is_held_and_is_remembered(
    course: list[tuple[str, int, int, int]],
) -> None:
    tape = MemoryTape(keeps=True)
    venue = venue_on_bars(tape=tape, volume_share=D("0.3"))
    venue.submit(buy("entry", "3"), T0)
    minute = 0
    for step, (what, one, two, three) in enumerate(course):
        now = T0 + minute * MINUTE
        size = f"{one / 2}"
        match what:
            case "bar":
                play(venue, bar(minute, str(one), str(one + two), str(one - three), str(one), volume="5"))
                minute += 1
            case "leg" if three:
                venue.submit(exit_of(f"leg{step}", size, limit=str(two)), now)
            case "leg":
                venue.submit(exit_of(f"leg{step}", size, stop=str(two)), now)
            case "trail":
                venue.submit(exit_of(f"leg{step}", size, trail=str(two)), now)
            case "close":
                venue.submit(sell(f"close{step}", size, reduce_only=True), now)
            case _:
                open_ones = venue.snapshot(now).orders
                if open_ones:
                    venue.cancel(open_ones[one % len(open_ones)].client_order_id, now)
        held = venue.snapshot(now).positions.get("BTC/USD", D(0))
        assert 0 <= held <= 3
        if minute:
            for waiting in venue.snapshot(now).orders:
                taken = next(r for r in tape.records if isinstance(r, Taken) and
                             r.order.client_order_id == waiting.client_order_id)  # fmt: skip
                assert not taken.order.group or taken.at == now or waiting.quantity - waiting.filled <= held
    again = venue_on_bars(tape=tape)
    assert again.snapshot(T0) == venue.snapshot(T0)
    assert again.history(T0) == venue.history(T0)


def test_accepted_orders_are_on_the_tape_before_the_answer_is_given() -> None:
    tape = MemoryTape(keeps=True)
    venue = venue_on_bars(tape=tape)
    assert isinstance(venue.submit(buy("b", "1", limit="90"), T0), Accepted)
    assert [r.order.client_order_id for r in tape.records if isinstance(r, Taken)] == ["b"]
