"""Where the boilerplate of an item's text stands; items kept before learn it by a retag."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("item", sa.Column("boilerplate", sa.JSON(), nullable=False, server_default="[]"))
