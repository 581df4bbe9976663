"""How much voices count together: the same story once, one voice a quarter at most, the old not at all.

Pure. RELIABILITY L05: forty accounts that say one thing are one voice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from sentiment.cleaning import host_of, path_of
from trading.domain.money import ZERO
from trading.domain.opinion import ONE

SHARE_MAX = Decimal("0.25")
AGE_MAX = timedelta(hours=24)
AHEAD_MAX = timedelta(minutes=5)
"""A clock that is not ours may be so far ahead; what is later was not posted yet, and is not believed."""
SIMILAR_FROM = 0.5
"""Share of words in common from which two stories are one."""
_WORD = re.compile(r"[^\W_]{3,}")
_ANY_ACCOUNT = frozenset({"x.com", "twitter.com"})
_NO_HANDLE = frozenset({"i", "status", "search", "hashtag", "intent", "share"})


class Voice(Struct, frozen=True):
    """One post or article. `score` from -1 to 1; `posted_at` None when its source does not say."""

    url: str
    gist: str
    score: Decimal
    posted_at: datetime | None = None


class Chorus(Struct, frozen=True):
    """What the voices come to: the weighted `score`, how many independent stories that was, and how many
    voices were left out as too old."""

    score: Decimal
    stories: int
    left_out: int


def author_of(url: str) -> str:
    """Who speaks at an address: the account on X where it shows, else the host."""
    host = host_of(url)
    if host in _ANY_ACCOUNT:
        handle = path_of(url).strip("/").split("/")[0].lower()
        return f"x.com/{handle}" if handle and handle not in _NO_HANDLE else ""
    return host


def heard(voices: Sequence[Voice], now: datetime) -> Chorus:
    """The voices of the last 24 hours, told apart and weighed: each story gets an equal part, none more
    than a quarter, so that fewer than four stories can only say it softly."""
    fresh = [one for one in voices if one.posted_at is None or _is_fresh(one.posted_at, now)]
    stories = _stories(fresh)
    if not stories:
        return Chorus(ZERO, 0, len(voices))
    share = min(ONE / len(stories), SHARE_MAX)
    total = sum((_mean([one.score for one in story]) for story in stories), ZERO)
    return Chorus(total * share, len(stories), len(voices) - len(fresh))


def _is_fresh(posted_at: datetime, now: datetime) -> bool:
    return now - AGE_MAX <= posted_at <= now + AHEAD_MAX


def _mean(scores: Sequence[Decimal]) -> Decimal:
    return sum(scores, ZERO) / len(scores)


def _stories(voices: Sequence[Voice]) -> list[list[Voice]]:
    """Voices of one author, and voices that say nearly the same, belong together (also by way of a third)."""
    groups: list[tuple[list[Voice], set[str], list[frozenset[str]]]] = []
    for voice in voices:
        author, words = author_of(voice.url), frozenset(_WORD.findall(voice.gist.lower()))
        merged: tuple[list[Voice], set[str], list[frozenset[str]]] = (
            [voice],
            {author} if author else set(),
            [words],
        )
        rest = []
        for group in groups:
            if group[1] & merged[1] or any(_alike(words, known) for known in group[2]):
                merged = ([*group[0], *merged[0]], group[1] | merged[1], [*group[2], *merged[2]])
            else:
                rest.append(group)
        groups = [*rest, merged]
    return [group[0] for group in groups]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two gists tell the same story; without words they cannot be told apart."""
    if not one or not other:
        return True
    return len(one & other) / len(one | other) >= SIMILAR_FROM
