"""Planted bugs die, each by an invariant that names what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.mutants_chat import CHAT_MUTANTS
from tests.sim.scenario import play, played
from tests.sim.scenarios import SCENARIOS, UNCRASHED
from tests.sim.specified import WANTED
from tests.sim.survival import BY_NAME, DAYS_MAX, PINNED, dead

ROOT = Path(__file__).resolve().parents[2]


def planted_names() -> set[str]:
    """All planted bugs, of the order path and of the chats."""
    return {one.name for one in (*MUTANTS, *CHAT_MUTANTS)}


def test_there_are_enough_planted_bugs() -> None:
    assert len(MUTANTS) >= 25
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)


def test_every_bug_of_the_specification_is_planted_or_has_a_place() -> None:
    planted = planted_names()
    for wanted in WANTED:
        places = bool(wanted.mutants) + bool(wanted.elsewhere) + bool(wanted.later)
        assert places == 1, wanted.bug
        assert {*wanted.mutants} <= planted, wanted.bug
        if wanted.elsewhere:
            path, _, name = wanted.elsewhere.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(), wanted.bug
    assert len({one.bug for one in WANTED}) == len(WANTED) == 28
    assert sum(bool(one.later) for one in WANTED) <= 2


OWN_DAYS = {
    "a_trail_wakes_where_it_was_to_wake_at_first": (
        "a trail that sleeps, and an addition that moves where it begins"
    ),
    "break_even_beside_a_trail_is_lost": "break-even beside a trail alone",
    "no_timer_rings_for_a_missing_stop": "a stop that does not come, and the position is kept",
    "a_group_that_is_too_large_is_not_asked_about": (
        "a target whose fill nobody is told of, and a stop that is enlarged for what is held no more"
    ),
    "what_stood_before_the_group_may_grow": (
        "a close that stood before there was a group, and that somebody enlarges"
    ),
    "a_stop_that_may_not_stand_is_not_watched": (
        "a stop of which nobody knows whether it stands, and the price passes it"
    ),
    "what_sleeps_counts_as_a_guard": "an entry of which a part fills, and exits that wake with the last fill",
    "what_sleeps_stays_where_the_plan_was": (
        "exits that go with an entry are changed, and it goes on waiting over a deploy"
    ),
    "what_sleeps_is_asked_to_move_only_once": "a change of exits that sleep behind their entry is lost",
    "a_start_gives_up_what_sleeps": "exits that go with an entry are changed while it waits",
    "an_entry_is_moved_beyond_its_own_exits": "an entry that carries its exits is moved, and they follow",
    "an_exit_that_fills_before_its_entry_is_an_overshoot": (
        "a stop that came with its entry fills before anybody has told of the entry"
    ),
    "what_a_person_sends_out_slips_as_far_as_it_likes": (
        "a gap in a thin market about which a person is asked, who exits"
    ),
    "what_was_begun_for_a_stop_goes_on_after_its_gap": (
        "a gap while a stop makes room that nobody knows about, and the position is left"
    ),
    "a_refused_change_proves_that_no_name_is_new": (
        "a stop that fills under a name which nobody has told, before its next change is refused"
    ),
    "nobody_asks_what_the_venue_calls_our_orders": (
        "a stop that fills under a name which nobody has told, before its next change is refused"
    ),
    "a_crumb_leaves_its_guard_as_it_was": "a lone stop that leaves a crumb of coins, and no start after it",
    "a_fill_that_is_booked_counts_again_under_another_name": (
        "a fill that is told again by a name that nobody has heard of"
    ),
    "asking_a_person_releases_the_room": (
        "an order about which a person is asked, and somebody who goes on meanwhile"
    ),
    "the_guessed_price_stays": (
        "a difference that a person adopts, and whose fill is told after all, at another price"
    ),
    "the_position_is_not_looked_at": "an order that the venue hides, and its position tells of the fill",
    "a_position_that_a_hand_made_smaller_keeps_its_legs": "a hand that sells half of what a stop guards",
    "a_resize_loosens_the_stop": "a close of a half when the stop is at break-even",
    "a_swap_is_forgotten_after_a_crash": "a deploy while a stop makes room, and what has no stop is kept",
    "an_open_question_counts_as_a_guard": "a gap about which a person is asked, who does not answer",
    "legs_are_not_placed_again_after_a_start": (
        "a deploy while a stop is on its way that never arrives, and the position is kept"
    ),
    "one_cancel_by_the_venue_and_the_desk_gives_up": (
        "a stop that the venue ends once, and then again at once"
    ),
    "the_same_order_twice_is_not_asked_about": (
        "the same order typed twice, and nobody said that it is meant twice"
    ),
    "the_others_of_a_pair_are_not_reduced": "a pair one of whose targets has filled",
    "a_frozen_symbol_is_opened_all_the_same": (
        "a hand of which the venue tells nothing, and somebody who goes on"
    ),
    "an_order_that_turned_up_alarms_nobody": (
        "an order that the venue hides until it counts as not placed, and then fills"
    ),
    "done_orders_are_not_looked_back_at": (
        "an order that the venue hides until it counts as not placed, and then fills"
    ),
    "a_watched_stop_is_forgotten_after_a_start": "a price beyond the stop when the desk comes up",
    "a_proof_counts_although_the_book_has_moved": (
        "a hand's sale that is told while the absence of a purchase is being proven"
    ),
    "what_has_not_left_yet_is_asked_about": (
        "a close that waits behind a slow request while the answer to a COMMIT is lost"
    ),
    "a_panic_is_proven_by_a_look_for_the_one_before": (
        "a panic that is pressed again while the first is being proven"
    ),
    "what_a_person_left_alone_is_not_sought_any_more": (
        "a difference that a person leaves alone, and whose fill is told after all"
    ),
    "what_was_left_alone_stays_left_alone_when_it_is_told": (
        "a difference that a person left alone and that was told, and a position that goes the other way"
    ),
    "the_history_is_read_again_for_a_minute_only": (
        "a hand that buys and sells again, of which the history tells late"
    ),
    "a_target_that_is_not_wanted_takes_break_even_back": (
        "a target that a hand has ended when the stop is at break-even"
    ),
    "a_persons_minute_runs_on_the_wall_clock_only": (
        "a clock that ran ahead is set right while a person is asked about a stop"
    ),
    "all_that_is_in_doubt_is_asked_about_at_the_full_pace": (
        "so many orders in doubt that a venue would ban whoever asks about each of them"
    ),
    "what_else_is_held_delays_the_proof_of_a_flatten": (
        "a flatten of what a hand has sold, which is told late, while something else is held"
    ),
    "what_is_read_before_an_exit_goes_once_more_is_not_looked_at": (
        "a close that a person says is not there, and the venue has sold"
    ),
    "exits_behind_jumps_go_out_as_they_were_decided": (
        "two jumps told in turn while a cancel is on its way, the larger one behind the other"
    ),
    "an_exit_that_does_not_fill_waits_for_ever": "a target for which a stop makes room, and that nobody buys",
    "a_swap_counts_as_guarded_for_ever": (
        "an exit for which a stop has made room, and nobody answers for it"
    ),
    "nobody_asks_for_a_price_that_has_stopped": (
        "a price that stops, and beyond a stop that only the desk watches when it is asked for"
    ),
    "what_is_said_when_asked_is_not_acted_on": (
        "a price that stops, and beyond a stop that only the desk watches when it is asked for"
    ),
    "a_lockout_binds_accounts_and_nobody": (
        "somebody who owns no account locks themself out, and goes on trying, also after a start"
    ),
    "who_has_locked_themself_out_is_free_after_a_start": (
        "somebody who owns no account locks themself out, and goes on trying, also after a start"
    ),
    "what_waits_of_who_has_locked_themself_out_stays": (
        "somebody who owns no account locks themself out, and goes on trying, also after a start"
    ),
    "a_barred_symbol_is_opened_all_the_same": (
        "a symbol that is barred while something is held and something waits there, also after a start"
    ),
    "a_barred_symbol_is_free_after_a_start": (
        "a symbol that is barred while something is held and something waits there, also after a start"
    ),
    "what_waits_in_a_barred_symbol_stays": (
        "a symbol that is barred while something is held and something waits there, also after a start"
    ),
    "a_barred_symbol_holds_its_exits_back": (
        "a symbol that is barred where the desk watches the exits, which go out"
    ),
    "what_was_begun_before_a_stop_goes_out_after_it": (
        "a profile that is stopped while its order waits for a price"
    ),
    "a_proposal_goes_out_without_a_press": "a profile that proposes, and nobody answers",
    "who_comes_to_a_candle_again_enters_again": (
        "a profile whose strategy buys, and sells when the averages turn"
    ),
    "orders_of_a_profile_carry_no_tag": "a profile that proposes, and somebody who says yes",
    "what_was_taken_back_is_left_all_the_same": (
        "a position that is taken back from a profile keeps its stop and is left by nobody"
    ),
    "what_is_handed_over_stays_with_who_had_it": (
        "a position goes from one profile to another and back to its person"
    ),
    "two_profiles_trade_one_symbol": (
        "a profile whose start is lost with the answer to a COMMIT, and another one that wants its symbol"
    ),
    "a_stop_is_not_written_down": "a profile that was stopped, and a deploy before its signal",
    "what_is_not_known_to_be_written_counts_as_not_written": (
        "a profile whose start is lost with the answer to a COMMIT, and another one that wants its symbol"
    ),
    "an_old_candle_is_entered": "a profile whose price comes too late for its candle",
    "a_candle_from_before_the_start_is_acted_on": (
        "a profile that is started right behind a candle on which it would have bought"
    ),
    "a_start_asks_about_all_that_is_in_doubt_at_once": (
        "so many orders in doubt over a start, at a venue whose answers prove at once that they never arrived"
    ),
}
"""Planted bugs that drawn days mask, or meet too seldom: each dies on a day that is written down."""


@pytest.mark.parametrize("name", OWN_DAYS)
def test_a_planted_bug_that_drawn_days_mask_dies_on_a_named_day(name: str) -> None:
    (day,) = (one for one in (*SCENARIOS, *UNCRASHED) if one.name == OWN_DAYS[name])
    mutant = BY_NAME[name]
    with mutant.plant():
        outcome = played(day)
    assert {one.invariant for one in outcome.breaches} & mutant.caught_by, f"{name} lives on: {day.name}"


@pytest.mark.parametrize("name", PINNED)
def test_a_planted_bug_that_was_real_once_dies_on_the_seed_that_has_shown_it(name: str) -> None:
    mutant = BY_NAME[name]
    with mutant.plant():
        outcome = play(PINNED[name])
    assert {one.invariant for one in outcome.breaches} & mutant.caught_by, f"{name} lives on: {PINNED[name]}"


OTHERS = [one for one in MUTANTS if one.name not in {*OWN_DAYS, *PINNED}]


@pytest.mark.parametrize("mutant", OTHERS, ids=lambda one: one.name)
def test_a_planted_bug_is_found_by_its_invariant(mutant: Mutant) -> None:
    end = dead(mutant, DAYS_MAX)
    assert end is not None, f"{mutant.name} survived {DAYS_MAX} days: the world has a hole"
    print(f"{mutant.name}: day {end.days} ({end.day}), {end.invariant}: {end.sentence}")
