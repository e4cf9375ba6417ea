"""The hub: who is told of new editions, and what is still to be verified."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the type is INTEGER, which is as large there.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String()),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_subscribers_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
    )
    callback = ["topic_id", "format", "callback"]
    op.create_index("ux_subscribers_callback", "subscribers", callback, unique=True)
    op.create_index("ix_subscribers_edition", "subscribers", ["topic_id", "edition", "due"])
    op.create_index("ix_subscribers_host", "subscribers", ["host"])
    op.create_table(
        "intents",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_intents_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intents")),
    )
    op.create_index("ux_intents_callback", "intents", callback, unique=True)
    op.create_index("ix_intents_due", "intents", ["due"])
    op.create_index("ix_intents_host", "intents", ["host"])


def downgrade() -> None:
    op.drop_table("intents")
    op.drop_table("subscribers")
