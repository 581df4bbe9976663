"""The tables of the vault: the ring, what is sealed under it, and what may be shown of keys of venues."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from db.tables_metadata import METADATA

VAULT_KEY = Table(
    "vault_key",
    METADATA,
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("master", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("number"),
)

SECRET = Table(
    "secret",
    METADATA,
    Column("tenant", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("field", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "subject", "field"),
    Index(None, "key"),
)

SECRET_VERSION = Table(
    "secret_version",
    METADATA,
    Column("tenant", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("field", String, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("tenant", "subject", "field"),
)
"""The highest version that a place ever had, also when nothing is there any more: none is given twice."""

VENUE_KEY = Table(
    "venue_key",
    METADATA,
    Column("account", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("venue", String, nullable=False),
    Column("environment", String, nullable=False),
    Column("tail", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("checked", Text, nullable=False),
    PrimaryKeyConstraint("account"),
    Index(None, "owner"),
)

SECRETS = (VAULT_KEY, SECRET, SECRET_VERSION, VENUE_KEY)
