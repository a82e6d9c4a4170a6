"""Dates as they are written around the world; one that cannot be read with certainty is None, never a guess."""

from datetime import datetime

from chipwire.collect.dates import cjk, library, numeric, usual, worded
from chipwire.collect.dates.moment import Moment
from chipwire.collect.dates.normal import normal
from chipwire.collect.dates.zones import by_language

MAX_LENGTH = 120
Read = datetime | None


def read(raw: str, lang: str | None = None) -> Read:
    """The moment a date string names, in UTC; None when it is unreadable or ambiguous.

    `lang` is the feed's language (BCP 47): it settles names of months and zones (CST is Chinese in Chinese feeds),
    the order of day and month, and the zone of times without one where the language knows a single zone.
    Other times without a zone are read as UTC, days without a time as midnight UTC of that very day.
    """
    if not raw or len(raw) > MAX_LENGTH:
        return None
    return usual.read(raw) or unusual(raw, lang)


def unusual(raw: str, lang: str | None) -> Read:
    """`read` for every other way to write a date; the usual ones come out the same."""
    text = normal(raw)
    for reader in (numeric.read, cjk.read, worded.read, library.read):
        if found := reader(text, lang):
            return _settled(found, lang)
    return None


def _settled(found: Moment, lang: str | None) -> Read:
    return found.at(by_language(lang))
