"""What editors say: rulings, labels, what is learned of them, a second reader's answers, tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the type is INTEGER, which is as large there.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _how():
    """SQLite alters a table by copying it, which keeps its columns in order."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"

TABLES = ("tokens", "answers", "learned", "labels", "rulings")


def _of_an_entry(table, *columns):
    """Create a table with one row for an entry in a topic."""
    op.create_table(
        table,
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        *columns,
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f(f"fk_{table}_topic_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f(f"fk_{table}_entry_id")),
        sa.PrimaryKeyConstraint("topic_id", "entry_id", name=op.f(f"pk_{table}")),
    )


def _add(table, behind, *columns):
    """Add columns to a table, in this order behind the one named."""
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(table)]
    place = names.index(behind) + 1
    names[place:place] = [column.name for column in columns]
    with op.batch_alter_table(table, recreate=_how(), partial_reordering=[tuple(names)]) as batch:
        for column in columns:
            batch.add_column(column)


def upgrade() -> None:
    _add("verdicts", "score", sa.Column("shadow", sa.Float()))
    op.create_index("ix_verdicts_entry", "verdicts", ["entry_id"])
    _add(
        "topics",
        "removed",
        sa.Column("model", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("shadow", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    _of_an_entry(
        "rulings",
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
    _of_an_entry(
        "labels",
        sa.Column("expect", sa.Boolean(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_table(
        "learned",
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trained", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_learned_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "number", name=op.f("pk_learned")),
    )
    op.create_table(
        "answers",
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("belongs", sa.Boolean()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_answers_topic_id")),
        sa.PrimaryKeyConstraint(
            "topic_id", "fingerprint", "version", "model", name=op.f("pk_answers")
        ),
    )
    op.create_index("ix_answers_asked", "answers", ["topic_id", "asked"])
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger()),
        sa.Column("last_seen", sa.BigInteger()),
        sa.Column("client", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("topics", recreate=_how()) as batch:
        batch.drop_column("shadow")
        batch.drop_column("model")
    op.drop_index("ix_verdicts_entry", "verdicts")
    with op.batch_alter_table("verdicts", recreate=_how()) as batch:
        batch.drop_column("shadow")
