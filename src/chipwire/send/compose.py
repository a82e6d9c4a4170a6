"""STORY → DIGEST: which stories a reader gets, in what order, and what is said of each. Pure and deterministic."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chipwire.domain import (
    Claim,
    Company,
    Digest,
    DigestStory,
    FeedHealth,
    LetterKind,
    Line,
    Reader,
    Report,
    Saved,
    Section,
    Topic,
    Window,
)
from chipwire.send import plain, schedule
from chipwire.send.choose import Choice, choose, figures_of, reason

TOP = 5
PER_SECTION = 7
ALONE = 15
"""Stories of a section, at least and at most: who follows one company gets more of it than who follows ten of each."""
IN_ALL = 40
GLANCE = 12


@dataclass(frozen=True)
class Catalogue:
    """Companies and topics by slug, in the order of data/."""

    companies: Mapping[str, Company]
    topics: Mapping[str, Topic]

    def namer(self, locale: str, saved: Sequence[Saved] = ()) -> Callable[[str], str]:
        """The display name of a slug, or of a saved query's key, in a locale."""
        language = locale.split("-")[0]
        given = {query.key: query.name for query in saved}

        def name(slug: str) -> str:
            if called := self.companies.get(slug) or self.topics.get(slug):
                return called.names.get(locale) or called.names.get(language) or called.name
            return given.get(slug, slug)

        return name

    def path(self, slug: str, saved: Sequence[Saved] = ()) -> str:
        """Where on the web everything about a company, a topic or a saved query is listed."""
        if slug in self.companies:
            return f"companies/{slug}"
        return next((query.path for query in saved if query.key == slug), f"search?topic={slug}")


def compose(
    reader: Reader,
    stories: Sequence[DigestStory],
    window: Window,
    now: datetime,
    *,
    catalogue: Catalogue,
    local_date: date | None = None,
    told: Mapping[int, int] | None = None,
    shown: Collection[int] = (),
    health: FeedHealth | None = None,
    volume: Mapping[str, Sequence[int]] | None = None,
    saved: Sequence[Saved] = (),
    kind: LetterKind = "digest",
    key: str = "",
) -> Digest:
    """One reader's digest for `local_date` (default: the reader's date at `now`).

    `stories` may hold more than the reader wants; `told` maps story ids to the newest item already told of, and
    `shown` are the reports that stood for them;
    `volume` maps slugs to stories per day, oldest first; `saved` are the reader's saved queries with their hits: of an
    alert they are all that counts, a digest has them after companies and topics.
    """
    wanted = _wanted(reader, catalogue) if kind == "digest" else []
    order = [*wanted, *(query.key for query in saved)]
    choices = [c for story in stories if (c := choose(reader, story, told or {}, shown, window, wanted, saved))]
    choices.sort(key=lambda choice: choice.rank)
    name = catalogue.namer(reader.locale, saved)
    top = choices[:TOP] if kind == "digest" and _worth_a_top(choices, order) else []
    heard = Counter(slug for choice in choices for slug in (*choice.tags, *choice.searches))
    each = min(ALONE, max(PER_SECTION, (IN_ALL - TOP) // max(1, len(heard)))) if kind == "digest" else IN_ALL
    # A top tells the most important; without one the first section does.
    first = order if top else list(dict.fromkeys([*map(_place, choices), *order]))
    sections = _sections(choices[len(top) :], first, name, each, IN_ALL - len(top))
    chosen = [*reader.companies, *reader.topics] if kind == "digest" else order
    return Digest(
        reader=reader,
        local_date=local_date or schedule.local_date(reader, now),
        window=window,
        composed=now,
        top=tuple(_line(choice, name) for choice in top),
        sections=tuple(replace(section, path=catalogue.path(section.slug, saved)) for section in sections),
        quiet=tuple(name(slug) for slug in chosen if slug not in heard and slug in catalogue.companies),
        follows=tuple(name(slug) for slug in chosen),
        health=health or FeedHealth(),
        reports=sum(choice.new_reports for choice in choices),
        stories=len(choices),
        hidden=sum(section.hidden for section in sections),
        counts=tuple((name(slug), heard[slug]) for slug in order if slug in heard),
        glance=tuple((name(s), tuple(volume[s])) for s in wanted if volume and any(volume.get(s, ())))[:GLANCE],
        kind=kind,
        key=key,
    )


def trim(digest: Digest) -> Digest:
    """The same digest with its least line moved to the hidden ones of its section; for letters that grew too big."""
    for at in range(len(digest.sections) - 1, -1, -1):
        section = digest.sections[at]
        if section.lines:
            less = replace(section, lines=section.lines[:-1], hidden=section.hidden + 1)
            sections = (*digest.sections[:at], less, *digest.sections[at + 1 :])
            return replace(digest, sections=sections, hidden=digest.hidden + 1)
    return replace(digest, top=digest.top[:-1], hidden=digest.hidden + 1)


def _wanted(reader: Reader, catalogue: Catalogue) -> list[str]:
    """Companies, then topics, in the reader's order; no choice at all means every company."""
    companies = reader.companies or ([] if reader.topics else list(catalogue.companies))
    return list(dict.fromkeys([*companies, *reader.topics]))


def _worth_a_top(choices: Sequence[Choice], wanted: Sequence[str]) -> bool:
    """A few stories, or stories on one company only, need no selection before them."""
    return len(choices) > TOP + 3 and len(wanted) > 1


def _sections(
    choices: Iterable[Choice], order: Sequence[str], name: Callable[[str], str], each: int, room: int
) -> tuple[Section, ...]:
    """Each story in its place, in this order; what finds no room is counted."""
    piles: dict[str, list[Choice]] = {slug: [] for slug in order}
    hidden = dict.fromkeys(order, 0)
    for choice in choices:
        slug = _place(choice)
        if len(piles[slug]) < each and room > 0:
            piles[slug].append(choice)
            room -= 1
        else:
            hidden[slug] += 1
    return tuple(
        Section(slug, name(slug), tuple(_line(choice, name) for choice in pile), hidden[slug])
        for slug, pile in piles.items()
        if pile or hidden[slug]
    )


def _place(choice: Choice) -> str:
    """The first company that the story is about and the shown headline names, else that it is about, else the first of
    what brought it."""
    places = (*choice.tags, *choice.searches)
    about = [slug for slug in places if choice.roles.get(slug) == "about"]
    headed = {why.slug for why in choice.best.why if why.zone == "title"}
    return next((slug for slug in about if slug in headed), (about or places)[0])


def _line(choice: Choice, name: Callable[[str], str]) -> Line:
    story, best = choice.story, choice.best
    shown, text = _printed(best), plain.excerpt(_said(choice))
    roles = choice.roles or story.companies
    also = list(dict.fromkeys(plain.clean(r.outlet) for r in choice.told if r.outlet != best.outlet))
    return Line(
        story_id=story.id,
        report=shown,
        summary="" if text.rstrip("….") == shown.title.rstrip("….") else text,
        outlets=len({r.publisher for r in choice.told if r.independent}) or 1,
        also=tuple(plain.clip(outlet, 40) for outlet in also[:3]),
        also_more=max(0, len(also) - 3),
        tags=tuple((slug, name(slug)) for slug in sorted(choice.tags or roles, key=lambda s: roles.get(s) != "about")),
        why=reason(choice),
        searches=tuple(name(key) for key in choice.searches),
        update=choice.update,
        correction=choice.correction,
        fresh=choice.fresh,
        beside=choice.beside and _printed(choice.beside),
        figures=() if choice.update else figures_of(choice),
        denial=_spoken(choice.denial, name),
        last_item=story.last_item,
    )


def _said(choice: Choice) -> str:
    """The text that stands below the headline: its beginning, of a corrected report what was corrected."""
    changed = choice.correction
    return choice.best.text if changed is None or changed.now == choice.best.title else changed.now


def _printed(report: Report) -> Report:
    """With headline, outlet and address fit to be printed."""
    title = plain.clip(plain.clean(report.title), 200) or plain.link(report.url)
    return replace(
        report, title=title, url=plain.link(report.url), outlet=plain.clip(plain.clean(report.outlet), 60)
    )  # fmt: skip


def _spoken(denial: Claim | None, name: Callable[[str], str]) -> Claim | None:
    """The denial with its speaker as people call it: claims carry the slug."""
    if denial is None or denial.speaker is None:
        return denial
    return replace(denial, speaker=name(denial.speaker))
