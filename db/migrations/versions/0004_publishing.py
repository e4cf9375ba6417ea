"""What publishing remembers: pages of the archive, departures, private and renamed topics."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the type is INTEGER, which is as large there.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _how():
    """SQLite alters a table by copying it, which keeps its columns in order."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _add(table, behind, *columns):
    """Add columns to a table, in this order behind the one named."""
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(table)]
    place = names.index(behind) + 1
    names[place:place] = [column.name for column in columns]
    with op.batch_alter_table(table, recreate=_how(), partial_reordering=[tuple(names)]) as batch:
        for column in columns:
            batch.add_column(column)


def upgrade() -> None:
    _add(
        "topics",
        "shadow",
        sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("pages", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("catch_up", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("successor", sa.String()),
    )
    op.drop_index("ix_placements_order", "placements")
    _add("placements", "is_behind", sa.Column("page", sa.Integer()))
    _arrange(op.get_bind())
    order = ["topic_id", "page", "placed", "published", "entry_id"]
    op.create_index("ix_placements_order", "placements", order)
    op.create_index(
        "ix_placements_waiting",
        "placements",
        ["topic_id"],
        sqlite_where=sa.text("page IS NULL AND is_behind = 0"),
        postgresql_where=sa.text("page IS NULL AND NOT is_behind"),
    )
    op.create_table(
        "departures",
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("departed", sa.BigInteger(), nullable=False),
        sa.Column("placed", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_departures_topic_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_departures_entry_id")),
        sa.PrimaryKeyConstraint("topic_id", "entry_id", name=op.f("pk_departures")),
    )
    op.create_index(
        "ix_departures_page", "departures", ["topic_id", "page", "departed", "entry_id"]
    )
    op.create_index("ix_departures_order", "departures", ["topic_id", "departed", "entry_id"])
    _add(
        "tokens",
        "client",
        sa.Column("topics", sa.JSON(), nullable=False, server_default=sa.text("'[]'")),
    )


def _arrange(connection):
    """Put what is published on pages: the latest in the current document, the rest in the archive.

    A page holds half as many as the current document at most.
    """
    for topic_id, kept in connection.execute(sa.text("SELECT id, definition FROM topics")).all():
        limit = json.loads(kept)["topic"]["limit"]
        size = max(1, limit // 2)
        found = connection.execute(
            sa.text(
                "SELECT entry_id FROM placements WHERE topic_id = :topic AND NOT is_behind"
                " ORDER BY placed, published, entry_id"
            ),
            {"topic": topic_id},
        )
        numbers = found.scalars().all()
        pages = -(-max(0, len(numbers) - limit) // size)
        rows = [
            {
                "of_topic": topic_id,
                "of_entry": number,
                "page": place // size + 1 if place < pages * size else 0,
            }
            for place, number in enumerate(numbers)
        ]
        if rows:
            connection.execute(
                sa.text(
                    "UPDATE placements SET page = :page"
                    " WHERE topic_id = :of_topic AND entry_id = :of_entry"
                ),
                rows,
            )
        connection.execute(
            sa.text("UPDATE topics SET pages = :pages WHERE id = :topic"),
            {"pages": pages, "topic": topic_id},
        )


def downgrade() -> None:
    with op.batch_alter_table("tokens", recreate=_how()) as batch:
        batch.drop_column("topics")
    op.drop_table("departures")
    op.drop_index("ix_placements_waiting", "placements")
    op.drop_index("ix_placements_order", "placements")
    with op.batch_alter_table("placements", recreate=_how()) as batch:
        batch.drop_column("page")
    order = ["topic_id", "is_behind", "placed", "published", "entry_id"]
    op.create_index("ix_placements_order", "placements", order)
    with op.batch_alter_table("topics", recreate=_how()) as batch:
        for name in ("successor", "catch_up", "pages", "private"):
            batch.drop_column(name)
