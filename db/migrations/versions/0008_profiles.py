"""Profiles of automatic trading, their scorecards, and how far the candles of each series are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables, empty."""
    op.create_table(
        "profile",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("pk_profile")),
    )
    op.create_table(
        "scorecard",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "symbol", "closed_at", name=op.f("pk_scorecard")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "series",
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("frame_s", sa.BigInteger(), nullable=False),
        sa.Column("anchored_at", sa.BigInteger(), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("symbol", "frame_s", name=op.f("pk_series")),
    )
