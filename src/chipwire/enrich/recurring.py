"""Lines that stand in a feed's items whatever these are about are boxes beside them; no list of words says so.

Pure: from what a feed's last items said, line by line, to the lines that are boxes, and to their spans in one text.
Everything here would rather miss a box than silence a report: see .github/decisions/boxes-beside-a-story.md.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby, takewhile
from operator import itemgetter

import xxhash

from chipwire.enrich.lines import LEAST, Divided, Line, divided, words

WINDOW, AGE = 64, timedelta(days=400)
"""A feed is judged by so many of its last items, none older than that."""
STORIES, AT_ONCE = 5, 6
"""Reports that share nothing else in their titles, which a box stands in; more where all are of two days."""
SHARE, AT_ONCE_SHARE, OPENING_SHARE = 0.2, 1 / 3, 0.5
"""The part of the items since its first that carry a box; more where all are of two days, and where it opens texts."""
SPREAD = timedelta(days=2)
TIED, NEARLY_ALL = 0.5, 0.8
"""Where so many of the items with a line name its company elsewhere it is no box, unless nearly all items have it."""
OWN, OWN_SHARE = 48, 0.25
"""Letters, and part of a text, that must be left: a text that is all recurring lines is a form that was filled in."""
RUNS = 2
"""A text with more runs of recurring lines is a form too."""
_MOST = 60
"""Lines kept of an item, half of them its last."""
_HEAD = struct.Struct("<8sIBBBBB")
_UNDATED = datetime.max.replace(tzinfo=UTC)


Named = Iterable[tuple[int, str]]
"""Where in a body which company is named; places below 0 are in the title."""


@dataclass(frozen=True)
class Said:
    """One item by digests: its address, its title's words, its lines; `at` is when it was published, None unknown."""

    address: bytes
    at: datetime | None
    title: frozenset[int]
    lines: frozenset[int]
    own: frozenset[int] = frozenset()
    """Companies that are named in the title, or where no line or sentence is told by itself."""
    named: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Companies by the line that names them."""
    split: int = 0
    """The line whose sentences are among the lines too."""

    def elsewhere(self, but: AbstractSet[int]) -> set[int]:
        """The companies that it names in other lines than these."""
        found = (names for key, names in self.named.items() if key not in but and key != self.split)
        return set(self.own).union(*found)

    def packed(self) -> bytes:
        """8 bytes a line, 4 a word of the title and a company, and some around them."""
        minutes = int(self.at.timestamp() // 60) if self.at else 0
        title, own, lines = sorted(self.title)[:255], sorted(self.own)[:255], sorted(self.lines)
        split = lines.index(self.split) if self.split in self.lines else 255
        named = [(lines.index(key), sorted(names)[:255]) for key, names in self.named.items()]
        counts = len(title), len(own), len(lines), len(named), split
        return b"".join((
            _HEAD.pack(self.address, max(0, min(minutes, 2**32 - 1)), *counts),
            struct.pack(f"<{len(title) + len(own)}I{len(lines)}Q", *title, *own, *lines),
            *(struct.pack(f"<BB{len(names)}I", place, len(names), *names) for place, names in named),
        ))  # fmt: skip


def said(address: str, title: str, body: str, at: datetime | None, named: Named) -> Said:
    """What is remembered of an item."""
    parts = divided(body)
    told = [*parts.lines, *parts.opening, *parts.closing]
    told = [line for line in told if line.weight >= LEAST]
    told = told if len(told) <= _MOST else told[: _MOST // 2] + told[-_MOST // 2 :]
    own, names = set[int](), defaultdict[int, set[int]](set)
    split = parts.lines[-1] if parts.closing else None
    for place, slug in named:
        company = xxhash.xxh32_intdigest(slug.encode())
        lines = [line for line in told if line.start <= place < line.end]
        for line in lines:
            names[line.key].add(company)
        if all(line is split for line in lines):
            own.add(company)
    return Said(
        address=xxhash.xxh3_64_digest(address.encode("utf-8", "replace")),
        at=at,
        title=words(title),
        lines=frozenset(line.key for line in told),
        own=frozenset(own),
        named={key: frozenset(companies) for key, companies in names.items()},
        split=split.key if split else 0,
    )


def unpacked(data: bytes) -> Iterator[Said]:
    """The items of one memory."""
    place = 0
    while place < len(data):
        address, minutes, n, k, m, q, split = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        numbers = struct.unpack_from(f"<{n + k}I{m}Q", data, place)
        place += 4 * (n + k) + 8 * m
        lines, named = numbers[n + k :], dict[int, frozenset[int]]()
        for _ in range(q):
            line, number = data[place], data[place + 1]
            named[lines[line]] = frozenset(struct.unpack_from(f"<{number}I", data, place + 2))
            place += 2 + 4 * number
        at = datetime.fromtimestamp(minutes * 60, UTC) if minutes else None
        own = frozenset(numbers[n : n + k])
        yield Said(address, at, frozenset(numbers[:n]), frozenset(lines), own, named, lines[split] if split < m else 0)


def together(before: Iterable[Said], fresh: Iterable[Said]) -> list[Said]:
    """A feed's items, oldest first, undated ones last; of an item that is in both, as it is now."""
    return sorted({one.address: one for one in (*before, *fresh)}.values(), key=lambda one: one.at or _UNDATED)


def remembered(before: bytes, fresh: Iterable[bytes], now: datetime) -> bytes:
    """The memory of a feed after new or changed items; what has no date, or one to come, is of now."""
    dated = [one if one.at and one.at <= now else replace(one, at=now) for one in unpacked(b"".join(fresh))]
    kept = [one for one in together(unpacked(before), dated) if now - (one.at or now) < AGE]
    return b"".join(one.packed() for one in kept[-WINDOW:])


def boxes(heard: Sequence[Said]) -> dict[int, float]:
    """The lines that are boxes in a feed that said this, oldest first, with the part of its items that carry them."""
    carriers: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(heard):
        for key in one.lines:
            carriers[key].append(place)
    found: dict[int, float] = {}
    for key, places in carriers.items():
        if len(places) < STORIES:
            continue
        share = len(places) / (len(heard) - places[0])
        days = [at for place in places if (at := heard[place].at)]
        at_once = not days or max(days) - min(days) < SPREAD
        if share >= (AT_ONCE_SHARE if at_once else SHARE):
            need = AT_ONCE if at_once else STORIES
            if _independent([heard[place] for place in places], need):
                found[key] = share
    return {
        key: share
        for key, share in found.items()
        if share >= NEARLY_ALL or not _tied(key, (heard[place] for place in carriers[key]), found.keys())
    }


def _tied(key: int, carriers: Iterable[Said], boxes: AbstractSet[int]) -> bool:
    """Whether most items that carry a line name a company of it elsewhere: then it is told of that company.

    "Declined to comment", whom it supplies, what it is worth: such a line comes with its company, a box with any.
    """
    naming = [(one, names) for one in carriers if (names := one.named.get(key))]
    tied = sum(not names.isdisjoint(one.elsewhere(boxes)) for one, names in naming)
    return bool(naming) and tied >= TIED * len(naming)


def _independent(carriers: Sequence[Said], need: int) -> bool:
    """Whether so many of them are of different things: no two share a word of the title, or say nothing of their own.

    Reports of one event, of one company, of a series, the updates of one report and the copies of it all do.
    """
    usual = Counter(chain.from_iterable(one.title for one in carriers))
    apart: list[Said] = []
    for one in sorted(carriers, key=lambda one: sum(usual[word] for word in one.title)):
        if one.title and all(one.title.isdisjoint(other.title) and one.lines - other.lines for other in apart):
            apart.append(one)
            if len(apart) == need:
                return True
    return False


def spans(title: str, body: str, known: Mapping[int, float]) -> list[tuple[int, int]]:
    """Where the boxes stand in a text, in code points of its body; nothing where too little of it would be left."""
    if not known:
        return []
    parts = divided(body)
    if known.keys().isdisjoint(parts.known_by()):
        return []
    subject = words(title)

    def is_box(line: Line) -> bool:
        if line.weight < LEAST or line.key not in known:
            return False
        return not subject or 2 * len(subject & words(body[line.start : line.end])) < len(subject)

    found = _lines(parts.lines, is_box, known)
    if found is None:
        return []
    if parts.lines[-1] not in found:
        found += _sentences(parts, is_box, known)
    whole = sum(line.weight for line in parts.lines)
    left = whole - sum(line.weight for line in found)
    return sorted((line.start, line.end) for line in found) if left >= max(OWN, OWN_SHARE * whole) else []


def _lines(lines: Sequence[Line], is_box: Callable[[Line], bool], known: Mapping[int, float]) -> list[Line] | None:
    """Whole lines that are boxes; None when the text is a form."""
    weighty = [(line, is_box(line)) for line in lines if line.weight >= LEAST]
    runs = [(recurs, [line for line, _ in run]) for recurs, run in groupby(weighty, key=itemgetter(1))]
    if sum(recurs for recurs, _ in runs) > RUNS:
        return None
    if runs and runs[0][0] and not _may_open(runs[0][1], known):
        runs = runs[1:]
    return [line for recurs, run in runs if recurs for line in run]


def _may_open(run: Sequence[Line], known: Mapping[int, float]) -> bool:
    """Whether these are a box before a text, and not how a series or a form begins."""
    return len(run) == 1 and known[run[0].key] >= OPENING_SHARE


def _sentences(parts: Divided, is_box: Callable[[Line], bool], known: Mapping[int, float]) -> list[Line]:
    """The closing sentences that are boxes up to the end of the text, and the opening one."""
    ending = takewhile(lambda one: one.weight < LEAST or is_box(one), reversed(parts.closing))
    found = [one for one in ending if is_box(one)]
    return found + [one for one in parts.opening if is_box(one) and _may_open([one], known)]
