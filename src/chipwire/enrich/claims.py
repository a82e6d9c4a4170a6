"""Statements a text reports: denials, refusals to comment, and what unnamed sources say, quoted as they stand."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from chipwire.domain import Claim
from chipwire.enrich import data_file
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.chinese import spellings
from chipwire.enrich.text.lowering import lowered
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.terms import family

Kind = Literal["claim", "denial", "no-comment"]
Named = tuple[int, int, str]
"""A company named in the body: start, end, slug."""

SENTENCE = re.compile(
    r"[。！？.!?\n](?:(?<=[。！？])[。！？]*[”」』\"]?|(?<=[.!?])[.!?]*[\"”»’')]*(?=\s|$)|(?<=\n)\n*)"
)
"""Every first character in one class, because that is searched several times faster."""
MARKS = frozenset("。！？.!?\n”」』\"»’')")
"""What ends of sentences are made of: a search that begins among them would begin within one."""
NEAR, FAR = 160, 600
"""As far back as the beginning of a sentence is looked for, at first and at most."""
ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Mr|Ms|Dr|No|vs|St|Jr|bzw|ca|Mrd|Mio|z\.B|Nr|U\.S|e\.g|i\.e)|\b[A-Z])\.$"
)
LETTERS = 5
"""Abbreviations have fewer letters in a row."""
ANONYMOUS = "anonymous_sources"
DENIALS = ("denial", "untrue")
ASIDE = ("not_denial", "both", "says")
"""Wordings that are no claim by themselves."""
BEHIND = 24
"""As far behind a name as a word of `says` speaks for it: "Acme's spokesperson said"."""
JOINED = re.compile(r"^[\s,、，]*(?:and|or|nor|und|et|y|e|dan|i|ve|và|и|和|与|與|及|跟|、|と|や|와|과|,)?[\s,]*$", re.I)


class Wordings(BaseModel, extra="forbid"):
    """One [languages.X] of claims.toml."""

    no_comment: list[str] = Field(default_factory=list)
    denial: list[str] = Field(default_factory=list)
    untrue: list[str] = Field(default_factory=list)
    not_denial: list[str] = Field(default_factory=list)
    hearsay: list[str] = Field(default_factory=list)
    both: list[str] = Field(default_factory=list)
    says: list[str] = Field(default_factory=list)
    topic: list[str] = Field(default_factory=list)


class Book(BaseModel, extra="forbid"):
    """The whole of claims.toml."""

    languages: dict[str, Wordings]


class _Finder:
    """All wordings of one language in one automaton; the longest at a place wins, so "was denied" guards "denied"."""

    def __init__(self, wordings: Wordings, spelled: Callable[[str], list[str]]) -> None:
        stems: dict[str, list[tuple[str, re.Pattern[str] | None]]] = {}
        self.topic = tuple(wordings.topic)
        for kind, forms in wordings.model_copy(update={"topic": []}):
            for written in forms:
                for form in spelled(written):
                    head, *rest = form.lower().split("*")
                    tail = r"[^.。\n]{0,40}?".join(re.escape(part) for part in ("", *rest)) if rest else ""
                    stems.setdefault(head, []).append((kind, re.compile(tail) if tail else None))
        self.forms = list(stems.values())
        self.automaton = Automaton(list(stems), longest=True)

    def find(self, lower: str) -> Iterator[tuple[str, int, int]]:
        """Kind and place of every wording, in order."""
        for index, start, end in self.automaton.find(lower):
            if start and _letter(lower[start]) and _letter(lower[start - 1]):
                continue
            for kind, tail in self.forms[index]:
                match = tail.match(lower, end) if tail else None
                if tail is None or match:
                    yield kind, start, match.end() if match else end


def _letter(char: str) -> bool:
    return char.isalpha() and ord(char) < 0x1100


class Claims:
    """Wordings of denial, refusal and hearsay by language, from data/claims.toml."""

    def __init__(self, book: Book) -> None:
        self._wordings = book.languages
        self._finder = cache(self._made)

    def _made(self, lang: str) -> _Finder | None:
        """The wordings of one language, made ready when first asked for; None for a language without any."""
        return _Finder(self._wordings[lang], spellings(lang)) if lang in self._wordings else None

    @classmethod
    def load(cls, data: Path) -> "Claims":
        """Read data/claims.toml; ConfigError when it is wrong."""
        return cls(data_file.read(data / "claims.toml", Book))

    def find(self, body: str, lang: str, named: Sequence[Named] = ()) -> list[Claim]:
        """Claims of `body` in order, each the sentence as it stands; `named` says which companies are named where.

        A denial or refusal has the company as speaker and about; hearsay has "anonymous_sources" as speaker.
        """
        finder = self._finder(family(lang))
        lower = lowered(body)
        if finder is None or len(lower) != len(body):
            return []
        hits = list(finder.find(lower))
        back = [(start, end) for kind, start, end in hits if kind == "not_denial"]
        pairs = [start for kind, start, _ in hits if kind == "both"]
        says = [start for kind, start, _ in hits if kind == "says"]
        claims: list[Claim] = []
        seen: set[tuple[Kind, int, str | None]] = set()
        about: list[str] = []
        place, first, last = (-1, -1), 0, 0
        for kind, start, end in hits:
            if kind in ASIDE or (kind in DENIALS and any(s < end and start < e for s, e in back)):
                continue
            if (start, end) != place:
                place = (start, end)
                first, last = _sentence(body, start, end)
                both = any(first <= pair < last for pair in pairs)
                about = _speakers(named, body, first, start, last, both, says)
                if kind == "untrue" or finder.topic:
                    about = _spoke(named, body, first, start, says, finder.topic) or about
            for claim in _claims(kind, body[first:last], about):
                if (claim.kind, first, claim.about) not in seen:
                    seen.add((claim.kind, first, claim.about))
                    claims.append(claim)
        return claims


def _claims(kind: str, text: str, about: list[str]) -> Iterator[Claim]:
    if kind == "hearsay":
        yield Claim(kind="claim", text=text, speaker=ANONYMOUS, about=about[0] if about else None)
        return
    sort: Kind = "denial" if kind in DENIALS else "no-comment"
    speakers: list[str | None] = [*about] or [None]
    for slug in speakers:
        yield Claim(kind=sort, text=text, speaker=slug, about=slug)


def _sentence(body: str, start: int, end: int) -> tuple[int, int]:
    """The sentence round body[start:end], without blanks at its ends."""
    first = _begin(body, start, NEAR) or (_begin(body, start, FAR) if start > NEAR else 0)
    last = len(body)
    for match in SENTENCE.finditer(body, end):
        if not _abbreviated(body, match.start()):
            last = match.end()
            break
    text = body[first:last]
    return first + len(text) - len(text.lstrip()), first + len(text.rstrip())


def _begin(body: str, start: int, reach: int) -> int:
    """The end of the last sentence that ends within `reach` before `start`, 0 for none."""
    window = start - reach if start > reach else 0
    while 0 < window < start and body[window - 1] in MARKS:
        window -= 1
    for stop, after in reversed([match.span() for match in SENTENCE.finditer(body, window, start)]):
        if not _abbreviated(body, stop):
            return after
    return 0


def _abbreviated(body: str, stop: int) -> bool:
    """Whether the mark at `stop` only ends an abbreviation."""
    if body[stop] != "." or (stop >= LETTERS and body[stop - LETTERS : stop].isalpha()):
        return False
    before = body[max(0, stop - 6) : stop + 1]
    return _SHORT[before[before.rfind(" ") + 1 :]]


_SHORT: Memo[str, bool] = Memo(lambda word: ABBREVIATION.search(word) is not None, 1 << 12)
"""Whether a word with the full stop behind it is an abbreviation."""


def _speakers(
    named: Sequence[Named], body: str, first: int, cue: int, last: int, both: bool, says: Sequence[int]
) -> list[str]:
    """Who speaks: the company nearest before the wording in its sentence with those joined to it, else one that is said
    to speak after it: "it denied having met Umbra" is no word of Umbra's.

    Where the sentence names none ("the company denied it"), who the last sentence that names any begins with: what
    was spoken of, not the partner that it names last; `both` are the two it names, else nobody.
    """
    low, high = bisect_left(named, (first,)), bisect_left(named, (cue,))
    before = [n for n in named[low:high] if n[1] <= cue]
    if not before:
        inside = [n for n in named[high : high + 1] if n[0] < last and _after(n, says, cue, last)]
        if inside or not both:
            return [n[2] for n in (inside or _spoken_of(named[:low], body, first))[:1]]
        two = list(dict.fromkeys(n[2] for n in _spoken_of(named[:low], body, first)))
        return two if len(two) == 2 else []
    return _joined(before, body)


def _after(name: Named, says: Sequence[int], cue: int, last: int) -> bool:
    """Whether a name after the wording is that of who says so: '"untrue", said Acme', "Acme said"."""
    return bisect_left(says, cue) < bisect_left(says, min(last, name[1] + BEHIND))


def _spoke(
    named: Sequence[Named], body: str, first: int, cue: int, says: Sequence[int], topic: tuple[str, ...]
) -> list[str]:
    """The last company between `first` and `cue` that speaks there, with those joined to it: what it calls untrue may
    be about another, which is named later."""
    before = named[bisect_left(named, (first,)) : bisect_left(named, (cue,))]
    for number in range(len(before), 0, -1):
        end = before[number - 1][1]
        place = bisect_left(says, end)
        if body.startswith(topic, end) or (place < len(says) and says[place] < min(cue, end + BEHIND)):
            return _joined(before[:number], body)
    return []


def _joined(named: Sequence[Named], body: str) -> list[str]:
    """The last of them with those before it that are joined to it."""
    chosen = [named[-1]]
    for one in reversed(named[:-1]):
        if not JOINED.match(body[one[1] : chosen[-1][0]]):
            break
        chosen.append(one)
    return list(dict.fromkeys(n[2] for n in reversed(chosen)))


def _spoken_of(named: Sequence[Named], body: str, first: int) -> list[Named]:
    """The companies of the last sentence before `first` that names any, in order; `named` begin before it."""
    earlier = [n for n in named if n[1] <= first]
    if not earlier:
        return []
    begin, end = _sentence(body, *earlier[-1][:2])
    return [n for n in earlier if begin <= n[0] and n[1] <= end]
