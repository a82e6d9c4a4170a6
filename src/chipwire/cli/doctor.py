"""What `chipwire doctor` looks at: each finding says what it is about, how it is, and what to do.

`broken` is what keeps news from coming in, letters from leaving or the store from being safe; a `hint` is what a
person may want to know or to set. Nothing is changed by looking.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chipwire.errors import ChipwireError, ConfigError

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.keep.db import Connection, Store

LEAST_FREE = 500 * 2**20
"""Bytes of free disk under which we warn: a digest, a backup and a WAL checkpoint need room."""
LARGE_LOG = 2**30
"""Bytes of write-ahead log that only a reader who never ends explains."""
SKEW = timedelta(minutes=5)
NAMED = 10
"""So many feeds are named."""


@dataclass(frozen=True)
class Finding:
    what: str
    state: Literal["good", "hint", "broken"]
    says: str
    do: str = ""

    def row(self) -> dict[str, str]:
        return asdict(self)


def examine(settings: "Settings") -> list[Finding]:
    """All findings, in the order of the way of the news."""
    from chipwire.cli import doctor_mail

    found: list[Finding] = []
    for look in (_data, _disk, _store, _contact, doctor_mail.server, doctor_mail.dkim, doctor_mail.address):
        try:
            found += look(settings)
        except (ChipwireError, OSError) as error:
            found.append(Finding(look.__name__.strip("_"), "broken", str(error), "mend what the message names"))
    return found


def _data(settings: "Settings") -> Iterator[Finding]:
    """Every file of data/ as the service reads it; each complaint by itself."""
    from chipwire.collect.lists.sources import load_feeds
    from chipwire.enrich.stories.cluster import Window
    from chipwire.enrich.tagger import Tagger
    from chipwire.send import words

    says = []
    try:
        feeds = load_feeds(settings.data / "feeds.toml")
        says.append(f"{sum(f.enabled for f in feeds)} of {len(feeds)} feeds enabled")
    except ConfigError as error:
        yield _file(error)
    try:
        says.append(f"{len(Tagger.load(settings.data).companies)} companies")
    except ConfigError as error:
        yield _file(error)
    for load in (lambda: Window.load(settings.data), lambda: words.load(settings.data / "locales.toml")):
        try:
            load()
        except ConfigError as error:
            yield _file(error)
    if says:
        yield Finding("data", "good", f"{settings.data}: {', '.join(says)}")


def _file(error: ConfigError) -> Finding:
    return Finding("data", "broken", str(error), "mend the file, or unset CHIPWIRE_DATA to use the one that is shipped")


def _disk(settings: "Settings") -> Iterator[Finding]:
    folder = settings.store.parent
    if not folder.exists():
        yield Finding("disk", "good", f"{folder} will be made at first start")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("disk", "broken", f"{folder} cannot be written", "let this user write the folder of the store")
    free = shutil.disk_usage(folder).free
    says = f"{free / 2**30:.1f} GiB free at {folder}"
    if free > LEAST_FREE:
        yield Finding("disk", "good", says)
    else:
        yield Finding(
            "disk", "broken", says, "make room, or move the store: `chipwire backup` elsewhere, CHIPWIRE_STORE"
        )
    log = settings.store.with_name(settings.store.name + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        says = f"{log.name} has {log.stat().st_size / 2**30:.1f} GiB"
        yield Finding("disk", "hint", says, "a process reads without end: restart the ones that use the store")


def _store(settings: "Settings") -> Iterator[Finding]:
    from chipwire.cli import wiring
    from chipwire.keep.db import look_at

    if settings.database_url:
        pass
    elif not settings.store.exists():
        yield Finding("store", "good", f"{settings.store} will be made at first start")
        return
    elif mode := settings.store.stat().st_mode & 0o077:
        says = f"{settings.store} can be opened by others ({mode:03o}) and holds addresses and secrets"
        yield Finding("store", "hint", says, f"chmod 600 {settings.store}")
    place = wiring.place(settings)
    store = look_at(place)
    try:
        current = True
        for finding in _schema(store):
            current = False
            yield finding
        if current:
            yield from _inside(store, wiring.shown(place))
    finally:
        store.close()


def _contact(settings: "Settings") -> Iterator[Finding]:
    """Whom a site's owner may write to; what stands there by default is nobody."""
    if "contact" in settings.model_fields_set:
        yield Finding("contact", "good", f"sites are told {settings.contact}")
    else:
        says = "sites are not told whom to ask about our requests"
        yield Finding("contact", "hint", says, "set CHIPWIRE_CONTACT to a page or an address of yours")


def _schema(store: "Store") -> Iterator[Finding]:
    """Empty when the schema is today's."""
    from chipwire.keep import migrations

    with store.read() as c:
        reached = migrations.revision(c)
    if reached == migrations.HEAD:
        return
    says = f"schema {reached or 'none yet'}, this chipwire has {migrations.HEAD}"
    if reached is None or reached < migrations.HEAD:
        yield Finding(
            "schema", "hint", says, "the next start brings it up to date; `chipwire backup` first if you like"
        )
    else:
        yield Finding("schema", "broken", says, "upgrade chipwire, or put back a backup made before")


def _inside(store: "Store", path: str) -> Iterator[Finding]:
    from chipwire import clock
    from chipwire.cli import doctor_mail
    from chipwire.keep import backup, migrations

    now = clock.now()
    with store.read() as c:
        if problems := backup.integrity(c):
            says = "; ".join(problems[:3])
            yield Finding("store", "broken", says, "stop chipwire and put the last `chipwire backup` in its place")
            return
        yield from _time(c, now)
        yield from _feeds(c, now)
        yield from _clock(c, now)
        yield from doctor_mail.outbox(c, now)
        yield from _webhooks(c)
    with store.write():
        yield Finding("store", "good", f"{path} is sound and can be written, schema {migrations.HEAD}")


def _time(c: "Connection", now: datetime) -> Iterator[Finding]:
    from chipwire.keep import vitals

    ahead, last = vitals.ahead(c, now), vitals.signs(c, now).last_turn
    says = f"the store knows times {_span(ahead)} ahead of this machine's clock ({now:%Y-%m-%d %H:%M} UTC)"
    if ahead > SKEW and last and now - last < timedelta(days=1):
        says += ", which feeds were asked by since: a clock ran ahead once, or this one is behind"
        do = "set the clock (`timedatectl`) if that is not the time; if it is, nothing: what was planned goes on"
        yield Finding("time", "hint", says, do)
    elif ahead > SKEW:
        yield Finding(
            "time", "broken", says, "set the clock of the machine (`timedatectl`); feeds then go on by themselves"
        )
    else:
        yield Finding("time", "good", f"{now:%Y-%m-%d %H:%M} UTC fits the times in the store")


def _feeds(c: "Connection", now: datetime) -> Iterator[Finding]:
    from chipwire.keep.sources import feeds

    live = [(feed, state) for feed, state in feeds.listing(c) if feed.enabled and not state.retired_at]
    asked = [(feed, state) for feed, state in live if state.last_checked or state.failing_since]
    failing = [pair for pair in asked if pair[1].failing_since]
    long = [pair for pair in failing if now - (pair[1].failing_since or now) > timedelta(days=1)]
    says = f"{len(asked) - len(failing)} of {len(asked)} do well"
    says += f", {len(live) - len(asked)} not asked yet" if len(live) > len(asked) else ""
    bad = len(failing) * 2 > len(asked)
    if failing:
        named = "; ".join(
            f"{feed.id}: {seen.last_error or seen.last_status}" for feed, seen in (long or failing)[:NAMED]
        )
        says += f", {len(failing)} fail, {len(long)} for over a day ({named}{'; …' if len(failing) > NAMED else ''})"
    do = "`chipwire feeds check ID` says more; `chipwire feeds change ID` takes --url or --off"
    yield Finding("feeds", "broken" if bad else "hint" if long else "good", says, do if bad or long else "")


def _clock(c: "Connection", now: datetime) -> Iterator[Finding]:
    from chipwire.keep import vitals

    signs = vitals.signs(c, now)
    why = vitals.stopped(signs, now, now - timedelta(days=365))
    if why:
        yield Finding("clock", "broken", why, "start `chipwire run` or `chipwire clock` on this store")
    elif signs.clock:
        shared = f", {signs.clocks} clocks share the feeds" if signs.clocks > 1 else ""
        yield Finding("clock", "good", f"kept by {signs.clock}, last turn {_ago(signs.last_turn, now)}{shared}")
    else:
        says = f"not running, last turn {_ago(signs.last_turn, now)}"
        yield Finding("clock", "hint", says, "`chipwire run` or `chipwire clock` fetches and sends")


def _webhooks(c: "Connection") -> Iterator[Finding]:
    """Named by host: the rest of a chat's address is its key."""
    from urllib.parse import urlsplit

    from chipwire.keep.people import webhooks

    number = len(webhooks.listing(c))
    troubled = webhooks.troubled(c)
    if troubled:
        says = "; ".join(
            f"{one.id} ({urlsplit(one.url).hostname}) {'misses' if one.active else 'is stopped'}: {one.error}"
            for one in troubled[:NAMED]
        )
        do = "GET /v1/webhooks/ID shows its calls; PATCH it with another url, or with active true to go on"
        yield Finding("webhooks", "hint", says, do)
    elif number:
        yield Finding("webhooks", "good", f"{number} get through, or were not called yet")


def _ago(at: datetime | None, now: datetime) -> str:
    return f"{_span(now - at)} ago" if at else "never"


def _span(span: timedelta) -> str:
    return str(timedelta(seconds=round(span.total_seconds())))
