"""Chance: unguessable from the machine, repeatable from a seed, independent between streams."""

from __future__ import annotations

import pytest

from trading.entropy import SeededEntropy, SystemEntropy
from trading.ports import Entropy


@pytest.mark.parametrize("entropy", [SystemEntropy(), SeededEntropy(7)])
def test_tokens_have_their_size_and_fractions_lie_in_the_unit_interval(entropy: Entropy) -> None:
    assert [len(entropy.token(size)) for size in (0, 1, 16, 200)] == [0, 1, 16, 200]
    assert entropy.token() != entropy.token()
    fractions = [entropy.fraction() for _ in range(2_000)]
    assert all(0 <= fraction < 1 for fraction in fractions)
    assert 0.45 < sum(fractions) / len(fractions) < 0.55


def test_the_same_seed_draws_the_same_on_every_machine() -> None:
    one, two = SeededEntropy(42), SeededEntropy("42")
    assert [one.token(5) for _ in range(40)] == [two.token(5) for _ in range(40)]
    assert SeededEntropy(42).token(8).hex() == "8dbfecde9d22280f"
    assert SeededEntropy(43).token(8) != SeededEntropy(42).token(8)


def test_the_size_of_a_draw_does_not_change_the_stream() -> None:
    small = SeededEntropy(1)
    assert b"".join(small.token(3) for _ in range(60)) == SeededEntropy(1).token(180)


def test_extra_draws_in_one_stream_never_shift_another() -> None:
    calm, busy = SeededEntropy(9), SeededEntropy(9)
    busy.token(1_000)
    busy.fork("venue").token(77)
    assert calm.fork("chat").token(64) == busy.fork("chat").token(64)
    assert calm.fork("chat").token(64) != calm.fork("venue").token(64)
    assert calm.fork("a").fork("b").token(8) != calm.fork("b").fork("a").token(8)
