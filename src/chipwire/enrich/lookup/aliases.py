"""Names of companies with their conditions, and the forms each is matched in."""

from collections.abc import Iterable
from dataclasses import dataclass

from chipwire.enrich.lookup.glossary import Doer, Glossary, Kind, Strength, usual_case
from chipwire.enrich.text.folding import fold
from chipwire.enrich.text.spelling import Endings, declined, script

STURDY = {"hangul": 3, "kana": 4, "latin": 4}
"""From this many characters on a unique name may head a compound written in one word: 삼성전자주, iPhone18Pro."""


@dataclass(frozen=True, slots=True, eq=False)
class Alias:
    """One name of one company with its conditions, ready to match; each is itself alone, so that it hashes fast."""

    slug: str
    text: str
    kind: Kind
    strength: Strength
    case: str
    cues: frozenset[str]
    against: frozenset[str]
    does: Doer | None
    apart: bool
    langs: tuple[str, ...]
    not_langs: tuple[str, ...]
    left: str
    right: str
    sturdy: bool
    typos: bool
    numbered: bool

    @property
    def sure(self) -> bool:
        """Whether it names its company wherever it stands."""
        return self.strength == "unique" and not self.against and self.kind != "ticker"

    @property
    def free(self) -> bool:
        """Whether it is used in every language and written in any case."""
        return self.case == "any" and not self.langs and not self.not_langs

    def speaks(self, base: str) -> bool:
        """Whether the name is used in a language, given by its base tag."""
        return (not self.langs or base in self.langs) and base not in self.not_langs

    def cased(self, text: str) -> bool:
        """Whether the capitals of `text` are those of a name."""
        if self.case == "any":
            return True
        if self.case == "capital":
            return text[0].isupper() or not text[0].islower()
        return text == self.text or (text.isupper() and len(text) > 3)


def aliases(glossary: Glossary, endings: Endings) -> Iterable[tuple[Alias, str]]:
    """Every alias with each form it is matched in."""
    for slug, company in glossary.companies.items():
        for group in company.alias:
            cues, against = frozenset(group.cues), frozenset(group.against)  # one set for all names of the group
            for text in group.texts:
                folded = fold(text)
                form = folded.lower
                kind = script(form[-1])
                alias = Alias(
                    slug=slug, text=folded.text, kind=group.kind, strength=group.strength,
                    case=group.case or usual_case(folded.text, group.strength),
                    cues=cues, against=against, does=group.does,
                    apart=group.apart and form.isascii(),
                    langs=tuple(group.langs), not_langs=tuple(group.not_langs),
                    left=script(form[0]), right=kind,
                    sturdy=group.strength == "unique" and not group.against and " " not in form
                    and len(form) >= STURDY.get(kind, 99),
                    typos=group.typos, numbered=group.numbered,
                )  # fmt: skip
                yield alias, form
                if group.strength == "unique" and group.kind in ("legal", "brand", "product", "person"):
                    yield from ((alias, other) for other in declined(form, endings))
