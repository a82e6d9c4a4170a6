"""A driver for fuzzing `parse`: with atheris when it is installed, else with damaged golden feeds.

Run `python tests/collect/fuzz_parse.py [SECONDS] [SEED]`; exit 1 with the input in hexadecimal when something breaks.
"""

import contextlib
import random
import re
import sys
import tempfile
import time
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["chipwire", "feedparser"]) if atheris else contextlib.nullcontext():
    from chipwire.collect.parse import as_json, parse

FEEDS = Path(__file__).parents[1] / "feeds"
ACTIVE = re.compile(
    r"<(?:script|iframe|object|embed|style|svg|form)\b|<[a-z][^<>]*\s(?:on\w+=|(?:href|src)=\"(?!https?://))",
    re.IGNORECASE,
)
CHUNKS = [
    *(
        b"<item>",
        b"</item>",
        b"<entry>",
        b"<title>",
        b"<link>",
        b"<guid>",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"&",
        b"&#",
    ),
    *(b"<script>", b"javascript:", b"\x00", b"\xff", b"\xed\xa0\x80", b"<!DOCTYPE", b"<?xml", b'"', b"'", b"<pubDate>"),
    *(b" xml:base='//x'", b"<content type='xhtml'>", b"<svg/onload=x>", b"{", b"[", "年".encode(), "오후".encode()),
]
SLOW = 5.0


def check(body: bytes) -> None:
    """Raises AssertionError when one input breaks a promise of `parse`."""
    start = time.process_time()
    document = parse(body, url="https://feed.example/x")
    assert time.process_time() - start < SLOW, "too slow"
    assert not any("cannot be read:" in problem for problem in document.problems), document.problems
    assert document.entries or document.problems
    uids = [entry.uid for entry in document.entries]
    assert all(uids)
    assert len(set(uids)) == len(uids)
    for entry in document.entries:
        assert not ACTIVE.search(entry.summary), entry.summary
        assert entry.url is None or entry.url.startswith(("http://", "https://")), entry.url
        assert entry.title == " ".join(entry.title.split()), entry.title
    as_json(document, "-")


def damaged(source: random.Random, corpus: list[bytes]) -> bytes:
    """One golden feed with a few pieces cut, doubled, replaced or put in."""
    body = bytearray(source.choice(corpus))
    for _ in range(source.randint(1, 12)):
        place = source.randrange(len(body) + 1)
        end = min(len(body), place + source.randint(0, 60))
        kind = source.randrange(4)
        piece = source.choice(CHUNKS) * source.choice((1, 1, 1, 30)) if kind < 2 else bytes(body[place:end]) * kind
        body[place : end if kind != 1 else place] = piece
    return bytes(body)


def run(seconds: float, seed: int) -> int:
    """Damages and checks for so long; the number of inputs tried."""
    source = random.Random(seed)
    corpus = [path.read_bytes() for path in sorted(FEEDS.iterdir()) if path.suffix != ".json"]
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        body = damaged(source, corpus)
        try:
            check(body)
        except Exception:
            print(f"seed {seed}, input {count}: {body.hex()}", file=sys.stderr)
            raise
        count += 1
    return count


if __name__ == "__main__":
    length = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    if atheris is None:
        print(run(length, int(sys.argv[2]) if len(sys.argv) > 2 else 1), "inputs, nothing broke")
    else:
        with tempfile.TemporaryDirectory() as found:
            options = [f"-max_total_time={int(length)}", "-timeout=30", "-max_len=20000", f"-artifact_prefix={found}/"]
            atheris.Setup([sys.argv[0], *options, found, str(FEEDS)], check)
            atheris.Fuzz()
