"""Lines that stand in a feed's items whatever these are about are boxes beside them; no list of words says so.

Pure: from what a feed's last items said, line by line, to the lines that are boxes, and to their spans in one text.
Everything here would rather miss a box than silence a report: see .github/decisions/boxes-beside-a-story.md.
"""

import struct
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import chain, groupby, takewhile
from operator import itemgetter
from typing import NamedTuple

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
OWN, OWN_SHARE = 40, 0.25
"""Letters, and part of a text, that must be left: a text that is all recurring lines is a form that was filled in."""
RUNS = 2
"""A text with more runs of recurring lines is a form too."""
_MOST = 60
"""Lines kept of an item, half of them its last."""
_DATED = struct.Struct("<HI")
_HEAD = struct.Struct("<HI8sBBBBBB")
"""Of one item: the bytes of all of it, its minute, its address, and how much of what follows."""
_LINES, _BOXED = 16, 19
"""Where the number of its lines stands, and of those that were boxes."""
_UNDATED = 2**32 - 1


Named = Iterable[tuple[int, str]]
"""Where in a body which company is named; places below 0 are in the title."""


class Said(NamedTuple):
    """One item by digests: its address, its title's words, its lines; `minute` of its date since 1970, 0 unknown."""

    address: bytes
    minute: int
    title: frozenset[int]
    lines: frozenset[int]
    own: frozenset[int] = frozenset()
    """Companies that are named in the title, or where no line or sentence is told by itself."""
    named: Mapping[int, frozenset[int]] = {}
    """Companies by the line that names them."""
    split: int = 0
    """The line whose sentences are among the lines too."""
    boxed: int = 0
    """How many of its lines were boxes when it was tagged."""

    def elsewhere(self, but: AbstractSet[int]) -> set[int]:
        """The companies that it names in other lines than these."""
        found = (names for key, names in self.named.items() if key not in but and key != self.split)
        return set(self.own).union(*found)

    def packed(self) -> bytes:
        """8 bytes a line, 4 a word of the title and a company, and some around them."""
        title, own, lines = sorted(self.title)[:255], sorted(self.own)[:255], sorted(self.lines)
        split = lines.index(self.split) if self.split in self.lines else 255
        named = [(lines.index(key), sorted(names)[:255]) for key, names in self.named.items()]
        counts = len(title), len(own), len(lines), len(named), split, self.boxed
        pieces = [struct.pack(f"<{len(lines)}Q{len(title) + len(own)}I", *lines, *title, *own)]
        pieces += [struct.pack(f"<BB{len(names)}I", place, len(names), *names) for place, names in named]
        size = _HEAD.size + sum(map(len, pieces))
        return b"".join((_HEAD.pack(size, self.minute, self.address, *counts), *pieces))


def said(url: str, title: str, body: str, at: datetime | None, named: Named) -> Said:
    """What is remembered of an item."""
    parts = divided(body)
    told = [line for part in parts for line in part if line.weight >= LEAST]
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
        address=address(url),
        minute=_minute(at) if at else 0,
        title=words(title),
        lines=frozenset([line.key for line in told]),
        own=frozenset(own),
        named={key: frozenset(companies) for key, companies in names.items()},
        split=split.key if split else 0,
    )


def unpacked(data: bytes) -> Said:
    """One item again."""
    _, minute, address, n, k, m, q, split, boxed = _HEAD.unpack_from(data)
    numbers = struct.unpack_from(f"<{m}Q{n + k}I", data, _HEAD.size)
    lines, named = numbers[:m], dict[int, frozenset[int]]()
    place = _HEAD.size + 8 * m + 4 * (n + k)
    for _ in range(q):
        line, number = data[place], data[place + 1]
        named[lines[line]] = frozenset(struct.unpack_from(f"<{number}I", data, place + 2))
        place += 2 + 4 * number
    title, own = frozenset(numbers[m : m + n]), frozenset(numbers[m + n :])
    return Said(address, minute, title, frozenset(lines), own, named, lines[split] if split < m else 0, boxed)


def together(*memories: bytes) -> list[bytes]:
    """A feed's items, each packed, oldest first, undated ones last; of an item that is there twice, the later one."""
    latest: dict[bytes, tuple[int, bytes]] = {}
    for data in memories:
        place = 0
        while place < len(data):
            size, minute, address, *_ = _HEAD.unpack_from(data, place)
            latest[address] = minute or _UNDATED, data[place : place + size]
            place += size
    return [one for _, one in sorted(latest.values(), key=itemgetter(0))]


def remembered(before: bytes, fresh: Iterable[bytes], now: datetime) -> bytes:
    """The memory of a feed after new or changed items; what has no date, or one to come, is of now."""
    today = _minute(now)
    oldest = today - int(AGE / timedelta(minutes=1))
    dated = []
    for one in together(before, *fresh):
        size, minute = _DATED.unpack_from(one)
        if not 0 < minute <= today:
            dated.append(_DATED.pack(size, today) + one[_DATED.size :])
        elif minute > oldest:
            dated.append(one)
    return b"".join(dated[-WINDOW:])


def _minute(at: datetime) -> int:
    return max(0, min(int(at.timestamp() // 60), _UNDATED - 1))


def boxes(heard: Sequence[bytes]) -> dict[int, float]:
    """The lines that are boxes in a feed that said this, oldest first, with the part of its items that carry them."""
    keys = _keys(heard)
    often = {key for key, number in Counter(keys).items() if number >= STORIES}
    if not often:
        return {}
    carriers: dict[int, list[Said]] = {key: [] for key in often}
    since: dict[int, int] = {}
    for place, item in enumerate(map(unpacked, heard)):
        for key in item.lines & often:
            carriers[key].append(item)
            since.setdefault(key, place)
    shares = {key: len(those) / (len(heard) - since[key]) for key, those in carriers.items()}
    found = {key: share for key, share in shares.items() if _spread(carriers[key], share)}
    return {k: share for k, share in found.items() if share >= NEARLY_ALL or not _tied(k, carriers[k], found.keys())}


def overtaken(heard: Iterable[bytes], boxes: Mapping[int, float]) -> list[bytes]:
    """The items that have more boxes than when they were tagged, as they are now."""
    found = []
    for one in heard if boxes else ():
        number = sum(key in boxes for key in _keys([one]))
        if number > one[_BOXED]:
            found.append(one[:_BOXED] + bytes([number]) + one[_BOXED + 1 :])
    return found


def address(url: str) -> bytes:
    """What an item's address is known by."""
    return xxhash.xxh3_64_digest(url.encode("utf-8", "replace"))


def addresses(heard: Iterable[bytes]) -> set[bytes]:
    """Those of items that were heard."""
    return {_HEAD.unpack_from(one)[2] for one in heard}


def _keys(heard: Iterable[bytes]) -> "array[int]":
    keys = array("Q")
    for one in heard:
        keys.frombytes(one[_HEAD.size : _HEAD.size + 8 * one[_LINES]])
    return keys


def _spread(carriers: Sequence[Said], share: float) -> bool:
    """Whether a line stands in enough items, of enough different things."""
    minutes = [one.minute for one in carriers if one.minute]
    at_once = not minutes or max(minutes) - min(minutes) < SPREAD / timedelta(minutes=1)
    least, need = (AT_ONCE_SHARE, AT_ONCE) if at_once else (SHARE, STORIES)
    return share >= least and _independent(carriers, need)


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
