"""What workers are asked to do; the machinery for it is loaded where it is called, in no other process than theirs."""

from pathlib import Path

from chipwire.domain import Entry, Read, Tags
from chipwire.pipeline.messages import Given, Memory, Reading, Stored


def prepare(data: Path) -> None:
    """See `reading.prepare`."""
    from chipwire.pipeline import reading, unseen  # noqa: F401 - lest the first document waits for it

    reading.prepare(data)


def read(given: Given, memory: Memory, data: Path) -> Reading:
    """See `reading.read`."""
    from chipwire.pipeline import reading

    return reading.read(given, memory, data)


def read_unseen(given: Given, marks: bytes, data: Path) -> Reading | None:
    """See `unseen.read_unseen`."""
    from chipwire.pipeline import unseen

    return unseen.read_unseen(given, marks, data)


def read_again(entry: Entry, content: str, given: Given, data: Path) -> Read:
    """See `reading.read_again`."""
    from chipwire.pipeline import reading

    return reading.read_again(entry, content, given, data)


def tagged_anew(texts: list[Stored], before: bytes, reading: Reading, data: Path) -> list[tuple[int, Tags]]:
    """See `reading.tagged_anew`."""
    from chipwire.pipeline import reading as here

    return here.tagged_anew(texts, before, reading, data)
