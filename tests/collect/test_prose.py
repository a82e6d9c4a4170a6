"""Which lines of a body its markup sets beside the report; what the text says is no matter of that."""

import html
import re

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.collect.content import asides, clean, prose
from chipwire.collect.content.vocabulary import BLOCKS, DROPPED
from tests.examples import examples

STORY = "https://paper.example/2026/05/story"
LONG = "<p>The crates came by night, because the road over the river bears no more than thirty tonnes.</p>" * 3
PIECES = [
    "<p>", "</p>", "<a href='/x'>", "</a>", "<td>", "<table>", "</table>", "<li>", "<ul>", "</ul>", "<em>", "</em>",
    "<hr>", "<br/>", "text & more ", "<footer>", "</footer>", "<blockquote>", "</blockquote>", "<nav>", "</nav>",
    "<i>", "</i>", "\n", "&lt;b&gt;", "<h2 class='related'>", "</h2>", "<small>", "<div id=x>", "</div>", "日本語。",
    "<tr>", "<script>x</script>", "<form role=search>", "<a><p>", "<details>", "<summary>", "x" * 40,
]  # fmt: skip


def beside(body: str) -> list[str]:
    text, spans = prose.read(body, STORY, "https://paper.example/")
    return [text[start:end] for start, end in spans]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
@examples(300)
def test_marks_change_no_text_and_are_whole_lines(pieces: list[str]) -> None:
    """As markup flattened with no mind for marks: what is stored and compared stays as it was."""
    body = "".join(pieces)
    if "<" in clean.prepared(body):
        flat = nh3.Cleaner(tags=set(BLOCKS), attributes={}, clean_content_tags=set(DROPPED), link_rel=None)
        marked = re.sub(r"</?t[dh]>", " ", flat.clean(clean.prepared(body)).replace("\n", " "))
        lines = [clean.opened(clean.line(html.unescape(one))) for one in re.sub("<[^<>]*>", "\n", marked).split("\n")]
        assert prose.read(body, STORY).text == "\n".join(filter(None, lines))
    text, spans = prose.read(body, STORY)
    assert all(f"\n{text}\n"[start] == f"\n{text}\n"[end + 1] == "\n" for start, end in spans)


@pytest.mark.parametrize(
    "address",
    ["/2026/04/other", "other", "https://news.paper.example/other", "https://www.paper.example/2026/04/other"],
)
def test_a_headline_that_leads_to_the_same_site_is_beside(address: str) -> None:
    assert beside(f'{LONG}<p>More: <a href="{address}">Nvidia opens a laboratory</a></p>') == [
        "More: Nvidia opens a laboratory"
    ]


@pytest.mark.parametrize("address", [STORY, f"{STORY}#today", "https://elsewhere.example/2026", "/2026/a.pdf"])
def test_a_link_to_itself_or_elsewhere_is_not(address: str) -> None:
    assert beside(f'{LONG}<p><a href="{address}">Nvidia opens a laboratory</a></p>') == []


def test_two_papers_under_one_suffix_are_two_sites() -> None:
    body = f'{LONG}<p><a href="https://times.co.uk/a">Nvidia opens a laboratory</a></p>'
    assert prose.read(body, "https://post.co.uk/b").beside == ()


def test_links_that_are_most_of_a_text_are_its_news() -> None:
    body = "".join(f'<li><a href="/{n}">Nvidia opens laboratory number {n}</a></li>' for n in range(6))
    assert beside(f"<p>Six stories of the week, in the order of their length.</p><ul>{body}</ul>") == []


def test_a_linked_heading_is_beside_only_when_nothing_is_told_under_it() -> None:
    heading = '<h3><a href="/1">Nvidia opens a laboratory</a></h3>'
    assert beside(f"{LONG}{heading}<p>It is cold there, and that is why.</p>") == []
    assert beside(f"{LONG}{heading}") == ["Nvidia opens a laboratory"]


def test_what_holds_most_of_a_text_is_no_box() -> None:
    assert beside(f'<div class="related-content">{LONG}</div><p>One line.</p>') == []


@pytest.mark.parametrize(
    ("attributes", "box"),
    [
        ('class="jp-relatedposts"', True),
        ('class="x mostRead"', True),
        ('id="Newsletter-signup"', True),
        ('role="navigation"', True),
        ('class="has-related"', False),
        ('class="post tag-promo category-newsletter"', False),
        ('class="share-prices"', False),
        ('class="ad-hoc-news"', False),
        ('class="biotech bio-tech-stocks"', False),
        ('class="adsorption headline"', False),
        ('class="entry-content"', False),
    ],
)
def test_names_of_classes_tell_boxes(attributes: str, box: bool) -> None:
    assert asides.is_box(attributes) == box
