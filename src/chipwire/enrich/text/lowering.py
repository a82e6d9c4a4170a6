"""Lower case made once for all who read a text by it, without what folding needs."""

from collections.abc import Callable
from functools import lru_cache


@lru_cache(2)
def lowered(text: str) -> str:
    """The text in lower case, remembered while it is read: in Han that takes as long as looking for all its names."""
    return text.lower()


def headed(title: str, body: str, cut: Callable[[str], str]) -> tuple[str, str]:
    """A title with what `cut` leaves of a body on the next line, and both in lower case, which may be longer."""
    text, lower = f"{title}\n{cut(body)}", lowered(body)
    return text, f"{title.lower()}\n{cut(lower)}" if len(lower) == len(body) else text.lower()
