"""Lower case made once for all who read a text by it, without what folding needs."""

from collections.abc import Callable
from functools import lru_cache


@lru_cache(2)
def lowered(text: str) -> str:
    """The text in lower case, remembered while it is read: in Han that takes as long as looking for all its names."""
    return lower(text)


def lower(text: str) -> str:
    """The text in lower case and no longer than it was: İ is the only letter that would become two."""
    return text.replace("İ", "i").lower()


def headed(title: str, body: str, cut: Callable[[str], str]) -> tuple[str, str]:
    """A title with what `cut` leaves of a body on the next line, and both in lower case."""
    return f"{title}\n{cut(body)}", f"{lower(title)}\n{cut(lowered(body))}"
