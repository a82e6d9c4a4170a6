"""Autodiscovery: what a page declares, links or implies, in a useful order."""

import pytest

from chipwire.collect.lists.discover import discover, is_page
from tests.cases import every

PAGE = "https://wafer.example/news/index.html"
CHANNEL = "UCabcdefghijklmnopqrstuv"


def urls(html: str, url: str = PAGE) -> list[str]:
    return [candidate.url for candidate in discover(html.encode(), url)]


@every(
    ("link", "found"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/rss" title="News">', "https://wafer.example/rss"),
        ("<LINK REL=Alternate TYPE=Application/Atom+XML HREF=atom.xml>", "https://wafer.example/news/atom.xml"),
        ('<link rel="alternate" type="application/feed+json" href="https://f.example/j">', "https://f.example/j"),
        ('<link rel="feed" href="?format=feed">', "https://wafer.example/news/index.html?format=feed"),
        (
            '<link rel="alternate home" type="text/xml; charset=utf-8" href="/feed.xml">',
            "https://wafer.example/feed.xml",
        ),
        (
            '<base href="https://cdn.example/x/"><link rel=alternate type=application/rss+xml href=r>',
            "https://cdn.example/x/r",
        ),
        (
            '<link rel="alternate" type="application/rss+xml" href="feed:https://w.example/rss#top">',
            "https://w.example/rss",
        ),
        ('<link rel="alternate" type="application/rss+xml" href="feed://w.example/rss">', "http://w.example/rss"),
        ('<a href="/service/rss.xml">RSS</a>', "https://wafer.example/service/rss.xml"),
        ('<a href="/?feed=rss2">Feed</a>', "https://wafer.example/?feed=rss2"),
    ],
)
def test_one_link(link: str, found: str) -> None:
    assert urls(f"<html><head>{link}</head><body><a href='/about'>About</a></body></html>") == [found]


@every(
    "link",
    [
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="stylesheet" type="text/css" href="/feed.css">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="http://[::1">',
        '<a href="mailto:feed@wafer.example">feed</a>',
        '<a href="/feedback">Feedback</a>',
    ],
)
def test_what_is_no_feed(link: str) -> None:
    found = discover(f"<html><head>{link}</head></html>".encode(), PAGE)
    assert {candidate.found for candidate in found} == {"guess"}


def test_what_begins_after_two_mebibytes_is_not_looked_at() -> None:
    link = b"<link rel=alternate type=application/rss+xml href=/late>"
    assert discover(b" " * (2**21 - len(link)) + link, PAGE)[0].url == "https://wafer.example/late"
    assert {one.found for one in discover(b" " * 2**21 + link, PAGE)} == {"guess"}


def test_comments_come_last_and_nothing_comes_twice() -> None:
    html = """<html><head>
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
    <link rel="alternate" type="application/rss+xml" title="News" href="/feed/">
    <link rel="alternate" type="application/atom+xml" title="News" href="/feed/">
    </head><body><a href="/feed/">RSS</a><a href="/topics/chips/rss">Chips</a></body></html>"""
    assert urls(html) == [
        "https://wafer.example/feed/",
        "https://wafer.example/topics/chips/rss",
        "https://wafer.example/comments/feed/",
    ]


def test_well_known_places_are_tried_when_nothing_is_said() -> None:
    found = urls("<html><body>Hello</body></html>", "https://wafer.example/blog")
    assert found.index("https://wafer.example/blog/feed") < found.index("https://wafer.example/feed")
    assert "https://wafer.example/atom.xml" in found
    assert len(found) <= 30


@pytest.mark.parametrize(
    ("url", "html", "feed"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", "<html>", f"channel_id={CHANNEL}"),
        (
            "https://www.youtube.com/@waferpost",
            f'<html><script>{{"externalId":"{CHANNEL}"}}</script>',
            f"channel_id={CHANNEL}",
        ),
        ("https://www.youtube.com/playlist?list=PL123", "<html>", "playlist_id=PL123"),
    ],
)
def test_youtube(url: str, html: str, feed: str) -> None:
    assert urls(html, url)[0] == f"https://www.youtube.com/feeds/videos.xml?{feed}"


def test_youtube_rules_are_for_youtube_alone() -> None:
    assert not any("youtube" in url for url in urls(f'<html>"channelId":"{CHANNEL}"'))


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff" * 5000, b"<a href=" * 20000, b"<link rel=alternate" * 20000, "<html>Ω".encode("utf-16")]
)
def test_hostile_pages_do_no_harm(body: bytes) -> None:
    assert len(discover(body, PAGE)) <= 30


@every(
    ("body", "page"),
    [
        (b"<!DOCTYPE html><html>", True),
        (b"\n<html lang=en>", True),
        (b"<!-- x --><!doctype HTML>", True),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC>", True),
        (b"<?xml version='1.0'?><rss>", False),
        (b"<!-- <html> --><feed>", False),
        (b"<htmlish>", False),
        (b"", False),
    ],
)
def test_is_page(body: bytes, page: bool) -> None:
    assert is_page(body) is page
