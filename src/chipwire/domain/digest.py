"""What a digest is made of: reports and stories as the store tells them, then lines, sections, the whole letter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from chipwire.domain.base import Role
from chipwire.domain.item import Claim, Correction, Qualifier
from chipwire.domain.reader import Reader
from chipwire.domain.story import LinkKind, outlet_of


@dataclass(frozen=True, slots=True)
class Why:
    """The matched term as written and where it stood: the reason a story is in the letter."""

    slug: str
    term: str
    zone: str


class Amount(NamedTuple):
    """A figure of a report (see `Figure`) with the words it stands in there; a range has low < high."""

    text: str
    low: float
    high: float
    unit: str
    qualifier: Qualifier | None = None

    @property
    def counted(self) -> tuple[float, float, str]:
        """The same of two wordings of one amount: "at least" adds nothing to a figure that was told."""
        return self.low, self.high, self.unit


@dataclass(frozen=True, slots=True)
class Report:
    """One outlet's report of a story. `text` is the plain text the feed gave, at most its first 600 characters."""

    item_id: int
    outlet: str
    url: str
    title: str
    text: str
    lang: str
    first_seen: datetime
    published: datetime | None = None
    weight: float = 1.0
    link: LinkKind = "origin"
    copy_of: int | None = None
    """The report that this one repeats."""
    figures: tuple[Amount, ...] = ()
    claims: tuple[Claim, ...] = ()
    why: tuple[Why, ...] = ()
    corrections: tuple[Correction, ...] = ()
    """What its outlet changed in it in the window, in order."""

    @property
    def publisher(self) -> str:
        """Whose it is; `outlet` names the feed that brought it, which may bring many outlets' reports."""
        return outlet_of(self.url, self.outlet)

    @property
    def independent(self) -> bool:
        """In words of its own, not a copy: what `Story.n_outlets` counts."""
        return self.copy_of is None


@dataclass(frozen=True, slots=True)
class DigestStory:
    """One event with all its reports up to the end of the window, oldest first."""

    id: int
    reports: tuple[Report, ...]
    companies: Mapping[str, Role]
    topics: tuple[str, ...] = ()
    moved: tuple[tuple[int, int], ...] = ()
    """(item, story that it was in before) of what came from other stories."""

    @property
    def names(self) -> set[int]:
        """Every id by which some of it may have been told: a story bears that of its earliest item."""
        return {self.id, *(report.item_id for report in self.reports), *(former for _, former in self.moved)}

    @property
    def last_item(self) -> int:
        """The newest report or correction."""
        corrected = [one.number for report in self.reports for one in report.corrections[-1:]]
        return max(self.reports[-1].item_id, *corrected, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """Items with low < id <= high; `since` and `until` are the same window in time, for people."""

    low: int
    high: int
    since: datetime
    until: datetime


class Told(NamedTuple):
    """What a letter tells of a story: up to which report or correction, and which report stands for it."""

    story: int
    last_item: int
    shown: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved query as a letter knows it: its `key` stands beside slugs, `path` shows its hits on the web."""

    key: str
    name: str
    items: frozenset[int]
    """What it found in the window."""
    path: str = ""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How many of the feeds that are followed were asked, and the titles of those that failed."""

    total: int = 0
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One story as the reader sees it. `fresh` is what an update brings; empty for a story told the first time.

    `outlets`, `also` and `also_more` are of the reports that it tells: of an update those since the last letter.
    """

    story_id: int
    report: Report
    summary: str
    outlets: int
    also: tuple[str, ...]
    also_more: int
    tags: tuple[tuple[str, str], ...]
    """(slug, name) of the companies, then the topics, that brought it here."""
    why: Why | None
    searches: tuple[str, ...] = ()
    """Names of the saved queries that found it."""
    update: bool = False
    correction: Correction | None = None
    """What the outlet changed in the report since it was told."""
    fresh: tuple[Amount, ...] = ()
    beside: Report | None = None
    """How it went on in the same window long after `report`, or an outlet's correction of what was told before."""
    figures: tuple[Amount, ...] = ()
    denial: Claim | None = None
    last_item: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """One company, topic or saved query; `hidden` stories were left out for room and are listed at `path`."""

    slug: str
    name: str
    lines: tuple[Line, ...]
    hidden: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """One reader's letter for one local date, before it becomes bytes."""

    reader: Reader
    local_date: date
    window: Window
    composed: datetime
    top: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()
    quiet: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    """Names of what the reader chose; empty: every company."""
    health: FeedHealth = field(default_factory=FeedHealth)
    reports: int = 0
    stories: int = 0
    hidden: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    """(company name, stories) in the reader's order."""
    glance: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """(company name, stories a day, oldest first)."""
    kind: str = "digest"
    key: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.top + tuple(line for section in self.sections for line in section.lines)

    @property
    def told(self) -> list[Told]:
        return [Told(line.story_id, line.last_item, line.report.item_id) for line in self.lines]

    @property
    def empty(self) -> bool:
        return not self.top and not any(section.lines for section in self.sections)

    @property
    def silent(self) -> bool:
        """Nothing to tell, and the reader wants no letter that says so."""
        return self.empty and not self.reader.all_quiet

    @property
    def days(self) -> int:
        """How many days the window covers, rounded, at least one."""
        return max(1, round((self.window.until - self.window.since).total_seconds() / 86400))
