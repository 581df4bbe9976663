"""Secrets and the ring of keys that they are sealed under."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, empty: what stood in the clear is sealed by the start that has the key."""
    op.create_table(
        "vault_key",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("master", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_vault_key")),
    )
    op.create_table(
        "secret",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "subject", "field", name=op.f("pk_secret")),
        sa.Index(op.f("ix_secret_key"), "key"),
    )
