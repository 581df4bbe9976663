"""Client order ids: the same for the same cause, another for every other, and fit for every venue."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from trading.domain.ids import AccountId, client_order_id

KEY = b"k" * 32
PAPER = AccountId("paper")
words = st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=40)


def test_the_id_of_a_cause_is_pinned() -> None:
    found = client_order_id(KEY, PAPER, "telegram:1:42", "paper/BTC/USD/1/entry-1", 1)
    assert found == "SLX5F4GKRMFEM5RHZGRYMP6BSM"
    assert found == client_order_id(KEY, PAPER, "telegram:1:42", "paper/BTC/USD/1/entry-1", 1)


@given(st.binary(min_size=1, max_size=64), words, words, words, st.integers(1, 1_000))
def test_every_id_has_letters_that_all_venues_take(
    key: bytes, account: str, cause: str, leg: str, attempt: int
) -> None:
    found = client_order_id(key, AccountId(account), cause, leg, attempt)
    assert re.fullmatch(r"[A-Z2-7]{26}", found)


@given(st.sets(st.tuples(words, words, words, st.integers(1, 9)), min_size=2, max_size=20))
def test_different_causes_never_share_an_id(causes: set[tuple[str, str, str, int]]) -> None:
    ids = {client_order_id(KEY, AccountId(a), c, leg, n) for a, c, leg, n in causes}
    assert len(ids) == len(causes)


def test_parts_do_not_run_into_each_other() -> None:
    assert client_order_id(KEY, PAPER, "ab", "c", 1) != client_order_id(KEY, PAPER, "a", "bc", 1)
    assert client_order_id(KEY, PAPER, "a", "b", 11) != client_order_id(KEY, PAPER, "a", "b1", 1)


def test_each_attempt_has_an_id_of_its_own() -> None:
    ids = [client_order_id(KEY, PAPER, "test:1", "exit-2", attempt) for attempt in range(1, 50)]
    assert len(set(ids)) == len(ids)


def test_another_desk_cannot_foresee_our_ids() -> None:
    ours = client_order_id(b"a" * 32, PAPER, "test:1", "entry-1", 1)
    assert client_order_id(b"b" * 32, PAPER, "test:1", "entry-1", 1) != ours
