"""Documents cut into entries: any of them read by themselves come out as they do among all the others."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.collect.document.cut import Cut, cut
from chipwire.collect.parse import Characters, characters, understand
from chipwire.domain import Document
from tests.bench.documents import Outlet, document
from tests.bench.feedworld import World
from tests.cases import every
from tests.examples import examples

FEEDS = Path(__file__).parents[1] / "feeds"
GOLDEN = sorted(path for path in FEEDS.iterdir() if path.suffix != ".json")
WHOLE = {"atom-1.0.atom", "ill-formed.rss", "json-feed-1.1.jsonfeed", "news-sitemap.sitemap", "rss-0.91.rss"}
"""Golden documents that have to be read whole: a base of its own in an entry, no entries by name, ill-formed, …"""
OUTLETS = World(16, 5).outlets
ATOM, MEDIA = "http://www.w3.org/2005/Atom", "http://search.yahoo.com/mrss/"
HEAD = (
    '<?xml version="1.0"?>\n<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    f'xmlns:atom="{ATOM}" xmlns:media="{MEDIA}"><channel><title>T</title>'
    "<link>https://one.example/</link><language>en</language>"
)
TAIL = "\n</channel>\n</rss>\n"
FIRST, SECOND = (
    f"<item><title>Wafers {n}</title><link>https://one.example/{n}</link><guid>{n}</guid>{{}}</item>" for n in "12"
)
ODD = (
    "<description>A <![CDATA[<item>]]> <!-- </item> --> in prose</description>",
    "<source url='https://two.example/'>Two</source><dc:language xmlns:dc='http://purl.org/dc/elements/1.1/'>de"
    "</dc:language>",
    "<image><title>A picture</title><url>https://one.example/p.png</url></image><textInput><name>q</name></textInput>",
    f"<media:group><media:title>Seen</media:title><media:content xmlns:media='{MEDIA}' url='p.jpg'/></media:group>",
    "<description type='html'><div>One <b>bold</b> word</div> behind it</description><author>a@b.example (A)</author>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><svg><g/></svg><p>Text</p></div></content>",
    "<atom:link rel='replies' href='r'/><category domain='d'>Chips</category><enclosure url='e.mp3' length='1'/>",
    "<title>Another title</title><pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate><slash:comments>7</slash:comments>",
    "<foo a='1'/><foo>bar</foo><where><point>1 2</point></where><tags>one, two</tags>",
    "<post-id xmlns='com-wordpress:feed-additions:1'>77</post-id><category>Chips</category>",
    "<language>de</language><title xml:lang='de'>Scheiben</title><contributor><name>N</name></contributor>",
)


def read(given: Characters) -> Document:
    return understand(given, url="https://feeds.example/f/x.xml", lang="en")


def same(text: Characters, pieces: Cut, *chosen: list[int]) -> None:
    """Some entries by themselves are what they are in the whole document, as is what it says of itself."""
    whole = read(text)
    for places in chosen if not whole.problems else ():
        part = read(Characters(pieces.of(places).whole.decode()))
        assert len(whole.entries) == len(pieces.items)
        assert part.feed == whole.feed
        assert part.problems == []
        if whole.own:
            assert part.entries == [whole.entries[n] for n in places]


@every("path", GOLDEN)
def test_a_golden_feed_is_read_alike_in_part_or_cannot_be_cut(path: Path) -> None:
    text = characters(path.read_bytes())
    pieces = cut(text.text)
    assert (pieces is None) == (path.name in WHOLE)
    if pieces is not None:
        places = list(range(len(pieces.items)))
        same(text, pieces, places[::2], places[-1:])


@every("outlet", OUTLETS)
def test_a_feed_of_any_language_and_format_is_read_alike_in_part(outlet: Outlet) -> None:
    text = characters(document(outlet))
    pieces = cut(text.text)
    assert pieces is not None or outlet.damage
    if pieces is not None:
        same(text, pieces, sorted(random.Random(outlet.number).sample(range(5), 2)))


@examples(40)
@given(
    st.lists(st.lists(st.sampled_from(ODD), max_size=3, unique=True), min_size=2, max_size=4),
    st.data(),
)
def test_no_entry_has_a_say_in_how_another_is_read(odd: list[list[str]], data: st.DataObject) -> None:
    items = [FIRST.replace("1", str(n)).format("".join(extra)) for n, extra in enumerate(odd, 2)]
    text = Characters(HEAD + "\n".join(items) + TAIL)
    pieces = cut(text.text)
    if pieces is None:
        assert "xml:lang" in text.text
        assert "<div" in text.text
        return
    places = data.draw(st.lists(st.integers(0, len(items) - 1), min_size=1, unique=True).map(sorted))
    same(text, pieces, places)


@every(
    "text",
    [
        "",
        "<rss><channel><title>T</title></channel></rss>",
        HEAD + FIRST.format("") + "<item><title>cut off",
        HEAD + FIRST.format("&nbsp;") + TAIL,
        HEAD + FIRST.format("<itunes:author>A</itunes:author>") + TAIL,
        HEAD + FIRST.format("") + "<ttl>5</ttl>" + TAIL,
        HEAD + FIRST.format("") + "<!-- -->" + SECOND.format("") + TAIL,
        HEAD + FIRST.format("<description xml:base='https://two.example/'>d</description>") + TAIL,
        HEAD + FIRST.replace("<item", "<item xml:base='https://two.example/'").format("") + TAIL,
        HEAD + FIRST.format("<x:y xmlns:x='https://x.example/'/>") + TAIL,
        HEAD + FIRST.replace("<item", "<item xmlns:media='https://x.example/'").format("") + TAIL,
        HEAD + FIRST.format(f"<link xmlns='{ATOM}' href='x'/>") + TAIL,
        HEAD + FIRST.format("<p xml:lang='de'><div>d</div></p>") + TAIL,
        HEAD + FIRST.format("<item><title>Within</title></item>") + TAIL,
        HEAD + FIRST.format("<atom:feed/>") + TAIL,
        HEAD + FIRST.format("<description>&lt;skipHours>&lt;hour>3</description><skipHours/>") + TAIL,
        HEAD + FIRST.format("") + TAIL + "<!-- </rss> -->",
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>" + HEAD.split("\n")[1] + FIRST.format("") + TAIL,
        HEAD.replace("<rss", "<opml").replace("<channel", "<body") + FIRST.format("") + "</body></opml>",
        HEAD + "<item/>" + FIRST.format("") + TAIL,
        HEAD + FIRST.format("\ud800") + TAIL,
        HEAD + FIRST.format("\x7f") + TAIL,
        HEAD + FIRST.format("<slash:section><title>S</title></slash:section>") + TAIL,
        HEAD + "<summary>s</summary><description>d</description>" + FIRST.format("") + TAIL,
        HEAD + FIRST.format("<description><summary>s</summary></description>") + TAIL,
        HEAD + "<content>c</content>" + FIRST.format("") + TAIL,
        HEAD + FIRST.format("") * 2001 + TAIL,
        '{"items": []}',
        '{"items": [{"id": 1}, 2]}',
        '{"items": {"id": 1}}',
        '[{"items": []}]',
        '{"items": [',
    ],
)
def test_what_is_in_doubt_is_not_cut(text: str) -> None:
    assert cut(text) is None


def test_pieces_are_the_document_and_what_nobody_reads_is_left_out() -> None:
    text = HEAD + FIRST.format("<slash:comments>7</slash:comments>") + "\n" + SECOND.format("") + TAIL
    pieces = cut(text)
    assert pieces is not None
    assert [item.decode() for item in pieces.items] == [FIRST.format(""), SECOND.format("")]
    assert pieces.of([1]).whole.decode() == HEAD + SECOND.format("") + TAIL.rstrip("\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<lastBuildDate>Mon</lastBuildDate>", "<lastBuildDate>Tue</lastBuildDate>"),
        ("<!-- made in 0.1 s -->", "<!-- made in 0.2 s -->\n"),
        ("<atom:updated>2026-11-23</atom:updated>", "<atom:updated>2026-11-24</atom:updated>"),
    ],
)
def test_the_moment_is_not_of_the_frame(one: str, other: str) -> None:
    first, second = (cut(HEAD + moment + FIRST.format("") + TAIL) for moment in (one, other))
    assert first is not None
    assert second is not None
    assert first.frame == second.frame


@pytest.mark.parametrize(
    "more", ["<link>https://two.example/</link>", "<updated xml:base='https://x.example/'>n</updated>"]
)
def test_what_entries_hang_on_is_of_the_frame(more: str) -> None:
    first, second = (cut(HEAD + also + FIRST.format("") + TAIL) for also in ("", more))
    assert first is not None
    assert second is not None
    assert first.frame != second.frame


def test_the_entries_of_a_json_feed_are_its_items() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": n} for n in range(3)]}
    pieces = cut(json.dumps(feed))
    assert pieces is not None
    assert json.loads(pieces.of([0, 2]).whole) == {**feed, "items": [{"id": 0}, {"id": 2}]}
    bare = cut('{"items": [{"id": 1}]}')
    assert bare is not None
    assert json.loads(bare.of([0]).whole) == {"items": [{"id": 1}]}
