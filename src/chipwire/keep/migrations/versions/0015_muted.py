"""What a reader wants no more of."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("reader", sa.Column("muted", sa.JSON(), nullable=False, server_default="[]"))
