"""Dates as they are written around the world; one that cannot be read with certainty is None, never a guess."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

Read = datetime | None


def read(raw: str, lang: str | None = None) -> Read:
    """The moment a date string names, in UTC; None when it is unreadable or ambiguous."""
    try:
        value = datetime.fromisoformat(raw.strip())
    except ValueError:
        try:
            value = parsedate_to_datetime(raw.strip())
        except (ValueError, TypeError, IndexError):
            return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
