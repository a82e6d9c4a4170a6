"""Where a request that changes something comes from: a browser says when another site's page made it.

The decision of Go's http.CrossOriginProtection: no tokens in forms, no cookies, and clients that are no browsers pass.
"""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(method: str, headers: Mapping[str, str], ours: str, allowed: Collection[str]) -> bool:
    """True for a change that a browser was led into by a page of another origin than `ours` and the `allowed` ones."""
    if method in SAFE:
        return False
    origin = headers.get("origin")
    if origin is not None and (origin in allowed or "*" in allowed):
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and _place(origin) not in (headers.get("host"), _place(ours))


def _place(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
