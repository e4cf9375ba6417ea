"""Watching: what there was by day, what the daemon did, and what went wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the type is INTEGER, which is as large there.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _how():
    """SQLite alters a table by copying it, which keeps its columns in order."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"

# Copying the table would else write its default in parentheses.
AS_IT_IS = [sa.Column("pacing", sa.Text(), nullable=False, server_default=sa.text("''"))]


def upgrade() -> None:
    with op.batch_alter_table("sources", recreate=_how(), reflect_args=AS_IT_IS) as batch:
        batch.add_column(sa.Column("shape", sa.JSON()))
        batch.add_column(sa.Column("usual_shape", sa.JSON()))
    op.create_table(
        "tallies",
        sa.Column("counted", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("counted", "name", "day", name=op.f("pk_tallies")),
    )
    op.create_index("ix_tallies_day", "tallies", ["counted", "day", "name", "amount"])
    op.create_table(
        "incidents",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("mend", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index("ix_incidents_ended", "incidents", ["ended", "told"])
    op.create_table(
        "hours",
        sa.Column("hour", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("turns", "polls", "failed", "entries", "ms", "longest")
        ),
        sa.Column("memory", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_hours")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    for name in ("heartbeats", "hours", "incidents", "tallies"):
        op.drop_table(name)
    with op.batch_alter_table("sources", recreate=_how(), reflect_args=AS_IT_IS) as batch:
        batch.drop_column("usual_shape")
        batch.drop_column("shape")
