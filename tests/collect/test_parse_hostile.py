"""Parsing what was made or damaged to do harm: floods, entities, named files, soup, what hypothesis can think of."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from chipwire.collect.parse import Characters, parse, understand
from tests.collect.golden import GOLDEN, harmless, rss
from tests.examples import examples


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
