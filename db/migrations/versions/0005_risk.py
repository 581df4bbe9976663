"""What each position risked and what opened it: in the bodies of their rows, which are made anew."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No table changes; the upgrade fills the rows from the events once more."""
