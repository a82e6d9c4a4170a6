"""What a server says about time: dates, Retry-After, Cache-Control, Expires and Age; nonsense is no answer."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?(\d{1,12})', re.I)
_NO_CACHE = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:$|[\s,;=])", re.I)


def http_date(text: str) -> datetime | None:
    """An HTTP date in UTC, or None."""
    try:
        when = parsedate_to_datetime(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def retry_after(headers: dict[str, str], now: datetime) -> datetime | None:
    """Retry-After as seconds or date (by the server's own clock when it gives one), at most 24 h; nonsense is None."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:12]), 10**9))
    else:
        then = http_date(text)
        if then is None:
            return None
        wait = then - (http_date(headers.get("date", "")) or now)
    return now + min(wait, LONGEST) if wait > timedelta(0) else None


def fresh_for(headers: dict[str, str], now: datetime) -> timedelta:
    """How long the answer stays fresh by max-age or Expires, less Age; zero when not said; at most 24 h."""
    control = headers.get("cache-control", "")
    if _NO_CACHE.search(control) or (not control and "no-cache" in headers.get("pragma", "").lower()):
        return timedelta(0)
    stated = _MAX_AGE.search(control)
    if stated:
        life = timedelta(seconds=min(int(stated[1]), 10**9))
    else:
        expires = http_date(headers.get("expires", ""))
        if expires is None:
            return timedelta(0)
        life = expires - (http_date(headers.get("date", "")) or now)
    age = headers.get("age", "").strip()
    if age.isascii() and age.isdigit():
        life -= timedelta(seconds=min(int(age[:12]), 10**9))
    return max(timedelta(0), min(life, LONGEST))
