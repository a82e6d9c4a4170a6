"""The shipped list of feeds, and what is said when a list is wrong."""

from pathlib import Path

import pytest

from chipwire.collect.lists.sources import load_feeds
from chipwire.errors import ConfigError

SHIPPED = Path(__file__).parents[2] / "data" / "feeds.toml"
CORE = {"bytedance", "samsung", "alibaba", "baidu", "nvidia"}


def test_enough_feeds_are_on_in_enough_languages() -> None:
    on = [feed for feed in load_feeds(SHIPPED) if feed.enabled]
    assert len(on) >= 120
    assert len({feed.lang.split("-")[0] for feed in on if feed.lang}) >= 10


def test_every_core_company_has_queries_in_several_languages() -> None:
    queries = [feed for feed in load_feeds(SHIPPED) if feed.kind == "aggregator query" and feed.enabled]
    for company in CORE:
        assert len({feed.lang for feed in queries if company in feed.topics}) >= 4


def test_feeds_whose_terms_forbid_collecting_are_off_and_say_why() -> None:
    feeds = load_feeds(SHIPPED)
    for host in ("nvidia.com", "aws.amazon.com", "dowjones", "semianalysis", "techcrunch", "sec.gov/cgi-bin", "reddit"):
        concerned = [feed for feed in feeds if host in feed.url]
        assert concerned
        assert not any(feed.enabled for feed in concerned)
    assert all(feed.note for feed in feeds if not feed.enabled)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[feed]\n", "not valid TOML"),
        ("[feeds]\n", "unknown table 'feeds'"),
        ('[[feed]]\nid = "a"\ntitle = "A"\n', "feed 1 (a): url"),
        ('[[feed]]\nid = "A b"\nurl = "https://a.example/"\ntitle = "A"\n', "feed 1 (A b): id"),
        ('[[feed]]\nid = "a"\nurl = "https://a.example/"\ntitle = "A"\nnope = 1\n', "nope"),
        ('[[feed]]\nid = "a"\nurl = "ftp://a.example/"\ntitle = "A"\n', "must start with http"),
        ('[[feed]]\nid = "a"\nurl = "https://a.example/"\ntitle = "A"\nenabled = false\n', "says why"),
        ('[[feed]]\nid = "a"\nurl = "https://a.example/"\ntitle = "A"\n' * 2, "2 times"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_feeds(path)
    assert str(path) in str(error.value)
    assert words in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load_feeds(tmp_path / "nowhere.toml")
