"""The page of venues says what the profiles say."""

from __future__ import annotations

from pathlib import Path

from trading.brokers.grade import VENUES, Grade
from trading.ports import VenueProfile

PAGE = Path(__file__).parents[2] / "docs" / "venues.md"
HEAD = (
    "| venue | grade | stop | trailing | group | reduce-only | attached | bracket | IOC | orders with an end "
    "| a name is unique | fence | seen after |"
)


def yes(value: bool) -> str:
    return "yes" if value else "no"


def row(profile: VenueProfile, grade: Grade) -> str:
    """One venue of the matrix."""
    group = "one target, one stop" if profile.group_of_two else "any"
    names = {"forever": "for ever", "open_only": "among open orders", "none": "nowhere"}
    cells = (
        profile.venue,
        grade.value,
        yes(profile.native_stop),
        yes(profile.native_trailing),
        group if profile.native_oco else "no",
        yes(profile.reduce_only),
        yes(profile.attached_exits),
        {"": "no", "partial": "each fill", "full": "the last fill"}[profile.bracket_trigger],
        yes(profile.immediate),
        yes(profile.takes_ends),
        names[profile.cid_scope],
        f"{profile.fence_s:g} s",
        f"{profile.visibility_s:g} s, stops {profile.visibility_conditional_s:g} s",
    )
    return f"| {' | '.join(cells)} |"


def test_the_matrix_is_that_of_the_profiles() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index(HEAD)
    told = lines[start + 2 : start + 2 + len(VENUES)]
    assert told == [row(profile, grade) for profile, grade in VENUES]
    assert not lines[start + 2 + len(VENUES)].startswith("|")


def test_each_grade_is_explained_and_none_is_claimed_that_needs_a_real_account() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"**{grade.value}**" in text for grade in Grade)
    assert {grade for _, grade in VENUES} <= {Grade.PAPER, Grade.BRONZE}
