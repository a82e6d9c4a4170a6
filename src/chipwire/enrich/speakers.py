"""Whose word a denial or a refusal to comment is: who is named where, and what says that somebody speaks."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chipwire.enrich.text.sentence import around

Named = tuple[int, int, str]
"""A company named in the body: start, end, slug."""
BEHIND = 24
"""As far behind a name as a word of `says` speaks for it: "Acme's spokesperson said"."""
BEFORE = 20
"""As far before a name as a word of `by` speaks for it: "according to the firm Acme"."""
JOINED = re.compile(r"^[\s,、，]*(?:and|or|nor|und|et|y|e|dan|i|ve|và|и|和|与|與|及|跟|、|と|や|와|과|,)?[\s,]*$", re.I)
CLAUSE = ",;:，；：、—–"
"""What ends a clause."""
WORD = re.compile(r"[^\W\d_][\w&-]+")
INSIDE = re.compile(r"\w[ ,;]|[,;] ")
"""The two characters before a word that begins no sentence."""


@dataclass(frozen=True)
class Voices:
    """What of a body tells who speaks: where words of `says` begin, where those of `by` and `also` end, and what marks
    a topic."""

    body: str
    named: Sequence[Named]
    """In order."""
    says: Sequence[int] = ()
    by: Sequence[int] = ()
    also: Sequence[int] = ()
    matter: Sequence[int] = ()
    topic: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    """What marks who does something, which may stand in a clause of its own: the topic of a sentence goes before."""

    def speakers(self, first: int, cue: int, last: int, *, both: bool, called_untrue: bool) -> list[str]:
        """Who speaks in the sentence from `first` to `last` whose wording begins at `cue`, and who does likewise."""
        found = self._speakers(first, cue, last, both=both, called_untrue=called_untrue)
        behind = self.named[bisect_left(self.named, (cue,)) : bisect_left(self.named, (last,))]
        return list(dict.fromkeys([*found, *(n[2] for n in behind if self._right_behind(self.also, n, cue))]))

    def _speakers(self, first: int, cue: int, last: int, *, both: bool, called_untrue: bool) -> list[str]:
        """The company nearest before the wording with those joined to it, else one that is said to speak after it: "it
        denied having met Umbra" is no word of Umbra's.

        Where the sentence names none ("the company denied it"), who the last sentence that names any begins with, or
        the paragraph before: what was spoken of, not the partner that it names last; `both` are the two it names, else
        nobody. Nobody, too, where it begins with the name of somebody else. Of what is `called_untrue` the speaker is
        told by words that say so.
        """
        low, high = bisect_left(self.named, (first,)), bisect_left(self.named, (cue,))
        if (called_untrue or self.topic) and (found := self._spoke(first, cue)):
            return found
        behind = [n for n in self.named[high:] if n[0] < last] if called_untrue else []
        if told := [n for n in behind if self._told_by(n, cue) or self._soon(self.says, n[1], last)]:
            return [told[0][2]]
        before = [n for n in self.named[low:high] if n[1] <= cue and not self._asked_about(n, cue)]
        if before:
            return self._joined(before)
        inside = [n for n in self.named[high : high + 1] if n[0] < last and self._after(n, cue, last)]
        if inside or not both:
            meant = inside or self._meant(first, cue) or ([] if called_untrue else self._only_one(first))
            return [n[2] for n in meant[:1]]
        two = list(dict.fromkeys(n[2] for n in self._spoken_of(first)))
        return two if len(two) == 2 else []

    def another(self, since: int, cue: int) -> bool:
        """Whether between two wordings of one sentence somebody else begins to speak: ", and Umbra called it false"
        does, "denied that it sold Umbra parts and called it false" does not."""
        between = self.named[bisect_left(self.named, (since,)) : bisect_left(self.named, (cue,))]
        before = [self.body[since : n[0]].split()[-1:] for n in between]
        return any([not word or word[0][-1] in CLAUSE or JOINED.match(word[0]) for word in before])

    def _after(self, name: Named, cue: int, last: int) -> bool:
        """Whether a name after the wording is that of who says so: '"untrue", said Acme', "Acme said", "so Acme"."""
        said = bisect_right(self.says, cue) < bisect_left(self.says, min(last, name[1] + BEHIND))
        return said or self._told_by(name, cue)

    def _told_by(self, name: Named, since: int) -> bool:
        return self._right_behind(self.by, name, since)

    def _right_behind(self, ends: Sequence[int], name: Named, since: int) -> bool:
        place = bisect_right(ends, name[0]) - 1
        return place >= 0 and ends[place] > since and name[0] - ends[place] <= BEFORE

    def _spoke(self, first: int, cue: int) -> list[str]:
        """The last company between `first` and `cue` that speaks there, with those joined to it: what it calls untrue
        may be about another, which is named later."""
        before = self.named[bisect_left(self.named, (first,)) : bisect_left(self.named, (cue,))]
        for marks in (self.topic, self.subject):
            for number in range(len(before), 0, -1):
                name = before[number - 1]
                says = self._soon(self.says, name[1], cue) or self.body.startswith(marks, name[1])
                if says or self._told_by(name, first):
                    return self._joined(before[:number])
        return []

    def _asked_about(self, name: Named, cue: int) -> bool:
        """Whether what is asked about ends behind it, before another is named: "Acme, Umbra ile" is about Umbra."""
        behind = self.named[bisect_left(self.named, (name[1],)) :][:1]
        return self._soon(self.matter, name[1], min([cue, *(n[0] for n in behind)]))

    def _soon(self, starts: Sequence[int], end: int, cue: int) -> bool:
        """Whether one of them begins right behind `end` and before `cue`."""
        return bisect_left(starts, end) < bisect_left(starts, min(cue, end + BEHIND))

    def _joined(self, named: Sequence[Named]) -> list[str]:
        """The last of them with those before it that are joined to it."""
        chosen = [named[-1]]
        for one in reversed(named[:-1]):
            if not JOINED.match(self.body[one[1] : chosen[-1][0]]):
                break
            chosen.append(one)
        return list(dict.fromkeys(n[2] for n in reversed(chosen)))

    def _meant(self, first: int, cue: int) -> list[Named]:
        """Who is meant by a sentence that names no company: "Huang denied it" is the word of whom "Jensen Huang" was,
        "Umbra denied it" that of no company we know, where an earlier sentence has Umbra as a name."""
        word = WORD.match(self.body, first, cue)
        if word is None or not word[0][0].isupper() or first in self.says or self._is_common(word[0]):
            return self._spoken_of(first)
        known = next((at for at in _places(word[0], self.body, first) if INSIDE.match(self.body, max(0, at - 2))), None)
        if known is None:
            return self._spoken_of(first)
        return [n for n in self.named if n[0] <= known < n[1]]

    def _is_common(self, word: str) -> bool:
        """Whether a word is no name, as it is written small elsewhere: "The" in "The Information"."""
        return next(_places(word.lower(), self.body, len(self.body)), None) is not None

    def _spoken_of(self, first: int) -> list[Named]:
        """The companies of the last sentence before `first` that names any, in order."""
        earlier = [n for n in self.named[: bisect_left(self.named, (first,))] if n[1] <= first]
        if not earlier:
            return []
        begin, end = around(self.body, *earlier[-1][:2])
        if "\n" in self.body[end:first]:
            begin = self.body.rfind("\n", 0, begin) + 1
        return [n for n in earlier if begin <= n[0] and n[1] <= end]

    def _only_one(self, first: int) -> list[Named]:
        """The one company that the body names, where it does so only later: paragraphs were put in another order."""
        return list(self.named[:1]) if len({n[2] for n in self.named}) == 1 and self.named[0][0] > first else []


def _places(word: str, body: str, until: int) -> Iterator[int]:
    """Where a whole word begins before `until`; an expression would have to be compiled anew for each word."""
    at = body.find(word, 0, until)
    while at >= 0:
        end = at + len(word)
        if not (_in_word(body[at - 1 : at]) or _in_word(body[end : min(end + 1, until)])):
            yield at
        at = body.find(word, at + 1, until)


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"
