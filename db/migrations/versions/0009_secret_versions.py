"""The highest version that each place of a secret ever had: a version is never given a second time."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what is sealed now is what is known."""
    op.create_table(
        "secret_version",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "subject", "field", name=op.f("pk_secret_version")),
    )
    op.execute(
        "INSERT INTO secret_version (tenant, subject, field, version) "
        "SELECT tenant, subject, field, version FROM secret"
    )
