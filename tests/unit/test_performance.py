"""Round trips added up: hand-worked examples, and a naive sum as the judge of the rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.round_trips import round_trip
from trading.performance import By, Score, Source, by_currency, grouped, score_of, source_of

D = Decimal


def same(at: datetime) -> datetime:
    """A person in UTC."""
    return at


def test_five_round_trips_by_hand() -> None:
    score = score_of(
        [
            round_trip("30", fees="2", risk=Decimal(20)),
            round_trip("-10", fees="1", risk=Decimal(10), held_h=3),
            round_trip("50", held_h=2),
            round_trip("-20", risk=Decimal(10)),
            round_trip("0"),
        ]
    )
    assert (score.count, score.wins, score.losses) == (5, 2, 2)
    assert (score.gained, score.lost, score.net, score.fees) == (D(80), D(30), D(50), D(3))
    assert score.win_rate == 40
    assert score.profit_factor == Decimal(80) / Decimal(30)
    assert (score.expectancy, score.average_win, score.average_loss) == (D(10), D(40), D(15))
    assert (score.best, score.worst) == (D(50), D(-20))
    assert (score.r_count, score.average_r) == (3, D("-0.5"))  # 1.5 R, -1 R, -2 R
    assert score.average_held == timedelta(hours=8) / 5


def test_nothing_has_no_ratio() -> None:
    score = score_of([])
    assert score == Score()
    assert (score.win_rate, score.profit_factor, score.expectancy, score.average_r) == (None,) * 4
    assert (score.average_win, score.average_loss, score.average_held) == (None,) * 3


def test_without_a_loss_there_is_no_profit_factor() -> None:
    assert score_of([round_trip("5")]).profit_factor is None
    assert score_of([round_trip("-5")]).profit_factor == 0


def test_the_worst_of_winners_alone_is_a_winner() -> None:
    assert score_of([round_trip("5"), round_trip("7")]).worst == 5
    assert score_of([round_trip("-5"), round_trip("-7")]).best == -5


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (By.SYMBOL, {"BTC/USD", "ETH/USD"}),
        (By.TAG, {"manual", "breakout"}),
        (By.EXIT, {"tp1", "sl"}),
        (By.HOUR, {"09", "10"}),
        (By.WEEKDAY, {"0", "1"}),
        (By.SOURCE, {"person", "schedule"}),
        (By.SIDE, {"long", "short"}),
        (By.MIX, {"manual tp1", "breakout sl"}),
    ],
)
def test_round_trips_are_told_apart(by: By, keys: set[str]) -> None:
    one = round_trip("4")  # Monday, opened at 09:30
    other = round_trip(
        "-3",
        symbol="ETH/USD",
        tag="breakout",
        reason="sl",
        closed_h=26,
        command_id="job:a:2026-03-03",
        is_long=False,
    )  # Tuesday, opened at 10:30
    groups = grouped([one, other], by, same)
    assert {key for key, _ in groups} == keys
    assert sum(score.net for score in groups.values()) == 1


def test_the_hour_is_on_the_persons_clock_and_of_the_entry() -> None:
    def tokyo(at: datetime) -> datetime:
        return at + timedelta(hours=9)

    late = round_trip("1", closed_h=10, held_h=9)  # opened 10:30 UTC, 19:30 there
    assert set(grouped([late], By.HOUR, tokyo)) == {("19", "USD")}


def test_what_nobody_here_asked_for_is_another_hands() -> None:
    assert source_of(round_trip("1", command_id="")) is Source.EXTERNAL
    assert source_of(round_trip("1", command_id="job:dca:2026-01-05T09:00:00+00:00")) is Source.SCHEDULE
    assert source_of(round_trip("1", command_id="6f3a")) is Source.PERSON


def test_signals_profiles_and_bots_are_told_apart_by_name() -> None:
    rows = [
        round_trip("1", command_id="signal:ab:n1", tag="signal-tv"),
        round_trip("2", command_id="signal:ab:n2", tag="signal-tv"),
        round_trip("4", command_id="signal:cd:n1", tag="signal-other"),
        round_trip("8", command_id="profile:9f", tag="profile:trend"),
        round_trip("16", command_id="paper/bot-1:t1", tag="bot:grid-1"),
        round_trip("32", command_id="6f3a", tag="signal-like"),
    ]
    found = {key[0]: score.net for key, score in grouped(rows, By.SOURCE, lambda at: at).items()}
    assert found == {
        "signal tv": Decimal(3),
        "signal other": Decimal(4),
        "profile trend": Decimal(8),
        "bot grid-1": Decimal(16),
        "person": Decimal(32),
    }


def test_currencies_are_never_added() -> None:
    rows = [round_trip("1"), round_trip("2", currency="SOL"), round_trip("4")]
    assert {name: [row.net for row in group] for name, group in by_currency(rows).items()} == {
        "USD": [1, 4],
        "SOL": [2],
    }
    assert {key: score.net for key, score in grouped(rows, By.TAG, same).items()} == {
        ("manual", "USD"): 5,
        ("manual", "SOL"): 2,
    }


CENTS = st.integers(-10_000, 10_000).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(st.tuples(CENTS, st.sampled_from("ab"), st.integers(0, 300)), max_size=40))
def test_groups_are_the_whole_told_apart(drawn: list[tuple[Decimal, str, int]]) -> None:
    rows = [round_trip(net, tag=tag, closed_h=hour) for net, tag, hour in drawn]
    whole = score_of(rows)
    assert whole.net == sum(net for net, _, _ in drawn)
    assert whole.wins == len([net for net, _, _ in drawn if net > 0])
    for by in By:
        parts = grouped(rows, by, same).values()
        assert sum(part.count for part in parts) == whole.count
        assert sum(part.net for part in parts) == whole.net
        assert sum(part.losses for part in parts) == whole.losses
        assert sum((part.held for part in parts), timedelta(0)) == whole.held
    for tag in "ab":
        nets = [net for net, its, _ in drawn if its == tag]
        if nets:
            part = grouped(rows, By.TAG, same)[(tag, "USD")]
            assert (part.best, part.worst, part.expectancy) == (max(nets), min(nets), sum(nets) / len(nets))
