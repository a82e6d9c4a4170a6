"""One body to finished reads, in one pure step: what a worker process does between the wire and the store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from chipwire.collect.content import identity
from chipwire.collect.content.identity import canonical_url, content_hash
from chipwire.collect.document.cut import Cut
from chipwire.collect.document.marks import Mark, Marks, digest, frame, independent
from chipwire.collect.parse import characters, parse, understand
from chipwire.domain import Document, Entry, Feed, Read, Tags
from chipwire.enrich.boilerplate import recurring, remember
from chipwire.enrich.stories.fingerprint import fingerprint
from chipwire.enrich.stories.lexicon import Lexicon
from chipwire.enrich.tagger import Tagger
from chipwire.pipeline.messages import Given, Memory, Reading, Stored

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
        tagger(data).tag(sentence, sentence, lang=lang)
        lexicon(data).find(sentence, lang)


class Named(NamedTuple):
    """An entry under its uid, the digest of its content, and the address its item is kept under."""

    entry: Entry
    content: str
    address: str

    def mark(self, raw: bytes) -> Mark:
        return Mark(raw, digest(self.entry.uid), digest(self.address), digest(self.content))


def read(given: Given, memory: Memory, data: Path) -> Reading:
    """Parse a whole body, leave out entries whose content is known under their uid, tag the rest."""
    text = characters(given.body, given.content_type, given.feed.lang)
    document = understand(text, url=given.url, lang=given.feed.lang)
    policy = identity.policy(given.identity, document.entries, memory.links)
    here = replace(given, identity=policy)
    found = named(document, here)
    fresh = [one for one in found if memory.known.get(one.entry.uid) != one.content]
    renamed = policy == "uid" and any(memory.links.get(e.url or "", e.uid) != e.uid for e in document.entries)
    return Reading(
        items=len(found),
        **read_entries(fresh, given, data)._asdict(),
        facts=document.feed,
        problems=document.problems,
        identity=policy,
        marks=None if renamed or not certain(document, here) else _marks(text.pieces, here, found),
    )


def named(document: Document, given: Given) -> list[Named]:
    """The document's entries under the feed's policy."""
    entries = [(entry, content_hash(entry)) for entry in identity.apply(document.entries, given.identity)]
    return [Named(entry, content, _address(entry, content, given.feed)) for entry, content in entries]


def certain(document: Document, given: Given) -> bool:
    """Whether each entry was read as it would be whatever stands beside it."""
    own = document.own if given.identity == "uid" else identity.own(identity.blank(document.entries, given.identity))
    return own and not document.problems and bool(given.feed.lang or document.feed.lang)


def surroundings(pieces: Cut, given: Given) -> bytes:
    """The digest of all that entries are read by and that is none of them."""
    return frame(pieces.frame, given.url, given.feed.lang, given.feed.home, given.identity)


class Entries(NamedTuple):
    """Entries that were read, and all items of the feed with boxes not known when they were last tagged."""

    reads: list[Read]
    overtaken: list[bytes]


def read_entries(found: Sequence[Named], given: Given, data: Path) -> Entries:
    """Tag entries, which show each other and the feed's last items which of their lines are boxes."""
    if not found:
        return Entries([], [])
    texts = [(e.title, e.text, e.lang or given.feed.lang) for e, _, _ in found]
    looks = tagger(data).look(texts, [e.beside for e, _, _ in found])
    said = [
        remember.said(url, e.title, e.text, e.published, look.named).packed()
        for (e, _, url), look in zip(found, looks, strict=True)
    ]
    heard = remember.together(given.said, *said)
    boxes = recurring.boxes(heard)
    tags = tagger(data).said(looks, [recurring.spans(e.title, e.text, boxes) for e, _, _ in found])
    reads = [_read(*each, given.feed, data) for each in zip(found, tags, said, strict=True)]
    return Entries(reads, remember.overtaken(heard, boxes))


def read_again(entry: Entry, content: str, given: Given, data: Path) -> Read:
    """Tag one entry that was read before with another text."""
    return read_entries([Named(entry, content, _address(entry, content, given.feed))], given, data).reads[0]


def tagged_anew(texts: Sequence[Stored], before: bytes, reading: Reading, data: Path) -> list[tuple[int, Tags]]:
    """Stored items of a feed without the boxes that are known since that document; `before` is what was known then."""
    known = recurring.boxes(remember.together(before, *(one.said for one in reading.reads)))
    return list(zip((one.id for one in texts), anew(tagger(data), texts, repeat(known, len(texts))), strict=True))


def anew(tagger: Tagger, texts: Sequence[Stored], known: Iterable[Mapping[int, float]]) -> list[Tags]:
    """The tags of stored items in whose feeds these lines are boxes."""
    boxes = [recurring.spans(one.title, one.body, lines) for one, lines in zip(texts, known, strict=True)]
    looks = tagger.look([(one.title, one.body, one.lang) for one in texts], [one.beside for one in texts])
    return tagger.said(looks, boxes)


def _read(one: Named, tags: Tags, said: bytes, feed: Feed, data: Path) -> Read:
    entry, content, url = one
    print_ = fingerprint(entry.title, entry.text, tags.lang, entry.published, feed.id, url, tags, lexicon(data))
    return Read(entry=entry, url=url, content_hash=content, tags=tags, fingerprint=print_, said=said)


def _address(entry: Entry, content: str, feed: Feed) -> str:
    """Where its item is kept: its canonical address, or a stable `urn:` one."""
    return canonical_url(entry.url, feed.home) if entry.url else f"urn:chipwire:{feed.id}:{content}"


def _marks(pieces: Cut | None, given: Given, found: list[Named]) -> bytes | None:
    if pieces is None or len(pieces.items) != len(found):
        return None
    marks = [one.mark(digest(item)) for one, item in zip(found, pieces.items, strict=True)]
    return Marks(surroundings(pieces, given), marks).packed() if independent(marks) else None
