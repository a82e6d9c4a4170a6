"""A store that was another's: of an older chipwire, or in a backup. What is done before it is used, in words."""

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from chipwire.errors import StoreError

if TYPE_CHECKING:
    from chipwire.keep.db import Store


def idle(store: "Store") -> None:
    """Before the store changes: the clock of another chipwire would go on writing as it knows. StoreError when one is
    at work; of one that was killed nothing is left when its lease has run out."""
    from chipwire import clock
    from chipwire.clock.keeper import LEASE
    from chipwire.keep import lease, migrations, vitals

    since = clock.now()
    while True:
        with store.read() as c:
            there = migrations.revision(c)
            holder = there and lease.holder_of(c, vitals.CLOCK, clock.now())
        if not holder:
            return
        if clock.now() - since > timedelta(seconds=LEASE):
            raise StoreError(
                f"the store {store.engine.url.database} is to be brought up to date, and the clock {holder} of another"
                " chipwire is at work on it: stop that one first"
            )
        if clock.now() - since < timedelta(seconds=1):
            progress(f"waiting for the clock {holder} of another chipwire to end")
        time.sleep(1)


def progress(words: str) -> None:
    """Of what takes minutes for a store of a million items."""
    print(f"the store is brought up to date: {words}", file=sys.stderr, flush=True)


def settled(store: "Store") -> None:
    """Before anything is added or sent: where a backup has taken the store's place, make it the store and say so.

    Who only looks at a backup leaves it one.
    """
    from chipwire import clock
    from chipwire.keep import restored

    with store.read() as c:
        if not restored.waits(c):
            return
    with store.write() as c:
        done = restored.settle(c, clock.now())
    if done:
        print(
            f"This store was put back from a backup of about {done.made[:16]} UTC. What feeds still show comes again, "
            "under new ids; who subscribed, left or changed something since then is as before. Letters that may have "
            f"left already ({done.letters} waited) are held unless a receipt mailbox tells their fate: "
            "`chipwire digest list --state unknown` shows them, `chipwire digest release --all` sends them.",
            file=sys.stderr,
        )
