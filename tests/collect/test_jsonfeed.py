"""JSON Feed: both versions, and the ways in which people get it wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.collect.parse import jsonfeed, parse
from tests.examples import examples


def feed(*items: object, **more: object) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items} | more).encode()


def test_ids_may_be_numbers_and_links_relative() -> None:
    document = parse(feed({"id": 7, "url": "/x"}, home_page_url="https://home.example/"))
    assert [(entry.uid, entry.url) for entry in document.entries] == [("7", "https://home.example/x")]


def test_an_external_link_serves_where_there_is_no_other() -> None:
    assert parse(feed({"id": "a", "external_url": "https://out.example/"})).entries[0].url == "https://out.example/"


def test_text_and_markup_are_told_apart() -> None:
    plain, marked = parse(
        feed({"id": "a", "content_text": "1 < 2\n\nb"}, {"id": "b", "content_html": "<p>c</p>"})
    ).entries
    assert (plain.summary, plain.text) == ("1 &lt; 2<br>b", "1 < 2\nb")
    assert (marked.summary, marked.text) == ("<p>c</p>", "c")


def test_the_author_of_the_feed_stands_in_for_that_of_the_item() -> None:
    first, second = parse(feed({"id": "a"}, {"id": "b", "author": {"name": "Own"}}, authors=[{"name": "Desk"}])).entries
    assert (first.author, second.author) == ("Desk", "Own")


def test_what_is_not_an_item_is_counted() -> None:
    document = parse(feed({"id": "a"}, None, 3, "x"))
    assert len(document.entries) == 1
    assert document.problems == ["entries that are no objects: 3"]


@pytest.mark.parametrize("body", [b'{"items": {}}', b'{"status": "error"}', b"[[[", b'"x"', b"{" * 100_000])
def test_other_json_is_a_problem(body: bytes) -> None:
    document = parse(body)
    assert document.entries == []
    assert document.problems


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url"]), inner, max_size=2),
    max_leaves=5,
)
FIELDS = "id url external_url title content_html content_text summary date_published authors author tags language"


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS.split()), JSON), max_size=4), JSON, JSON)
@examples(30)
def test_any_shape_is_read(items: list[dict[str, object]], hubs: object, title: object) -> None:
    raw = jsonfeed.read(json.dumps({"items": items, "hubs": hubs, "title": title}))
    assert len(raw.entries) == len(items)
    document = parse(json.dumps({"items": items, "hubs": hubs, "title": title}).encode())
    assert len(document.entries) == len(items)
