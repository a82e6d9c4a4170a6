"""One body to finished reads, in one pure step: what a worker process does between the wire and the store."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from chipwire.collect import identity
from chipwire.collect.identity import Policy, canonical_url, content_hash
from chipwire.collect.parse import parse
from chipwire.domain import Entry, Feed, FeedFacts, Read
from chipwire.enrich.fingerprint import fingerprint
from chipwire.enrich.lexicon import Lexicon
from chipwire.enrich.tagger import Tagger

SENTENCES = {
    "en": "A company makes a chip.",
    "de": "Ein Unternehmen baut einen Chip.",
    "fr": "Une entreprise fabrique une puce.",
    "es": "Una empresa fabrica un chip.",
    "it": "Un'azienda produce un chip.",
    "pt": "Uma empresa fabrica um chip.",
    "nl": "Een bedrijf maakt een chip.",
    "pl": "Firma produkuje układ scalony.",
    "tr": "Bir şirket çip üretiyor.",
    "id": "Sebuah perusahaan membuat cip.",
    "vi": "Một công ty sản xuất con chip.",
    "ru": "Компания производит микросхему.",
    "ar": "شركة تصنع رقاقة.",
    "ko": "한 회사가 칩을 만든다.",
    "ja": "ある会社がチップを作る。",
    "zh-Hans": "一家公司制造芯片。",
    "zh-Hant": "一家公司製造晶片。",
}
"""One in each language that has words of its own in data/."""


@dataclass(frozen=True)
class Reading:
    """What one document held: `reads` are the entries that are new or changed, `items` counts all of them."""

    items: int
    reads: list[Read] = field(default_factory=list)
    facts: FeedFacts = field(default_factory=FeedFacts)
    problems: list[str] = field(default_factory=list)
    identity: Policy = "uid"
    """What entries of this feed are told apart by from now on."""


@cache
def tagger(data: Path) -> Tagger:
    """The tagger of this process, loaded once."""
    return Tagger.load(data)


@cache
def lexicon(data: Path) -> Lexicon:
    """The glossary that fingerprints are taken with, loaded once."""
    return Lexicon.load(data)


def prepare(data: Path) -> None:
    """Load what documents of any language would have to wait for, and every worker would load for itself."""
    parse(b"<rss><channel><item><title>A chip</title></item></channel></rss>")
    for lang, sentence in SENTENCES.items():
        tagger(data).tag(sentence, sentence, lang=lang, url=None)
        lexicon(data).find(sentence, lang)


@dataclass(frozen=True)
class Memory:
    """What is known of a feed before its document is read: uid → content hash, link → uid, and how far ids go."""

    known: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    identity: Policy = "uid"


def read(body: bytes, feed: Feed, memory: Memory, data: Path, url: str | None, content_type: str | None) -> Reading:
    """Parse `body`, leave out entries whose content is known under their uid, tag the rest."""
    document = parse(body, url=url or feed.url, content_type=content_type, lang=feed.lang, full_text=feed.full_text)
    policy = identity.policy(memory.identity, document.entries, memory.links)
    entries = [(entry, content_hash(entry)) for entry in identity.apply(document.entries, policy)]
    fresh = [(entry, digest) for entry, digest in entries if memory.known.get(entry.uid) != digest]
    return Reading(
        items=len(entries),
        reads=[read_entry(entry, digest, feed, data) for entry, digest in fresh],
        facts=document.feed,
        problems=document.problems,
        identity=policy,
    )


def read_entry(entry: Entry, digest: str, feed: Feed, data: Path) -> Read:
    """Tag one entry and take its fingerprint. An entry without an address gets a stable `urn:` one."""
    url = canonical_url(entry.url, feed.home) if entry.url else f"urn:chipwire:{feed.id}:{digest}"
    tags = tagger(data).tag(entry.title, entry.text, lang=entry.lang or feed.lang, url=entry.url)
    print_ = fingerprint(entry.title, entry.text, tags.lang, entry.published, feed.id, url, tags, lexicon(data))
    return Read(entry=entry, url=url, content_hash=digest, tags=tags, fingerprint=print_)
