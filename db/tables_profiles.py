"""The tables of automatic trading: profiles, their scorecards, and how far the candles of each series are."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Table, Text

from db.tables_metadata import METADATA

PROFILE = Table(
    "profile",
    METADATA,
    Column("profile_id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("account", String, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("profile_id"),
)

SCORECARD = Table(
    "scorecard",
    METADATA,
    Column("profile_id", String, nullable=False),
    Column("symbol", String, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Column("command_id", String, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("profile_id", "symbol", "closed_at"),
    sqlite_with_rowid=False,
)

SERIES = Table(
    "series",
    METADATA,
    Column("symbol", String, nullable=False),
    Column("frame_s", BigInteger, nullable=False),
    Column("anchored_at", BigInteger, nullable=False),
    Column("judged_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("symbol", "frame_s"),
)

AUTOMATIC = (PROFILE, SCORECARD, SERIES)
