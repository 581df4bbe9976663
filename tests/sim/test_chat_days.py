"""Days in the chats: every order was meant by whoever it belongs to, once; nobody reads what is another's."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.sim.chat_day import judged_chats, play_chat
from tests.sim.mutants_chat import CHAT_MUTANTS
from tests.sim.planting import Mutant
from tests.sim.survival import dead

SEEDS = 6
MORE = range(SEEDS, 40)
SEEDS_MAX = 300


def said(seed: int) -> list[str]:
    return [f"seed {seed}: {breach.invariant} {breach.sentence}" for breach in play_chat(seed).breaches]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_day_in_the_chats_breaks_nothing(seed: int) -> None:
    assert said(seed) == []


@pytest.mark.slow
def test_many_days_in_the_chats_break_nothing() -> None:
    outcomes = [play_chat(seed) for seed in MORE]
    assert [one.breaches for one in outcomes if one.breaches] == []
    fired: Counter[str] = Counter()
    for one in outcomes:
        fired.update(one.fired)
    wanted = {"T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T10", "M05", "M14", "T22"}
    assert {fault for fault in wanted if fired[fault] >= 5} == wanted
    assert sum(one.intents for one in outcomes) > 60


def test_the_same_seed_is_the_same_day() -> None:
    first, second = play_chat(3), play_chat(3)
    assert (first.fired, first.intents, first.seconds) == (second.fired, second.intents, second.seconds)


@pytest.mark.parametrize("mutant", CHAT_MUTANTS, ids=lambda one: one.name)
def test_a_planted_bug_is_found(mutant: Mutant) -> None:
    end = dead(mutant, SEEDS_MAX)
    assert end is not None, f"{mutant.name} survived {SEEDS_MAX} days in the chats"
    print(f"{mutant.name}: {end.days} days, {end.invariant}: {end.sentence}")


def test_the_judge_says_what_nobody_meant_what_was_not_read_and_who_read_too_much() -> None:
    facts = {
        "meant": {"a": "Ann"},
        "accounts": {"Ann": "paper", "Bob": "bobs"},
        "people": {"7": "Ann"},
        "said": [("Ann", "/buy BTC 1"), ("Ann", "/buy BTC 2")],
        "answered": [("7", "/buy BTC 1")],
        "entries": [
            {"account": "paper", "command": "a"},
            {"account": "paper", "command": "a"},
            {"account": "bobs", "command": "a"},
        ],
        "reads": {"Ann": "…CANARY-BOB…", "Bob": "CANARY-BOB"},
        "canaries": {"Bob": "CANARY-BOB"},
        "secrets": ("hush",),
        "kept": "INSERT … hush …",
    }
    sentences = [sentence for _, sentence in judged_chats(facts)]
    assert "a made 3 entries" in sentences
    assert "Bob's account traded for a, which Bob did not mean" in sentences
    assert "Ann said /buy BTC 2 and was never answered" in sentences
    assert "Ann read what is Bob's" in sentences
    assert "a secret was kept" in sentences
