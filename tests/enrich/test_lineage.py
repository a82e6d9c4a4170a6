"""The lineage of a story, from its items in any order."""

from datetime import timedelta

import pytest

from chipwire.domain import utc
from chipwire.enrich.stories.lineage import Told, trace

T = utc(2026, 5, 1, 9)


def told(number: int, lang: str, host: str, hours: float, copy_of: int | None = None, link: str = "rewrite") -> Told:
    at = T + timedelta(hours=hours)
    return Told(number, lang, f"https://{host}/x", "feed", at, at + timedelta(minutes=5), copy_of, link)  # type: ignore[arg-type]


def test_lineage() -> None:
    members = [
        told(4, "en", "b.example", 3), told(2, "en", "c.example", 1, copy_of=1, link="copy"),
        told(1, "en", "www.a.example", 0, link="origin"), told(5, "ko", "k.example", 2, link="translation"),
        told(6, "ko", "l.example", 5, copy_of=5, link="copy"), told(7, "en", "a.example", 6),
    ]  # fmt: skip
    found = trace(members)
    assert (found.origin, found.copies) == (1, {1: [2], 5: [6]})
    assert (found.rewrites, found.translations) == ([4, 7], [5])
    assert found.n_outlets == 3
    assert [(f.lang, f.item_id, f.lag, f.lead) for f in found.languages] == [
        ("en", 1, 0.0, 7200.0),
        ("ko", 5, 7200.0, None),
    ]
    assert trace(members[::-1]) == found


def test_scripts_of_chinese_are_rewrites() -> None:
    found = trace([told(1, "zh-Hans", "a.example", 0, link="origin"), told(2, "zh-Hant", "b.example", 1)])
    assert (found.rewrites, found.translations) == ([2], [])


def test_printed_time_after_ours_is_not_believed() -> None:
    late = Told(1, "en", "https://a.example/", "f", T + timedelta(days=400), T)
    assert late.at == T


def test_printed_time_far_in_the_past_is_not_believed() -> None:
    """Unless the others are as old: then it is an archive."""
    day = timedelta(days=1)
    false = Told(1, "en", "https://a.example/", "f", T - 9000 * day, T + day)
    true = Told(2, "ko", "https://k.example/", "f", T, T + day / 24)
    found = trace([false, true])
    assert found.origin == 2
    assert [(first.lang, first.lag) for first in found.languages] == [("ko", 0.0), ("en", day.total_seconds())]
    older = Told(3, "ja", "https://j.example/", "f", T - 9001 * day, T + day)
    assert trace([false, older]).origin == 3


def test_no_items() -> None:
    with pytest.raises(ValueError, match="at least one"):
        trace([])


def test_an_address_that_cannot_be_read_is_no_outlet() -> None:
    now = utc(2026, 11, 20)
    told = Told(item_id=1, lang="en", url="http://[", feed_id="wire", published=None, first_seen=now)
    assert told.outlet == "wire"
