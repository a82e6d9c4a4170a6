"""News sitemaps: titles and dates where the outlet gives them, a count where it does not."""

from chipwire.collect.parse import parse
from chipwire.domain import utc

PAGE = (
    "<url><loc>https://a.example/{0}</loc><n:news><n:publication><n:name>A</n:name><n:language>{1}</n:language>"
    "</n:publication><n:publication_date>2026-11-2{0}</n:publication_date><n:title>{2}</n:title></n:news></url>"
)


def sitemap(*pages: str) -> bytes:
    names = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    return f"<?xml version='1.0'?><urlset {names}>{''.join(pages)}</urlset>".encode()


def test_articles_become_entries() -> None:
    document = parse(sitemap(PAGE.format(1, "ko", "칩 &amp; 메모리"), PAGE.format(2, "en", "Chips")))
    assert [(entry.title, entry.lang, entry.url) for entry in document.entries] == [
        ("칩 & 메모리", "ko", "https://a.example/1"),
        ("Chips", "en", "https://a.example/2"),
    ]
    assert document.entries[1].published == utc(2026, 11, 22)
    assert document.feed.title == "A"


def test_pages_without_a_title_are_counted_not_invented() -> None:
    document = parse(sitemap(PAGE.format(1, "en", "Chips"), "<url><loc>https://a.example/about</loc></url>"))
    assert len(document.entries) == 1
    assert document.problems == ["1 of 2 pages have no news title"]


def test_a_sitemap_that_breaks_off_keeps_its_articles() -> None:
    whole = sitemap(PAGE.format(1, "en", "One"), PAGE.format(2, "en", "Two"))
    document = parse(whole[: whole.index(b"Two") + 3])
    assert [entry.title for entry in document.entries] == ["One", "Two"]


def test_an_index_is_not_followed() -> None:
    document = parse(b"<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>")
    assert document.entries == []
    assert "index" in document.problems[0]
