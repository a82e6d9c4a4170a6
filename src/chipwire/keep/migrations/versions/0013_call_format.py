"""A webhook may call in the form that a chat reads."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("webhook", sa.Column("format", sa.String(), nullable=False, server_default="event"))
