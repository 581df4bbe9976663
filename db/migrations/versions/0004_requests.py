"""What was asked of venues, row by row: submits, cancels and changes with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: it is filled from the events with all derived tables."""
    op.create_table(
        "request_row",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_request_row")),
        sqlite_with_rowid=False,
    )
    # Books of before know no requests as rows; they are folded from the events once more.
    op.execute("DELETE FROM snapshot")
