"""Letters through a real Postfix into real mailboxes, and every documented end of a letter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from chipwire.domain import Reader
from chipwire.keep.db import Store
from chipwire.keep.people import letters, readers
from chipwire.pipeline.digests import Desk, Mailer, queue_digests, send_due
from chipwire.send.smtp import Session
from tests.send.conftest import NOW
from tests.send.mailbed import Mailbed

pytestmark = [pytest.mark.mail, pytest.mark.slow]
Publish = Callable[..., int]
Subscribe = Callable[..., Reader]


def states(store: Store) -> dict[str, str]:
    """Address → state of its letter."""
    with store.read() as c:
        address = {r.id: r.email.split("@")[0] for r in readers.listing(c)}
        return {address[letter.reader_id]: letter.state for letter in letters.listing(c)}


def test_letters_arrive_and_are_read_back(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, mail: Mailbed
) -> None:
    publish("ByteDance plans its own inference chip")
    subscribe("alice"), subscribe("bob", companies=["bytedance"])
    assert queue_digests(store, desk, NOW).letters == 2
    assert send_due(store, Mailer(mail.server()), NOW).sent == 2
    for user in ("alice", "bob"):
        [letter] = mail.wait(user, 1)
        assert letter["To"] == f"{user}@chipwire.test"
        assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
        assert not letter.defects
        assert not [part.defects for part in letter.walk() if part.defects]
        assert all("ByteDance plans its own inference chip" in part.get_content() for part in letter.iter_parts())
    assert send_due(store, Mailer(mail.server()), NOW).sent == 0


def test_must_9_every_refusal_ends_in_its_documented_state(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, mail: Mailbed
) -> None:
    publish("Samsung wins an order", about=("samsung",))
    for name in ("gone", "full", "grey", "latefull", "alice"):
        subscribe(name)
    queue_digests(store, desk, NOW)
    with capture_logs() as lines:
        sent = send_due(store, Mailer(mail.server()), NOW)
    told = {line["outcome"]: line["log_level"] for line in lines if line["event"] == "letter"}
    assert told == {"refused": "warning", "deferred": "info", "delivered": "info"}
    assert states(store) == {"gone": "failed", "full": "retry", "grey": "retry", "latefull": "retry", "alice": "sent"}
    assert (sent.sent, sent.retry, sent.failed, sent.suppressed) == (1, 3, 1, 1)
    with store.read() as c:
        assert [row["email"] for row in readers.suppressions(c)] == ["gone@chipwire.test"]
        waits = [letter.next_try - NOW for letter in letters.listing(c, state="retry")]
    assert all(timedelta(minutes=3) < wait < timedelta(minutes=7) for wait in waits)
    assert len(set(waits)) == 3, "jitter spreads them"
    for hours in (1, 2, 4, 8, 16):
        send_due(store, Mailer(mail.server()), NOW + timedelta(hours=hours))
    assert send_due(store, Mailer(mail.server()), NOW + timedelta(hours=30)).retry == 0
    assert states(store)["full"] == "expired"
    assert len(mail.wait("alice", 1)) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_verified_tls(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, mail: Mailbed, security: str
) -> None:
    publish("Baidu rents out its chips", about=("baidu",))
    subscribe("bob")
    queue_digests(store, desk, NOW)
    assert send_due(store, Mailer(mail.server(security)), NOW).sent == 1  # type: ignore[arg-type]
    assert len(mail.wait("bob", 1)) == 1


@pytest.mark.parametrize("fault", ["wrong password", "unknown certificate", "policy"])
def test_must_9_what_concerns_us_stops_the_run_and_suppresses_nobody(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, mail: Mailbed, fault: str
) -> None:
    from dataclasses import replace

    publish("Nvidia names a date", about=("nvidia",))
    for name in ("policy", "alice"):
        subscribe(name)
    queue_digests(store, desk, NOW)
    server = {
        "wrong password": mail.server("starttls", password="not this"),
        "unknown certificate": replace(mail.server("tls"), ca_file=None),
        "policy": mail.server(),
    }[fault]
    sent = send_due(store, Mailer(server), NOW)
    assert sent.stopped
    assert (sent.sent, sent.failed, sent.suppressed) == (0, 0, 0)
    assert sorted(states(store).values()) == ["pending", "retry"]
    with store.read() as c:
        assert readers.suppressions(c) == []
    assert send_due(store, Mailer(mail.server()), NOW + timedelta(minutes=1)).sent == 0, "a stopped run keeps still"
    assert send_due(store, Mailer(mail.server()), NOW + timedelta(minutes=16), patient=False).sent == 1
    assert len(mail.wait("alice", 1)) == 1


def test_must_9_a_bounce_counts_only_for_a_letter_of_ours(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, mail: Mailbed
) -> None:
    """vanished@ is accepted at the door and bounces later: Postfix itself writes the notification."""
    publish("Alibaba shows a board", about=("alibaba",))
    subscribe("vanished")
    stranger = subscribe("never-written-to")
    queue_digests(store, desk, NOW, only=[1], at_once=True)
    assert send_due(store, Mailer(mail.server()), NOW).sent == 1
    assert mail.wait("bounces", 1)
    forged = mail.raw("bounces")[0].replace(b"vanished@", b"never-written-to@")
    with Session(mail.server()) as session:
        for bounce in (forged, forged.replace(b"<digest.", b"<other.")):
            session.deliver("bounces@chipwire.test", bounce, lambda: True)
    mail.wait("bounces", 3)
    sent = send_due(store, Mailer(mail.server(), mail.mailbox("bounces")), NOW)
    assert (sent.failed, sent.suppressed) == (1, 1)
    assert states(store)["vanished"] == "failed"
    with store.read() as c:
        assert [row["email"] for row in readers.suppressions(c)] == ["vanished@chipwire.test"]
        assert readers.get(c, stranger.id or 0).status == "active"
    assert send_due(store, Mailer(mail.server(), mail.mailbox("bounces")), NOW).failed == 0
