"""What the tagger knows, read from data/ and checked once: companies, look-alikes, boilerplate markers, cues."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from chipwire.domain import Company, Slug
from chipwire.enrich import data_file
from chipwire.errors import ConfigError

Kind = Literal["legal", "brand", "product", "person", "ticker", "nickname", "unit"]
Strength = Literal["unique", "needs-context", "never-alone"]
Doer = Literal["firm", "assistant"]
Scope = Literal["ad", "list", "sentence", "box", "row", "credit", "tags", "brief"]
Form = Literal["any", "colon", "start", "call", "label", "bracket", "line", "end"]
Name = Annotated[str, Field(pattern=r"^\S*\w")]
"""With a letter or digit in it: a blank would be found in every text."""


class AliasGroup(BaseModel, extra="forbid"):
    """Names that share their conditions. `cues` and `against` name sets of data/cues.toml or are words themselves."""

    kind: Kind
    strength: Strength = "unique"
    texts: list[Name] = Field(min_length=1)
    case: Literal["any", "capital", "exact"] | None = None
    """Default: as written for up to four letters or with a condition's capital, any case for long unique names."""
    cues: list[str] = Field(default_factory=list)
    against: list[str] = Field(default_factory=list)
    langs: list[str] = Field(default_factory=list)
    not_langs: list[str] = Field(default_factory=list)
    does: Doer | None = None
    """Whose verb right behind the name is context enough; names of assistants that are compared also are."""
    apart: bool = False
    """Whether its Latin letters by themselves, in a text of another script, are context enough: うちのSiri."""
    numbered: bool = False
    """Whether a model number right after the name is context enough: Kirin 9050."""
    typos: bool = False
    """Whether a form one slip away counts when the context supports it."""


class CompanyEntry(BaseModel, extra="forbid"):
    """One table of data/companies.toml; its key is the slug."""

    name: Name
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    """ISO 3166-1 alpha-2."""
    names: dict[str, str] = Field(default_factory=dict)
    tickers: list[str] = Field(default_factory=list)
    """'EXCHANGE:CODE'."""
    sister: str | None = None
    """The company a bare short name goes to when only that one's full names are in the text."""
    own_cues: list[str] = Field(default_factory=list)
    sister_cues: list[str] = Field(default_factory=list)
    alias: list[AliasGroup] = Field(min_length=1)

    def noun(self, slug: str) -> Company:
        return Company(slug=slug, name=self.name, names=self.names, country=self.country, tickers=self.tickers)


class Companies(BaseModel, extra="forbid"):
    company: dict[Slug, CompanyEntry]


class Traps(BaseModel, extra="forbid"):
    """data/traps.toml: longer words and phrases that merely contain a name, and words that are no misspelling."""

    phrases: dict[str, list[str]]
    doubtful: dict[str, list[str]] = Field(default_factory=dict)
    """Those that may hold the name itself."""
    not_typos: list[str] = Field(default_factory=list)


class Calls(BaseModel, extra="forbid"):
    """Words whose meeting in one sentence makes it a call to the reader, though no fixed phrase is in it."""

    verbs: list[str]
    """Imperatives; count at the start of a sentence."""
    ours: list[str]
    """The outlet speaking of itself."""
    nouns: list[str]
    """What readers are called to, with an imperative."""
    notices: list[str]
    """What outlets give notice of, with `ours`."""
    closers: list[str]
    """What calls end with where verbs come last; with a platform."""
    sharing: list[str]
    """What share buttons say one can do, in the infinitive or as a noun; beside a platform."""
    selves: list[str]
    """A report speaking of itself or its series; with `support`."""
    support: list[str]
    """Whoever paid for a report."""
    data: list[str]
    """Data that pages show beside stories; they open a sentence that `providing` ends."""
    providing: list[str]
    """How notices say who provides data where verbs come last."""
    authors: list[str]
    """Whoever wrote a report, as notes on them begin; with `ours` or `stakes`."""
    stakes: list[str]
    """Shares that somebody holds."""
    consent: list[str]
    """What readers are asked to do with `cookies`: imperatives, at the beginning or end of a clause."""
    cookies: list[str]


class Headings(BaseModel, extra="forbid"):
    """Words of headings that stand before headlines without a colon."""

    helpers: list[str]
    """What stands beside labels in them; parts of words in Han, kana and hangul."""
    alone: list[str]
    """Words that are a heading by themselves."""
    heads: list[str]
    """What makes one where all its words are known: articles, and what they are or readers do to them."""


class Boilerplate(BaseModel, extra="forbid"):
    """data/boilerplate.toml."""

    calls: Calls
    headings: Headings
    labels: list[str]
    """Words that make a short label before a colon the heading of an advert."""
    boxes: list[str]
    """Words that open the label of a box: a poll, a quiz, a correction, a note on the author."""
    facts: list[str]
    """Words of labels that belong to a story: where, and by whom, something is held."""
    marker: dict[Scope, dict[Form, dict[str, list[str]]]]
    """Phrases that open boilerplate of a scope where their form says, by language; in every text all are looked for."""
    platforms: list[str]
    """Words a row of share buttons is made of."""
    openers: dict[str, list[str]]
    """Words that open a sentence and hardly a headline's second half, by language."""
    closing_nouns: list[str]
    """Nouns Korean headlines end with, where a sentence would have a verb."""
    small_words: list[str]
    """Words headlines in title case leave in lower case."""
    asking_words: list[str]
    """What questions begin with; before a full stop that is a headline or its second half."""
    joining_words: list[str]
    """Those of them that join two names, of which the first begins the sentence."""
    finite_words: list[str]
    """Those of them that are verbs."""
    german_words: list[str]
    """Words by which German is known, where every noun has a capital."""

    def markers(self) -> Iterator[tuple[Scope, Form, str]]:
        """Scope, form and wording of each marker, in the order in which they count where several begin alike."""
        for scope, forms in self.marker.items():
            for form, languages in forms.items():
                for phrase in chain.from_iterable(languages.values()):
                    yield scope, form, phrase


class Verbs(BaseModel, extra="forbid"):
    """What one kind of doer does."""

    spaced: list[str]
    """Finite verbs where words are spaced, and what follows a helper."""
    bare: list[str]
    """Verbs that count behind a helper only."""
    joined: list[str]
    """Verbs in Han, kana and hangul, with the particle before them."""
    phrased: list[str]
    """Verbs in Han that count behind a coverb's phrase only."""


class DeedWords(BaseModel, extra="forbid"):
    """The table `deeds` of data/cues.toml."""

    helpers: list[str]
    """What stands between subject and infinitive."""
    between: list[str]
    """Small words between subject and verb where words are spaced."""
    before: list[str]
    """Small words right before a verb in Han."""
    coverbs: list[str]
    """Words that open a phrase between subject and verb in Han: 给…捐, 在…设."""
    heralds: list[str]
    """Words by which a headline announces itself before its sentence begins: 刚刚，…"""
    kinds: list[str]
    """What a name in letters of its own is said to be, right beside it, when it is somebody or something else."""
    asked: list[str]
    """Words right before whom one asks: `asked Gemini`, 问豆包."""
    firm: Verbs
    assistant: Verbs


class Glossary(BaseModel):
    """Everything above in one value."""

    companies: dict[str, CompanyEntry]
    traps: Traps
    boilerplate: Boilerplate
    cues: dict[str, list[str]]
    deeds: DeedWords

    @classmethod
    def load(cls, data: Path) -> "Glossary":
        """Reads companies, traps, boilerplate and cues from a folder; ConfigError names file, place and mend."""
        words = data_file.read(data / "cues.toml", _Cues)
        glossary = cls(
            companies=data_file.read(data / "companies.toml", Companies).company,
            traps=data_file.read(data / "traps.toml", Traps),
            boilerplate=data_file.read(data / "boilerplate.toml", Boilerplate),
            cues=words.cue,
            deeds=words.deeds,
        )
        glossary.check(data / "companies.toml")
        return glossary

    def check(self, path: Path) -> None:
        """References between entries hold, and no name is claimed twice without a condition."""
        owner: dict[str, str] = {}
        for slug, entry in self.companies.items():
            if entry.sister and entry.sister not in self.companies:
                raise ConfigError(f"{path}: company.{slug}.sister names {entry.sister}, which is not in the file")
            for group in entry.alias:
                single = group.strength == "unique" and group.kind != "nickname" and not group.langs
                for text in group.texts if single else []:
                    if owner.setdefault(text, slug) != slug:
                        raise ConfigError(
                            f"{path}: alias {text!r} is unique to both {owner[text]} and {slug}; "
                            "give one of them strength = 'needs-context'"
                        )


def usual_case(text: str, strength: Strength) -> str:
    """How the capitals of a name must be written when its group does not say."""
    if not text[0].isupper() and not text.isupper():
        return "any"
    if len(text) <= 4 and text.isupper():
        return "exact"
    return "any" if strength == "unique" else "capital"


class _Cues(BaseModel, extra="forbid"):
    cue: dict[str, list[str]]
    deeds: DeedWords
