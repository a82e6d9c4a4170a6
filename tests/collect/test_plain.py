"""The short way through a document finds what feedparser finds, or leaves it to feedparser."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipwire.collect.document.namespaces import PREFIXES
from chipwire.collect.parse import Characters, characters, plain, raw
from tests.bench.documents import Outlet, document
from tests.bench.feedworld import World
from tests.cases import every
from tests.examples import examples

FEEDS = Path(__file__).parents[1] / "feeds"
GOLDEN = sorted(path for path in FEEDS.iterdir() if path.suffix not in (".json", ".jsonfeed", ".sitemap"))
SPACE_NAMES = ("content", "dc", "dcterms", "feedburner", "itunes", "media", "rdf", "slash")
SPACES = {"a": PREFIXES["atom"]} | {name: PREFIXES[name] for name in SPACE_NAMES}
SPACES |= {"thr": "http://purl.org/syndication/thread/1.0", "x": "https://unheard-of.example/"}
BOUND = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
RSS_1 = "http://purl.org/rss/1.0/"
FRAMES = [
    (f'<rss version="2.0"{BOUND}><channel><title>T</title><link>https://t.example/</link>', "</channel></rss>"),
    (f'<rss version="0.91"{BOUND}><channel><language>de_AT</language>', "</channel></rss>"),
    (f'<rss version="2.0" xml:lang="pt_BR"{BOUND}><channel>', "</channel></rss>"),
    (f'<feed xmlns="{SPACES["a"]}" xml:lang="ko"{BOUND}><title type="html">T</title>', "</feed>"),
    (f'<feed xmlns="{SPACES["a"]}"{BOUND}><author><name>All</name></author>', "</feed>"),
    (f'<feed xmlns="http://purl.org/atom/ns#" version="0.3"{BOUND}><tagline>t</tagline>', "</feed>"),
    (
        f'<rdf:RDF xmlns="{RSS_1}"{BOUND}><channel rdf:about="https://t.example/"><title>T</title></channel>',
        "</rdf:RDF>",
    ),
    (
        f'<rss version="2.0"{BOUND}><channel><image><title>P</title></image><description>D</description>',
        "</channel></rss>",
    ),
]
STRANGE = [
    (f'<feed xmlns="{SPACES["a"]}" xmlns:r="{RSS_1}"><title>T</title>', "</feed>"),
    ('<rss xmlns:dc="http://search.yahoo.com/mrss/"><channel>', "</channel></rss>"),
    (
        '<rss xmlns:m="http://search.yahoo.com/mrss/" xmlns="http://search.yahoo.com/mrss/"><channel>',
        "</channel></rss>",
    ),
    (f'<rss xml:base="https://b.example/"{BOUND}><channel>', "</channel></rss>"),
    (f"<rss{BOUND}><channel xml:lang='de'><title xml:lang='fr'>T</title>", "</channel></rss>"),
    (f"<rss{BOUND}><channel><description><div xml:lang='de'>D</div></description>", "</channel></rss>"),
    (f"<rss{BOUND}><channel><link xml:base='https://b.example/'>x</link>", "</channel></rss>"),
]
TEXTS = [
    "", " ", "Chips", " two\nlines ", "<![CDATA[<p>A &amp; B</p>]]>", "&lt;b&gt;c&lt;/b&gt; &amp;amp; d",
    "caf\u00c3\u00a9", "caf\u00e9", "芯片 q:b=c", "&#8217;s &#146; &#x85;", "&#13;\r\n&#10;", "R&amp;D;",
    "a@b.example (A. B.)", "\u0085 \u00a0x", "https://t.example/?a=1&amp;b=2", "https:///t.example/1", "/relative",
    "<!-- c -->a<?p i?>b", "http://t.example/&amp;amp;x;", "Mon, 23 Nov 2026 12:00:00 GMT", "2026-11-23T12:00:00+09:00",
    "2024年3月5日", "en_US", "&#xfffd;&#55357;&#56832;", "<b>m</b>", "&#38;&#060;", "\u007f", "<x:y/>", "one, two",
]  # fmt: skip
NAMES = [
    "title", "link", "description", "guid", "id", "pubDate", "published", "updated", "issued", "modified", "created",
    "author", "category", "source", "comments", "rights", "summary", "content", "language", "image", "body", "keywords",
    "content:encoded", "dc:title", "dc:creator", "dc:date", "dc:subject", "dc:description", "dc:language",
    "dc:identifier", "dc:publisher", "dcterms:issued", "dcterms:modified", "feedburner:origLink", "media:content",
    "media:title", "media:group", "media:description", "media:thumbnail", "media:category", "media:keywords",
    "slash:section", "thr:total", "itunes:author", "itunes:summary", "itunes:keywords", "a:link", "a:updated",
    "a:summary", "x:title", "x:y", "PubDate", "tags", "enclosure", "url", "name", "contributor", "svg", "rdf:about",
    "fullitem", "abstract",
]  # fmt: skip
ATTRIBUTES = [
    "", "", "", "", ' type="html"', ' type="text"', ' type="xhtml"', ' type="text/html"', ' type="image/png"',
    ' mode="base64"', ' isPermaLink="false"', ' isPermaLink="true"', ' href="https://t.example/h"',
    ' href="h" rel="ALTERNATE" type="text/html"', ' href="https://t.example/e" rel="enclosure"', ' href="s" rel="self"',
    ' href="https:///t.example/3"', ' rel="alternate"', ' url="https://t.example/u"', ' domain="d"', ' term="T"',
    ' term="T" label="L"', ' term="T" scheme="s" domain="d"', ' x:y="z"', ' xml:lang="de"',
    ' src="https://t.example/s"', ' scheme=""', ' label="L"', ' href=""', ' length="1"',
]  # fmt: skip
INSIDE = [
    "<name>N</name>", "<email>n@n.example</email>", "<uri>u</uri>", "<media:title>M</media:title>", "<title>I</title>",
]  # fmt: skip

texts = st.sampled_from(TEXTS)
SIMPLE = [*NAMES[:13], "content:encoded", "dc:creator", "dc:date", "dc:subject", "media:thumbnail"]
STRANGE_TEXT = ("&#", "<b>", "<x", "\u00c3", "\u0085", "\u007f", "@")
simple = st.builds(
    lambda name, text: f"<{name}>{text}</{name}>",
    st.sampled_from(SIMPLE),
    st.sampled_from([text for text in TEXTS if not any(mark in text for mark in STRANGE_TEXT)]),
)
odd = st.builds(
    lambda name, attributes, inside: f"<{name}{attributes}>{inside}</{name}>",
    st.sampled_from(NAMES),
    st.one_of(st.just(""), st.sampled_from(ATTRIBUTES)),
    st.one_of(texts, texts, texts, st.lists(st.sampled_from(INSIDE), max_size=3, unique=True).map("".join)),
)
item = st.builds(
    lambda plain, inside, about: f"<item{about}>{''.join(plain + inside)}</item>",
    st.lists(simple, max_size=6),
    st.one_of(st.just([]), st.just([]), st.lists(odd, max_size=3)),
    st.sampled_from(["", "", "", ' rdf:about="https://t.example/i"', ' lastmod="2026"', ' xml:lang="de"']),
)


def same(text: str) -> int:
    """Both ways find the same; the number of entries that the short way found by itself."""
    given = characters(text.encode())
    assert raw(given) == raw(Characters(given.text, given.trouble))
    found = plain.entries(given.pieces) if given.pieces and given.text[0] == "<" else None
    return sum(one is not None for one in found or ())


@every("path", GOLDEN)
def test_a_golden_feed_comes_out_alike(path: Path) -> None:
    given = characters(path.read_bytes())
    assert raw(given) == raw(Characters(given.text, given.trouble))


@every("outlet", World(24, 4).outlets)
def test_whole_feeds_go_the_short_way(outlet: Outlet) -> None:
    given = characters(document(outlet))
    assert raw(given) == raw(Characters(given.text, given.trouble))
    if not outlet.damage:
        assert given.pieces is not None
        assert None not in (plain.entries(given.pieces) or [None])


def written(frame: tuple[str, str], items: list[str]) -> str:
    name = "entry" if "<feed" in frame[0] else "item"
    return frame[0] + "".join(items).replace("<item", f"<{name}").replace("</item", f"</{name}") + frame[1]


feeds = st.builds(written, st.sampled_from(FRAMES), st.lists(item, min_size=1, max_size=3))


@examples(60)
@given(feeds)
def test_entries_of_any_elements_come_out_alike(text: str) -> None:
    same(text)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(feeds)
def test_many_more_entries_come_out_alike(text: str) -> None:
    same(text)


PLAIN = "<item><title>A</title><link>https://t.example/1</link><guid>1</guid>{}</item>"


@pytest.mark.parametrize("frame", STRANGE)
@pytest.mark.parametrize("inside", ["", "<summary>&lt;b&gt;s&lt;/b&gt;</summary>", "<title>B</title>"])
def test_what_is_around_entries_may_bear_upon_them(frame: tuple[str, str], inside: str) -> None:
    same(frame[0] + PLAIN.format(inside) + PLAIN.format("") + frame[1])


def test_only_odd_entries_are_left_to_feedparser() -> None:
    head, tail = FRAMES[0]
    assert same(head + PLAIN.format("") + PLAIN.format("<title>B</title>") + PLAIN.format("") + tail) == 2
    assert same(head + PLAIN.format("<author>a@b.example (A)</author>") + tail) == 0
    assert same(head + PLAIN.format("<description>&#146;</description>") + tail) == 0
    assert same(head + PLAIN.format("<media:title>M</media:title><description>d</description>") + tail) == 1
    assert same(head + PLAIN.format("<media:title>M</media:title>") + tail) == 0
    assert same(head + PLAIN.format("<comments>c<title>I</title></comments>") + tail) == 0
    assert same(head + "<item><title>A</title><guid>https:///t.example/1</guid></item>" + tail) == 0
    assert same(head + "<item><title>A</title><guid x:y='z'>1</guid></item>" + tail) == 0
    post = "<post-id xmlns='com-wordpress:feed-additions:1'>77</post-id>"
    assert same(head + PLAIN.format(post) + PLAIN.format(post + "<title>B</title>") + PLAIN.format("") + tail) == 2
