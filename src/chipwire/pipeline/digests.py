"""STORY → OUTBOX: who is due gets a letter, written once for all readers of the same choices."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import structlog

from chipwire.domain import Alert, DigestStory, FeedHealth, Letter, LetterState, Reader, Told, Window
from chipwire.keep import restored
from chipwire.keep.db import Connection, Store
from chipwire.keep.people import alerts, digests, letters, outbox, readers
from chipwire.pipeline.alerts import queue_alerts
from chipwire.pipeline.desk import Desk, asked_again, row, stood_for
from chipwire.pipeline.sending import Mailer, send_due
from chipwire.send import schedule
from chipwire.send.compose import compose
from chipwire.send.render import Pressed, Rendered, press

__all__ = ["Desk", "Mailer", "Queued", "preview", "queue_digests", "round", "send_due"]
log = structlog.get_logger()
K = TypeVar("K")
V = TypeVar("V")

BATCH = 50
KEPT_LETTERS = 64
KEPT_WINDOWS = 4


@dataclass
class Queued:
    letters: int = 0
    empty: int = 0
    """Skipped: nothing to tell, and the reader wants no letter that says so."""
    alarm: str | None = None
    """Something for the operator, never for the readers."""


class _Memory(NamedTuple):
    """What a reader was told: the newest item by story, and which reports were shown that were corrected since."""

    told: Mapping[int, int] = MappingProxyType({})
    shown: frozenset[int] = frozenset()


@dataclass
class _Round:
    """What the readers of one round share: windows, their stories, and letters pressed for the same choices."""

    c: Connection
    desk: Desk
    now: datetime
    volume: dict[str, tuple[int, ...]] = field(init=False)
    health: FeedHealth = field(init=False)
    searches: dict[int, list[Alert]] = field(init=False)
    restored: datetime | None = field(init=False)
    _stories: dict[tuple[int, int], tuple[list[DigestStory], set[int]]] = field(default_factory=dict)
    _pressed: dict[Hashable, Pressed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.volume = digests.volume(self.c, self.now)
        self.health = digests.health(self.c)
        self.searches = alerts.daily(self.c)
        self.restored = restored.at(self.c, self.now)

    def remember(self, readers: Iterable[Reader]) -> "dict[int, _Memory]":
        """What each of these readers was told."""
        ids = [reader.id or 0 for reader in readers]
        told, shown = letters.told_all(self.c, ids), letters.shown(self.c, ids)
        return {one: _Memory(told.get(one, {}), shown.get(one, frozenset())) for one in ids}

    def pressed(self, reader: Reader, day: date, memory: "_Memory") -> Pressed:
        """The letter for this reader's choices, window and memory; made once for all who share them."""
        assert reader.id is not None
        window = digests.window(self.c, reader, self.now)
        stories, known = self._in(window)
        told = {story: item for story, item in memory.told.items() if story in known}
        shown = (memory.shown & known) | stood_for(self.c, reader.id, stories, told)
        mine = self.searches.get(reader.id, ())
        saved = tuple(asked_again(self.c, alert, window.low, window.high) for alert in mine)
        key = (choices(reader), window, day, frozenset(told.items()), shown, saved)
        if key not in self._pressed:
            digest = compose(
                reader, stories, window, self.now, catalogue=self.desk.catalogue, local_date=day, told=told,
                shown=shown, health=self.health, volume=self.volume, saved=saved,
            )  # fmt: skip
            _bounded(self._pressed, KEPT_LETTERS)[key] = press(digest, self.desk.sender)
        return self._pressed[key]

    def _in(self, window: Window) -> tuple[list[DigestStory], set[int]]:
        """The window's stories, and every id by which one of them may have been told."""
        inside = window.low, window.high
        if inside not in self._stories:
            found = digests.stories(self.c, window.low, window.high)
            ids = {name for story in found for name in story.names}
            _bounded(self._stories, KEPT_WINDOWS)[inside] = (found, ids)
        return self._stories[inside]


def choices(reader: Reader) -> tuple[Hashable, ...]:
    """What decides a reader's letter apart from the news; readers who agree in it get the same one."""
    return (
        reader.zone, reader.locale, reader.format, reader.min_role, reader.all_quiet,
        tuple(reader.companies), tuple(reader.topics), tuple(reader.languages), tuple(reader.muted),
    )  # fmt: skip


def _bounded(memory: dict[K, V], most: int) -> dict[K, V]:
    """The memory with room for one more: the oldest entry goes when it is full."""
    while len(memory) >= most:
        memory.pop(next(iter(memory)))
    return memory


def round(store: Store, mailer: Mailer | None, desk: Desk, *, patient: bool = True) -> dict[str, int]:
    """One turn: queue what is due, send what is due; counts by name. Without a mailer letters wait in the outbox.

    `patient` is that of `send_due`.
    """
    queued = queue_digests(store, desk, desk.now())
    at_once = queue_alerts(store, desk, desk.now())
    if queued.alarm:
        log.error("no digests", reason=queued.alarm)
    counts = {"letters_queued": queued.letters + at_once, "letters_skipped": queued.empty}
    if mailer is not None:
        sent = send_due(store, mailer, desk.now(), patient=patient)
        counts |= {"letters_sent": sent.sent, "letters_retried": sent.retry, "letters_failed": sent.failed}
    return counts


def queue_digests(
    store: Store, desk: Desk, now: datetime, *, only: Iterable[int] | None = None, at_once: bool = False
) -> Queued:
    """Write the digest of every reader whose moment has come; `at_once` writes today's for `only` whatever the hour."""
    with store.write() as c:
        outbox.expire(c, now)
        readers.forget_pending(c, now)
    with store.read() as c:
        due = _everyone_due(c, now, only, at_once)
        queued = Queued()
        if not due:
            return queued
        shared = _Round(c, desk, now)
        if shared.health.total and len(shared.health.failed) == shared.health.total:
            return Queued(alarm=f"all {shared.health.total} feeds fail: no digest was written")
        due.sort(key=lambda pair: repr(choices(pair[0])))
        for at in range(0, len(due), BATCH):
            _queue_batch(store, shared, due[at : at + BATCH], queued)
    return queued


def rehearse(store: Store, desk: Desk, now: datetime, *, only: Iterable[int]) -> list[Rendered]:
    """The letters that would be queued now, those of `only` whatever the hour; nothing is written."""
    with store.read() as c:
        due = {reader.id: (reader, day) for reader, day in _everyone_due(c, now, only, True)}
        due |= {reader.id: (reader, day) for reader, day in _everyone_due(c, now, None, False)}
        shared = _Round(c, desk, now)
        memory = shared.remember(reader for reader, _ in due.values())
        return [shared.pressed(reader, day, memory[reader.id or 0]).address(reader) for reader, day in due.values()]


def preview(store: Store, desk: Desk, reader: Reader, now: datetime, *, as_new: bool = False) -> Rendered:
    """The letter this reader would get now, or `as_new` the one of a reader without letters; nothing is written."""
    with store.read() as c:
        shared = _Round(c, desk, now)
        memory = _Memory() if as_new else shared.remember([reader])[reader.id or 0]
        reader = reader.model_copy(update={"watermark": 0}) if as_new else reader
        return shared.pressed(reader, schedule.local_date(reader, now), memory).address(reader)


def _everyone_due(c: Connection, now: datetime, only: Iterable[int] | None, at_once: bool) -> list[tuple[Reader, date]]:
    last = letters.last_dates(c, now)
    wanted = None if only is None else set(only)
    return [
        (reader, day)
        for reader in readers.active(c)
        if (wanted is None or reader.id in wanted) and (day := _due(reader, last, now, at_once)) is not None
    ]


def _due(reader: Reader, last: dict[int, date], now: datetime, at_once: bool) -> date | None:
    assert reader.id is not None
    if at_once:
        today = schedule.local_date(reader, now)
        return today if last.get(reader.id, date.min) < today else None
    return schedule.due(reader, last.get(reader.id), now)


def _queue_batch(store: Store, shared: _Round, due: list[tuple[Reader, date]], queued: Queued) -> None:
    """Letters are written outside the writing transaction, then queued together."""
    memory = shared.remember(reader for reader, _ in due)
    made = [_letter(shared, reader, day, memory[reader.id or 0]) for reader, day in due]
    with store.write() as c:
        numbers = outbox.queue_all(c, made)
    states = Counter(letter.state for (letter, _), number in zip(made, numbers, strict=True) if number is not None)
    queued.letters += states["pending"]
    queued.empty += states["skipped_empty"]


def _letter(shared: _Round, reader: Reader, day: date, memory: _Memory) -> tuple[Letter, list[Told]]:
    done = shared.pressed(reader, day, memory).address(reader)
    expires = schedule.following(reader, shared.now)
    return row(done, shared.now, expires, _state(shared, done, reader, day)), done.digest.told


def _state(shared: _Round, done: Rendered, reader: Reader, day: date) -> LetterState:
    """Of a letter for a time before a backup took the store's place nobody knows whether it has left already. Who
    came after that has had none."""
    if done.digest.silent:
        return "skipped_empty"
    due, back = schedule.moment(reader, day), shared.restored
    return "unknown" if back and due and max(due, reader.created) <= back else "pending"
