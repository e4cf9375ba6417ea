"""Archives: whether a source has one that is still to be read is looked up, and not at each source."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OLDER = sa.text("older_url IS NOT NULL AND older_left > 0")


def upgrade() -> None:
    op.create_index(
        "ix_sources_older",
        "sources",
        ["id"],
        sqlite_where=OLDER,
        postgresql_where=OLDER,
    )


def downgrade() -> None:
    op.drop_index("ix_sources_older", "sources")
