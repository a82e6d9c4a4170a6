"""OPML: a round trip loses nothing, strangers' files are read leniently, and nothing is fetched."""

import time
from pathlib import Path

import listparser
import pytest

from chipwire.collect.lists import opml, opml_export
from chipwire.collect.lists.sources import load_feeds
from chipwire.domain import Feed

FULL = Feed(
    id="chip-desk",
    url="https://desk.example/feed?a=1&b=2",
    title="Chip & Desk “칩” <데스크>",
    home="https://desk.example/",
    lang="zh-Hant",
    country="TW",
    kind="analyst",
    topics=["AI/ML", "memory, prices", "半導體"],
    format="atom",
    weight=0.5,
    enabled=False,
    note="2026",
    interval_minutes=90,
    retention_days=30,
    user_agent="desk-reader/1.0",
    full_text=True,
)
PLAIN = Feed(id="plain", url="https://plain.example/rss", title="Plain")


def test_a_round_trip_loses_nothing() -> None:
    feeds = [FULL, PLAIN, FULL.model_copy(update={"id": "twin", "url": "https://desk.example/other", "topics": []})]
    assert opml.read(opml_export.document(feeds)) == feeds


def test_the_shipped_list_survives_the_trip() -> None:
    feeds = load_feeds(Path(__file__).parents[2] / "data" / "feeds.toml")
    assert opml.read(opml_export.document(feeds)) == feeds


def test_order_is_kept() -> None:
    feeds = [Feed(id=f"f{n}", url=f"https://f.example/{n}", title=f"F {n}", topics=[f"t{n % 3}"]) for n in range(9)]
    assert opml.read(opml_export.document(feeds)) == feeds


def test_folders_are_first_topics() -> None:
    feeds = [PLAIN, FULL, FULL.model_copy(update={"id": "twin", "url": "https://desk.example/other"})]
    read = listparser.parse(opml_export.document(feeds, "list").decode())
    assert read.meta.title == "list"
    assert [feed.categories[-1:] for feed in read.feeds] == [[], [["AI/ML"]], [["AI/ML"]]]


def test_what_xml_cannot_hold_is_left_out() -> None:
    odd = Feed(id="odd", url="https://odd.example/\x00rss", title="O\x01dd\ufffe", topics=["to\x00pic"], note="n\x1f")
    (read,) = opml.read(opml_export.document([odd]))
    assert (read.url, read.title, read.note) == ("https://odd.example/rss", "Odd", "n")


def test_folders_and_categories_of_other_readers_become_topics() -> None:
    feeds = opml.read(
        """<?xml version="1.0"?><opml version="1.1"><head><title>x</title></head><body>
        <outline text="Chips"><outline text="Memory">
          <outline text="Prix de la mémoire" type="rss" xmlUrl="https://memoire.example/rss" htmlUrl="https://memoire.example/"/>
        </outline></outline>
        <outline title="No folder" xmlUrl="https://none.example/rss" category="/AI,/Fabs/Taiwan"/>
        <outline text="메모리" xmlurl="https://korea.example/rss" language="ko"/>
        </body></opml>""".encode()
    )
    assert [(feed.id, feed.title, feed.topics, feed.lang) for feed in feeds] == [
        ("prix-de-la-memoire", "Prix de la mémoire", ["Chips", "Memory"], None),
        ("no-folder", "No folder", ["AI", "Fabs", "Taiwan"], None),
        ("korea-example-rss", "메모리", [], "ko"),
    ]
    assert feeds[0].home == "https://memoire.example/"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml at all",
        b"<opml><body><outline text='x' xmlUrl='javascript:alert(1)'/><outline text='y' xmlUrl='file:///etc/passwd'/>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><opml><body><outline text='&x;'/></body></opml>",
    ],
)
def test_nothing_is_made_of_nothing(body: bytes) -> None:
    assert opml.read(body) == []


def test_an_address_counts_once_however_it_is_written() -> None:
    body = b"""<opml><body><outline text='A'><outline text='One' xmlUrl='http://one.example/f.xml'/></outline>
        <outline text='B'><outline text='One' xmlUrl='feed://one.example/f.xml'/></outline>
        <outline text='Two' xmlUrl='feed:https://two.example/f.xml'/><outline text='No' xmlUrl='ftp://no.example/'/>
        </body></opml>"""
    found = opml.read(body)
    assert [(feed.id, feed.url) for feed in found] == [
        ("one", "http://one.example/f.xml"),
        ("two", "https://two.example/f.xml"),
    ]
    assert opml.left_out(body, found) == ["ftp://no.example/"]


def test_spellings_of_one_address_are_one_feed() -> None:
    spelt = ("HTTPS://Desk.Example/Feed", "https://desk.example:443/Feed", "https://desk.example/Feed")
    outlines = "".join(f"<outline text='Desk' xmlUrl='{url}'/>" for url in spelt)
    body = f"<opml><body>{outlines}<outline text='Other' xmlUrl='https://desk.example/feed'/></body></opml>".encode()
    found = opml.read(body)
    assert [feed.url for feed in found] == ["https://desk.example/Feed", "https://desk.example/feed"]
    assert opml.left_out(body, found) == []


def test_a_file_cannot_open_private_networks() -> None:
    written = opml_export.document([PLAIN]).replace(b'xmlUrl="', b'chipwire:allow_private="true" xmlUrl="')
    assert not opml.read(written)[0].allow_private


def test_taken_ids_are_left_alone() -> None:
    assert opml.read(opml_export.document([PLAIN]), taken={"plain"})[0].id == "plain-2"


def test_five_hundred_feeds_are_read_in_time() -> None:
    feeds = [
        Feed(id=f"f-{n}", url=f"https://outlet-{n}.example/feed", title=f"Outlet {n}", topics=["a", "b"])
        for n in range(500)
    ]
    body = opml_export.document(feeds)
    start = time.process_time()
    assert len(opml.read(body)) == 500
    assert time.process_time() - start < 2
