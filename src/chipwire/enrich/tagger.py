"""ITEM → TAGS: zones first, then names under their conditions, roles, topics, figures, claims and credit."""

import re
from collections.abc import Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

from chipwire.domain import Company, Role, Tags, Topic
from chipwire.domain.boilerplate import blanked
from chipwire.enrich.amounts.figures import Figures
from chipwire.enrich.boilerplate.adverts import Advert
from chipwire.enrich.boilerplate.beside import Beside
from chipwire.enrich.boilerplate.boxes import labelled_lines
from chipwire.enrich.boilerplate.page_words import Words
from chipwire.enrich.boilerplate.zoner import Zoner, title_tail
from chipwire.enrich.boilerplate.zones import Spans, merged
from chipwire.enrich.claims import Claims
from chipwire.enrich.looks import Look, Plain, Written, boilerplate, in_body
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


class Tagger:
    """Everything `enrich` says of texts, from the glossary of one data folder. Pure: no clock, no network.

    Each step is taken for all texts before the next: what it runs over stays in the processor's caches, so that fifty
    together cost two thirds of what they do one by one.
    """

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
        beside: Words,
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
        self.beside = Beside(beside, framing.facts)
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
            Words.load(data),
        )

    def tag(self, title: str, body: str, *, lang: str | None = None) -> Tags:
        """Tags of one item; `body` is plain text with a newline between blocks, `lang` the feed's word on language.

        Where it stands says nothing: qq.com, toutiao.com and msn.com belong to companies that are tracked and carry
        news of everyone.
        """
        return self.said(self.look([(title, body, lang)]))[0]

    def look(self, texts: Sequence[Written], marked: Sequence[Sequence[tuple[int, int]]] = ()) -> list[Look]:
        """What stands in items; `marked`: of each the spans of its body that its markup sets beside the report."""
        spoken = [language.identify(f"{title}\n{body[: language.SAMPLE]}", lang) for title, body, lang in texts]
        marked = marked or [()] * len(texts)
        parts = [
            self.parts(title, body, lang, spans)
            for (title, body, _), lang, spans in zip(texts, spoken, marked, strict=True)
        ]
        named = list(map(self._judge.mentions, parts, spoken))
        return [
            Look(title, body, lang, part, names)
            for (title, body, _), lang, part, names in zip(texts, spoken, parts, named, strict=True)
        ]

    def said(self, looks: Sequence[Look], recurring: Sequence[Spans] = ()) -> list[Tags]:
        """What that comes to; `recurring`: of each the spans of its body that recur in its feed and are boxes there.

        A denial or a refusal to comment is of the report, however often a feed has it in the same words.
        """
        plain = [self._plain(*pair) for pair in zip(looks, recurring or repeat([], len(looks)), strict=True)]
        points = [self._topics.scores(one.title, one.body, one.lang) for one in plain]
        roles = [
            self._roles.of(one.mentions, one.parts.title.folded, one.parts.body.folded, one.lang, in_field(score))
            for one, score in zip(plain, points, strict=True)
        ]
        topics = [self._chosen(*each) for each in zip(plain, points, roles, strict=True)]
        evidence = [one.evidence() for one in plain]
        figures = [self._figures.find(f"{one.title}\n{one.body}", one.lang) for one in plain]
        claims = [
            self._claims.find(one.body, one.lang, in_body(seen)) for one, seen in zip(plain, evidence, strict=True)
        ]
        credits = [self._credits.find(look.title, look.body, look.lang) for look in looks]
        return [
            Tags(
                lang=one.lang,
                companies=roles[n],
                topics=topics[n][0],
                evidence=evidence[n],
                figures=figures[n],
                claims=claims[n],
                boilerplate=one.boilerplate,
                credit=credits[n],
                relevant=topics[n][1],
            )
            for n, one in enumerate(plain)
        ]

    def _plain(self, look: Look, recurring: Spans) -> Plain:
        """An item as it is told, once its own boilerplate and these boxes of its feed are left out."""
        title, body, lang, parts, mentions = look
        text = parts.body
        if boxes := [span for span in recurring if not self._claims.find(body[slice(*span)], lang)]:
            assert text.zones is not None
            text.zones.hide([text.folded.place(*span) for span in boxes])
            mentions = self._judge.mentions(parts, lang)
        adverts = boilerplate(text)
        if mentions and (listed := self._listed(title, blanked(body, adverts), text, mentions, lang)):
            mentions, adverts = [], merged([*adverts, *listed])
        return Plain(title, blanked(body, adverts), lang, parts, mentions, adverts)

    def _chosen(self, one: Plain, points: Mapping[str, float], roles: Mapping[str, Role]) -> tuple[list[str], bool]:
        """The topics of an item, and whether it is of the field."""
        about = [slug for slug, role in roles.items() if role == "about"]
        means = {(slug, alias, zone == "title") for slug, alias, zone, _, _, _, _ in one.mentions}
        names = {alias.text for slug, alias, _ in means if roles[slug] == "about"}
        return self._topics.chosen(points, about, _by_own_name(about, means), names)

    def _listed(self, title: str, story: str, part: Part, mentions: list[Mention], lang: str) -> list[tuple[int, int]]:
        """The lines of a story that alone name companies, under labels, beside a story of other things.

        Whatever such a label says ("On this day: …", "Seven across: …"), the line stands beside many stories alike.
        """
        lines = labelled_lines(part.folded.text, (m.order for m in mentions), part.masked, self._facts)
        lines = [part.folded.span(*line) for line in lines]
        return lines if lines and self._afield(title, blanked(story, lines), lang) else []

    def _afield(self, title: str, story: str, lang: str) -> bool:
        """Whether a story says little of chips, AI or business."""
        return in_field(self._topics.scores(title, story, lang)) < LITTLE

    def mentions(self, title: str, body: str, lang: str) -> tuple[list[Mention], Parts]:
        """Accepted names with title and body as they were read, for whoever measures names alone."""
        parts = self.parts(title, body, lang)
        return self._judge.mentions(parts, lang), parts

    def described(self, title: str, body: str, lang: str) -> dict[str, dict[str, float]]:
        """What the roles of an item's companies are decided by, for whoever sets or checks the weights."""
        parts = self.parts(title, body, lang)
        field = in_field(self._topics.scores(title, blanked(body, boilerplate(parts.body)), lang))
        mentions = self._judge.mentions(parts, lang)
        return self._roles.described(mentions, parts.title.folded, parts.body.folded, lang, field)

    def parts(self, title: str, body: str, lang: str, marked: Sequence[tuple[int, int]] = ()) -> Parts:
        """Title and body folded, searched and divided into zones; see `look`."""
        head, text = fold(title), fold(body)
        tail = title_tail(head.text, _PUBLISHER)
        title_found = self._matcher.find(head, lang)
        body_found = self._matcher.find(text, lang)
        zones = self._zoner.body(text.text, body_found)
        if marked:
            zones.hide([text.place(*span) for span in marked])
        beside, doubtful = self.beside.spans(head.text, title_found, text.text, body_found, zones, lang)
        if doubtful and self._afield(title, blanked(body, [text.span(*span) for span in doubtful]), lang):
            beside += doubtful
        if beside:
            zones.hide(beside)
        return Parts(
            Part(head, title_found, -len(head.text) - 1, None, tail[0] if tail else 1 << 60),
            Part(text, body_found, 0, zones),
        )


def _by_own_name(about: list[str], means: set[tuple[str, Alias, bool]]) -> set[str]:
    """Those a text is about that it calls by their own name, in the title if they are in the title at all.

    `means` are the names of each company, and whether in the title.
    """
    titled = {slug for slug, _, in_title in means if in_title}
    own = {(slug, in_title) for slug, alias, in_title in means if alias.kind not in ("product", "unit")}
    return {slug for slug in about if (slug, slug in titled) in own}


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
