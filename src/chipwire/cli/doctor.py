"""What `chipwire doctor` looks at: each finding says what it is about, how it is, and what to do."""

import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chipwire.cli import wiring
from chipwire.errors import ChipwireError

if TYPE_CHECKING:
    from chipwire.config import Settings

Finding = dict[str, Any]
LEAST_FREE = 500 * 2**20
"""Bytes of free disk under which we warn: a digest, a backup and a WAL checkpoint need room."""


def examine(settings: "Settings") -> list[Finding]:
    """All findings, in the order of the way of the news. Nothing is changed."""
    found: list[Finding] = []
    for look in (_data, _disk, _store, _mail, _dkim, _address):
        try:
            found += look(settings)
        except (ChipwireError, OSError) as error:
            found.append(_bad(look.__name__.strip("_"), str(error), "mend what the message names"))
    return found


def _good(what: str, says: str) -> Finding:
    return {"what": what, "ok": True, "says": says, "do": ""}


def _bad(what: str, says: str, do: str) -> Finding:
    return {"what": what, "ok": False, "says": says, "do": do}


def _data(settings: "Settings") -> Iterator[Finding]:
    from chipwire.collect.sources import load_feeds
    from chipwire.enrich.tagger import Tagger

    feeds = load_feeds(settings.data / "feeds.toml")
    companies = Tagger.load(settings.data).companies
    yield _good("data", f"{len(companies)} companies, {sum(f.enabled for f in feeds)} of {len(feeds)} feeds enabled")


def _disk(settings: "Settings") -> Iterator[Finding]:
    folder = settings.store.parent
    if not folder.exists():
        yield _good("disk", f"{folder} will be made at first start")
        return
    free = shutil.disk_usage(folder).free
    says = f"{free / 2**30:.1f} GiB free at {folder}"
    yield _good("disk", says) if free > LEAST_FREE else _bad("disk", says, "free some space or move the store")


def _store(settings: "Settings") -> Iterator[Finding]:
    from chipwire import clock
    from chipwire.keep import feeds
    from chipwire.keep.db import BUSY_MS

    if not settings.store.exists():
        yield _good("store", f"{settings.store} will be made at first start")
        return
    with wiring.opened(settings) as store, store.read() as c:
        words = [str(row[0]) for row in c.exec_driver_sql("PRAGMA quick_check(5)")]
        listing = feeds.listing(c)
    if words == ["ok"]:
        yield _good("store", f"{settings.store} is sound (busy timeout {BUSY_MS // 1000} s)")
    else:
        yield _bad("store", "; ".join(words), "stop chipwire and put the last backup in its place")
    now = clock.now()
    live = [(feed, state) for feed, state in listing if feed.enabled and not state.retired_at]
    failing = [feed.id for feed, state in live if state.failing_since and now - state.failing_since > timedelta(days=1)]
    says = f"{len(live) - len(failing)} of {len(live)} well" + (
        f"; failing over a day: {', '.join(failing[:10])}" if failing else ""
    )
    yield _good("feeds", says) if len(failing) * 5 <= len(live) else _bad("feeds", says, "chipwire feeds check")
    late = [now - state.next_check for _, state in live if state.next_check and state.next_check < now]
    worst = max(late, default=timedelta(0))
    if worst > timedelta(minutes=10):
        yield _bad("clock", f"oldest overdue feed waits for {worst}", "is `chipwire run` or `chipwire clock` running?")
    else:
        yield _good("clock", "no feed is overdue")


def _mail(settings: "Settings") -> Iterator[Finding]:
    if not settings.smtp_host:
        yield _bad(
            "mail", "no mail server: digests wait in the outbox", "set CHIPWIRE_SMTP_HOST and CHIPWIRE_MAIL_FROM"
        )
        return
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with socket.create_connection((settings.smtp_host, settings.smtp_port), timeout=5) as line:
            greeting = line.recv(200).decode("ascii", "replace").strip() if settings.smtp_security != "tls" else "TLS"
        yield _good("mail", f"{place} answers: {greeting}")
    except OSError as error:
        yield _bad("mail", f"{place}: {error}", "check CHIPWIRE_SMTP_HOST, CHIPWIRE_SMTP_PORT and the firewall")


def _dkim(settings: "Settings") -> Iterator[Finding]:
    given = [settings.dkim_domain, settings.dkim_selector, settings.dkim_key_file]
    if not any(given):
        yield _good("dkim", "off; letters are not signed by chipwire")
    elif not all(given):
        yield _bad("dkim", "half set", "set CHIPWIRE_DKIM_DOMAIN, CHIPWIRE_DKIM_SELECTOR and CHIPWIRE_DKIM_KEY_FILE")
    elif settings.dkim_key_file and not settings.dkim_key_file.is_file():
        yield _bad("dkim", f"{settings.dkim_key_file} is not a file", "point CHIPWIRE_DKIM_KEY_FILE at the PEM key")
    else:
        yield _good("dkim", f"{settings.dkim_selector}._domainkey.{settings.dkim_domain}")


def _address(settings: "Settings") -> Iterator[Finding]:
    if "127.0.0.1" in settings.base_url and settings.smtp_host:
        yield _bad(
            "address", f"letters would link to {settings.base_url}", "set CHIPWIRE_BASE_URL to the public address"
        )
    else:
        yield _good("address", settings.base_url)
