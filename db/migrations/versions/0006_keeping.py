"""What keeping remembers: which entries a source's feed last showed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _how():
    """SQLite alters a table by copying it, which keeps its columns in order."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"

# Copying the table would else write its default in parentheses.
AS_IT_IS = [sa.Column("pacing", sa.Text(), nullable=False, server_default=sa.text("''"))]


def upgrade() -> None:
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns("sources")]
    names.insert(names.index("feed_warnings") + 1, "shown")
    with op.batch_alter_table(
        "sources", recreate=_how(), partial_reordering=[tuple(names)], reflect_args=AS_IT_IS
    ) as batch:
        batch.add_column(sa.Column("shown", sa.JSON()))


def downgrade() -> None:
    with op.batch_alter_table("sources", recreate=_how(), reflect_args=AS_IT_IS) as batch:
        batch.drop_column("shown")
