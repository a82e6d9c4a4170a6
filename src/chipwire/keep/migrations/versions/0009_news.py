"""When each item's JSON was made, so that what is in memory need not be read again for a few that changed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("item_wire", sa.Column("news", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_item_wire_news", "item_wire", ["news"])
