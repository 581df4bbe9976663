"""Days on which exchanges rest or close early: data, by the exchange's MIC (ISO 10383).

Of XNYS: the holidays of its rule 7.2 with the days it closed for mourning, storm and terror; from 1998 to
March 2021 a test holds them against the days that lack a bar in the bundled series of SPY. Early closes
(13:00 in New York) are those of the rule that has stood since 2013. After the last year of a table nothing
is known, and a strategy that goes by it does not enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache

from msgspec import Struct

_XNYS_RESTS = {
    1998: "01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25",
    1999: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
    2000: "01-17 02-21 04-21 05-29 07-04 09-04 11-23 12-25",
    2001: "01-01 01-15 02-19 04-13 05-28 07-04 09-03 09-11 09-12 09-13 09-14 11-22 12-25",
    2002: "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25",
    2003: "01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25",
    2004: "01-01 01-19 02-16 04-09 05-31 06-11 07-05 09-06 11-25 12-24",
    2005: "01-17 02-21 03-25 05-30 07-04 09-05 11-24 12-26",
    2006: "01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25",
    2007: "01-01 01-02 01-15 02-19 04-06 05-28 07-04 09-03 11-22 12-25",
    2008: "01-01 01-21 02-18 03-21 05-26 07-04 09-01 11-27 12-25",
    2009: "01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25",
    2010: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
    2011: "01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26",
    2012: "01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25",
    2013: "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25",
    2014: "01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25",
    2015: "01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25",
    2016: "01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26",
    2017: "01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25",
    2018: "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25",
    2019: "01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25",
    2020: "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25",
    2021: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
    2022: "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26",
    2023: "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25",
    2024: "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
    2025: "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
    2026: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
    2027: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24",
    2028: "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25",
}
_XNYS_EARLY = {
    2013: "07-03 11-29 12-24",
    2014: "07-03 11-28 12-24",
    2015: "11-27 12-24",
    2016: "11-25",
    2017: "07-03 11-24",
    2018: "07-03 11-23 12-24",
    2019: "07-03 11-29 12-24",
    2020: "11-27 12-24",
    2021: "11-26",
    2022: "11-25",
    2023: "07-03 11-24",
    2024: "07-03 11-29 12-24",
    2025: "07-03 11-28 12-24",
    2026: "11-27 12-24",
    2027: "11-26",
    2028: "07-03 11-24",
}


class Calendar(Struct, frozen=True):
    """When an exchange rests beside weekends: whole days, and days that end early with the time of their end.

    Nothing is known outside of `first` to `last`.
    """

    first: date
    last: date
    rests: frozenset[date]
    early: Mapping[date, time]


def _days(table: Mapping[int, str]) -> list[date]:
    return [date.fromisoformat(f"{year}-{day}") for year, days in table.items() for day in days.split()]


@lru_cache(maxsize=4)
def calendar(mic: str) -> Calendar:
    """The calendar of an exchange. Raises KeyError for one that is not in CALENDARS."""
    rests, early, end = CALENDARS[mic]
    first, last = date(min(rests), 1, 1), date(max(rests), 12, 31)
    return Calendar(first, last, frozenset(_days(rests)), dict.fromkeys(_days(early), end))


CALENDARS: Mapping[str, tuple[Mapping[int, str], Mapping[int, str], time]] = {
    "xnys": (_XNYS_RESTS, _XNYS_EARLY, time(13)),
}
"""By MIC in small letters: the days it rests, the days it closes early, and when."""
