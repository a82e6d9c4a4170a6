"""How FTS5 keeps the full-text index: in small pages, and in few segments.

Every look-up visits each segment, and commits leave more of them than are needed: of 1,000,000 items 18, where merging
by twos leaves 3. A phrase of a common word is looked for in nearly every page that has the word, from the page's
beginning: pages of 1,000 bytes instead of FTS5's 4,050 take a quarter of that away and add 1 % to the index.
PostgreSQL's index has nothing of the kind.
"""

from typing import Any

from sqlalchemy import Connection, text

_PAGE = 1_000
"""Bytes of a page of the index; 500 and 250 gain nothing more."""
_TWOS = 2
"""Segments of about one size that are merged into one."""
_STEP = 64
"""Pages written at a time when segments are merged: some 2 ms, within which nobody else writes."""
_ASKED = text("SELECT v FROM item_fts_config WHERE k = :name")
_TELL = text("INSERT INTO item_fts(item_fts, rank) VALUES (:name, :number)")


def settle(c: Connection) -> bool:
    """Set sizes of the index for all that is written from now on; False where they were set before."""
    if c.execute(_ASKED, {"name": "pgsz"}).scalar() == _PAGE:
        return False
    c.execute(_TELL, [{"name": "pgsz", "number": _PAGE}, {"name": "usermerge", "number": _TWOS}])
    return True


def merge(c: Connection) -> bool:
    """Merge a few pages of the segments; False when there is nothing left to merge.

    What a crash interrupts goes on where it was. An index of an earlier version, in large pages, is merged as a whole,
    once: a negative number of pages tells FTS5 to take all its segments, and later steps go on with them.
    """
    if c.dialect.name == "postgresql":
        return False
    raw: Any = c.connection.dbapi_connection
    pages = -_STEP if settle(c) else _STEP
    before: int = raw.total_changes
    c.execute(_TELL, {"name": "merge", "number": pages})
    changed: int = raw.total_changes - before
    return changed > 1  # as SQLite's manual says: the statement itself counts as one
