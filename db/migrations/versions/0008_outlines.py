"""Outlines: what the last document of a source held, so that of the next only what is new is read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlines",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("frame", sa.String(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_outlines_source_id")
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_outlines")),
    )


def downgrade() -> None:
    op.drop_table("outlines")
