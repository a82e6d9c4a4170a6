"""What every noun shares: strict fields, times in UTC, the few words used everywhere."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

Utc = Annotated[AwareDatetime, AfterValidator(lambda value: value.astimezone(UTC))]
"""An aware time, held in UTC."""

LONGEST_RETENTION = 36_500
LEAST_RETENTION = 15
"""Days that items stay at least: stories stay open for 14."""


def _retained(days: int) -> int:
    if days < 0 or 0 < days < LEAST_RETENTION:
        raise ValueError(f"items stay at least {LEAST_RETENTION} days, as new ones may join their stories; 0: for ever")
    if days > LONGEST_RETENTION:
        raise ValueError(f"at most {LONGEST_RETENTION} days; 0: for ever")
    return days


RetentionDays = Annotated[int, AfterValidator(_retained)]
"""Days after which items are pruned, at least 15; 0 keeps everything."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,79}$")]
Role = Literal["about", "mention"]
CallFormat = Literal["event", "slack", "teams"]
"""How a webhook's call is written: our event, or a message for a chat."""


class Noun(BaseModel, extra="forbid"):
    """Root of the nouns: an unknown field is a mistake, not an extra."""


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A UTC time in few characters, for tests and tables."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
