"""Parsing: golden pairs for every format, and odd and ill-formed feeds as they are met."""

import json
from pathlib import Path

import pytest

from chipwire.collect.parse import as_json, parse
from tests.cases import every
from tests.collect.golden import FEEDS, GOLDEN, harmless, rss


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


@every(
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


ITEM = "<item><title>A</title><link>/a</link></item>"


@every(
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


@every(
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
