"""A world of feeds whose week of news is told as weeks are: most events by one outlet, few by forty, each in its own
words, names and figures.

Sentences of `feedworld` are forms with blanks, seven a language: over 25,000 items of them one story gathers thousands.
Here no two events share more than small words, and what outlets of other languages have in common with them are
companies, figures, names and concepts of data/.
"""

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from string import Formatter

from chipwire.config import data_dir
from tests.bench.documents import Outlet, Report
from tests.bench.feedworld import FIRMS, LANGUAGES, SYLLABLES, Speaker, World

SIZES = {1: 55, 2: 16, 3: 9, 4: 6, 5: 4, 6: 3, 8: 3, 12: 2, 20: 1, 40: 1}
"""Of a hundred events how many are told how often: as in the labelled stories, and beyond them."""
AGAIN = 1 - sum(SIZES.values()) / sum(size * share for size, share in SIZES.items())
"""Share of reports whose event was told before."""
COPIED = 0.3
"""Share of these that are taken over where another outlet of the language had it."""
HALF_A_DAY = 43_200
LETTERS = {"zh": (0x4E00, 1500, 2), "ja": (0x5200, 1200, 2), "ko": (0xAC00, 1500, 3), "ru": (0x430, 32, 7),
           "ar": (0x628, 19, 5)}  # fmt: skip
"""First letter, how many there are, and how many a word has; elsewhere words have three or four syllables."""


class Week(World):
    """As `World`, one report each 200 minutes: fifty are a week."""

    every = timedelta(minutes=200)

    def __init__(self, outlets: int = 500, size: int = 50, seed: int = 7) -> None:
        self.waiting: dict[int, list[Event]] = defaultdict(list)
        """Events once for each time they are still to be told, by half a day."""
        super().__init__(outlets, size, seed)

    def _report(self, outlet: Outlet, at: datetime) -> Report:
        outlet.serial += 1
        event, words = self._event(at), Speaker(LANGUAGES[outlet.lang], self.rng)
        told = event.told[outlet.lang]
        if not told or self.rng.random() > COPIED:
            told.append((event.sentence(outlet.lang, 9), *(event.paragraph(outlet.lang, n) for n in (2, 3, 4, 3, 2))))
        title, lead, *paragraphs = told[-1]
        return Report(
            uid=f"outlet-{outlet.number}/{outlet.serial}",
            url=f"https://outlet{outlet.number}.example/{at:%Y/%m}/{words.slug()}-{outlet.serial}.html",
            title=title.rstrip(".。"),
            lead=lead,
            paragraphs=paragraphs if outlet.whole else [],
            at=at,
            author=f"{outlet.lang} {words.name()}",
            topic=str(words["noun"]),
        )

    def _event(self, at: datetime) -> "Event":
        """One that is still to be told at about that time, or a new one."""
        half = int(at.timestamp()) // HALF_A_DAY
        waiting = self.waiting[half]
        if waiting and self.rng.random() < AGAIN:
            return waiting.pop(self.rng.randrange(len(waiting)))
        event = Event(self.rng)
        (size,) = self.rng.choices(list(SIZES), list(SIZES.values()))
        for _ in range(size - 1):
            self.waiting[half + (self.rng.random() < 0.3)].append(event)
        return event


class Event:
    """What happened, and the words for it in each language."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        speaker = Speaker(LANGUAGES["en"], rng)
        self.names = [*rng.sample(FIRMS, rng.choice((0, 1, 1, 2))), *(speaker.name() for _ in range(3))]
        self.figures = [f"{rng.randint(11, 99)}.{rng.randint(1, 9)}", f"{rng.randint(101, 999)},000"]
        self.concepts = rng.sample(_concepts(), 4)
        self.words: dict[str, list[str]] = {}
        self.told: dict[str, list[Sequence[str]]] = defaultdict(list)
        """Title and paragraphs, by language."""

    def sentence(self, lang: str, words: int) -> str:
        if lang not in self.words:
            self.words[lang] = self.rng.sample(_lexicon(lang), 40)
        facts = [*self.names, *self.figures, *(forms.get(lang, forms["en"]) for forms in self.concepts)]
        sources: list[Callable[[], str]] = [
            lambda: self.rng.choice(_small_words(lang)),
            lambda: _lexicon(lang)[int(self.rng.random() ** 4 * 600)],  # what everybody says, some more often
            lambda: self.rng.choice(self.words[lang]),
            lambda: self.rng.choice(facts),
        ]
        drawn = [draw() for draw in self.rng.choices(sources, (35, 20, 30, 15), k=words)]
        space = LANGUAGES[lang].space
        text = space.join(drawn)
        return text[0].upper() + text[1:] + ("." if space else "。")

    def paragraph(self, lang: str, sentences: int) -> str:
        space = LANGUAGES[lang].space
        return space.join(self.sentence(lang, self.rng.randint(9, 18)) for _ in range(sentences))


@cache
def _small_words(lang: str) -> list[str]:
    """What stands between the blanks of its patterns: by these a text's language is told."""
    between = chain.from_iterable(Formatter().parse(pattern) for pattern in LANGUAGES[lang].patterns)
    counted = Counter(word.strip(".,:;«»。、，") for text, *_ in between for word in text.split())
    return [word for word in counted.elements() if word]


@cache
def _lexicon(lang: str) -> list[str]:
    """6,000 invented words."""
    rng = random.Random(lang)
    first, number, size = LETTERS.get(lang, (0, 0, 0))
    if number:
        return ["".join(chr(first + rng.randrange(number)) for _ in range(size)) for _ in range(6000)]
    return ["".join(rng.choices(SYLLABLES, k=rng.randint(3, 4))) for _ in range(6000)]


@cache
def _concepts() -> list[dict[str, str]]:
    """Concepts and places of data/ that English has a word for: the first form of each language."""
    tables = [tomllib.loads((data_dir() / f"{name}.toml").read_text("utf-8")) for name in ("themes", "places")]
    forms = [concept["forms"] for table in tables for concept in table["concept"]]
    return [{lang: words[0].rstrip("*$") for lang, words in each.items()} for each in forms if "en" in each]
