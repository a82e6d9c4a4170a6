"""Where the lines stand that a document's markup sets beside an item's report; items kept before are told of none."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("item", sa.Column("beside", sa.JSON(), nullable=False, server_default="[]"))
