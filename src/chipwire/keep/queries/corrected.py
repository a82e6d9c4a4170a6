"""Which corrections a follower of a filter has missed: of items that it was told of before."""

from sqlalchemy import Connection

from chipwire.domain import Correction
from chipwire.keep.news import corrections
from chipwire.keep.queries import query


def since(c: Connection, low: int, high: int) -> list[Correction]:
    """Corrections above `low`, up to `high`, of items up to `low`: who is told of an item is told how it stands."""
    return [one for one in corrections.between(c, low, high) if one.item_id <= low]


def corrected(c: Connection, asked: query.Filter, low: int, high: int) -> list[Correction]:
    """Those of them whose items meet the filter."""
    return [one for one in since(c, low, high) if query.meets(c, asked, one.item_id)]
