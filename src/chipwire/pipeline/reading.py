"""One body to finished reads, in one pure step: what a worker process does between the wire and the store."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from chipwire.collect.identity import canonical_url, content_hash
from chipwire.collect.parse import parse
from chipwire.domain import Entry, Feed, FeedFacts, Read
from chipwire.enrich.fingerprint import fingerprint
from chipwire.enrich.lexicon import Lexicon
from chipwire.enrich.tagger import Tagger


@dataclass(frozen=True)
class Reading:
    """What one document held: `reads` are the entries that are new or changed, `items` counts all of them."""

    items: int
    reads: list[Read] = field(default_factory=list)
    uids: list[str] = field(default_factory=list)
    """Every uid in the document, seen before or not."""
    facts: FeedFacts = field(default_factory=FeedFacts)
    problems: list[str] = field(default_factory=list)


@cache
def tagger(data: Path) -> Tagger:
    """The tagger of this process, loaded once."""
    return Tagger.load(data)


@cache
def lexicon(data: Path) -> Lexicon:
    """The glossary that fingerprints are taken with, loaded once."""
    return Lexicon.load(data)


def warm(data: Path) -> bool:
    """Load what reading needs, so that the first body does not pay for it."""
    tagger(data)
    lexicon(data)
    return True


def read(
    body: bytes, feed: Feed, known: dict[str, str], data: Path, url: str | None, content_type: str | None
) -> Reading:
    """Parse `body`, leave out entries whose content hash is in `known` (uid → hash), tag the rest."""
    document = parse(body, url=url or feed.url, content_type=content_type, lang=feed.lang, full_text=feed.full_text)
    fresh = [(entry, digest) for entry in document.entries if known.get(entry.uid) != (digest := content_hash(entry))]
    return Reading(
        items=len(document.entries),
        reads=[read_entry(entry, digest, feed, data) for entry, digest in fresh],
        uids=[entry.uid for entry in document.entries],
        facts=document.feed,
        problems=document.problems,
    )


def read_entry(entry: Entry, digest: str, feed: Feed, data: Path) -> Read:
    """Tag one entry and take its fingerprint. An entry without an address gets a stable `urn:` one."""
    url = canonical_url(entry.url, feed.home) if entry.url else f"urn:chipwire:{feed.id}:{digest}"
    tags = tagger(data).tag(entry.title, entry.text, lang=entry.lang or feed.lang, url=entry.url)
    print_ = fingerprint(entry.title, entry.text, tags.lang, entry.published, feed.id, url, tags, lexicon(data))
    return Read(entry=entry, url=url, content_hash=digest, tags=tags, fingerprint=print_)
