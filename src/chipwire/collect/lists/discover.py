"""When an address turns out to be a page: which feeds it offers, best first; nothing is fetched here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urljoin, urlsplit

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

FEED_TYPES = (
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
    "application/json", "application/xml", "text/xml",
)  # fmt: skip
WELL_KNOWN = (
    "feed", "feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss/", "feeds/posts/default",
    "feed.json", "news-sitemap.xml",
)  # fmt: skip
"""Where common systems keep their feed; tried below the page's folder and at the root of the site."""

MOST = 30
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,500}-->\s*){0,5}<(?:!doctype\s+html|html)\b", re.I)
_FEED_PATH = re.compile(r"(?:^|[/._?&=-])(?:rss2?|atom|feeds?|rdf)(?:[/._?&=-]|$)", re.I)
_COMMENTS = re.compile(r"/comments/|\bcomments?\b", re.I)
_CHANNEL = re.compile(r'"(?:externalId|channelId|browseId)"\s?:\s?"(UC[\w-]{22})"')
_CHANNEL_PATH = re.compile(r"^/channel/(UC[\w-]{22})")
_YOUTUBE = ("youtube.com", "www.youtube.com", "m.youtube.com")


@dataclass(frozen=True)
class Candidate:
    """A URL that is probably a feed: named by the page, linked from it, YouTube's rule, or a guess to be tried."""

    url: str
    title: str
    found: Literal["declared", "linked", "youtube", "guess"]


def is_page(body: bytes) -> bool:
    """Does this body begin as an HTML page?"""
    return _PAGE.match(body.removeprefix(b"\xef\xbb\xbf")[:4096]) is not None


def discover(html: bytes, url: str) -> list[Candidate]:
    """The feeds a page offers, at most thirty; guesses only when the page itself names none."""
    from selectolax.lexbor import LexborHTMLParser  # 2 MiB, for what the clock, which asks `is_page`, hardly ever meets

    page = LexborHTMLParser(html[: 2 * 2**20])
    base = _base(page, url)
    named = [*_youtube(html, url), *_declared(page, base), *_linked(page, base)]
    named.sort(key=lambda one: (_COMMENTS.search(f"{one.url} {one.title}") is not None, _RANK[one.found]))
    return _distinct(named or _guesses(url), url)[:MOST]


_RANK = {"youtube": 0, "declared": 1, "linked": 2, "guess": 3}


def _base(page: "LexborHTMLParser", url: str) -> str:
    node = page.css_first("base[href]")
    return _join(url, _attribute(node, "href")) or url if node else url


def _declared(page: "LexborHTMLParser", base: str) -> Iterator[Candidate]:
    for node in page.css("link[href]"):
        rels = _attribute(node, "rel").lower().split()
        kind = _attribute(node, "type").lower().partition(";")[0].strip()
        href = _attribute(node, "href")
        plain = kind not in ("application/json", "application/xml", "text/xml") or _FEED_PATH.search(href) is not None
        if ("feed" in rels or ("alternate" in rels and kind in FEED_TYPES and plain)) and (link := _join(base, href)):
            yield Candidate(link, _attribute(node, "title").strip(), "declared")


def _linked(page: "LexborHTMLParser", base: str) -> Iterator[Candidate]:
    for node in page.css("a[href]"):
        link = _join(base, _attribute(node, "href"))
        if link and _FEED_PATH.search(_tail(link)):
            yield Candidate(link, node.text(strip=True)[:200], "linked")


def _tail(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + ("?" + parts.query if parts.query else "")


def _youtube(html: bytes, url: str) -> Iterator[Candidate]:
    parts = urlsplit(url)
    if parts.hostname not in _YOUTUBE:
        return
    feed = "https://www.youtube.com/feeds/videos.xml?"
    playlist = parse_qs(parts.query).get("list", [""])[0]
    if playlist:
        yield Candidate(f"{feed}playlist_id={playlist}", "Playlist", "youtube")
    channel = _CHANNEL_PATH.match(parts.path) or _CHANNEL.search(html.decode("utf-8", "replace"))
    if channel:
        yield Candidate(f"{feed}channel_id={channel[1]}", "Channel", "youtube")


def _guesses(url: str) -> list[Candidate]:
    parts = urlsplit(url)
    above, _, last = parts.path.rpartition("/")
    folder = f"{above}/" if "." in last or not last else f"{parts.path}/"
    folders = list(dict.fromkeys((folder, "/")))
    return [Candidate(urljoin(url, place + name), "", "guess") for place in folders for name in WELL_KNOWN]


def _distinct(candidates: list[Candidate], page: str) -> list[Candidate]:
    first: dict[str, Candidate] = {}
    for one in candidates:
        if one.url != page:
            first.setdefault(one.url, one)
    return list(first.values())


def _attribute(node: "LexborNode", name: str) -> str:
    return node.attributes.get(name) or ""


def _join(base: str, href: str) -> str | None:
    """An absolute http(s) URL without fragment, or None; feed: and feed:https: are taken for what they mean."""
    href = href.strip()
    if href.lower().startswith("feed:"):
        href = re.sub(r"^feed:(?://)?(?=https?:)", "", href, flags=re.I)
        href = re.sub(r"^feed:", "http:", href, flags=re.I)
    try:
        link = urljoin(base, href).partition("#")[0]
        parts = urlsplit(link)
        return link if parts.scheme in ("http", "https") and parts.hostname and len(link) <= 2048 else None
    except ValueError:
        return None
