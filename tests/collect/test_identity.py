"""Identity: canonical addresses, uids that hold within a document, and feeds whose ids cannot be trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.collect.content import identity
from chipwire.domain import Entry, utc
from tests.cases import every
from tests.examples import examples


@every(
    ("url", "home", "kept"),
    [
        ("https://a.example/x?utm_source=rss&utm_medium=feed", None, "https://a.example/x"),
        ("https://a.example/x?b=2&utm_id=1&a=1&fbclid=z", None, "https://a.example/x?b=2&a=1"),
        ("https://a.example/x?q=%E8%8A%AF&mtm_campaign=1#part", None, "https://a.example/x?q=%E8%8A%AF#part"),
        ("https://a.example/x?gclid=1", None, "https://a.example/x"),
        ("https://a.example/x?ref=home.example", "https://www.home.example/feed", "https://a.example/x"),
        ("https://a.example/x?ref=other.example", "https://www.home.example/", "https://a.example/x?ref=other.example"),
        ("https://a.example/x?source=rss&id=7", None, "https://a.example/x?id=7"),
        ("https://a.example/x?source=reuters", None, "https://a.example/x?source=reuters"),
        ("https://a.example/x#xtor=RSS-5", None, "https://a.example/x"),
        ("HTTPS://A.Example/Path?Q=1", None, "https://a.example/Path?Q=1"),
        ("https://a.example", None, "https://a.example/"),
        ("https://a.example/x?", None, "https://a.example/x"),
        ("https://a.example/?p=12&amp;b=1", None, "https://a.example/?p=12&amp;b=1"),
        ("https://news.google.com/rss/articles/CBMi?oc=5", None, "https://news.google.com/rss/articles/CBMi"),
        ("http://[broken", None, "http://[broken"),
        ("urn:chipwire:x", None, "urn:chipwire:x"),
    ],
)
def test_an_address_loses_its_trackers_and_nothing_else(url: str, home: str | None, kept: str) -> None:
    assert identity.canonical_url(url, home) == kept
    assert identity.canonical_url(kept, home) == kept


def entry(uid: str = "", url: str | None = None, title: str = "t", day: int | None = None) -> Entry:
    return Entry(uid=uid, url=url, title=title, published=utc(2026, 11, day) if day else None)


def test_the_ladder_goes_from_guid_to_link_to_date_to_content() -> None:
    found = identity.uids(
        [
            entry("own", "https://a.example/1"),
            entry("", "https://a.example/2"),
            entry("same", "https://a.example/3"),
            entry("same", "https://a.example/4"),
            entry("", "https://a.example/5", day=1),
            entry("", "https://a.example/5", day=2),
            entry("", None, "only a title"),
        ]
    )
    assert found[:4] == ["own", "https://a.example/2", "https://a.example/3", "https://a.example/4"]
    assert found[4] == "https://a.example/5 2026-11-01T00:00:00+00:00"
    assert found[5] == "https://a.example/5 2026-11-02T00:00:00+00:00"
    assert found[6].startswith("content:")


def test_exact_twins_stay_two_entries() -> None:
    one, two = identity.uids([entry("x", "https://a.example/1"), entry("x", "https://a.example/1")])
    assert two == one + "#2"


@given(
    st.lists(
        st.builds(entry, st.sampled_from(["", "a", "b", "a#2"]), st.sampled_from([None, "a", "https://x.example/"]))
    )
)
@examples(60)
def test_uids_are_never_empty_and_never_twice(entries: list[Entry]) -> None:
    found = identity.uids(entries)
    assert len(set(found)) == len(entries)
    assert all(found)


def test_content_hash_follows_the_words_only() -> None:
    first = Entry(uid="1", title="t", text="x", categories=["a"])
    assert identity.content_hash(first) == identity.content_hash(
        first.model_copy(update={"uid": "2", "categories": []})
    )
    assert identity.content_hash(first) != identity.content_hash(first.model_copy(update={"text": "y"}))
    assert identity.content_hash(first) != identity.content_hash(first.model_copy(update={"title": "tx", "text": ""}))


ENTRIES = [entry(f"new-{n}", f"https://a.example/{n}") for n in range(20)]


@pytest.mark.parametrize(("changed", "expected"), [(0, "uid"), (1, "uid"), (2, "link"), (20, "link")])
def test_changing_ids_cost_a_feed_its_rung(changed: int, expected: str) -> None:
    known = {f"https://a.example/{n}": f"old-{n}" if n < changed else f"new-{n}" for n in range(20)}
    assert identity.policy("uid", ENTRIES, known) == expected


def test_links_that_repeat_lead_to_content() -> None:
    same = [entry(f"{n}", "https://a.example/all", f"title {n}") for n in range(5)]
    assert identity.policy("link", same, {}) == "content"
    assert identity.policy("link", ENTRIES, {}) == "link"
    assert identity.policy("content", same, {}) == "content"
    bare = [entry(f"{n}", None, f"title {n}") for n in range(5)]
    assert identity.policy("link", bare, {}) == "link", "what has no link repeats none"
    assert identity.policy("uid", [], {}) == "uid"


def test_a_policy_gives_stable_uids_when_guids_change() -> None:
    before = [entry(f"old-{n}", f"https://a.example/{n}", f"title {n}") for n in range(3)]
    after = [entry(f"new-{n}", f"https://a.example/{n}", f"title {n}") for n in range(3)]
    for policy in ("link", "content"):
        first, second = (identity.apply(some, policy) for some in (before, after))
        assert [one.uid for one in first] == [one.uid for one in second]
        assert [one.url for one in second] == [one.url for one in after]
    assert identity.apply(after, "uid") == after
