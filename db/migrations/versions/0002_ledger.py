"""The tables that are derived from events; `db.upgrade` fills them after the migration."""

import sqlalchemy as sa
from alembic import op

from db.exact import ExactDecimal

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, empty."""
    op.create_table(
        "booking",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("value", ExactDecimal(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", "seq", "line", name=op.f("pk_booking")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fill",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("quantity", ExactDecimal(), nullable=False),
        sa.Column("price", ExactDecimal(), nullable=False),
        sa.Column("fee", ExactDecimal(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("realised", ExactDecimal(), nullable=False),
        sa.Column("client_order_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position_id", sa.String(), nullable=False),
        sa.Column("fill_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", "seq", name=op.f("pk_fill")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "listed",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("multiplier", ExactDecimal(), nullable=False),
        sa.PrimaryKeyConstraint("account", "symbol", name=op.f("pk_listed")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mention",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "subject", "seq", name=op.f("pk_mention")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "order_row",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_row")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_order_row_account_seq"), "order_row", ["account", "seq"], unique=False)
    op.create_table(
        "position_row",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("position_id", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position_id", name=op.f("pk_position_row")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_position_row_account_closed_seq"), "position_row", ["account", "closed_seq"], unique=False
    )
    op.create_table(
        "total",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("value", ExactDecimal(), nullable=False),
        sa.PrimaryKeyConstraint("account", "book", "currency", name=op.f("pk_total")),
        sqlite_with_rowid=False,
    )
