"""What outlets corrected in reports that they had given before, and which report of a story a letter showed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("now", sa.String(), nullable=False),
        sa.Column("companies", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_correction_item_id", "correction", ["item_id"])
    op.add_column("reader_story", sa.Column("shown", sa.Integer(), nullable=True))
