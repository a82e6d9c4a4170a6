"""A feed may keep its items for a time of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("feed", sa.Column("retention_days", sa.Integer(), nullable=True))
