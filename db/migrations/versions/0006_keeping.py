"""What keeping remembers: which entries a source's feed last showed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns("sources")]
    names.insert(names.index("feed_warnings") + 1, "shown")
    order = [tuple(names)]
    with op.batch_alter_table("sources", recreate="always", partial_reordering=order) as batch:
        batch.add_column(sa.Column("shown", sa.JSON()))


def downgrade() -> None:
    with op.batch_alter_table("sources", recreate="always") as batch:
        batch.drop_column("shown")
