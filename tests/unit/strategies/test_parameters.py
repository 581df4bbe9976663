"""Knobs: what a person typed becomes checked values, or a sentence says why not."""

from datetime import UTC, datetime, time
from decimal import Decimal

import msgspec
import pytest

from trading.domain.events import Refusal
from trading.parameters import Parameter, ParameterHistory, Settings, defaults, validated, written
from trading.strategies.table import STRATEGIES


class Tuned:
    """Something with a knob of each kind."""

    name = "tuned"
    parameters = (
        Parameter("fast", "int", 10, Decimal(2), Decimal(500)),
        Parameter("slow", "int", 20, Decimal(2), Decimal(500), above="fast"),
        Parameter("share", "decimal", Decimal("0.5"), Decimal(0), Decimal(1), Decimal("0.05")),
        Parameter("side", "choice", "both", choices=("both", "long")),
        Parameter("calm", "flag", False),
        Parameter("begins", "time", time(9, 30)),
        Parameter("zone", "zone", "UTC"),
        Parameter("free", "int", 7),
    )


def test_what_is_typed_becomes_typed_values() -> None:
    raw = {
        "fast": "12",
        "slow": 30,
        "share": "0.25",
        "side": "LONG",
        "calm": "on",
        "begins": "8:05",
        "zone": "Europe/Berlin",
    }
    assert validated(Tuned(), raw) == {
        "fast": 12,
        "slow": 30,
        "share": Decimal("0.25"),
        "side": "long",
        "calm": True,
        "begins": time(8, 5),
        "zone": "Europe/Berlin",
        "free": 7,
    }
    assert validated(Tuned(), {"share": 0.15}) == {**defaults(Tuned()), "share": Decimal("0.15")}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"fast": "ten"}, "fast is a whole number, not ten."),
        ({"fast": "2.5"}, "fast is a whole number, not 2.5."),
        ({"fast": True}, "fast is a whole number, not yes."),
        ({"fast": "NaN"}, "fast is a whole number, not NaN."),
        ({"free": "1e999999"}, "free is a whole number, not 1e999999."),
        ({"fast": ""}, "fast is a whole number, not nothing."),
        ({"fast": 1}, "fast is at least 2, not 1."),
        ({"slow": 501}, "slow is at most 500, not 501."),
        ({"share": "0.13"}, "share goes in steps of 0.05, not 0.13."),
        ({"share": "half"}, "share is a number, not half."),
        ({"side": "short"}, "side is one of both, long, not short."),
        ({"calm": "maybe"}, "calm is yes or no, not maybe."),
        ({"begins": "24:00"}, "begins is a time of day like 09:30, not 24:00."),
        ({"begins": "9"}, "begins is a time of day like 09:30, not 9."),
        ({"zone": "Mars/Base"}, "zone is a zone like Europe/Berlin or UTC, not Mars/Base."),
        ({"zone": "../etc"}, "zone is a zone like Europe/Berlin or UTC, not ../etc."),
        ({"slow": 10}, "slow is 10; it must be above fast, which is 10."),
        (
            {"speed": 1},
            "tuned has no parameter speed; it has fast, slow, share, side, calm, begins, zone, free.",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(raw: dict[str, object], sentence: str) -> None:
    refusal = validated(Tuned(), raw)
    assert isinstance(refusal, Refusal) and refusal.sentence == sentence
    assert refusal.field in raw and refusal.code.startswith("parameter_")


def test_what_is_written_reads_back_the_same() -> None:
    settings: Settings = {**defaults(Tuned()), "share": Decimal("0.35"), "calm": True, "begins": time(7, 1)}
    assert validated(Tuned(), written(settings)) == settings


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_defaults_of_every_strategy_are_within_its_own_bounds(name: str) -> None:
    strategy = STRATEGIES[name]
    assert validated(strategy, written(defaults(strategy))) == defaults(strategy)
    assert all(one.meaning for one in strategy.parameters)


NOW = datetime(2024, 5, 1, tzinfo=UTC)


def revised(*steps: dict[str, object] | None) -> ParameterHistory:
    """A history of changes; None is an undo."""
    history = ParameterHistory()
    for step in steps:
        after = history.undone("ann", NOW) if step is None else history.changed(Tuned(), step, "bob", NOW)
        assert isinstance(after, ParameterHistory), after
        history = after
    return history


def fast_of(history: ParameterHistory) -> object:
    """What `fast` is now."""
    settings = history.current(Tuned())
    assert not isinstance(settings, Refusal)
    return settings["fast"]


def test_a_change_keeps_the_other_knobs_and_says_who_and_when() -> None:
    history = revised({"fast": 5}, {"share": "0.1"})
    assert history.current(Tuned()) == {**defaults(Tuned()), "fast": 5, "share": Decimal("0.1")}
    newest = history.revisions[-1]
    assert (newest.number, newest.by, newest.at, newest.before, newest.undoes) == (2, "bob", NOW, 1, 0)
    assert ParameterHistory().current(Tuned()) == defaults(Tuned())


def test_an_undo_goes_back_one_change_and_another_one_further() -> None:
    changes: list[dict[str, object] | None] = [{"fast": 5}, {"fast": 6}, {"fast": 7}]
    assert [fast_of(revised(*changes, *[None] * n)) for n in range(3)] == [7, 6, 5]
    undone = revised(*changes, None, None)
    assert [one.undoes for one in undone.revisions] == [0, 0, 0, 3, 2] and undone.revisions[-1].by == "ann"
    first = undone.undone("ann", NOW)
    assert isinstance(first, Refusal) and first.sentence == "There is no earlier setting to go back to."


def test_what_was_undone_is_not_in_the_way_of_a_later_change() -> None:
    history = revised({"fast": 5}, {"fast": 6}, None, {"fast": 8})
    assert fast_of(history) == 8 and fast_of(revised({"fast": 5}, {"fast": 6}, None, {"fast": 8}, None)) == 5


def test_a_change_that_changes_nothing_or_cannot_be_is_refused() -> None:
    history = revised({"fast": 5})
    same = history.changed(Tuned(), {"fast": "5"}, "bob", NOW)
    assert isinstance(same, Refusal) and same.code == "parameter_same"
    wrong = history.changed(Tuned(), {"fast": 25}, "bob", NOW)
    assert isinstance(wrong, Refusal) and wrong.code == "parameter_order"


def test_a_history_is_written_down_and_read_back() -> None:
    history = revised({"fast": 5, "begins": "8:00", "calm": True}, {"share": "0.1"}, None)
    encoded = msgspec.json.encode(history)
    assert msgspec.json.decode(encoded, type=ParameterHistory) == history
