"""Languages that readers and saved queries were given as zh-CN or en-US, as items are tagged: zh-Hans, en."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from chipwire.domain.language import ranged

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """What is no language at all goes from a reader's choices, which could not be changed for it."""
    _mend("reader", "languages", lambda tags: list(dict.fromkeys(found for tag in tags if (found := ranged(tag)))))
    for name in ("alert", "webhook"):
        _mend(name, "asked", _asked)


def _asked(asked: dict[str, Any]) -> dict[str, Any]:
    """Here it stays: without it the query would find much more than was meant."""
    return {**asked, "langs": [[ranged(tag) or tag for tag in group] for group in asked.get("langs") or []]}


def _mend(name: str, column: str, mended: Any) -> None:
    rows = sa.table(name, sa.column("id", sa.Integer()), sa.column(column, sa.JSON()))
    c = op.get_bind()
    for number, value in c.execute(sa.select(rows)).all():
        if (now := mended(value)) != value:
            c.execute(rows.update().where(rows.c.id == number).values({column: now}))
