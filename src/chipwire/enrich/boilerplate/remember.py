"""What is remembered of a feed's last items, line by line: digests of each, packed; together a feed's memory."""

import struct
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

import xxhash

from chipwire.enrich.boilerplate.lines import LEAST, divided, words

WINDOW, AGE = 64, timedelta(days=400)
"""A feed is judged by so many of its last items, none older than that."""
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


def overtaken(heard: Iterable[bytes], boxes: Mapping[int, float]) -> list[bytes]:
    """The items that have more boxes than when they were tagged, as they are now."""
    found = []
    for one in heard if boxes else ():
        number = sum(key in boxes for key in keys_of([one]))
        if number > one[_BOXED]:
            found.append(one[:_BOXED] + bytes([number]) + one[_BOXED + 1 :])
    return found


def address(url: str) -> bytes:
    """What an item's address is known by."""
    return xxhash.xxh3_64_digest(url.encode("utf-8", "replace"))


def addresses(heard: Iterable[bytes]) -> set[bytes]:
    """Those of items that were heard."""
    return {_HEAD.unpack_from(one)[2] for one in heard}


def keys_of(heard: Iterable[bytes]) -> "array[int]":
    keys = array("Q")
    for one in heard:
        keys.frombytes(one[_HEAD.size : _HEAD.size + 8 * one[_LINES]])
    return keys


def _minute(at: datetime) -> int:
    return max(0, min(int(at.timestamp() // 60), _UNDATED - 1))
