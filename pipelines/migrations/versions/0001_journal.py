"""The journal's one table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the index by which runs read it.

    SQLite commits each of them by itself: after a kill in between, the next start goes on.
    """
    op.create_table(
        "journal",
        sa.Column("entry_id", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=False), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("role", sa.String(80)),
        sa.Column("subject_type", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.String(400), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("run_id", sa.String(80)),
        sa.Column("supersedes", sa.String(64)),
        if_not_exists=True,
    )
    op.create_index("journal_as_of", "journal", ["as_of", "at"], if_not_exists=True)
