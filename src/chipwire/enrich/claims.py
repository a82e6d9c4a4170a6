"""Statements a text reports: denials, refusals to comment, and what unnamed sources say, quoted as they stand."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from chipwire.domain import Claim
from chipwire.enrich import data_file
from chipwire.enrich.speakers import Named, Voices
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.chinese import spellings
from chipwire.enrich.text.lowering import lowered
from chipwire.enrich.text.scripts import spaced
from chipwire.enrich.text.sentence import around
from chipwire.enrich.text.terms import family

Kind = Literal["claim", "denial", "no-comment"]
ANONYMOUS = "anonymous_sources"
DENIALS = ("denial", "untrue", "no_plan")
ASIDE = ("not_denial", "report", "both", "says", "by", "also", "matter")
"""Wordings that are no claim by themselves."""
CLAIMING = ("no_comment", *DENIALS, "hearsay")
WORDINGS = (*CLAIMING, *ASIDE)
OUTDONE = {**dict.fromkeys(CLAIMING, CLAIMING), "not_denial": DENIALS}
"""What of a longer beginning silences a shorter one: what takes back "denied" does not take back "denied that"."""
REACH = 40
"""As far as a gap reaches."""
GAPS = {"*": rf"[^.。\n]{{0,{REACH}}}?", "~": rf"[^.。,，、;:\d\n]{{0,{REACH}}}?"}
"""What may stand between the parts of a wording: anything of a sentence, or nothing that begins another clause."""
MOST = 150
"""Beginnings of one wording that are written out."""
SIGNS = {"(": "(?:", "|": "|", ")": ")"}


class Wordings(BaseModel, extra="forbid"):
    """One [languages.X] of claims.toml."""

    words: dict[str, str] = Field(default_factory=dict)
    """What a name in braces puts into a wording: "report|rumour" for {tale}."""
    no_comment: list[str] = Field(default_factory=list)
    denial: list[str] = Field(default_factory=list)
    untrue: list[str] = Field(default_factory=list)
    no_plan: list[str] = Field(default_factory=list)
    not_denial: list[str] = Field(default_factory=list)
    hearsay: list[str] = Field(default_factory=list)
    report: list[str] = Field(default_factory=list)
    both: list[str] = Field(default_factory=list)
    says: list[str] = Field(default_factory=list)
    by: list[str] = Field(default_factory=list)
    also: list[str] = Field(default_factory=list)
    matter: list[str] = Field(default_factory=list)
    topic: list[str] = Field(default_factory=list)
    subject: list[str] = Field(default_factory=list)

    def forms(self) -> Iterator[tuple[str, str]]:
        """Kind and wording of all that is searched, the words that braces name put in."""
        for kind in WORDINGS:
            for form in getattr(self, kind):
                yield kind, _worded(form, self.words)


class Book(BaseModel, extra="forbid"):
    """The whole of claims.toml."""

    languages: dict[str, Wordings]


class _Way:
    """How the wordings of one kind go on behind a common beginning."""

    def __init__(self, kind: str, tails: tuple[str, ...]) -> None:
        self.kind = kind
        self._match = re.compile("|".join(map(_pattern, tails))).match
        after = [re.match(r"[*~]([^*~(]+)", tail) for tail in tails]
        self._behind = [gap[1] for gap in after if gap] if all(after) else []
        """What stands behind the first gap of each, where every one has a gap and then letters: "said* could not"."""

    def goes_on(self, text: str, at: int) -> re.Match[str] | None:
        """How the first of them does at a place. A gap is dear to try: what stands behind it is looked for before."""
        if self._behind and not any([text.find(word, at, at + REACH + len(word)) >= 0 for word in self._behind]):
            return None
        return self._match(text, at)


def _worded(form: str, words: dict[str, str]) -> str:
    """A wording with the words that its braces name: a choice of its own, or more of one that they stand in."""
    parts = re.split(r"\{(\w+)\}", form)
    for place in range(1, len(parts), 2):
        before = "".join(parts[:place])
        inside = before.rfind("(") > before.rfind(")")
        parts[place] = words[parts[place]] if inside else f"({words[parts[place]]})"
    return "".join(parts)


def _begun(form: str) -> tuple[list[str], str]:
    """All that a wording may begin with, its first choices written out, and what stands behind that."""
    stems = [""]
    while part := re.match(r"\(([^)]*)\)|[^*~(]+", form):
        choices = part[0].strip("()").split("|")
        if stems != [""] and len(stems) * len(choices) > MOST:
            break
        stems = [stem + choice for stem in stems for choice in choices]
        form = form[part.end() :]
    return stems, form


def _pattern(tail: str) -> str:
    """What stands behind the beginning of a wording, as an expression."""
    return "".join(GAPS.get(part) or SIGNS.get(part) or re.escape(part) for part in re.split(r"([*~()|])", tail))


class _Finder:
    """All wordings of one language in one automaton; of those that begin at a place the longest wins.

    Of wordings with gaps only what stands before the first is looked for: where the rest is not found, a shorter
    beginning may still go on as its own wording does ("dismissed as" or "dismissed* report").
    """

    def __init__(self, wordings: Wordings, spelled: Callable[[str], list[str]]) -> None:
        self.topic, self.subject = tuple(wordings.topic), tuple(wordings.subject)
        tails: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for kind, wording in wordings.forms():
            for form in spelled(wording):
                begun, tail = _begun(form.lower())
                for stem in begun:
                    tails[stem][kind].append(tail)
        way = cache(_Way)  # 7,600 beginnings go on in 530 ways
        stems = {
            stem: [way(kind, tuple(dict.fromkeys(rest))) for kind, rest in kinds.items()]
            for stem, kinds in tails.items()
        }
        self.ways = [
            [(size, stems[head[:size]]) for size in range(len(head), 0, -1) if head[:size] in stems] for head in stems
        ]
        """Of each beginning its own ways and those of shorter ones that it begins with, with their lengths."""
        self.claiming = [
            [(size, way) for size, ways in each for way in ways if way.kind not in ASIDE] for each in self.ways
        ]
        """The same without those that are no claim by themselves."""
        self.automaton = Automaton(list(stems))

    def find(self, lower: str) -> Iterator[tuple[str, int, int]]:
        """Kind and place of every wording, in order; nothing where none of them is a claim, as in most texts."""
        longest = {start: index for index, start, _ in self.automaton.find(lower)}  # in the order of their ends
        begun = [
            (start, index)
            for start, index in sorted(longest.items())
            if not (start and _letter(lower[start - 1]) and _letter(lower[start]))
        ]
        if not any(way.goes_on(lower, start + size) for start, index in begun for size, way in self.claiming[index]):
            return
        for start, index in begun:
            told: list[str] = []
            longer: set[str] = set()
            for size, ways in self.ways[index]:
                for way in ways:
                    open_ = way.kind not in told and longer.isdisjoint(OUTDONE.get(way.kind, ()))
                    if open_ and (rest := way.goes_on(lower, start + size)):
                        told.append(way.kind)
                        yield way.kind, start, rest.end()
                longer.update(told)


def _letter(char: str) -> bool:
    return char.isalpha() and spaced(char)


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
        hits = list(finder.find(lowered(body).replace("’", "'"))) if finder else []
        if finder is None or not hits:
            return []
        spans = {aside: [(start, end) for kind, start, end in hits if kind == aside] for aside in (*ASIDE, "hearsay")}
        answers, back = bool(spans["hearsay"] or spans["report"]), spans["not_denial"]
        says, matter = ([start for start, _ in spans[aside]] for aside in ("says", "matter"))
        by, also = ([end for _, end in spans[aside]] for aside in ("by", "also"))
        voices = Voices(body, named, says, by, also, matter, finder.topic, finder.subject)
        claims: list[Claim] = []
        seen: set[tuple[Kind, int, str | None]] = set()
        about: list[str] = []
        place, first, last = (-1, -1), 0, 0
        denied: tuple[int, int, list[str]] = (-1, -1, [])
        for kind, start, end in hits:
            if kind in ASIDE or (kind == "no_plan" and not answers):
                continue
            if kind in DENIALS and any(s < end and start < e for s, e in back):
                continue
            if (start, end) != place:
                place = (start, end)
                first, last = around(body, start, end)
                both = any(first <= pair < last for pair, _ in spans["both"])
                about = voices.speakers(first, start, last, both=both, called_untrue=kind == "untrue")
                if kind in DENIALS:
                    if denied[0] == first and denied[2] and not voices.another(denied[1], start):
                        about = denied[2]
                    denied = (first, end, about)
            for claim in _claims(kind, body[first:last], about):
                if (claim.kind, first, claim.about) not in seen:
                    seen.add((claim.kind, first, claim.about))
                    claims.append(claim)
        told = {(claim.kind, claim.text) for claim in claims if claim.about}
        return [claim for claim in claims if claim.about or (claim.kind, claim.text) not in told]


def _claims(kind: str, text: str, about: list[str]) -> Iterator[Claim]:
    if kind == "hearsay":
        yield Claim(kind="claim", text=text, speaker=ANONYMOUS, about=about[0] if about else None)
        return
    sort: Kind = "denial" if kind in DENIALS else "no-comment"
    speakers: list[str | None] = [*about] or [None]
    for slug in speakers:
        yield Claim(kind=sort, text=text, speaker=slug, about=slug)
