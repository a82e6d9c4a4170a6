"""What a reader wants no more of: an outlet by its host, words in headlines, a story; each kept as one plain line.

`outlet:tabloid.example`, `word:foldable phone`, `story:48190`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from chipwire.domain.story import outlet_of

_HOST = re.compile(r"(?:[^\s./:@]+\.)+[^\s./:@\d]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Words of scripts that have no spaces, or endings, stand anywhere."""
LONGEST = 80


def muting(said: str) -> str | None:
    """The line for what somebody wrote: one of the three, the address of a page, a bare host or words; None for none.

    Hosts are lower case, without `www.`; `outlet:` takes in what is below a host.
    """
    kind, colon, what = said.strip().partition(":")
    if not colon or kind not in ("outlet", "word", "story"):
        kind, what = "", said
    what = " ".join(what.split())
    if kind == "story":
        return f"story:{int(what)}" if what.isascii() and what.isdigit() and len(what) < 19 else None
    if kind != "word" and (host := _host(what)):
        return f"outlet:{host}"
    return f"word:{what}" if kind != "outlet" and 1 < len(what) <= LONGEST else None


def _host(what: str) -> str | None:
    host = outlet_of(what if "//" in what else f"https://{what}", "").lower()
    return host if _HOST.fullmatch(host) and " " not in what else None


class Muted(NamedTuple):
    """The lines of one reader, made ready."""

    outlets: tuple[str, ...]
    words: re.Pattern[str] | None
    stories: frozenset[int]

    def outlet(self, publisher: str) -> bool:
        """Is it one of the outlets, or below one?"""
        return any(publisher == host or publisher.endswith(f".{host}") for host in self.outlets)

    def headline(self, title: str) -> bool:
        """Has it one of the words?"""
        return self.words is not None and self.words.search(title) is not None


@lru_cache(1 << 10)
def muted(lines: tuple[str, ...]) -> Muted:
    """Made of the lines as `muting` writes them."""
    parts = [line.partition(":") for line in lines]
    words = [what for kind, _, what in parts if kind == "word"]
    return Muted(
        outlets=tuple(what for kind, _, what in parts if kind == "outlet"),
        words=re.compile("|".join(map(_word, words)), re.IGNORECASE) if words else None,
        stories=frozenset(int(what) for kind, _, what in parts if kind == "story"),
    )


def _word(word: str) -> str:
    return re.escape(word) if _UNSPACED.search(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
