"""WHEN: the only room that asks what time it is; its clocks start rounds and letters when a column says they are due.

keeper   which clock of a store does what, as long as it has the lease
turns    what one clock does side by side: rounds of the feeds, and the jobs beside them
"""

from datetime import UTC, datetime


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)
