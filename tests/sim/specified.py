"""The bugs that the specification wants planted (section d, third table), each with ours, or its place."""

from __future__ import annotations

from msgspec import Struct


class Wanted(Struct, frozen=True):
    """A bug that must not live: planted in the simulator (`mutants`, in its days or in those in the chats),
    caught by another test (`elsewhere`, file and name), or of a part that is not built yet (`later`)."""

    bug: str
    mutants: tuple[str, ...] = ()
    elsewhere: str = ""
    later: str = ""


BLIND = (
    "silent_orders_are_sent_again",
    "blind_retry_where_ids_are_unique_for_ever",
)

WANTED: tuple[Wanted, ...] = (
    Wanted("send before journal", ("sent_before_it_is_written",)),
    Wanted("timeout means rejected", ("silence_means_rejected",)),
    Wanted("blind retry, the venue dedupes for ever", BLIND),
    Wanted(
        "blind retry, the venue dedupes open orders only",
        ("blind_retry_where_ids_are_unique_among_open_orders_only",),
    ),
    Wanted("blind retry, the venue dedupes nothing", ("blind_retry_where_ids_mean_nothing",)),
    Wanted("a new client order id for each try", ("each_try_has_a_new_client_order_id",)),
    Wanted("fills are not deduped", ("fills_are_not_recognised", "fills_are_recognised_by_all_their_fields")),
    Wanted(
        "dedupe by update instead of nonce",
        ("command_key_is_not_stored", "each_delivery_is_a_command_of_its_own"),
    ),
    Wanted("one `not found` means absent", ("one_not_found_proves_absence", "the_fence_is_ignored")),
    Wanted("an update is acknowledged before it is kept", ("acknowledged_before_it_is_kept",)),
    Wanted(
        "a message is marked sent before it is sent",
        elsewhere="tests/sim/test_day_of_telling.py::test_a_day_with_outages_kills_and_sleeps_loses_nothing",
    ),
    Wanted("now and then the wrong recipient", ("answers_go_to_whoever_asked_last",)),
    Wanted("a late yes takes a fill back", ("a_late_acknowledgement_takes_a_fill_back",)),
    Wanted("the fee is ignored", ("the_fee_is_forgotten_in_the_ledger",)),
    Wanted("a refused cancel means that it lives", ("a_refused_cancel_means_that_it_lives",)),
    Wanted("a failed question counts as a miss", ("a_failed_question_counts_as_no",)),
    Wanted("the stop is sized from what was ordered", ("stops_are_sized_from_what_was_ordered",)),
    Wanted("a target is placed when the stop failed", ("nobody_notices_that_nothing_guards",)),
    Wanted(
        "what to tell is written in a second transaction",
        (
            "what_follows_is_written_in_a_second_transaction",
            "tables_are_not_derived_with_the_events",
            "published_although_nothing_was_written",
        ),
    ),
    Wanted("a halt is looked at before the wait and not after", ("a_halt_lets_what_waits_go_out",)),
    Wanted("`SET` instead of `SET LOCAL`", later="several tenants in one PostgreSQL"),
    Wanted("no associated data in the cipher", later="the vault for keys of venues"),
    Wanted(
        "the wall clock is used for a deadline",
        ("the_fence_runs_on_the_wall_clock", "the_next_look_begins_by_the_desks_own_clock"),
    ),
    Wanted("the lease is not looked at after the machine slept", ("who_was_overtaken_still_sends",)),
    Wanted("a card is not bound to its person", ("a_proposal_is_not_bound_to_its_person",)),
    Wanted("edits of messages are carried out", ("edits_are_carried_out",)),
    Wanted("a stale price is accepted", ("a_stale_price_is_accepted",)),
    Wanted(
        "what is in doubt reserves nothing",
        ("what_is_in_doubt_reserves_nothing", "asking_a_person_releases_the_room"),
    ),
)
"""Every row of the table and of the list below it."""
