"""STORY → DIGEST: which stories a reader gets, in what order, and what is said of each. Pure and deterministic."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chipwire.domain import Claim, Company, Digest, DigestStory, FeedHealth, Line, Reader, Section, Topic, Window
from chipwire.send import plain, schedule
from chipwire.send.choose import Choice, choose, figures_of, reason

TOP = 5
PER_SECTION = 7
IN_ALL = 40
GLANCE = 12


@dataclass(frozen=True)
class Catalogue:
    """Companies and topics by slug, in the order of data/."""

    companies: Mapping[str, Company]
    topics: Mapping[str, Topic]

    def namer(self, locale: str) -> Callable[[str], str]:
        """The display name of a slug in a locale."""
        language = locale.split("-")[0]

        def name(slug: str) -> str:
            if company := self.companies.get(slug):
                return company.names.get(locale) or company.names.get(language) or company.name
            return self.topics[slug].name if slug in self.topics else slug

        return name


def compose(
    reader: Reader,
    stories: Sequence[DigestStory],
    window: Window,
    now: datetime,
    *,
    catalogue: Catalogue,
    local_date: date | None = None,
    told: Mapping[int, int] | None = None,
    health: FeedHealth | None = None,
    volume: Mapping[str, Sequence[int]] | None = None,
) -> Digest:
    """One reader's digest for `local_date` (default: the reader's date at `now`).

    `stories` may hold more than the reader wants; `told` maps story ids to the newest item already told of;
    `volume` maps slugs to stories per day, oldest first.
    """
    follows = reader.companies or ([] if reader.topics else list(catalogue.companies))
    wanted = list(dict.fromkeys([*follows, *reader.topics]))
    choices = [c for story in stories if (c := choose(reader, story, told or {}, window, wanted))]
    choices.sort(key=lambda choice: choice.rank)
    name = catalogue.namer(reader.locale)
    top = choices[:TOP] if _worth_a_top(choices, wanted) else []
    sections = _sections(choices[len(top) :], wanted, name, IN_ALL - len(top))
    heard = Counter(slug for choice in choices for slug in choice.tags)
    return Digest(
        reader=reader,
        local_date=local_date or schedule.local_date(reader, now),
        window=window,
        composed=now,
        top=tuple(_line(choice, name) for choice in top),
        sections=sections,
        quiet=tuple(name(slug) for slug in reader.companies if slug not in heard),
        follows=tuple(name(slug) for slug in (*reader.companies, *reader.topics)),
        health=health or FeedHealth(),
        reports=sum(choice.new_reports for choice in choices),
        stories=len(choices),
        hidden=sum(section.hidden for section in sections),
        counts=tuple((name(slug), heard[slug]) for slug in wanted if slug in heard),
        glance=tuple((name(s), tuple(volume[s])) for s in wanted if volume and any(volume.get(s, ())))[:GLANCE],
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


def _worth_a_top(choices: Sequence[Choice], wanted: Sequence[str]) -> bool:
    """A few stories, or stories on one company only, need no selection before them."""
    return len(choices) > TOP + 3 and len(wanted) > 1


def _sections(
    choices: Iterable[Choice], wanted: Sequence[str], name: Callable[[str], str], room: int
) -> tuple[Section, ...]:
    """Each story under the first company it is about, else the first of its tags; what finds no room is counted."""
    piles: dict[str, list[Choice]] = {slug: [] for slug in wanted}
    hidden = dict.fromkeys(wanted, 0)
    for choice in choices:
        slug = next((slug for slug in choice.tags if choice.roles.get(slug) == "about"), choice.tags[0])
        if len(piles[slug]) < PER_SECTION and room > 0:
            piles[slug].append(choice)
            room -= 1
        else:
            hidden[slug] += 1
    return tuple(
        Section(slug, name(slug), tuple(_line(choice, name) for choice in pile), hidden[slug])
        for slug, pile in piles.items()
        if pile or hidden[slug]
    )


def _line(choice: Choice, name: Callable[[str], str]) -> Line:
    story, best = choice.story, choice.best
    title = plain.clip(plain.clean(best.title), 200) or plain.link(best.url)
    text = plain.excerpt(best.text)
    own = {best.outlet}
    also = list(dict.fromkeys(plain.clean(r.outlet) for r in story.reports if r.outlet not in own))
    return Line(
        story_id=story.id,
        report=replace(best, title=title, url=plain.link(best.url), outlet=plain.clip(plain.clean(best.outlet), 60)),
        summary="" if text.rstrip("….") == title.rstrip("….") else text,
        outlets=len({r.outlet for r in story.reports if r.independent}) or 1,
        also=tuple(plain.clip(outlet, 40) for outlet in also[:3]),
        also_more=max(0, len(also) - 3),
        tags=tuple(
            (slug, name(slug)) for slug in sorted(choice.tags, key=lambda slug: choice.roles.get(slug) != "about")
        ),
        why=reason(choice),
        update=choice.update,
        fresh=tuple(plain.clip(plain.clean(text), 60) for text in choice.fresh),
        fresh_outlets=choice.fresh_outlets,
        figures=() if choice.update else tuple(plain.clip(plain.clean(f), 60) for f in figures_of(choice)),
        denial=_spoken(choice.denial, name),
        last_item=story.last_item,
    )


def _spoken(denial: Claim | None, name: Callable[[str], str]) -> Claim | None:
    """The denial with its speaker as people call it: claims carry the slug."""
    if denial is None or denial.speaker is None:
        return denial
    return denial.model_copy(update={"speaker": name(denial.speaker)})
