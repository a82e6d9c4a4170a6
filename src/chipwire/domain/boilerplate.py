"""A text without its boilerplate: what is shown of an item, and what it is compared by, leave those spans out.

Spans are (start, end) in code points, sorted and disjoint, as `Tags.boilerplate` has them for the body.
"""

from collections.abc import Iterable, Sequence


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with spaces in place of the spans; offsets and line breaks stay."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        lines = text[start:end].split("\n")
        pieces += text[at:start], "\n".join([" " * len(line) for line in lines])
        at = end
    return "".join((*pieces, text[at:])) if spans else text


def without(text: str, spans: Iterable[Sequence[int]]) -> str:
    """The text with the spans cut out; spans beyond its end are no error, as it may be a beginning."""
    pieces, at = [], 0
    for start, end in spans:
        pieces.append(text[at:start])
        at = end
    return "".join((*pieces, text[at:]))


def shifted(place: int, spans: Iterable[Sequence[int]]) -> int:
    """Where a place outside the spans comes to stand once they are cut out."""
    return place - sum(end - start for start, end in spans if end <= place)
