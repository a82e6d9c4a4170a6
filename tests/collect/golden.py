"""The golden feeds, and what must hold for whatever is parsed."""

import json
import re
from pathlib import Path

from chipwire.collect.parse import as_json, parse

FEEDS = Path(__file__).parents[1] / "feeds"
FORMATS = {".rdf", ".rss", ".atom", ".cdf", ".jsonfeed", ".sitemap"}
GOLDEN = sorted(path for path in FEEDS.iterdir() if path.suffix in FORMATS)
ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|svg|math|form|meta|base|link|template)\b|<[^>]*\son\w+\s*=|"
    r"""<[^<>]*(?:href|src)\s*=\s*["']?\s*(?:javascript|vbscript|data|file)""",
    re.IGNORECASE,
)


def rss(inside: str, before: str = "") -> bytes:
    """A feed of one channel at channel.example around some items."""
    head = '<rss version="2.0"><channel><title>T</title><link>https://channel.example/</link>'
    return f"{before}{head}{inside}</channel></rss>".encode("utf-8", "surrogatepass")


def harmless(body: bytes, **more: str) -> None:
    """Whatever the input: absolute links, no active content, uids that are there and differ, titles of one line."""
    document = parse(body, url="https://feed.example/dir/feed.xml", **more)
    assert not [problem for problem in document.problems if "cannot be read:" in problem]
    assert document.entries or document.problems
    uids = [entry.uid for entry in document.entries]
    assert all(uids)
    assert len(set(uids)) == len(uids)
    for entry in document.entries:
        assert entry.url is None or re.match(r"https?://[^\s/]", entry.url)
        assert not ACTIVE.search(entry.summary)
        assert all(
            link.startswith(("http://", "https://"))
            for tag in re.findall(r"<[^>]*>", entry.summary)
            for link in re.findall(r'(?:href|src|cite)="([^"]*)', tag)
        )
        assert entry.title == " ".join(entry.title.split())
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", entry.title + entry.text
        )
    json.dumps(as_json(document, "x"))
