"""What stays of a document that was read: of each entry the digests by which the next document is told apart.

Marks are only made of documents whose entries are independent of each other: each uid and each address its own. Where
entries share one, what becomes of one hangs on all, and the next document is read whole again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import xxhash

import chipwire

SIZE, FRAME = 8, 16


class Mark(NamedTuple):
    """Digests of an entry as it stands in the document, and of the uid, canonical address and content read from it."""

    raw: bytes
    uid: bytes
    url: bytes
    content: bytes


@dataclass(frozen=True)
class Marks:
    """`frame`: digest of all that bears upon the reading of the entries but is none of them."""

    frame: bytes
    of: list[Mark]

    def packed(self) -> bytes:
        """32 bytes an entry."""
        return self.frame + b"".join(b"".join(mark) for mark in self.of)

    @classmethod
    def unpacked(cls, data: bytes) -> "Marks":
        """What `usable` bytes hold."""
        parts = [data[n : n + SIZE] for n in range(FRAME, len(data), SIZE)]
        width = len(Mark._fields)
        return cls(data[:FRAME], [Mark(*parts[n : n + width]) for n in range(0, len(parts), width)])


def usable(data: bytes) -> bool:
    """Whether these are marks, and not what is kept where there are none to rely upon."""
    return len(data) > FRAME and (len(data) - FRAME) % (SIZE * len(Mark._fields)) == 0


def digest(value: str | bytes) -> bytes:
    """8 bytes; entries of one feed are few enough for that."""
    return xxhash.xxh3_64_digest(value.encode("utf-8", "replace") if isinstance(value, str) else value)


def frame(around: bytes, *context: object) -> bytes:
    """The digest of a frame and of what else entries are read by; another version of this program reads them anew."""
    return xxhash.xxh3_128_digest(repr((chipwire.__version__, *context)).encode() + b"\0" + around)


def independent(marks: Sequence[Mark]) -> bool:
    """Whether no two entries are the same, or share a uid or an address."""
    return all(_differ(values) for values in list(zip(*marks, strict=True))[:3])


def _differ(values: Iterable[bytes]) -> bool:
    listed = list(values)
    return len(set(listed)) == len(listed)
