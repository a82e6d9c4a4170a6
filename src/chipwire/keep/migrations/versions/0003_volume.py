"""Counts by day, kept as tags are written; by how much times of arrival are out of the order of ids."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_DAY = "CAST(julianday(substr(i.first_seen, 1, 10)) - 2440587.5 AS INTEGER)"
_FILL = (
    "CREATE TEMP TABLE dated AS SELECT i.id, i.feed_id, {day} AS day FROM item i WHERE i.relevant",
    "CREATE INDEX temp.dated_id ON dated(id, day, feed_id)",
    "INSERT INTO tag_day SELECT 'company', slug, day, role, lang, count(*) FROM item_company JOIN dated ON id = item_id"
    " GROUP BY slug, day, role, lang",
    "INSERT INTO tag_day SELECT 'topic', slug, day, '', lang, count(*) FROM item_topic JOIN dated ON id = item_id"
    " GROUP BY slug, day, lang",
    "INSERT INTO tag_day SELECT kind, slug, 0, role, lang, sum(items) FROM tag_day GROUP BY kind, slug, role, lang",
    "INSERT INTO pair_day SELECT a.slug, day, b.slug, count(*) FROM item_company a JOIN dated ON id = a.item_id"
    " JOIN item_company b ON b.item_id = a.item_id AND b.slug <> a.slug GROUP BY a.slug, day, b.slug",
    "INSERT INTO source_day SELECT slug, day, feed_id, count(*) FROM item_company JOIN dated ON id = item_id"
    " GROUP BY slug, day, feed_id",
    "DROP TABLE temp.dated",
    "INSERT INTO counter SELECT 'disorder', 1 + CAST(apart AS INTEGER) FROM (SELECT max(julianday(latest) -"
    " julianday(first_seen)) * 86400 AS apart FROM (SELECT first_seen, max(first_seen) OVER (ORDER BY id) AS latest"
    " FROM item) WHERE latest > first_seen) WHERE apart IS NOT NULL",
)


def upgrade() -> None:
    op.create_table(
        "tag_day",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", "day", "role", "lang"),
        sqlite_with_rowid=False,
    )
    for name, other in (("pair_day", "other"), ("source_day", "feed_id")):
        op.create_table(
            name,
            sa.Column("slug", sa.String(), nullable=False),
            sa.Column("day", sa.Integer(), nullable=False),
            sa.Column(other, sa.String(), nullable=False),
            sa.Column("items", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("slug", "day", other),
            sqlite_with_rowid=False,
        )
    if op.get_bind().dialect.name == "sqlite":  # no other database has a store from before this step
        for statement in _FILL:
            op.execute(statement.replace("{day}", _DAY))
