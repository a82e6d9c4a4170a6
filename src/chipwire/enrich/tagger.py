"""ITEM → TAGS: zones first, then names under their conditions, roles, topics, figures, claims and credit."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from chipwire.domain import Company, Evidence, Tags, Topic
from chipwire.domain.boilerplate import blanked
from chipwire.enrich.amounts.figures import Figures
from chipwire.enrich.boilerplate.adverts import Advert
from chipwire.enrich.boilerplate.boxes import labelled_lines
from chipwire.enrich.boilerplate.zoner import Zoner, title_tail
from chipwire.enrich.boilerplate.zones import Zones, merged
from chipwire.enrich.claims import Claims
from chipwire.enrich.lookup.aliases import Alias
from chipwire.enrich.lookup.glossary import Glossary
from chipwire.enrich.lookup.matching import Matcher
from chipwire.enrich.names.companies import Judge, Part, Parts
from chipwire.enrich.names.context import ContextWords
from chipwire.enrich.names.deeds import Deeds
from chipwire.enrich.names.mention import Mention
from chipwire.enrich.names.tickers import Places, TickerWords
from chipwire.enrich.names.typos import Slips
from chipwire.enrich.origin import Credits
from chipwire.enrich.roles.about import Roles, Weights
from chipwire.enrich.roles.standing import Standing
from chipwire.enrich.text import language
from chipwire.enrich.text.folding import fold
from chipwire.enrich.text.spelling import Endings
from chipwire.enrich.topics import Topics, in_field

_PUBLISHER = re.compile(r"(?i)news|blog|times|daily|post|press|\.com|日报|新闻|新聞|ニュース|뉴스|newsroom|tech")

LITTLE = 0.2
"""Stories that speak less of chips, AI or business than this (see in_field) are of other things."""


class Look(NamedTuple):
    """What stands in one item, before it is weighed: its language, title and body as they were read, its names."""

    lang: str
    parts: Parts
    mentions: list[Mention]

    @property
    def named(self) -> list[tuple[int, str]]:
        """Where in the body, in its own code points, which company is named; -1 is in the title."""
        place = self.parts.body.folded.span
        return [(-1 if m.in_title else place(m.start, m.end)[0], m.slug) for m in self.mentions]


class Tagger:
    """Everything `enrich` says of one text, from the glossary of one data folder. Pure: no clock, no network."""

    def __init__(
        self,
        glossary: Glossary,
        endings: Endings,
        ticker_words: TickerWords,
        weights: Weights,
        standing: Standing,
        topic_words: Topics,
        credits: Credits,
        figures: Figures,
        claims: Claims,
    ) -> None:
        self.companies: dict[str, Company] = {slug: entry.noun(slug) for slug, entry in glossary.companies.items()}
        self.topics: dict[str, Topic] = topic_words.all
        self._topics = topic_words
        self._credits = credits
        self._figures = figures
        self._claims = claims
        self._matcher = Matcher(glossary, endings)
        framing = glossary.boilerplate
        self._zoner = Zoner(Advert(framing), framing.labels, framing.boxes, framing.headings)
        self._facts = frozenset(framing.facts)
        slips = Slips(self._matcher.typo_names, glossary.traps.not_typos, endings.particles)
        words = ContextWords(glossary, self._matcher.boundaries)
        self._judge = Judge(glossary.companies, words, Deeds(glossary.deeds), Places(ticker_words), slips)
        self._roles = Roles(weights, standing, {slug: noun.country for slug, noun in self.companies.items()})

    @classmethod
    def load(cls, data: Path) -> "Tagger":
        """Reads a data folder; ConfigError names the file, the place and the mend."""
        return cls(
            Glossary.load(data),
            Endings.load(data),
            TickerWords.load(data),
            Weights.load(data),
            Standing.load(data),
            Topics.load(data),
            Credits.load(data),
            Figures.load(data),
            Claims.load(data),
        )

    def tag(self, title: str, body: str, *, lang: str | None = None) -> Tags:
        """Tags of one item; `body` is plain text with a newline between blocks, `lang` the feed's word on language.

        Where it stands says nothing: qq.com, toutiao.com and msn.com belong to companies that are tracked and carry
        news of everyone.
        """
        return self.said(title, body, self.look(title, body, lang))

    def look(self, title: str, body: str, lang: str | None) -> Look:
        """What stands in an item; parameters as for `tag`."""
        spoken = language.identify(f"{title}\n{body[: language.SAMPLE]}", lang)
        parts = self.parts(title, body, spoken)
        return Look(spoken, parts, self._judge.mentions(parts, spoken))

    def said(self, title: str, body: str, look: Look, beside: Sequence[tuple[int, int]] = ()) -> Tags:
        """What that comes to; `beside` are spans of the body that recur in its feed and are boxes there.

        A denial or a refusal to comment is of the report, however often a feed has it in the same words.
        """
        spoken, parts, mentions = look
        text = parts.body
        if beside := [span for span in beside if not self._claims.find(body[slice(*span)], spoken)]:
            assert text.zones is not None
            text.zones.hide([text.folded.place(*span) for span in beside])
            mentions = self._judge.mentions(parts, spoken)
        adverts = _adverts(text)
        if mentions and (listed := self._listed(title, blanked(body, adverts), text, mentions, spoken)):
            mentions, adverts = [], merged([*adverts, *listed])
        story = blanked(body, adverts)
        points = self._topics.scores(title, story, spoken)
        named = self._roles.of(mentions, parts.title.folded, text.folded, spoken, in_field(points))
        about = [slug for slug, role in named.items() if role == "about"]
        means = {(slug, alias, zone == "title") for slug, alias, zone, _, _, _, _ in mentions}
        names = {alias.text for slug, alias, _ in means if named[slug] == "about"}
        evidence = _evidence(mentions, parts)
        topics, relevant = self._topics.chosen(points, about, _by_own_name(about, means), names)
        return Tags(
            lang=spoken,
            companies=named,
            topics=topics,
            evidence=evidence,
            figures=self._figures.find(f"{title}\n{story}", spoken),
            claims=self._claims.find(story, spoken, _named(evidence)),
            boilerplate=adverts,
            credit=self._credits.find(title, body, spoken),
            relevant=relevant,
        )

    def _listed(self, title: str, story: str, part: Part, mentions: list[Mention], lang: str) -> list[tuple[int, int]]:
        """The lines of a story that alone name companies, under labels, beside a story of other things.

        Whatever such a label says ("On this day: …", "Seven across: …"), the line stands beside many stories alike.
        """
        lines = labelled_lines(part.folded.text, (m.order for m in mentions), part.masked, self._facts)
        lines = [part.folded.span(*line) for line in lines]
        if not lines:
            return []
        return lines if in_field(self._topics.scores(title, blanked(story, lines), lang)) < LITTLE else []

    def mentions(self, title: str, body: str, lang: str) -> tuple[list[Mention], Parts]:
        """Accepted names with title and body as they were read, for whoever measures names alone."""
        parts = self.parts(title, body, lang)
        return self._judge.mentions(parts, lang), parts

    def described(self, title: str, body: str, lang: str) -> dict[str, dict[str, float]]:
        """What the roles of an item's companies are decided by, for whoever sets or checks the weights."""
        parts = self.parts(title, body, lang)
        field = in_field(self._topics.scores(title, blanked(body, _adverts(parts.body)), lang))
        mentions = self._judge.mentions(parts, lang)
        return self._roles.described(mentions, parts.title.folded, parts.body.folded, lang, field)

    def parts(self, title: str, body: str, lang: str) -> Parts:
        """Title and body folded, searched and divided into zones."""
        head, text = fold(title), fold(body)
        tail = title_tail(head.text, _PUBLISHER)
        title_found = self._matcher.find(head, lang)
        body_found = self._matcher.find(text, lang)
        return Parts(
            Part(head, title_found, -len(head.text) - 1, None, tail[0] if tail else 1 << 60),
            Part(text, body_found, 0, self._zoner.body(text.text, body_found)),
        )


def _by_own_name(about: list[str], means: set[tuple[str, Alias, bool]]) -> set[str]:
    """Those a text is about that it calls by their own name, in the title if they are in the title at all.

    `means` are the names of each company, and whether in the title.
    """
    titled = {slug for slug, _, in_title in means if in_title}
    own = {(slug, in_title) for slug, alias, in_title in means if alias.kind not in ("product", "unit")}
    return {slug for slug in about if (slug, slug in titled) in own}


def _evidence(mentions: list[Mention], parts: Parts) -> list[Evidence]:
    title, body = (part.folded for part in parts)
    if title.starts is None and body.starts is None:
        return [
            Evidence(slug, alias.text, start, end, zone, rule) for slug, alias, zone, start, end, _, rule in mentions
        ]
    return [
        Evidence(slug, alias.text, *(title if zone == "title" else body).span(start, end), zone, rule)
        for slug, alias, zone, start, end, _, rule in mentions
    ]


def _named(evidence: list[Evidence]) -> list[tuple[int, int, str]]:
    """Where in the body which company is named, in order."""
    return sorted([(seen.start, seen.end, seen.slug) for seen in evidence if seen.zone != "title"])


def _adverts(part: Part) -> list[tuple[int, int]]:
    """The boilerplate of the body, in its own code points."""
    zones: Zones | None = part.zones
    return [part.folded.span(*span) for span in zones.boilerplate] if zones else []


def as_json(id: str, tags: Tags) -> dict[str, Any]:
    """One line of `chipwire tag -`."""
    return {
        "id": id,
        "lang": tags.lang,
        "companies": dict(tags.companies),
        "topics": list(tags.topics),
        "evidence": [dict(vars(evidence)) for evidence in tags.evidence],
        "figures": [{k: v for k, v in vars(one).items() if k not in ("start", "end")} for one in tags.figures],
        "credit": tags.credit,
    }
