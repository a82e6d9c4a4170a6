"""kill -9 at any moment, lost answers, servers that restart: nothing is lost, and with receipts nothing comes twice."""

import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from chipwire.domain import Reader
from chipwire.keep.db import Store
from chipwire.keep.people import letters
from chipwire.pipeline.digests import Desk, Mailer, queue_digests, send_due
from tests.send.conftest import NOW
from tests.send.mailbed import Mailbed
from tests.send.wire import GRACE, STAGES, Proxy, Sending, through

pytestmark = [pytest.mark.mail, pytest.mark.slow]
READERS = int(os.environ.get("CHIPWIRE_TEST_READERS", "60"))
KILLS = int(os.environ.get("CHIPWIRE_TEST_KILLS", "40"))


@pytest.fixture
def crowd(store: Store, desk: Desk, publish: Callable[..., int], subscribe: Callable[..., Reader]) -> set[str]:
    """Message-IDs of one queued letter for each of many readers."""
    publish("ByteDance plans its own inference chip")
    for number in range(READERS):
        subscribe(f"crowd{number}")
    assert queue_digests(store, desk, NOW).letters == READERS
    with store.read() as c:
        return {letter.message_id for letter in letters.listing(c)}


class Fate:
    """Kills the current sender at `stage` of every `each`-th letter."""

    def __init__(self, stage: str, each: int, action: str = "cut") -> None:
        self.stage, self.each, self.action = stage, each, action
        self.seen = self.struck = 0
        self.sending: Sending | None = None

    def __call__(self, stage: str) -> str | None:
        if stage != self.stage:
            return None
        self.seen += 1
        if self.seen % self.each:
            return None
        self.struck += 1
        if self.sending and self.action == "cut":
            self.sending.kill()
        return self.action


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chipwire.db"


def left(store: Store) -> Counter[str]:
    with store.read() as c:
        return Counter({k: v for k, v in letters.states(c).items() if k not in ("sent", "skipped_empty")})


def finish(store: Store, mailer: Mailer, now: datetime) -> None:
    """Runs, with time passing, until nothing is left that another run could move."""
    for _ in range(30):
        send_due(store, mailer, now, patient=False)
        if not {"pending", "retry", "claimed", "in_data"} & set(left(store)) and (
            not left(store)["unknown"] or not (mailer.mailbox or mailer.resend)
        ):
            return
        time.sleep(0.3)
        now += timedelta(minutes=10)
    raise AssertionError(left(store))


def drive(store: Store, path: Path, mailer: Mailer, fate: Fate) -> None:
    """Start sender after sender, each killed by `fate`, until one runs through or all were struck."""
    for turn in range(READERS):
        fate.sending = Sending(path, mailer, NOW + timedelta(seconds=turn))
        fate.sending.end()
        if not {"pending", "retry", "claimed"} & set(left(store)):
            return


@pytest.mark.parametrize("stage", STAGES)
def test_must_7_forced_points_with_receipts(
    store: Store, path: Path, crowd: set[str], mail: Mailbed, stage: str
) -> None:
    fate = Fate(stage, each=5)
    proxy = Proxy(mail.smtp, fate)
    mailer = through(mail, proxy.port, receipt=True)
    try:
        drive(store, path, mailer, fate)
    finally:
        proxy.close()
    assert fate.struck >= READERS // 10
    mail.settle()
    finish(store, Mailer(mail.server(receipt=True), mail.mailbox("receipts"), grace=GRACE), NOW + timedelta(hours=8))
    mail.settle()
    assert Counter(mail.names("alice")) == Counter(crowd), "each exactly once"
    assert not left(store)


def test_must_7_random_kills_with_receipts(store: Store, path: Path, crowd: set[str], mail: Mailbed) -> None:
    draw = random.Random(7)
    mailer = Mailer(mail.server(receipt=True), mail.mailbox("receipts"), grace=GRACE)
    kills = 0
    start = time.monotonic()
    while kills < KILLS and {"pending", "retry", "claimed", "in_data", "unknown"} & set(left(store)):
        sending = Sending(path, mailer, NOW + timedelta(seconds=time.monotonic() - start))
        sending.ready.wait(20)
        time.sleep(draw.uniform(0.0, 0.016 * READERS / KILLS))
        sending.kill()
        sending.end()
        kills += 1
    mail.settle()
    finish(store, mailer, NOW + timedelta(hours=8))
    mail.settle()
    print(f"{kills} kills, {READERS} letters")
    assert kills >= min(KILLS, READERS // 4)
    assert Counter(mail.names("alice")) == Counter(crowd)


@pytest.mark.parametrize("resend", [False, True])
def test_must_8_a_swallowed_answer_without_receipts(
    store: Store, path: Path, crowd: set[str], mail: Mailbed, resend: bool
) -> None:
    """hold: nobody gets it twice and the operator sees it; resend: nobody misses it, some get it twice."""
    fate = Fate("250", each=5, action="swallow")
    proxy = Proxy(mail.smtp, fate)
    mailer = through(mail, proxy.port, receipt=False, resend=resend)
    try:
        send_due(store, mailer, NOW, patient=False)
        with store.read() as c:
            held = {letter.message_id for letter in letters.unknown(c)}
        assert len(held) == fate.struck == READERS // 5
    finally:
        proxy.close()
    finish(store, Mailer(mail.server(), resend=resend), NOW + timedelta(minutes=10))
    mail.settle()
    expected = Counter(crowd) + Counter(held) if resend else Counter(crowd)
    assert Counter(mail.names("alice")) == expected
    assert left(store)["unknown"] == (0 if resend else len(held))


def test_must_8_a_swallowed_answer_with_receipts(store: Store, path: Path, crowd: set[str], mail: Mailbed) -> None:
    fate = Fate("250", each=5, action="swallow")
    proxy = Proxy(mail.smtp, fate)
    try:
        assert send_due(store, through(mail, proxy.port, receipt=True), NOW, patient=False).unknown == READERS // 5
    finally:
        proxy.close()
    mail.settle()
    finish(store, Mailer(mail.server(receipt=True), mail.mailbox("receipts"), grace=GRACE), NOW + timedelta(minutes=10))
    mail.settle()
    assert Counter(mail.names("alice")) == Counter(crowd)


def test_the_server_restarts_in_the_middle(store: Store, path: Path, crowd: set[str], mail: Mailbed) -> None:
    mailer = Mailer(mail.server(receipt=True), mail.mailbox("receipts"), grace=GRACE)
    sending = Sending(path, mailer, NOW)
    sending.ready.wait(20)
    time.sleep(0.1)
    mail.postfix("stop")
    sending.end()
    assert left(store), "it stopped before the end"
    send_due(store, mailer, NOW + timedelta(minutes=10), patient=False)
    mail.postfix("start")
    mail.settle()
    finish(store, mailer, NOW + timedelta(hours=1))
    mail.settle()
    handed_over = {(letter["Message-ID"], _queue_id(letter)) for letter in mail.letters("alice")}
    assert Counter(name for name, _ in handed_over) == Counter(crowd)


def _queue_id(letter: EmailMessage) -> str:
    """Under which Postfix took it: one that is stopped while it delivers may deliver what it took once more."""
    found = re.search(r"\(Postfix\)\s+with\s+E?SMTPS?A?\s+id\s+(\w+)", " ".join(letter.get_all("Received") or []))
    assert found, letter.get_all("Received")
    return found[1]


def test_only_one_process_sends(store: Store, path: Path, crowd: set[str], mail: Mailbed) -> None:
    mailer = Mailer(mail.server())
    sendings = [Sending(path, mailer, NOW) for _ in range(3)]
    for sending in sendings:
        sending.end()
    finish(store, mailer, NOW)
    mail.settle()
    assert Counter(mail.names("alice")) == Counter(crowd)
