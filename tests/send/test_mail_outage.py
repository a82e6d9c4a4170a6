"""The mail server is away for 48 hours (time is passed in): letters wait, old ones give way, all news arrives once.

And the lock of who sends belongs to somebody else."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chipwire.domain import Reader
from chipwire.keep.db import Store, open_store
from chipwire.keep.people import letters
from chipwire.keep.sql import meta
from chipwire.pipeline.digests import Desk, Mailer, queue_digests, send_due
from chipwire.pipeline.sending import STOPPED
from chipwire.send.smtp import Server
from tests.crash.world import Sink
from tests.loopback import free_port
from tests.send.conftest import NOW

HOUR = timedelta(hours=1)
SEND_AS_ANOTHER = """
import os, sys
from pathlib import Path
from chipwire.domain import utc
from chipwire.keep.sql import meta
from chipwire.keep.db import open_store
from chipwire.pipeline.sending import STOPPED, Mailer, send_due
from chipwire.send.smtp import Server

if os.geteuid() == 0:
    for file in (sys.argv[1], os.path.dirname(sys.argv[1])):
        os.chown(file, 65534, 65534)
    os.setuid(65534)
store = open_store(Path(sys.argv[1]))
print(send_due(store, Mailer(Server("127.0.0.1", 9, "digest@chipwire.test")), utc(2026, 11, 23)).stopped)
with store.read() as c:
    print(meta.get(c, STOPPED))
"""


def test_forty_eight_hours_without_the_mail_server(
    store: Store, desk: Desk, publish: Callable[..., int], subscribe: Callable[..., Reader]
) -> None:
    alice = subscribe("alice", zone="UTC", hour=7)
    away = Mailer(Server("127.0.0.1", free_port(), "digest@chipwire.test", security="none", timeout=1))
    stories = []
    for hour in range(0, 48, 4):
        now = NOW + hour * HOUR
        if hour % 12 == 0:
            stories.append(f"ByteDance tells part {hour}")
            publish(stories[-1], at=now - HOUR / 2)
        queue_digests(store, desk, now)
        sent = send_due(store, away, now)
        assert (sent.sent, sent.unknown) == (0, 0)
    with store.read() as c:
        states = Counter(letter.state for letter in letters.listing(c, alice.id))
        waiting = letters.listing(c, alice.id)[0]
        assert "does not answer" in (waiting.last_reply or "")
        assert "does not answer" in (meta.get(c, STOPPED) or ""), "and the doctor can tell"
    assert states == {"expired": 1, "retry": 1}, "a letter gives way to the next day's"
    with Sink() as sink:
        there = Mailer(Server("127.0.0.1", sink.port, "digest@chipwire.test", security="none", timeout=5))
        for hour in range(48, 80, 4):
            queue_digests(store, desk, NOW + hour * HOUR)
            send_due(store, there, NOW + hour * HOUR)
        sink.shutdown()
        with store.read() as c:
            assert not meta.get(c, STOPPED)
            known = {letter.message_id: letter for letter in letters.listing(c, alice.id)}
            gone = [letters.get(c, known[name].id or 0).body.decode() for name in sink.letters]
    assert max(sink.letters.values()) == 1
    assert {known[name].state for name in sink.letters} == {"sent"}
    for story in stories:
        assert sum(story in body for body in gone) == 1, "told once, in whichever letter left"


def test_a_stop_of_a_clock_that_ran_ahead_holds_nothing_up(
    store: Store, desk: Desk, publish: Callable[..., int], subscribe: Callable[..., Reader]
) -> None:
    """After a stop letters rest for a quarter of an hour, not until the time that the clock said."""
    subscribe("alice", zone="UTC", hour=7)
    publish("ByteDance tells a part")
    queue_digests(store, desk, NOW)
    away = Mailer(Server("127.0.0.1", free_port(), "digest@chipwire.test", security="none", timeout=1))
    with store.write() as c:
        meta.put(c, STOPPED, f"{(NOW + 400 * 24 * HOUR).isoformat()} the mail server does not answer")
    assert send_due(store, away, NOW).retry == 1, "it was tried"
    with store.read() as c:
        assert (meta.get(c, STOPPED) or "").startswith(NOW.isoformat())
    assert send_due(store, away, NOW + HOUR / 12).retry == 0


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_lock_that_another_user_made_stops_sending_in_words() -> None:
    """As after `sudo chipwire digest send`. SQLite would let every process have it at once, and letters leave twice."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "chipwire.db"
        open_store(place).close()
        lock = place.with_name("chipwire.db.sending")
        lock.touch(0o444)
        run = [sys.executable, "-c", SEND_AS_ANOTHER, str(place)]
        done = subprocess.run(run, env=os.environ, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    said = done.stdout.splitlines()[-2:]
    assert len(said) == 2, done.stderr
    assert said[0] == f"{lock} belongs to another user: remove it, or give it to the one that chipwire runs as"
    assert said[1].endswith(said[0]), "and the doctor can tell"
