"""The stories that follow one are found by an index: each merger of two looks for them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    known = sa.text("follows IS NOT NULL")
    op.create_index("story_follows", "story", ["follows"], sqlite_where=known, postgresql_where=known)
