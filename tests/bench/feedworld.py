"""A world of feeds on disk: the same for the same seed, in twelve languages and five formats, some of it malformed.

Sentences are put together from small vocabularies, invented names and figures, so that no two reports are alike unless
they are meant to be: a tenth of them are copies or follow-ups of others. Four in ten feeds carry whole articles, the
rest summaries; 22 of 500 documents are ill-formed in the ways that feeds are.
"""

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tests.bench.documents import DAMAGE, NOW, Outlet, Report, document

T = TypeVar("T")
SHARES = {"en": 44, "zh": 14, "ja": 8, "ko": 8, "de": 6, "fr": 5, "es": 4, "id": 4, "ru": 3, "vi": 2, "ar": 1, "pt": 1}
FORMATS = {"rss": 60, "content": 12, "atom": 20, "rdf": 5, "media": 3}
SYLLABLES = (
    "va", "lor", "ken", "tri", "mos", "dal", "ber", "ny", "sko", "ra", "tel", "vin", "qua", "zet", "fi", "ro", "mar",
    "ul", "pex", "on", "gra", "thi",
)  # fmt: skip
FIRMS = (
    "Nvidia", "TSMC", "Samsung", "Huawei", "Alibaba", "ByteDance", "Baidu", "Google", "Amazon", "Microsoft", "OpenAI",
    "SMIC", "Micron", "AMD", "Intel", "Broadcom", "Qualcomm", "ASML", "Tencent", "Cambricon", "Apple", "Meta",
)  # fmt: skip


@dataclass(frozen=True)
class Language:
    """`words` by the blank of a pattern they fill; see data/vocabulary.toml."""

    words: dict[str, list[str]]
    patterns: list[str]
    space: str
    encoding: str


def _languages() -> dict[str, Language]:
    found = {}
    for code, table in tomllib.loads((Path(__file__).parent / "data" / "vocabulary.toml").read_text("utf-8")).items():
        space, encoding = table.pop("space", " "), table.pop("encoding", "utf-8")
        patterns = table.pop("patterns")
        found[code] = Language({**table, "thing": table["noun"]}, patterns, space, encoding)
    return found


LANGUAGES = _languages()


class World:
    """`outlets` feeds of `size` items each; `grow` gives some of them three new ones."""

    every = timedelta(minutes=37)
    """Between two reports of an outlet."""

    def __init__(self, outlets: int = 500, size: int = 50, seed: int = 7) -> None:
        self.rng = random.Random(seed)
        self.size = size
        self.outlets = [self._outlet(n) for n in range(outlets)]
        self.told: list[Report] = []
        for outlet in self.outlets:
            outlet.reports = [self._report(outlet, NOW - n * self.every) for n in range(size)]

    def write(self, folder: Path, only: list[Outlet] | None = None) -> None:
        """The documents as files feed-0000.xml and so on."""
        folder.mkdir(parents=True, exist_ok=True)
        for outlet in only if only is not None else self.outlets:
            (folder / f"feed-{outlet.number:04}.xml").write_bytes(document(outlet))

    def grow(self, share: float, items: int = 3) -> list[Outlet]:
        """Every so many feeds get that many items on top; as many of the oldest leave the document."""
        chosen = self.rng.sample(self.outlets, round(len(self.outlets) * share))
        for outlet in chosen:
            fresh = [self._report(outlet, NOW + timedelta(minutes=outlet.serial)) for _ in range(items)]
            outlet.reports = fresh[::-1] + outlet.reports[:-items]
        return chosen

    def _outlet(self, number: int) -> Outlet:
        lang = self.rng.choices(list(SHARES), list(SHARES.values()))[0]
        shape = self.rng.choices(list(FORMATS), list(FORMATS.values()))[0]
        ill = number * 22 // 500 != (number - 1) * 22 // 500
        damage = DAMAGE[(number * 22 // 500) % len(DAMAGE)] if ill else None
        old = LANGUAGES[lang].encoding if self.rng.random() < 0.1 and not damage else "utf-8"
        return Outlet(number, lang, shape, shape == "content" or self.rng.random() < 0.3, damage, old)

    def _report(self, outlet: Outlet, at: datetime) -> Report:
        words = Speaker(LANGUAGES[outlet.lang], self.rng)
        outlet.serial += 1
        place = f"{outlet.number}/{outlet.serial}"
        copied = self.rng.choice(self.told) if self.told and self.rng.random() < 0.1 else None
        if copied is not None and copied.author.startswith(outlet.lang):
            title, lead, paragraphs = copied.title, copied.lead, copied.paragraphs
        else:
            title, lead = words.title(), words.paragraph(2)
            count = self.rng.randint(3, 7) if outlet.whole else 0
            paragraphs = [words.paragraph(self.rng.randint(2, 5)) for _ in range(count)]
        report = Report(
            uid=f"outlet-{place}",
            url=f"https://outlet{outlet.number}.example/{at:%Y/%m}/{words.slug()}-{outlet.serial}.html",
            title=title,
            lead=lead,
            paragraphs=paragraphs,
            at=at,
            author=f"{outlet.lang} {words.name()}",
            topic=str(words["noun"]),
        )
        if len(self.told) < 2000:
            self.told.append(report)
        return report


class Speaker(dict[str, object]):
    """Draws names, figures and sentences in one language; a mapping for the blanks of its patterns."""

    def __init__(self, lang: Language, rng: random.Random) -> None:
        super().__init__()
        self.lang = lang
        self.rng = rng

    def __missing__(self, blank: str) -> object:
        if blank in ("who", "other"):
            return self.who()
        if blank == "name":
            return self.name()
        if blank == "number":
            return self.pick([self.rng.randint(2, 99), self.rng.randint(100, 9000), self.rng.randint(1, 40) * 1000])
        return self.pick(self.lang.words[blank])

    def pick(self, words: Sequence[T]) -> T:
        return words[int(self.rng.random() * len(words))]

    def name(self) -> str:
        """An invented proper name of two or three syllables."""
        return "".join(self.pick(SYLLABLES) for _ in range(2 + (self.rng.random() < 0.5))).title()

    def slug(self) -> str:
        return "-".join(self.name().lower() for _ in range(3))

    def who(self) -> str:
        """A firm of the field now and then, mostly somebody nobody follows."""
        drawn = self.rng.random()
        if drawn < 0.12:
            return self.pick(FIRMS)
        return self.pick(self.lang.words["firm"]) if drawn < 0.2 else self.name()

    def sentence(self) -> str:
        return self.pick(self.lang.patterns).format_map(self)

    def title(self) -> str:
        return self.sentence().rstrip(".。")

    def paragraph(self, sentences: int) -> str:
        return self.lang.space.join(self.sentence() for _ in range(sentences))
