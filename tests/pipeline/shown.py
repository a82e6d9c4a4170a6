"""Documents as a feed shows them one after the other: usual and odd items, which come, go and are worded anew."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ODD = (
    "",
    "<slash:comments>{n}</slash:comments>",
    "<media:group><media:title>Seen</media:title></media:group>",
    "<source url='https://two.example/'>Two</source>",
    "<div xmlns='http://www.w3.org/1999/xhtml'><p>Text</p></div>",
    "<title xml:lang='de'>Scheiben</title>",
    "<category>Chips {n}</category><dc:language>ko</dc:language>",
    "<description xml:base='https://three.example/'>Far</description>",
    "<x:y xmlns:x='https://x.example/'>z</x:y>",
    "<description>A <![CDATA[<item>]]> in prose &nbsp;</description>",
    "<pubDate>on a Monday</pubDate>",
    "<item><title>Within</title></item>",
)
HEADS = (
    "",
    "<lastBuildDate>Mon, 23 Nov 2026 08:00:00 GMT</lastBuildDate>",
    "<lastBuildDate>Tue, 24 Nov 2026 08:00:00 GMT</lastBuildDate>",
    "<ttl>30</ttl>",
    "<link>https://elsewhere.example/</link>",
)


@dataclass(frozen=True)
class Shown:
    """An item as one document shows it: which report, how it is worded, and what it is called by."""

    report: int
    wording: int = 0
    guid: str = "own"
    link: str = "own"
    dated: bool = True
    odd: int = 0


@dataclass(frozen=True)
class Page:
    """A document of a feed; `tail` comes behind its entries."""

    shown: tuple[Shown, ...]
    head: int = 0
    tail: str = ""

    def written(self, shape: str, host: str) -> bytes:
        entries = [_entry(one, host, n) for n, one in enumerate(self.shown)]
        if shape == "json":
            listed = [{k: v for k, v in entry.items() if v and k != "odd"} for entry in entries]
            version = "https://jsonfeed.org/version/1.1"
            return json.dumps(
                {"version": version, "title": HEADS[self.head], "language": "en", "items": listed}
            ).encode()
        inside = "\n".join(_RSS.format(**entry) for entry in entries)
        head = f"<title>T</title><link>https://{host}/</link>{HEADS[self.head]}"
        return _FRAME.format(head=head, inside=inside, tail=self.tail).encode()


_FRAME = (
    '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>{head}\n{inside}\n</channel></rss>{tail}'
)
_RSS = (
    "<item><title>{title}</title><link>{url}</link><guid isPermaLink='false'>{id}</guid>"
    "<description>{summary}</description>{date_published}{odd}</item>"
)


def _entry(one: Shown, host: str, place: int) -> dict[str, Any]:
    guids = {"own": f"r{one.report}", "none": "", "shared": "same", "changed": f"r{one.report}-{one.wording}"}
    links = {
        "own": f"https://{host}/{one.report}",
        "none": "",
        "shared": f"https://{host}/same",
        "tracked": f"https://{host}/{one.report}?utm_source={one.wording}",
        "moved": f"https://{host}/moved/{one.report}",
    }
    day = NOW - timedelta(days=one.report)
    return {
        "id": guids[one.guid],
        "url": links[one.link],
        "title": f"Foundry {one.report} orders wafers for chip {one.report}",
        "summary": f"Wording {one.wording} of report {one.report}",
        "date_published": f"<pubDate>{day:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if one.dated else "",
        "odd": ODD[one.odd].format(n=place),
    }


USUAL = st.builds(Shown, st.integers(0, 11))
UNUSUAL = st.builds(
    Shown,
    st.integers(0, 7),
    st.integers(0, 2),
    st.sampled_from(["own", "own", "own", "none", "shared", "changed"]),
    st.sampled_from(["own", "own", "own", "none", "shared", "tracked", "moved"]),
    st.booleans(),
    st.integers(0, len(ODD) - 1),
)
FIRST = st.lists(USUAL, min_size=2, max_size=6, unique_by=lambda one: one.report)
EDITS = st.lists(
    st.one_of(
        *[st.tuples(st.just("add"), USUAL)] * 4,
        st.tuples(st.just("add"), UNUSUAL),
        st.tuples(st.just("drop"), st.integers(0, 5)),
        *[st.tuples(st.just("word"), st.integers(0, 5))] * 2,
        *[st.tuples(st.just("count"), st.integers(0, 5))] * 2,
        st.tuples(st.just("call"), st.integers(0, 5)),
        st.tuples(st.just("head"), st.sampled_from([0, 1, 2, 2, 3, 4])),
        st.tuples(st.just("tail"), st.sampled_from(["", "<!-- made in 0.1 s -->"])),
        st.tuples(st.just("prune"), st.none()),
    ),
    min_size=1,
    max_size=3,
)


def edited(page: Page, edits: list[tuple[str, Any]]) -> Page:
    """The feed's next document: items come and go, are worded, counted or called otherwise."""
    for what, value in edits:
        shown = list(page.shown)
        if what == "add":
            page = replace(page, shown=(value, *shown))
        elif what in ("head", "tail"):
            page = replace(page, **{what: value})
        elif what != "prune":
            old = shown.pop(value % len(shown))
            word: dict[str, Any] = {"wording": old.wording + 1}
            changed = {"word": word, "count": {"odd": 1}, "call": {"guid": "changed"}}
            if what != "drop":
                shown.insert(value % (len(shown) + 1), replace(old, **changed[what]))
            page = replace(page, shown=tuple(shown)) if shown else page
    return page
