"""The garbage collector lets a start be, and what a start has made."""

from __future__ import annotations

import gc

from bot.main.collecting import started, uncollected_start


class Knot:
    """Something that only the collector can find: it holds itself."""

    def __init__(self) -> None:
        self.itself = self


def knots() -> int:
    """How many of them the collector looks at."""
    return sum(type(one) is Knot for one in gc.get_objects())


def test_what_a_start_has_made_is_not_looked_at_while_the_desk_runs() -> None:
    with uncollected_start():
        assert not gc.isenabled()
        Knot()
        assert knots() == 1
        started()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 1_000
        assert knots() == 0
        Knot()
        gc.collect()
        assert knots() == 0, "what came later is collected as ever"
    assert gc.get_freeze_count() == 0
    assert knots() == 1, "after the desk's end all is as it was"
    gc.collect()
    assert knots() == 0


def test_the_collector_is_back_when_a_start_fails() -> None:
    try:
        with uncollected_start():
            raise OSError
    except OSError:
        assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_without_such_a_start_nothing_is_taken_for_granted() -> None:
    started()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
