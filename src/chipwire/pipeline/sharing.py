"""Which due feeds this clock takes, and whether it places items: alone on its store, or one of several on a server.

Several clocks claim hosts, not feeds, so that a host is asked by one of them at a time and rests between two. One of
them holds the store's lease: it alone has the window of stories in memory, and places what all of them bring.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

import structlog

from chipwire.collect.pacing import pace
from chipwire.domain import Feed, FeedState
from chipwire.keep import host_claims, lease, vitals
from chipwire.keep.db import Connection, Store
from chipwire.keep.sources import feeds, holds

log = structlog.get_logger()
Due = list[tuple[Feed, FeedState]]
ROOM = 500
"""Feeds whose turns are under way in one clock at most; nearly all of them wait for their host or for an answer."""
EACH = 4
"""Feeds that a clock takes of one host at a time: before the next ones any clock may have the host."""


class Sharing(Protocol):
    """What a refresher asks of the way in which work is shared."""

    def due(self, now: datetime, busy: set[str], limit: int | None, only: set[str] | None) -> Due:
        """Feeds whose time has come, none of `busy`, at most `limit` (None: as many as fit)."""

    def stands(self, now: datetime) -> bool:
        """May a turn begin?"""

    def kept(self, c: Connection, ids: Iterable[str]) -> set[str]:
        """In a writing transaction: those of these feeds of which this clock may write what it learnt."""

    def places(self, c: Connection, now: datetime) -> bool:
        """In a writing transaction: is it this clock that puts items into stories?"""

    def ended(self, ids: Iterable[str], now: datetime) -> None:
        """The turns of these feeds are over, written or given up."""


@dataclass
class Alone:
    """The only clock that is at work on its store takes everything and places it at once."""

    store: Store

    def due(self, now: datetime, busy: set[str], limit: int | None, only: set[str] | None) -> Due:
        with self.store.read() as c:
            due = feeds.due(c, now, (limit or ROOM) + len(busy))
        return [(f, state) for f, state in due if f.id not in busy and (only is None or f.id in only)]

    def stands(self, now: datetime) -> bool:
        return True

    def kept(self, c: Connection, ids: Iterable[str]) -> set[str]:
        return set(ids)

    def places(self, c: Connection, now: datetime) -> bool:
        return True

    def ended(self, ids: Iterable[str], now: datetime) -> None:
        pass


@dataclass
class Shared:
    """One of several clocks. `pause` is what a host rests, `lasts` the seconds after which a silent clock is dead."""

    store: Store
    holder: str
    pause: timedelta
    lasts: float
    leads: bool = False
    """Has it the lease, and the window in memory?"""
    _lock: Lock = field(default_factory=Lock)
    """Looks for work, writes and ends of turns are in different threads."""
    _until: datetime | None = None
    """So long what it claimed is its own, whatever happens."""
    _host: dict[str, str] = field(default_factory=dict)
    """Host by feed whose turn is under way."""
    _ended: list[tuple[str, datetime]] = field(default_factory=list)

    def live(self, now: datetime) -> None:
        """Show that this clock is alive; to be called several times in `lasts` seconds."""
        with self.store.beside() as c:
            host_claims.live(c, self.holder, now, self.lasts)
        self._until = now + timedelta(seconds=self.lasts)

    def leave(self, now: datetime) -> None:
        """Give everything back."""
        with self.store.beside() as c:
            host_claims.leave(c, self.holder, now + self.pause)
        with self._lock:
            self._until, self.leads = None, False
            self._host.clear()
            self._ended.clear()

    def due(self, now: datetime, busy: set[str], limit: int | None, only: set[str] | None) -> Due:
        room = max(0, ROOM - len(busy)) if limit is None else limit
        each = EACH if limit is None else limit
        with self._lock:
            ended, at_work = list(self._ended), set(self._host.values())
        with self.store.beside() as c:
            host_claims.release(c, ended, self.holder)
            away = host_claims.elsewhere(c, self.holder, now) | holds.quiet(c, now) | at_work
            offered = _by_host(feeds.waiting(c, now), away, only, room and 4 * room, each)
            if limit is None:
                room = min(room, _share(offered, c, now))
            due, host_of = self._taken(c, offered, room, now)
        with self._lock:
            del self._ended[: len(ended)]
            self._host |= host_of
        return due

    def _taken(
        self, c: Connection, offered: dict[str, list[str]], room: int, now: datetime
    ) -> tuple[Due, dict[str, str]]:
        """The longest waiting hosts first; those that another clock is just taking are passed, and make place."""
        due, at = Due(), dict[str, str]()
        hosts = iter(offered)
        while len(due) < room and (some := list(_filling(hosts, offered, room - len(due)))):
            mine = host_claims.take(c, some, self.holder, now)
            host_of = {feed_id: host for host in some if host in mine for feed_id in offered[host]}
            found = feeds.still_due(c, list(host_of), now)
            due += found
            at |= {feed.id: host_of[feed.id] for feed, _ in found}
            host_claims.release(c, [(host, now) for host in mine.difference(at.values())], self.holder)
        return due, at

    def stands(self, now: datetime) -> bool:
        return self._until is not None and now < self._until

    def kept(self, c: Connection, ids: Iterable[str]) -> set[str]:
        with self._lock:
            host_of = {feed_id: self._host[feed_id] for feed_id in ids if feed_id in self._host}
        mine = host_claims.kept(c, host_of.values(), self.holder)
        if lost := sorted(set(host_of.values()) - mine):
            log.warning(
                "this clock was silent for too long: others have its hosts, their turns are dropped", hosts=lost
            )
        return {feed_id for feed_id, host in host_of.items() if host in mine}

    def places(self, c: Connection, now: datetime) -> bool:
        return self.leads and lease.holder_of(c, vitals.CLOCK, now) == self.holder

    def ended(self, ids: Iterable[str], now: datetime) -> None:
        with self._lock:
            hosts = {self._host.pop(feed_id) for feed_id in ids if feed_id in self._host}
            self._ended += [(host, now + self.pause) for host in hosts.difference(self._host.values())]


def _by_host(
    waiting: Iterator[tuple[str, str]], away: set[str], only: set[str] | None, most: int, each: int
) -> dict[str, list[str]]:
    """Feeds by host, the longest waiting first, of hosts that are not away; `each` of a host, `most` in all."""
    found: dict[str, list[str]] = defaultdict(list)
    number = 0
    for feed_id, url in waiting:
        if number >= most:
            break
        host = pace.registrable(url)
        if host not in away and len(found[host]) < each and (only is None or feed_id in only):
            found[host].append(feed_id)
            number += 1
    return {host: ids for host, ids in found.items() if ids}


def _share(offered: dict[str, list[str]], c: Connection, now: datetime) -> int:
    """This clock's part of what waits, so that the first to look does not take it all."""
    return -(-sum(map(len, offered.values())) // max(1, len(host_claims.living(c, now))))


def _filling(hosts: Iterator[str], offered: dict[str, list[str]], room: int) -> Iterator[str]:
    """As many of the next hosts as have so many feeds."""
    for host in hosts:
        yield host
        room -= len(offered[host])
        if room <= 0:
            return
