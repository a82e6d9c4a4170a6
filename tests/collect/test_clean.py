"""Cleaning: titles are one line of text, summaries hold nothing active, bodies keep their blocks."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.collect.content import clean, prose
from tests.cases import every
from tests.examples import examples

BASE = "https://home.example/news/"


@every(
    ("raw", "title"),
    [
        ("Fish & chips", "Fish & chips"),
        ("AT&amp;T pays &#8220;more&#8221;", "AT&T pays “more”"),
        ("R&D in the Q&A, a?b=1&copy=2", "R&D in the Q&A, a?b=1&copy=2"),
        ("&amp;amp;", "&amp;"),
        ("The <b>big</b> &lt;em&gt;one&lt;/em&gt;", "The big one"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("Why vector<int> is slow", "Why vector<int> is slow"),
        ("《芯片》<新闻>　早报", "《芯片》<新闻> 早报"),
        ("x <script>alert(1)</script> y", "x y"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;y", "y"),
        ("<img src=x onerror=alert(1)>y", "y"),
        ("<![CDATA[inner]]>", "inner"),
        ("a\nb\r\nc\x0bd\x85e\u2028f\u2029g\x1ch", "a b c d e f g h"),
        ("a\x00b\x07\ud800c\u202ed\u2066e\ufefff\u200bg", "abcdefg"),
        ("e\u0301", "é"),
        ("  \u00a0 x \u3000 ", "x"),
        ("👩‍💻 at work", "👩‍💻 at work"),
    ],
)
def test_a_title_is_one_line_of_text(raw: str, title: str) -> None:
    assert clean.title(raw) == title


@every(
    ("raw", "kept"),
    [
        ("<p>Text</p>", "<p>Text</p>"),
        ("Tom & <i>Jerry", "Tom &amp; <i>Jerry</i>"),
        ('<a href="more">x</a>', '<a href="https://home.example/news/more" rel="noopener noreferrer">x</a>'),
        ('<a href="//cdn.example/q">x</a>', '<a href="https://cdn.example/q" rel="noopener noreferrer">x</a>'),
        ('<a href="HTTPS://a.example/">x</a>', '<a href="https://a.example/" rel="noopener noreferrer">x</a>'),
        ('<a href=" java\nscript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<a href="data:text/html,x" onclick="y()">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<img src="/a.png" alt="a > b" onerror="x">', '<img src="https://home.example/a.png" alt="a &gt; b">'),
        ('<img src="/t.gif" width="1" height="1">x', "x"),
        ('<img src="/t.gif" width="0px">x', "x"),
        ('<img src="/t.gif" style="width:1px; height:1px">x', "x"),
        ('<img src="/t.gif" style="display: none">x', "x"),
        ('<img src="data:image/gif;base64,R0lGOD">x', "x"),
        ("<script>alert(1)</script>x<style>y{}</style>", "x"),
        ("<svg><script>alert(1)</script></svg>x", "x"),
        ('<iframe src="https://ads.example/"/>rest', "rest"),
        (
            "&lt;p&gt;Twice &lt;b&gt;escaped&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;&lt;/p&gt;",
            "<p>Twice <b>escaped</b></p>",
        ),
        ("<p>one<br></br>two</p>", "<p>one<br>two</p>"),
        ("<![CDATA[<p>inner</p>]]>", "<p>inner</p>"),
        ("<form action=/x><input name=y>z</form>", "z"),
        ('<p style="position:fixed" class="x" id="y">z</p>', "<p>z</p>"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
    ],
)
def test_a_summary_is_harmless(raw: str, kept: str) -> None:
    assert clean.fragment(raw, BASE) == kept


def test_a_relative_link_without_a_base_is_no_link() -> None:
    assert clean.fragment('<a href="/x">x</a>') == '<a rel="noopener noreferrer">x</a>'


@every(
    ("raw", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\nTwo\nthree"),
        ("<ul><li>a<li>b</ul>tail", "a\nb\ntail"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<h2>Head</h2>\n\n<p>a\n  b</p>", "Head\na b"),
        ("<p>x &amp; y &lt; z</p><script>no()</script>", "x & y < z"),
        ("plain &amp; simple", "plain & simple"),
        ("<p>Baca Juga: <a href=x>lain</a></p>", "Baca Juga: lain"),
        ("<pre>&lt;script&gt;x&lt;/script&gt;</pre>", "‹script>x‹/script>"),
    ],
)
def test_text_keeps_its_blocks(raw: str, text: str) -> None:
    assert prose.read(raw).text == text


def test_plain_text_joins_wrapped_lines_and_keeps_paragraphs() -> None:
    wrapped = "This line was wrapped by a machine after some seventy characters of\nprose. It goes on.\n\nNext\nlast"
    whole = "This line was wrapped by a machine after some seventy characters of prose. It goes on."
    assert clean.plain(wrapped) == f"{whole}\nNext\nlast"


@pytest.mark.slow
@pytest.mark.parametrize(
    "flood", ["<!--", "<div>", "</x><div>", "<b><p>", "<script>", "<![CDATA[", "&lt;", "<a href=x ", "<"]
)
def test_floods_take_no_time(flood: str) -> None:
    body = flood * (200_000 // len(flood))
    start = time.process_time()
    clean.fragment(body, BASE), prose.read(body), clean.title(body)
    assert time.process_time() - start < 3


@given(st.text(max_size=200))
@examples(60)
def test_any_text_makes_a_clean_title(raw: str) -> None:
    title = clean.title(raw)
    assert title == " ".join(title.split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", title)
    title.encode("utf-8")


@given(
    st.lists(st.sampled_from([*"<>/='\"& x", "script", "svg", "img", "onerror", "href", "javascript:", "<!--", "-->"]))
)
@examples()
def test_any_markup_makes_a_harmless_summary(pieces: list[str]) -> None:
    kept = clean.fragment("".join(pieces), BASE)
    assert not re.search(r"<(?:script|svg|iframe|style)|<[^>]*\s(?:on|(?:href|src)=\"(?!https?://))", kept)
    assert clean.fragment(kept, BASE) == kept
