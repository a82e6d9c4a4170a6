"""Parsing: golden pairs for every format, odd and ill-formed input, attacks, and anything hypothesis can think of."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from chipwire.collect.parse import Characters, as_json, parse, understand
from tests.examples import examples

FEEDS = Path(__file__).parents[1] / "feeds"
FORMATS = {".rdf", ".rss", ".atom", ".cdf", ".jsonfeed", ".sitemap"}
GOLDEN = sorted(path for path in FEEDS.iterdir() if path.suffix in FORMATS)
ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|svg|math|form|meta|base|link|template)\b|<[^>]*\son\w+\s*=|"
    r"""<[^<>]*(?:href|src)\s*=\s*["']?\s*(?:javascript|vbscript|data|file)""",
    re.IGNORECASE,
)


def rss(inside: str, before: str = "") -> bytes:
    """A feed of one channel at channel.example around some items."""
    head = '<rss version="2.0"><channel><title>T</title><link>https://channel.example/</link>'
    return f"{before}{head}{inside}</channel></rss>".encode("utf-8", "surrogatepass")


def harmless(body: bytes, **more: str) -> None:
    """Whatever the input: absolute links, no active content, uids that are there and differ, titles of one line."""
    document = parse(body, url="https://feed.example/dir/feed.xml", **more)
    assert not [problem for problem in document.problems if "cannot be read:" in problem]
    assert document.entries or document.problems
    uids = [entry.uid for entry in document.entries]
    assert all(uids)
    assert len(set(uids)) == len(uids)
    for entry in document.entries:
        assert entry.url is None or re.match(r"https?://[^\s/]", entry.url)
        assert not ACTIVE.search(entry.summary)
        assert all(
            link.startswith(("http://", "https://"))
            for tag in re.findall(r"<[^>]*>", entry.summary)
            for link in re.findall(r'(?:href|src|cite)="([^"]*)', tag)
        )
        assert entry.title == " ".join(entry.title.split())
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", entry.title + entry.text
        )
    json.dumps(as_json(document, "x"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_a_golden_feed_comes_out_as_written_beside_it(path: Path) -> None:
    found = as_json(parse(path.read_bytes(), url=f"https://feeds.example/f/{path.name}"), path.name)
    assert found == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_format_has_a_golden_pair() -> None:
    names = " ".join(path.name for path in GOLDEN)
    formats = "rss-0.90 rss-0.91 rss-0.92 rss-0.93 rss-0.94 rss-1.0 rss-1.1 rss-2.0 atom-0.3 atom-1.0 cdf"
    for name in [*formats.split(), "json-feed-1.0", "json-feed-1.1", "sitemap", "google-news"]:
        assert name in names
    assert all(path.with_suffix(".json").exists() for path in GOLDEN)


def test_what_the_channel_asks_for_is_read() -> None:
    facts = parse((FEEDS / "rss-0.91.rss").read_bytes()).feed
    assert (facts.skip_hours, facts.skip_days) == ([0, 3], ["Saturday", "Sunday"])
    facts = parse((FEEDS / "atom-1.0.atom").read_bytes()).feed
    assert (facts.self_url, facts.hub) == ("https://fabs.example/en/feed.atom", "https://hub.example/push")


def test_the_outlet_in_an_aggregator_is_the_source() -> None:
    entry = parse((FEEDS / "google-news.rss").read_bytes()).entries[0]
    assert (entry.title, entry.source) == ("ByteDance siapkan chip AI - untuk pusat data", "Harian Contoh")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (b"garbage", "neither a feed"),
        (b"<!DOCTYPE html><html><body><p>Not found</p></body></html>", "HTML page"),
        (b"{}", "not a JSON Feed"),
        (b"[1, 2]", "not a JSON Feed"),
        (b'{"items": [', "ill-formed JSON"),
        (b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>", "index of sitemaps"),
        (b"<note><to>nobody</to></note>", "neither a feed"),
        (rss(""), "no entries"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, words: str) -> None:
    document = parse(body)
    assert document.entries == []
    assert words in " ".join(document.problems)


@pytest.mark.parametrize("body", [b"/etc/passwd", str(Path(__file__)).encode(), b"http://127.0.0.1:9/feed.xml"])
def test_a_body_that_names_a_file_or_an_address_opens_nothing(body: bytes) -> None:
    assert parse(body).entries == []
    assert parse(b"<rss>" + body).entries == []


def test_feedparser_is_only_handed_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[object] = []
    real = feedparser.parse

    def watched(source: object, **more: object) -> object:
        handed.append((type(source).__name__, more["sanitize_html"], more["resolve_relative_uris"]))
        return real(source, **more)

    monkeypatch.setattr(feedparser, "parse", watched)
    for path in GOLDEN:
        parse(path.read_bytes())
    assert set(handed) == {("BytesIO", False, False)}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda x: x,
        rss,
        lambda x: rss(f"<item><title>a</title><description>{x}"),
        lambda x: rss(f"<item><description><![CDATA[{x}]]></description></item>"),
    ],
)
def test_a_flood_of_comments_is_parsed_at_once(wrap: Callable[[str], str | bytes]) -> None:
    made = wrap("<!--" * 50_000)
    start = time.process_time()
    parse(made.encode() if isinstance(made, str) else made)
    assert time.process_time() - start < 0.5


FLOODS = ["<![CDATA[", "<!DOCTYPE", "<?", "<item>", "<a ", "&", "</x>", "<b>", "]]>", "\n", "<x:y ", "<!ENTITY a "]


@pytest.mark.slow
@pytest.mark.parametrize("flood", FLOODS)
def test_other_floods_take_linear_time(flood: str) -> None:
    times = []
    for size in (20_000, 80_000):
        body = flood * (size // len(flood))
        start = time.process_time()
        for made in (body.encode(), rss(body), rss(f"<item><title>{body}</title></item>")):
            parse(made)
        times.append(time.process_time() - start)
    assert times[1] < max(1.0, times[0] * 8)


def test_billions_of_laughs_and_foreign_files_stay_out() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    document = parse(rss("<item><title>&l9; &f; &l0;</title></item>", head))
    assert document.entries[0].title == "&l9; &f; ha"


def test_what_is_over_the_caps_is_counted() -> None:
    document = parse(rss("".join(f"<item><title>{n}</title></item>" for n in range(2010))))
    assert len(document.entries) == 2000
    assert document.problems == ["over 2000 entries, left out: 10"]
    document = parse(rss(f"<item><title>a</title><link>https://a.example/{'x' * 2048}</link></item>"))
    assert document.entries[0].url is None
    assert document.problems == ["links over 2048 characters, left out: 1"]


ITEM = "<item><title>A</title><link>/a</link></item>"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (rss(ITEM * 3)[:-30], 3),
        (
            rss(ITEM + "<item><title>Fish & chips</title><description>one<br>two <b>three</description></item>" + ITEM),
            3,
        ),
        (rss(ITEM + "<item><title>A</title><pubDate>x</pubdate></item>" + ITEM), 3),
        (b"Warning: disk full\n" + rss(ITEM) + b"<script>x()</script>", 1),
        (rss(ITEM + "<item><dc:title>B</dc:title><media:x y='1'/></item>"), 2),
        (rss("<!-- " + ITEM + " -->" + ITEM), 1),
        (rss("<item><title><![CDATA[A <item> in a title]]></title></item>"), 1),
        (rss(ITEM.replace("A", "a\x00\x0bb\ud800c\ufffe")), 1),
        (rss(ITEM).replace(b"<title>A", b"<title>caf\xe9"), 1),
        (rss(ITEM).upper(), 1),
        (f'<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{ITEM}</RDF>'.encode(), 1),
        (f'<rss xmlns="urn:unheard-of"><channel>{ITEM}</channel></rss>'.encode(), 1),
        (rss(ITEM.replace("<link>", "<links>x</links><authors>y</authors><title_detail>z</title_detail><link>")), 1),
        (rss(ITEM).replace(b"<rss ", b"<rss xmlns:x='urn:with a blank' "), 1),
    ],
)
def test_ill_formed_feeds_keep_every_entry(body: bytes, count: int) -> None:
    assert len(parse(body).entries) == count
    harmless(body)


def test_relative_links_take_the_nearest_base() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"{}><title>T</title>{}'
        '<entry><title>E</title><id>1</id><link href="x"/></entry></feed>'
    )
    cases = [
        (atom.format(' xml:base="https://base.example/a/"', ""), "https://base.example/a/x"),
        (atom.format(' xml:base="b/"', '<link href="https://home.example/"/>'), "https://feed.example/dir/b/x"),
        (atom.format("", '<link href="https://home.example/n/"/>'), "https://home.example/n/x"),
        (atom.format("", ""), "https://feed.example/dir/x"),
    ]
    for body, expected in cases:
        assert parse(body.encode(), url="https://feed.example/dir/feed.xml").entries[0].url == expected
    assert parse(cases[3][0].encode()).entries[0].url is None


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link/><guid>https://a.example/1</guid>", "https://a.example/1"),
        ('<guid isPermaLink="false">77</guid>', None),
        ("<guid>abc</guid>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link><![CDATA[\n https://a.example/?b=1&c=2 \n]]></link>", "https://a.example/?b=1&c=2"),
        ("<link>https://a.example/?b=1&copy=2</link>", "https://a.example/?b=1&copy=2"),
        ("<link>//a.example/x</link>", "https://a.example/x"),
        ("<link>HTTPS://a.example/b c</link>", "https://a.example/b%20c"),
        ("<image><link>https://wrong.example/</link></image><link>/right</link>", "https://channel.example/right"),
    ],
)
def test_an_entry_has_the_link_it_was_given_or_none(inside: str, url: str | None) -> None:
    assert parse(rss(f"<item><title>A</title>{inside}</item>")).entries[0].url == url


def test_captions_of_pictures_are_not_the_text() -> None:
    caption = "<media:description>A caption that is much longer than the text of the entry</media:description>"
    for inside in (f"{caption}<description>Short.</description>", f"<description>Short.</description>{caption}"):
        entry = parse(rss(f"<item><title>A</title><media:title>Pic</media:title>{inside}</item>")).entries[0]
        assert (entry.title, entry.summary, entry.text) == ("A", "Short.", "Short.")


WORDS = """
<rss> <channel> <item> </item> <title> </title> <link> </link> <guid> <description> <![CDATA[ ]]> <!-- --> & &lt; &#x0;
&amp;amp; <script> </script> <img/onerror=x> <a/href='javascript:1'> <feed> <entry/xml:base='x'> <content type='x'>
<summary> <svg/onload=1> javascript: \u202e \x85 \ud800 字 /a.b <pubDate> 2024年 <rdf:RDF> ? " '
"""
MARKUP = st.lists(st.sampled_from(WORDS.split()) | st.text(max_size=8), max_size=40)


@given(MARKUP)
@examples(80, suppress_health_check=[HealthCheck.too_slow])
def test_markup_soup_is_harmless(pieces: list[str]) -> None:
    harmless(rss("<item>" + "".join(pieces) + "</item>"))
    harmless("".join(pieces).encode("utf-8", "surrogatepass"))


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "text/xml; charset=utf-16", "text/html; charset=gb2312", "x;charset=no"]),
)
@examples(50)
def test_bytes_are_harmless(body: bytes, content_type: str | None) -> None:
    document = parse(body, content_type=content_type)
    assert document.entries or document.problems


@given(
    st.sampled_from(GOLDEN), st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=4)), min_size=1, max_size=6)
)
@examples(50)
def test_damaged_feeds_are_harmless(path: Path, damage: list[tuple[int, bytes]]) -> None:
    body = bytearray(path.read_bytes())
    for place, piece in damage:
        body[place : place + len(piece)] = piece
    harmless(bytes(body))


def test_a_reader_that_breaks_is_a_problem_in_words() -> None:
    """Nothing is known to break it; what does one day must not take the others with it."""
    broken: Any = b"bytes where signs are promised"
    document = understand(Characters(broken))
    assert document.entries == []
    assert document.problems[0].startswith("the document cannot be read: ")
