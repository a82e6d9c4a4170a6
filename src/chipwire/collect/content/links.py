"""Addresses found in documents: made absolute, held to http and https, otherwise left as they were written."""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

MAX_URL = 2048
_IGNORED = re.compile(
    r"[\x00-\x08\x09\x0a\x0b-\x0d\x0e-\x1f\x7f\u2028\u2029\u0085\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNSAFE = str.maketrans({" ": "%20", "\u00a0": "%20", '"': "%22", "<": "%3C", ">": "%3E", "`": "%60", "\u3000": "%20"})
_USUAL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#]|\Z)")
"""How nearly all addresses begin; no more need be known of them."""
MOST_OF_SUFFIX = 3
"""Letters of the first part of suffixes such as co.uk, com.cn, or.jp."""
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")


def is_web(url: str | None) -> bool:
    """Whether this is an absolute http or https address with a host."""
    if not url:
        return False
    if _USUAL.match(url):
        return True
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def absolute(raw: str | None, *bases: str | None) -> str | None:
    """The address made absolute against the first usable base; None when it is no web address.

    Nothing is re-encoded but what may not stand in an address at all (blanks, quotes, angle brackets); line breaks
    and invisible characters inside are dropped, as browsers do.
    """
    if not raw:
        return None
    url = _IGNORED.sub("", raw).strip()
    url = url.strip("\u00a0\u3000 ").translate(_UNSAFE)
    if not url:
        return None
    if _SCHEME.match(url):
        return _normal(url)
    if url.startswith("www."):
        return _normal("http://" + url)
    for base in bases:
        if base and is_web(base):
            try:
                return _normal(urljoin(base, url))
            except ValueError:
                return None
    return _normal("https:" + url) if url.startswith("//") else None


def leads_home(url: str, *pages: str | None) -> bool:
    """Whether an address, relative or not, leads to another page of the site of these; the first is its own page.

    Hosts of one site share all but their first label (news.example.com, www.example.com), which a suffix such as
    co.uk is no evidence of.
    """
    own = pages[0] if pages else None
    target = absolute(url, *pages) or url
    if not url or (own and target.partition("#")[0] == own.partition("#")[0]):
        return False
    return not is_web(target) or _site(target) in [_site(page) for page in pages if page]


@lru_cache(maxsize=256)
def _site(url: str) -> str:
    host = urlsplit(url).hostname or ""
    first, _, rest = host.partition(".")
    return rest if "." in rest and (first == "www" or len(rest.partition(".")[0]) > MOST_OF_SUFFIX) else host


def _normal(url: str) -> str | None:
    scheme, _, rest = url.partition(":")
    scheme = scheme.lower()
    if scheme == "feed":
        return _normal(rest if _SCHEME.match(rest) else "http:" + rest)
    if scheme not in ("http", "https"):
        return None
    url = f"{scheme}://{rest.lstrip('/').lstrip(chr(92))}"
    return url if is_web(url) else None
