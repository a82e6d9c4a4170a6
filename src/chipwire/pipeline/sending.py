"""OUTBOX → INBOX: letters that are due leave, every step of theirs committed before the next one is taken."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

import structlog

from chipwire.domain import Letter
from chipwire.errors import SendStopped
from chipwire.keep.db import Store
from chipwire.keep.people import letters, outbox, readers
from chipwire.keep.sql import meta
from chipwire.send import receipts, replies, schedule, smtp

log = structlog.get_logger()

STOPPED = "send_stopped"
PAUSE = timedelta(minutes=15)


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
class Sent:
    sent: int = 0
    retry: int = 0
    failed: int = 0
    suppressed: int = 0
    unknown: int = 0
    stopped: str | None = None
    """Why the run ended early."""


def send_due(store: Store, mailer: Mailer, now: datetime, *, patient: bool = True) -> Sent:
    """Send everything that is due, one letter at a time. After a stop `patient` runs keep still for PAUSE."""
    sent = Sent()
    try:
        with outbox.alone(store) as free:
            if free:
                _send(store, mailer, now, sent, patient)
            else:
                sent.stopped = "another process is sending"
    except SendStopped as error:
        log.error("sending stopped", reason=str(error))
        _note(store, now, sent, str(error))
    return sent


def _send(store: Store, mailer: Mailer, now: datetime, sent: Sent, patient: bool) -> None:
    with store.write() as c:
        outbox.recover(c, now)
        outbox.expire(c, now)
        stop = meta.get(c, STOPPED)
    _read_bounces(store, mailer, now, sent)
    _settle_unknown(store, mailer, now, sent)
    if patient and stop:
        at, why = stop.split(" ", 1)
        if abs(now - datetime.fromisoformat(at)) < PAUSE:  # one far in the future was of a wrong clock
            sent.stopped = why
            return
    _run(store, mailer, now, sent)
    if sent.stopped or stop:
        _note(store, now, sent, sent.stopped)


def _note(store: Store, now: datetime, sent: Sent, why: str | None) -> None:
    """Why sending stopped, for who asks and for the next run; None when it goes on."""
    sent.stopped = why
    with store.write() as c:
        meta.put(c, STOPPED, f"{now.isoformat()} {why}" if why else "")


def _run(store: Store, mailer: Mailer, now: datetime, sent: Sent) -> None:
    with smtp.Session(mailer.server) as session:
        while True:
            with store.write() as c:
                claimed = outbox.claim(c, now)
            if claimed is None:
                return
            row, email = claimed
            try:
                outcome = session.deliver(email, row.body, partial(_enter_data, store, row, now))
            except SendStopped as error:
                _retry(store, row, now, str(error))
                raise
            _settle(store, row, email, outcome, now, sent)
            if isinstance(outcome, replies.Unreachable):
                sent.stopped = outcome.reply
                return


def _enter_data(store: Store, row: Letter, now: datetime) -> bool:
    """Committed to the disk: after a power cut, too, it must be known that DATA came next."""
    assert row.id is not None
    with store.write(durable=True) as c:
        return outbox.in_data(c, row.id, now)


def _settle(store: Store, row: Letter, email: str, outcome: replies.Outcome, now: datetime, sent: Sent) -> None:
    assert row.id is not None
    say = log.warning if isinstance(outcome, replies.Refused | replies.Ambiguous) else log.info
    say("letter", reader=row.reader_id, kind=row.kind, outcome=type(outcome).__name__.lower(), why=outcome.reply)
    match outcome:
        case replies.Delivered():
            sent.sent += 1
            with store.write() as c:
                outbox.settle(c, row.id, "sent", now, outcome.reply)
        case replies.Refused():
            sent.failed += 1
            with store.write() as c:
                outbox.settle(c, row.id, "failed", now, outcome.reply)
                if outcome.gone:
                    sent.suppressed += 1
                    readers.suppress(c, email, outcome.reply, now)
        case replies.Ambiguous():
            sent.unknown += 1
            with store.write() as c:
                outbox.settle(c, row.id, "unknown", now, outcome.reply, now)
        case replies.Withdrawn():
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
        doubtful = letters.unknown(c)
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
            row = letters.by_message_id(c, bounce.message_id)
            if row is None or row.id is None or readers.get(c, row.reader_id).email != bounce.recipient:
                continue
            sent.failed += 1
            why = f"{bounce.status} {bounce.diagnostic}".strip()
            log.warning("letter", reader=row.reader_id, kind=row.kind, outcome="bounced", why=why)
            outbox.settle(c, row.id, "failed", now, why)
            if bounce.status in replies.GONE:
                sent.suppressed += 1
                readers.suppress(c, bounce.recipient, why, now)
