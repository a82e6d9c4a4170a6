"""What a text is about: topics by keywords with strengths, and whether it is semiconductor or AI news at all."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from pydantic import BaseModel, Field

from chipwire.domain import Slug, Topic
from chipwire.enrich import data_file
from chipwire.enrich.keywords import Word, keyword
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.chinese import spellings
from chipwire.enrich.text.lowering import headed
from chipwire.enrich.text.terms import family

LEAD = 500
"""Code points of the body that count as its lead."""
NEAR = 240
"""As far into the body as words of other worlds are looked for."""
FAR = 1800
"""What comes later in the body is not read: it says more about the writer than about the news."""
ASIDE = 1.5
"""What each distinct word of another world takes from semiconductor and ai, at most twice."""
OTHER = ("aside", "elsewhere")
MAKER = 2.0
"""What a chip or AI company that the text is about gives: as much as a strong word in the lead."""
SAID = 3.0
"""Points by which a text says its field itself: a strong word in the title, or more than one word further down."""
FULL = 6.0
"""Points over all topics that make a text wholly one of the field."""
RELEVANT = ("semiconductor", "ai")

Lists = dict[str, list[str]]


class Entry(BaseModel, extra="forbid"):
    """One [[topic]] of topics.toml."""

    slug: Slug
    name: str
    names: dict[str, str] = Field(default_factory=dict)
    least: float = 3.0
    implies: list[str] = Field(default_factory=list)
    relevant: bool = False
    strong: Lists = Field(default_factory=dict)
    weak: Lists = Field(default_factory=dict)


class Book(BaseModel, extra="forbid"):
    """The whole of topics.toml."""

    chip_makers: list[str]
    ai_makers: list[str]
    chip_field: list[str]
    ai_field: list[str]
    names: Lists
    elsewhere: Lists
    aside: Lists
    phrases: Lists
    topic: list[Entry]


class _Finder:
    """The words of one language and those of every language in one automaton."""

    def __init__(self, words: list[Word]) -> None:
        stems: dict[str, list[Word]] = {}
        for word in words:
            stems.setdefault(word.form.split("*")[0].lower(), []).append(word)
        self._words = [[word for word in stem if word.topic != "phrase"] for stem in stems.values()]
        phrases = ([word for word in stem if word.topic == "phrase"] for stem in stems.values())
        self._phrases = {index: words for index, words in enumerate(phrases) if words}
        self._automaton = Automaton(list(stems))

    def first(self, text: str, lower: str) -> dict[Word, int]:
        """Where each word that stands in `text` outside of phrases does so first."""
        hits = self._automaton.find(lower)
        phrases = [
            (start, stop)
            for index, start, end in hits
            if index in self._phrases
            for phrase in self._phrases[index]
            if (stop := phrase.stands(text, lower, start, end))
        ]
        found: dict[Word, int] = {}
        for index, start, end in hits:
            for word in self._words[index]:
                if word in found or not (stop := end if word.anywhere else word.stands(text, lower, start, end)):
                    continue
                if not any([first <= start and stop <= last for first, last in phrases]):
                    found[word] = start
        return found


class Topics:
    """Keyword lists of data/topics.toml."""

    def __init__(self, book: Book) -> None:
        self.all: dict[str, Topic] = {
            entry.slug: Topic(slug=entry.slug, name=entry.name, names=entry.names) for entry in book.topic
        }
        self._book = book
        self._makers = dict.fromkeys(book.chip_makers, "semiconductor") | dict.fromkeys(book.ai_makers, "ai")
        self._field = dict.fromkeys(book.chip_field, "semiconductor") | dict.fromkeys(book.ai_field, "ai")
        self._names = {name: topic for topic, names in book.names.items() for name in names}
        self._least = {entry.slug: entry.least for entry in book.topic}
        self._implies = {entry.slug: entry.implies for entry in book.topic}
        self._relevant = {*RELEVANT, *(entry.slug for entry in book.topic if entry.relevant)}
        self._finder = cache(self._made)

    @classmethod
    def load(cls, data: Path) -> "Topics":
        """Read data/topics.toml; ConfigError when it is wrong."""
        return cls(data_file.read(data / "topics.toml", Book))

    def tag(
        self, title: str, body: str, lang: str, companies: Collection[str] = (), own: Collection[str] = ()
    ) -> tuple[list[str], bool]:
        """Topic slugs, strongest first, and relevance.

        `companies` are the slugs of those the text is about, `own` those of them it calls by their own name.
        """
        return self.chosen(self.scores(title, body, lang), companies, own)

    def chosen(
        self,
        points: Mapping[str, float],
        companies: Collection[str],
        own: Collection[str] = (),
        names: Collection[str] = (),
    ) -> tuple[list[str], bool]:
        """What tag() gives, from the points that scores() gave; `names` are those by which the companies are called."""
        scores = {slug: score for slug, score in points.items() if slug not in OTHER}
        aside = min(points.get("aside", 0.0), 2.0) * ASIDE
        for slug in RELEVANT:
            scores[slug] = scores.get(slug, 0.0) - aside
        speaking = {self._names[name] for name in names if name in self._names}
        speaking |= {self._makers[slug] for slug in companies if slug in self._makers}
        said = {slug for slug in RELEVANT if scores[slug] >= SAID}
        if not points.get("elsewhere") and not aside and not said:
            speaking |= {self._field[slug] for slug in own if slug in self._field}
        for topic in speaking:
            scores[topic] = max(scores[topic], 0.0) + MAKER
        given = {slug for slug, score in scores.items() if score >= self._least[slug]}
        if aside == 0:
            given |= {other for slug in given for other in self._implies[slug]}
        relevant = not given.isdisjoint(RELEVANT if aside else self._relevant)
        return sorted(given, key=lambda slug: (-scores.get(slug, 0.0), slug)), relevant

    def scores(self, title: str, body: str, lang: str) -> dict[str, float]:
        """Points by topic; "aside" and "elsewhere" count distinct words of other worlds."""
        finder = self._finder(family(lang))
        best: dict[tuple[str, str], float] = {}
        border = len(title) + 1
        for word, start in finder.first(*headed(title, body, lambda text: text[:FAR])).items():
            place = 0 if start < border else 1 if start < border + LEAD else 2  # nowhere does it give more later on
            if word.topic in OTHER and start >= border + NEAR:
                continue
            if word.points[place] > best.get(word.key, 0.0):
                best[word.key] = word.points[place]
        scores: dict[str, float] = {}
        for (topic, _), points in best.items():
            scores[topic] = scores.get(topic, 0.0) + points
        return scores

    def _made(self, lang: str) -> _Finder:
        """The words of a family of languages, made ready when first asked for."""
        return _Finder(list(self._words(lang)))

    def _words(self, lang: str) -> Iterator[Word]:
        lists: list[tuple[str, str, Lists]] = [
            ("aside", "", self._book.aside), ("elsewhere", "", self._book.elsewhere), ("phrase", "", self._book.phrases)
        ]  # fmt: skip
        for entry in self._book.topic:
            lists += [(entry.slug, "strong", entry.strong), (entry.slug, "weak", entry.weak)]
        written = spellings(lang)
        for topic, strength, table in lists:
            forms = (*table.get("any", ()), *table.get(lang, ()))
            for form in dict.fromkeys(chain.from_iterable(map(written, forms))):
                yield keyword(topic, strength, form)


def in_field(points: Mapping[str, float]) -> float:
    """How much a text speaks of chips, AI or business by its words, 0 to 1; `points` are those of Topics.scores()."""
    return min(1.0, sum(score for slug, score in points.items() if slug not in OTHER) / FULL)
