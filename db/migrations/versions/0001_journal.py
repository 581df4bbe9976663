"""The authority and the registers: streams, events, command keys, snapshots, leases, settings."""

import sqlalchemy as sa
from alembic import op

from db.tables import APPLICATION_ID, GUARDS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, the triggers that keep events as they are, and our mark on a SQLite file."""
    op.create_table(
        "command_key",
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_command_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursor",
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "stream", name=op.f("pk_cursor")),
    )
    op.create_table(
        "event",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("correlation_id", sa.String(), nullable=False),
        sa.Column("causation_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lease",
        sa.Column("shard", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("pk_lease")),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "pending",
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_pending")),
    )
    op.create_index(op.f("ix_pending_expires_at"), "pending", ["expires_at"], unique=False)
    op.create_table(
        "setting",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "name", name=op.f("pk_setting")),
    )
    op.create_table(
        "snapshot",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "stream",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_stream")),
        sqlite_with_rowid=False,
    )
    dialect = op.get_bind().dialect.name
    for statement in GUARDS[dialect]:
        op.get_bind().exec_driver_sql(statement)
    if dialect == "sqlite":
        op.get_bind().exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
