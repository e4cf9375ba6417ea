"""What ingest remembers: moves, pacing, articles, furniture, stories, robots.txt and push."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the type is INTEGER, which is as large there.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _how():
    """SQLite alters a table by copying it, which keeps its columns in order."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"

EMPTY_LIST = sa.text("'[]'")
EMPTY_MAP = sa.text("'{}'")
EMPTY_TEXT = sa.text("''")
NONE = sa.text("0")


def _added():
    """Return by table each new column, and the one that it stands behind."""
    return {
        "sources": (
            ("tags", sa.Column("options", sa.JSON(), nullable=False, server_default=EMPTY_MAP)),
            ("feed_rights", sa.Column("feed_hub", sa.Text())),
            ("feed_hub", sa.Column("feed_self", sa.Text())),
            ("feed_self", sa.Column("feed_warnings", sa.JSON(), nullable=False, server_default=EMPTY_LIST)),
            ("feed_warnings", sa.Column("merged_into", sa.String())),
            ("failures", sa.Column("failing_since", sa.BigInteger())),
            ("ttl", sa.Column("skip_hours", sa.JSON(), nullable=False, server_default=EMPTY_LIST)),
            ("skip_hours", sa.Column("skip_days", sa.JSON(), nullable=False, server_default=EMPTY_LIST)),
            ("skip_days", sa.Column("not_before", sa.BigInteger())),
            ("not_before", sa.Column("pacing", sa.Text(), nullable=False, server_default=EMPTY_TEXT)),
            ("pacing", sa.Column("moved_url", sa.Text())),
            ("moved_url", sa.Column("move_target", sa.Text())),
            ("move_target", sa.Column("move_count", sa.Integer(), nullable=False, server_default=NONE)),
            ("move_count", sa.Column("move_since", sa.BigInteger())),
            ("move_since", sa.Column("older_url", sa.Text())),
            ("older_url", sa.Column("older_left", sa.Integer(), nullable=False, server_default=NONE)),
            ("older_left", sa.Column("is_slow", sa.Boolean(), nullable=False, server_default=sa.false())),
        ),
        "entries": (
            ("fingerprint", sa.Column("likeness", sa.String())),
            ("likeness", sa.Column("url_key", sa.Text())),
            ("url_key", sa.Column("churn", sa.Integer(), nullable=False, server_default=NONE)),
            ("churn", sa.Column("story", sa.BigInteger())),
            ("story", sa.Column("retracted", sa.BigInteger())),
            ("retracted", sa.Column("lang_confidence", sa.Float())),
            ("lang_confidence", sa.Column("furniture", sa.JSON(), nullable=False, server_default=EMPTY_LIST)),
            ("origin", sa.Column("full_lang", sa.String())),
            ("full_lang", sa.Column("full_confidence", sa.Float())),
            ("full_confidence", sa.Column("full_flags", sa.JSON(), nullable=False, server_default=EMPTY_LIST)),
            ("content_html", sa.Column("full_text", sa.Text())),
            ("full_text", sa.Column("full_html", sa.Text(), nullable=False, server_default=EMPTY_TEXT)),
        ),
        "placements": (
            ("published", sa.Column("story", sa.BigInteger())),
            ("story", sa.Column("is_behind", sa.Boolean(), nullable=False, server_default=sa.false())),
        ),
    }


INDEXES = (
    ("ix_entries_url_key", "entries", ["url_key"]),
    ("ix_entries_likeness", "entries", ["likeness"]),
    ("ix_entries_story", "entries", ["story"]),
    ("ix_placements_story", "placements", ["topic_id", "story"]),
)
# By name: the columns before, and after.
WIDENED = {
    "ix_placements_order": (
        ["topic_id", "placed", "published", "entry_id"],
        ["topic_id", "is_behind", "placed", "published", "entry_id"],
    ),
    "ix_placements_published": (
        ["topic_id", "published", "entry_id"],
        ["topic_id", "published", "entry_id", "is_behind"],
    ),
}
TABLES = ("deliveries", "subscriptions", "robots", "sketches", "memories", "articles", "aliases")


def _order(table, columns):
    """Return all columns of a table in the order that they are to have."""
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(table)]
    for before, column in columns:
        names.insert(names.index(before) + 1, column.name)
    return names


def upgrade() -> None:
    for table, columns in _added().items():
        order = tuple(_order(table, columns))
        with op.batch_alter_table(table, recreate=_how(), partial_reordering=[order]) as batch:
            for _, column in columns:
                batch.add_column(column)
    # What is there has been judged; each entry tells a story of its own.
    op.execute("UPDATE entries SET story = id")
    op.execute("UPDATE placements SET story = entry_id")
    op.execute("INSERT INTO counters (name, value) VALUES ('unsettled', 0)")
    for name, table, columns in INDEXES:
        # An address may be longer than a sorted index of PostgreSQL can hold.
        using = "hash" if columns == ["url_key"] else "btree"
        op.create_index(name, table, columns, postgresql_using=using)
    for name, (_, columns) in WIDENED.items():
        op.drop_index(name, "placements")
        op.create_index(name, "placements", columns)

    op.create_table(
        "aliases",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_aliases_source_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_aliases_entry_id")),
        sa.PrimaryKeyConstraint("source_id", "uid", name=op.f("pk_aliases")),
    )
    op.create_table(
        "articles",
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_articles_entry_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_articles_source_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_articles")),
    )
    op.create_index("ix_articles_due", "articles", ["due"])
    op.create_index("ix_articles_source", "articles", ["source_id", "entry_id"])
    op.create_table(
        "memories",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("furniture", sa.JSON(), nullable=False),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_memories_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_memories")),
    )
    op.create_table(
        "sketches",
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_sketches_entry_id")),
        sa.PrimaryKeyConstraint("hash", "entry_id", name=op.f("pk_sketches")),
    )
    op.create_index("ix_sketches_entry", "sketches", ["entry_id"])
    op.create_table(
        "robots",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("fetched", sa.BigInteger(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("last_push", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_subscriptions_source_id")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_source", "subscriptions", ["source_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_deliveries_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
    for name, (columns, _) in WIDENED.items():
        op.drop_index(name, "placements")
        op.create_index(name, "placements", columns)
    for table, columns in _added().items():
        with op.batch_alter_table(table, recreate=_how()) as batch:
            for _, column in reversed(columns):
                batch.drop_column(column.name)
    op.execute("DELETE FROM counters WHERE name = 'unsettled'")
