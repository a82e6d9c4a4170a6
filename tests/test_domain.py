"""What the nouns make of what they are given."""

from typing import Any

import pytest

from chipwire.domain import Feed, FeedState, normal_url, slug, utc, xml_text
from chipwire.domain.feed import Condition, condition
from tests.cases import every


@every(
    ("written", "normal"),
    [
        ("HTTPS://Desk.Example/Feed", "https://desk.example/Feed"),
        ("https://desk.example:443/feed", "https://desk.example/feed"),
        ("http://desk.example:80", "http://desk.example/"),
        ("http://desk.example:/feed", "http://desk.example/feed"),
        ("https://desk.example?Page=A", "https://desk.example/?Page=A"),
        ("https://Who:Pass@desk.example:443/", "https://Who:Pass@desk.example/"),
        ("http://[2001:DB8::1]:80/feed", "http://[2001:db8::1]/feed"),
        ("https://desk.example:80/feed", "https://desk.example:80/feed"),
        ("http://desk.example/%7Ea/../B#C", "http://desk.example/%7Ea/../B#C"),
        ("https://Münze.example:443/ü", "https://xn--mnze-0ra.example/ü"),
        ("https://XN--MNZE-0RA.example/ü", "https://xn--mnze-0ra.example/ü"),
        ("https://晶片。例え.jp/feed", "https://xn--1kvy6x.xn--r8jz45g.jp/feed"),
        ("https://straße.example/feed", "https://straße.example/feed"),
        (f"https://{'ü' * 70}.example/feed", f"https://{'ü' * 70}.example/feed"),
        ("ftp://Desk.Example", "ftp://Desk.Example"),
        ("http://Desk Example/", "http://Desk Example/"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_has_one_spelling(written: str, normal: str) -> None:
    assert normal_url(written) == normal
    assert normal_url(normal) == normal
    assert Feed(id="desk", url=written, title="Desk").url == normal


def test_an_id_is_made_of_whatever_a_feed_is_called() -> None:
    assert slug("https://www.Chips-Daily.example/feed/") == "chips-daily-example-feed"
    assert slug("Prix de la mémoire (Éd. 2)") == "prix-de-la-memoire-ed-2"
    assert slug("메모리") == ""
    assert slug("a" * 59 + " b") == "a" * 59


def test_control_characters_do_not_break_xml() -> None:
    assert xml_text("a\x00b\x0bc\ud800d\ufffe\U0001f9e0") == "abcd\U0001f9e0"


@pytest.mark.parametrize(
    ("word", "enabled", "state"),
    [
        ("off", False, {"failures": 1, "retired_at": utc(2026, 11, 1)}),
        ("retired", True, {"failures": 3, "retired_at": utc(2026, 11, 1), "last_ok": utc(2026, 10, 1)}),
        ("failing", True, {"failures": 0.5, "last_ok": utc(2026, 10, 1)}),
        ("ok", True, {"last_ok": utc(2026, 10, 1)}),
        ("new", True, {"last_checked": utc(2026, 10, 1)}),
    ],
)
def test_a_feed_is_in_one_condition(word: Condition, enabled: bool, state: dict[str, Any]) -> None:
    """Checked and never read, as while our own network is down, is as new as not checked."""
    feed = Feed(id="desk", url="https://desk.example/feed", title="Desk", enabled=enabled)
    assert condition(feed, FeedState(feed_id="desk", **state)) == word
