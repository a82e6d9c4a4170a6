"""Whether one story belongs in one reader's digest, what in it is new to that reader, and how high it ranks."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chipwire.domain import (
    Amount,
    Claim,
    Correction,
    DigestStory,
    Reader,
    Report,
    Role,
    Saved,
    Why,
    Window,
    as_it_stands,
    muted,
)

_ZONES = {"title": 0, "lead": 1}
_FIGURES = 3
_OLD = timedelta(days=14)
_WHILE = timedelta(hours=12)
"""After so long what a report adds is how the story went on, not another outlet's account of the same."""
_BEHIND_ALL = 100.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A story that goes in. `best` is the report whose headline stands for it; `roles` only what the reader follows."""

    story: DigestStory
    best: Report
    roles: Mapping[str, Role]
    tags: tuple[str, ...]
    """The companies and topics that brought it here, in the reader's order."""
    searches: tuple[str, ...]
    """Keys of the saved queries that found it."""
    rank: tuple[float, int, int]
    told: tuple[Report, ...]
    """What it tells: every report of the story, of an update those since the last letter."""
    new_reports: int
    update: bool = False
    correction: Correction | None = None
    fresh: tuple[Amount, ...] = ()
    beside: Report | None = None
    denial: Claim | None = None


@dataclass(slots=True)
class _News:
    """What later reports add: amounts, the first denial, and the reports that say any of it."""

    figures: list[Amount] = field(default_factory=list)
    denial: Claim | None = None
    bearers: list[Report] = field(default_factory=list)


def choose(
    reader: Reader,
    story: DigestStory,
    told: Mapping[int, int],
    shown: Collection[int],
    window: Window,
    wanted: Sequence[str],
    saved: Sequence[Saved] = (),
) -> Choice | None:
    """The choice, or None when the story is not the reader's or brings nothing new.

    `wanted` are the slugs of companies, then topics, in the reader's order; a saved query's hits come in whatever
    company, language or role they are. `shown` are reports that stood for their story in an earlier letter. What the
    reader muted counts for nothing.
    """
    silenced = muted(tuple(reader.muted))
    if not silenced.stories.isdisjoint(story.names):
        return None
    if silenced.outlets:
        story = replace(story, reports=tuple(r for r in story.reports if not silenced.outlet(r.publisher)))
    upto = _told_upto(story, told, shown)
    again = _again(story, shown, max(window.low, upto))
    least = ("about",) if reader.min_role == "about" else ("about", "mention")
    named = {**again[1].companies, **story.companies} if again else story.companies
    roles = {slug: role for slug, role in named.items() if role in least and slug in wanted}
    tags = tuple(slug for slug in wanted if slug in roles or (slug in story.topics and slug in reader.topics))
    found = {r.item_id for query in saved for r in story.reports if r.item_id in query.items}
    if not (tags or found):
        return None
    reports = [r for r in story.reports if r.item_id in found or _reads(reader, r.lang)]
    new = [r for r in reports if r.item_id > max(window.low, upto)]
    old = [r for r in story.reports if r.item_id <= upto]
    news = _news(new, old)
    heads = news.bearers if old else reports if new else []
    best = min(heads, key=lambda r: _preference(r, reader, roles), default=None)
    if again:
        shows, beside = again[0], best
    elif best:
        by_id = {report.item_id: report for report in reports}
        shows = by_id[as_it_stands(best.item_id, ((r.item_id, r.copy_of, r.publisher) for r in reports))]
        beside = _corrected(best, news, old) if old else _later(best, reports, reader)
    else:
        return None
    if silenced.headline(shows.title):
        return None
    tells = tuple(r for r in story.reports if r.item_id > upto)
    return Choice(
        story=story,
        best=shows,
        roles=roles,
        tags=tags,
        searches=tuple(query.key for query in saved if not found.isdisjoint(query.items)),
        rank=(-_points(story, tells, roles), _foreign(shows, reader), -story.last_item),
        told=tells,
        new_reports=sum(r.item_id > window.low or (again is not None and r is shows) for r in reports),
        update=bool(old),
        correction=again[1] if again else None,
        fresh=tuple(news.figures[:_FIGURES]) if old else (),
        beside=None if beside and silenced.headline(beside.title) else beside,
        denial=news.denial,
    )


def figures_of(choice: Choice) -> tuple[Amount, ...]:
    """The first three different amounts of the shown report, or of the first that has any."""
    report = next((r for r in (choice.best, *choice.story.reports) if r.figures), choice.best)
    return tuple(_once(report.figures).values())[:_FIGURES]


def _once(amounts: Iterable[Amount]) -> dict[tuple[float, float, str], Amount]:
    """The first wording of each amount, by what is counted."""
    found: dict[tuple[float, float, str], Amount] = {}
    for amount in amounts:
        found.setdefault(amount.counted, amount)
    return found


def reason(choice: Choice) -> Why | None:
    """The matched term that speaks most for the story: shown report before others, headline before text."""
    for report in (choice.best, *choice.story.reports):
        found = [why for why in report.why if why.slug in choice.roles]
        if found:
            return min(found, key=lambda why: (_ZONES.get(why.zone, 2), choice.roles[why.slug] != "about"))
    return None


def _again(story: DigestStory, shown: Collection[int], low: int) -> tuple[Report, Correction] | None:
    """The report that the reader was shown and that was corrected since, with what it said when it was shown."""
    changed = [
        (report, one)
        for report in story.reports
        if report.item_id in shown
        for one in report.corrections
        if one.number > low
    ]
    if not changed:
        return None
    report, last = max(changed, key=lambda pair: pair[1].number)
    for one in reversed(report.corrections):
        if low < one.number < last.number and one.now == last.before:
            last = last.model_copy(update={"before": one.before})
    return report, last


def _told_upto(story: DigestStory, told: Mapping[int, int], shown: Collection[int]) -> int:
    """The newest item already told of, under whatever id.

    What came from another story was told with that only where a report that stood for it came along: a headline that
    nobody was shown is no news that was told.
    """
    own = {story.id, *(report.item_id for report in story.reports)}
    under = [told[one] for one in own if one in told]
    if not own.isdisjoint(shown):
        under += [item for item, former in story.moved if item <= told.get(former, 0)]
    return max(under, default=0)


def _news(new: Sequence[Report], old: Sequence[Report]) -> _News:
    """What `new` reports say that `old` ones did not: figures, a denial; and which say it, in whatever language."""
    known = {amount.counted for report in old for amount in report.figures}
    denied = any(claim.kind == "denial" for report in old for claim in report.claims)
    news = _News()
    for report in new:
        figures = [amount for amount in report.figures if amount.counted not in known]
        denials = [] if denied else [claim for claim in report.claims if claim.kind == "denial"]
        if figures or denials:
            news.bearers.append(report)
        news.figures += figures
        news.denial = news.denial or (denials[0] if denials else None)
    news.figures = [*_once(news.figures).values()]
    return news


def _later(shown: Report, reports: Sequence[Report], reader: Reader) -> Report | None:
    """The newest report of how it went on after the one that is shown, in a language that the reader can best read."""
    turn = shown.first_seen + _WHILE
    since = [r for r in reports if r.first_seen > turn and r.copy_of is None]
    bearers = _news(since, [r for r in reports if r.first_seen <= turn]).bearers
    return min(bearers, key=lambda r: (_foreign(r, reader), -r.item_id), default=None)


def _reads(reader: Reader, lang: str) -> bool:
    if not reader.languages:
        return True
    return lang in reader.languages or lang.split("-")[0] in reader.languages


def _corrected(shown: Report, news: _News, old: Sequence[Report]) -> Report | None:
    """The newest correction of a report that may have been told, where another report stands for the story."""
    told = {report.item_id: report.publisher for report in old}
    again = [r for r in news.bearers if r is not shown and r.copy_of in told and told[r.copy_of] == r.publisher]
    return again[-1] if again else None


def _foreign(report: Report, reader: Reader) -> int:
    """0 in the language of the reader's letters, 1 in English, which most read best of the others, else 2."""
    lang = report.lang.split("-")[0]
    return 0 if lang == reader.locale.split("-")[0] else 1 if lang == "en" else 2


def _preference(report: Report, reader: Reader, roles: Mapping[str, Role]) -> tuple[bool, int, bool, bool, float, int]:
    """Least for the report that stands for its story; of two in one language the one that names who is followed."""
    names = any(why.slug in roles for why in report.why)
    return (
        report.copy_of is not None, _foreign(report, reader), not names, report.link != "origin", -report.weight,
        report.item_id,
    )  # fmt: skip


def _points(story: DigestStory, tells: Sequence[Report], roles: Mapping[str, Role]) -> float:
    """By who tells it now: what one outlet adds to yesterday's great story is no great story of today."""
    outlets = len({report.publisher for report in tells if report.independent}) or 1
    about = any(role == "about" for role in roles.values())
    weight = max(report.weight for report in story.reports)
    return round(2 * math.log2(1 + outlets) + 2 * about + weight - _BEHIND_ALL * _of_an_archive(story), 6)


def _of_an_archive(story: DigestStory) -> bool:
    """Printed long before it came in, as what a new feed brings along: no news, but a date may be wrong."""
    return all(r.published is not None and r.published < r.first_seen - _OLD for r in story.reports)
