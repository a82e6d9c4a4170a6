"""STORY → INBOX: who is due gets a letter into the outbox; what is due leaves it, every step committed."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

import structlog

from chipwire.domain import DigestStory, FeedHealth, Letter, Reader, Window
from chipwire.errors import SendStopped
from chipwire.keep import digests, meta, outbox, readers
from chipwire.keep.db import Connection, Store
from chipwire.send import receipts, schedule, smtp
from chipwire.send.compose import Catalogue, compose
from chipwire.send.render import Pressed, Rendered, Sender, press

log = structlog.get_logger()
K = TypeVar("K")
V = TypeVar("V")

BATCH = 50
KEPT_LETTERS = 64
KEPT_WINDOWS = 4
STOPPED = "send_stopped"
PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Desk:
    """Where letters are written: who sends, what companies and topics are called, what time it is."""

    sender: Sender
    catalogue: Catalogue
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Mailer:
    """How letters leave: the server, the mailbox that proves delivery, and what to do without that proof."""

    server: smtp.Server
    mailbox: receipts.Mailbox | None = None
    resend: bool = False
    """Without a receipt mailbox: send again what may have arrived (True), or hold it for the operator (False)."""
    grace: timedelta = timedelta(minutes=10)
    """How long a receipt may take before a letter counts as not delivered."""


@dataclass
class Queued:
    letters: int = 0
    empty: int = 0
    alarm: str | None = None
    """Something for the operator, never for the readers."""


@dataclass
class Sent:
    sent: int = 0
    retry: int = 0
    failed: int = 0
    suppressed: int = 0
    unknown: int = 0
    stopped: str | None = None
    """Why the run ended early."""


@dataclass
class _Round:
    """What the readers of one round share: windows, their stories, and letters pressed for the same choices."""

    c: Connection
    desk: Desk
    now: datetime
    volume: dict[str, tuple[int, ...]] = field(init=False)
    health: FeedHealth = field(init=False)
    _windows: dict[int, Window] = field(default_factory=dict)
    _stories: dict[Window, tuple[list[DigestStory], set[int]]] = field(default_factory=dict)
    _pressed: dict[Hashable, Pressed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.volume = digests.volume(self.c, self.now)
        self.health = digests.health(self.c)

    def pressed(self, reader: Reader, day: date) -> Pressed:
        """The letter for this reader's choices, window and memory; made once for all who share them."""
        assert reader.id is not None
        window = self._window(reader)
        stories, known = self._in(window)
        told = {story: item for story, item in outbox.told(self.c, reader.id).items() if story in known}
        key = (choices(reader), window, day, frozenset(told.items()))
        if key not in self._pressed:
            digest = compose(
                reader, stories, window, self.now, catalogue=self.desk.catalogue, local_date=day, told=told,
                health=self.health, volume=self.volume,
            )  # fmt: skip
            _bounded(self._pressed, KEPT_LETTERS)[key] = press(digest, self.desk.sender)
        return self._pressed[key]

    def _window(self, reader: Reader) -> Window:
        if reader.watermark not in self._windows:
            _bounded(self._windows, 1000)[reader.watermark] = digests.window(self.c, reader, self.now)
        return self._windows[reader.watermark]

    def _in(self, window: Window) -> tuple[list[DigestStory], set[int]]:
        """The window's stories, and every id by which one of them may have been told."""
        if window not in self._stories:
            found = digests.stories(self.c, window.low, window.high)
            ids = {story.id for story in found} | {report.item_id for story in found for report in story.reports}
            _bounded(self._stories, KEPT_WINDOWS)[window] = (found, ids)
        return self._stories[window]


def choices(reader: Reader) -> tuple[Hashable, ...]:
    """What decides a reader's letter apart from the news; readers who agree in it get the same one."""
    return (
        reader.zone, reader.locale, reader.format, reader.min_role, reader.all_quiet,
        tuple(reader.companies), tuple(reader.topics), tuple(reader.languages),
    )  # fmt: skip


def _bounded(memory: dict[K, V], most: int) -> dict[K, V]:
    """The memory with room for one more: the oldest entry goes when it is full."""
    while len(memory) >= most:
        memory.pop(next(iter(memory)))
    return memory


def round(store: Store, mailer: Mailer | None, desk: Desk) -> dict[str, int]:
    """One turn: queue what is due, send what is due; counts by name. Without a mailer letters wait in the outbox."""
    queued = queue_digests(store, desk, desk.now())
    counts = {"letters_queued": queued.letters}
    if mailer is not None:
        sent = send_due(store, mailer, desk.now())
        counts |= {"letters_sent": sent.sent, "letters_retried": sent.retry, "letters_failed": sent.failed}
    return counts


def queue_digests(
    store: Store, desk: Desk, now: datetime, *, only: Iterable[int] | None = None, at_once: bool = False
) -> Queued:
    """Write the digest of every reader whose moment has come; `at_once` writes today's for `only` whatever the hour."""
    with store.write() as c:
        outbox.expire(c, now)
        outbox.forget(c, now)
        readers.forget_pending(c, now)
    with store.read() as c:
        last = outbox.last_dates(c)
        wanted = None if only is None else set(only)
        due = [
            (reader, day)
            for reader in readers.active(c)
            if (wanted is None or reader.id in wanted) and (day := _due(reader, last, now, at_once)) is not None
        ]
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


def preview(store: Store, desk: Desk, reader: Reader, now: datetime) -> Rendered:
    """The letter this reader would get now; nothing is written."""
    with store.read() as c:
        return _Round(c, desk, now).pressed(reader, schedule.local_date(reader, now)).address(reader)


def send_due(store: Store, mailer: Mailer, now: datetime, *, patient: bool = True) -> Sent:
    """Send everything that is due, one letter at a time. After a stop `patient` runs keep still for PAUSE."""
    sent = Sent()
    with outbox.alone(store) as free:
        if not free:
            sent.stopped = "another process is sending"
            return sent
        with store.write() as c:
            outbox.recover(c, now)
            outbox.expire(c, now)
            stop = meta.get(c, STOPPED)
        _read_bounces(store, mailer, now, sent)
        _settle_unknown(store, mailer, now, sent)
        if patient and stop and datetime.fromisoformat(stop.split(" ", 1)[0]) + PAUSE > now:
            sent.stopped = stop.split(" ", 1)[1]
            return sent
        try:
            _run(store, mailer, now, sent)
        except SendStopped as error:
            sent.stopped = str(error)
            log.error("sending stopped", reason=str(error))
        with store.write() as c:
            if sent.stopped:
                meta.put(c, STOPPED, f"{now.isoformat()} {sent.stopped}")
            elif stop:
                meta.put(c, STOPPED, "")
    return sent


def _due(reader: Reader, last: dict[int, date], now: datetime, at_once: bool) -> date | None:
    assert reader.id is not None
    if at_once:
        today = schedule.local_date(reader, now)
        return today if last.get(reader.id, date.min) < today else None
    return schedule.due(reader, last.get(reader.id), now)


def _queue_batch(store: Store, shared: _Round, due: list[tuple[Reader, date]], queued: Queued) -> None:
    """Letters are written outside the writing transaction, then queued together."""
    made = [_letter(shared, reader, day) for reader, day in due]
    with store.write() as c:
        for row, told in made:
            if outbox.queue(c, row, told) is not None:
                queued.letters += row.state == "pending"
                queued.empty += row.state == "skipped_empty"


def _letter(shared: _Round, reader: Reader, day: date) -> tuple[Letter, list[tuple[int, int]]]:
    now = shared.now
    pressed = shared.pressed(reader, day)
    digest = pressed.digest
    silent = digest.empty and not reader.all_quiet
    done = pressed.address(reader)
    assert reader.id is not None
    row = Letter.model_construct(
        id=None,
        reader_id=reader.id,
        local_date=day,
        state="skipped_empty" if silent else "pending",
        message_id=done.message_id,
        subject=done.subject,
        body=b"" if silent else done.body,
        queued_at=now,
        next_try=now,
        expires_at=schedule.following(reader, now),
        low_item=digest.window.low,
        high_item=digest.window.high,
    )
    return row, [(line.story_id, line.last_item) for line in digest.lines]


def _run(store: Store, mailer: Mailer, now: datetime, sent: Sent) -> None:
    with smtp.Session(mailer.server) as session:
        while True:
            with store.write() as c:
                claimed = outbox.claim(c, now)
            if claimed is None:
                return
            row, email = claimed
            try:
                outcome = session.deliver(email, row.body, lambda row=row: _enter_data(store, row, now))  # type: ignore[misc]
            except SendStopped as error:
                _retry(store, row, now, str(error))
                raise
            _settle(store, mailer, row, email, outcome, now, sent)
            if isinstance(outcome, smtp.Unreachable):
                sent.stopped = outcome.reply
                return


def _enter_data(store: Store, row: Letter, now: datetime) -> bool:
    assert row.id is not None
    with store.write() as c:
        return outbox.in_data(c, row.id, now)


def _settle(
    store: Store, mailer: Mailer, row: Letter, email: str, outcome: smtp.Outcome, now: datetime, sent: Sent
) -> None:
    assert row.id is not None
    match outcome:
        case smtp.Delivered():
            sent.sent += 1
            with store.write() as c:
                outbox.settle(c, row.id, "sent", now, outcome.reply)
        case smtp.Refused():
            sent.failed += 1
            with store.write() as c:
                outbox.settle(c, row.id, "failed", now, outcome.reply)
                if outcome.gone:
                    sent.suppressed += 1
                    readers.suppress(c, email, outcome.reply, now)
        case smtp.Ambiguous():
            sent.unknown += 1
            with store.write() as c:
                outbox.settle(c, row.id, "unknown", now, outcome.reply, now)
        case smtp.Withdrawn():
            pass
        case _:
            sent.retry += 1
            _retry(store, row, now, outcome.reply)


def _retry(store: Store, row: Letter, now: datetime, reply: str) -> None:
    """Another try after a pause whose jitter is drawn from the letter itself."""
    assert row.id is not None
    spread = sha256(f"{row.message_id}{row.tries}".encode()).digest()[0] / 256
    with store.write() as c:
        outbox.settle(c, row.id, "retry", now, reply, now + schedule.backoff(row.tries, spread))


def _settle_unknown(store: Store, mailer: Mailer, now: datetime, sent: Sent) -> None:
    """Letters that may have arrived: the receipt mailbox knows; without one the setting decides."""
    with store.read() as c:
        doubtful = outbox.unknown(c)
    if not doubtful:
        return
    arrived = receipts.arrived(mailer.mailbox, [row.message_id for row in doubtful]) if mailer.mailbox else None
    with store.write() as c:
        for row in doubtful:
            assert row.id is not None
            if arrived is not None and row.message_id in arrived:
                sent.sent += 1
                outbox.settle(c, row.id, "sent", now, "found in the receipt mailbox")
            elif (arrived is not None and row.next_try + mailer.grace <= now) or (not mailer.mailbox and mailer.resend):
                outbox.settle(c, row.id, "pending", now, row.last_reply, now)
            else:
                sent.unknown += 1


def _read_bounces(store: Store, mailer: Mailer, now: datetime, sent: Sent) -> None:
    """A bounce counts only when it speaks of a letter of ours and of the address that letter went to."""
    for bounce in (receipts.bounces(mailer.mailbox) if mailer.mailbox else None) or []:
        with store.write() as c:
            row = outbox.by_message_id(c, bounce.message_id)
            if row is None or row.id is None or readers.get(c, row.reader_id).email != bounce.recipient:
                continue
            sent.failed += 1
            outbox.settle(c, row.id, "failed", now, f"{bounce.status} {bounce.diagnostic}".strip())
            if bounce.status in smtp.GONE:
                sent.suppressed += 1
                readers.suppress(c, bounce.recipient, f"{bounce.status} {bounce.diagnostic}".strip(), now)
