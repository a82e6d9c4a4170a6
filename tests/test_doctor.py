"""`chipwire doctor` over whole and broken worlds: what is broken is named with what to do, a hint is only a hint."""

import json
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chipwire import clock
from chipwire.cli import doctor, doctor_mail
from chipwire.cli.doctor import Finding
from chipwire.config import Settings, load
from chipwire.domain import Feed, FeedEvent, FeedState, Letter, Reader
from chipwire.keep import lease
from chipwire.keep.db import Store
from chipwire.keep.people import outbox, readers, webhooks
from chipwire.keep.sources import feeds
from chipwire.keep.sql import meta
from chipwire.pipeline.sending import STOPPED
from tests.commands import Commands
from tests.loopback import self_signed, signing_key

DAY = timedelta(days=1)


pytestmark = pytest.mark.usefixtures("logs_as_before", "shipped_tagger")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(store=tmp_path / "chipwire.db")


@pytest.fixture
def store(store: Store) -> Store:
    """Four feeds that were fetched a minute ago."""
    now = clock.now()
    with store.write() as c:
        for name in ("one", "two", "three", "four"):
            feeds.add(c, Feed(id=name, url=f"https://{name}.example/feed", title=name))
            turn(c, name, next_check=now + DAY)
    return store


def turn(c: Any, name: str, **learnt: Any) -> None:
    now = clock.now()
    state = FeedState(**{"feed_id": name, "last_checked": now - timedelta(minutes=1), **learnt})
    feeds.save(c, state, FeedEvent(feed_id=name, at=now, outcome="new"))


def found(look: Any, settings: Settings) -> dict[str, Finding]:
    findings = {finding.what: finding for finding in look(settings)}
    assert all(bool(f.do) == (f.state != "good") for f in findings.values()), "each says what to do, if anything"
    return findings


def states(findings: dict[str, Finding]) -> dict[str, str]:
    return {what: finding.state for what, finding in findings.items()}


def test_a_webhook_that_does_not_get_through_is_named_by_its_host(store: Store, settings: Settings) -> None:
    now = clock.now()
    with store.write() as c:
        hooks = [webhooks.add(c, f"https://{name}.example/services/key", {}, now) for name in ("chat", "desk", "idle")]
        for hook in hooks:
            webhooks.test(c, hook, now)
    assert found(doctor.examine, settings)["webhooks"].says == "3 get through, or were not called yet"
    with store.write() as c:
        chat, desk, _ = webhooks.due(c, now, 9)
        webhooks.missed(c, chat, 410, "the server answers 410 Gone", now, None)
        webhooks.stop(c, hooks[0])
        webhooks.missed(c, desk, 500, "the server answers 500", now, now + DAY)
        webhooks.change(c, hooks[2], active=False)
    told = found(doctor.examine, settings)["webhooks"]
    assert told.state == "hint"
    assert told.says.split("; ") == [
        "1 (chat.example) is stopped: the server answers 410 Gone", "2 (desk.example) misses: the server answers 500",
    ]  # fmt: skip
    assert "key" not in told.says
    with store.write() as c:
        webhooks.delivered(c, desk, 204, now + DAY)
        webhooks.delivered(c, chat, 204, now + DAY)
    assert found(doctor.examine, settings)["webhooks"].state == "good"


def test_a_healthy_world_has_hints_at_most(store: Store, chipwire: Commands) -> None:
    done = chipwire("doctor", "--json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0, rows
    assert {row["what"]: row["state"] for row in rows} == {
        "data": "good", "disk": "good", "time": "good", "feeds": "good", "clock": "hint", "outbox": "good",
        "store": "good", "contact": "hint", "mail": "hint", "dkim": "good", "address": "good",
    }  # fmt: skip


def test_whom_sites_may_ask(settings: Settings) -> None:
    told = load(store=settings.store, contact="https://news.example.org/about")
    assert states(found(doctor._contact, told)) == {"contact": "good"}


@pytest.mark.slow
def test_every_broken_file_of_data_is_named(tmp_path: Path, settings: Settings) -> None:
    broken = tmp_path / "data"
    shutil.copytree(settings.data, broken, ignore=shutil.ignore_patterns("*.db*"))
    (broken / "feeds.toml").write_text("[[feed]]\nid = 1\n")
    (broken / "locales.toml").write_text("not toml")
    findings = list(doctor._data(load(store=settings.store, data=broken)))
    assert [f.state for f in findings] == ["broken", "broken", "good"]
    assert "feeds.toml" in findings[0].says
    assert "locales.toml" in findings[1].says


def test_a_store_that_is_not_there_is_not_made(settings: Settings) -> None:
    assert states(found(doctor._store, settings)) == {"store": "good"}
    assert not settings.store.exists()


def test_a_store_that_others_can_read_is_a_hint(store: Store, settings: Settings) -> None:
    assert settings.store.stat().st_mode & 0o777 == 0o600, "made for its owner only"
    settings.store.chmod(0o644)
    first = next(doctor._store(settings))
    assert (first.state, first.do) == ("hint", f"chmod 600 {settings.store}")


def test_the_schema_is_looked_at_and_left(store: Store, settings: Settings) -> None:
    for revision, state in (("0001", "hint"), ("9999", "broken")):
        with store.engine.begin() as c:
            c.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))
        assert states(found(doctor._store, settings)) == {"schema": state}
    with store.read() as c:
        assert c.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


def test_damage_is_found(store: Store, settings: Settings) -> None:
    with store.write() as c:
        c.exec_driver_sql("PRAGMA writable_schema=ON")
        c.exec_driver_sql("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'item_story'")
    store.close()
    no_data = settings.model_copy(update={"data": settings.store.parent})  # sooner said than read
    broken = [f for f in doctor.examine(no_data) if f.what == "store"]
    assert [f.state for f in broken] == ["broken"]


def test_a_file_that_is_no_store(settings: Settings) -> None:
    settings.store.write_bytes(b"letters to the editor" * 400)
    with pytest.raises(Exception, match="not a database; point the store setting at another path"):
        found(doctor._store, settings)


def test_times_from_the_future(store: Store, settings: Settings) -> None:
    with store.write() as c:
        turn(c, "one", last_checked=clock.now() + DAY)
    told = found(doctor._store, settings)["time"]
    assert told.state == "broken"
    assert "1 day, 0:00:00 ahead" in told.says


def test_feeds_and_the_clock(store: Store, settings: Settings) -> None:
    old = clock.now() - 2 * DAY
    with store.write() as c:
        turn(c, "one", failing_since=old, last_error="certificate expired", next_check=clock.now() + DAY)
    told = found(doctor._store, settings)
    assert (told["feeds"].state, "one: certificate expired" in told["feeds"].says) == ("hint", True)
    with store.write() as c:
        for name in ("two", "three"):
            turn(c, name, failing_since=old, last_status=403, next_check=old)
    told = found(doctor._store, settings)
    assert (told["feeds"].state, told["clock"].state) == ("broken", "broken")
    assert "no clock is running" in told["clock"].says
    with store.write() as c:
        lease.take(c, "clock", "host/1", clock.now(), 30)
    assert "kept by host/1" in found(doctor._store, settings)["clock"].says


def test_letters_that_do_not_leave(store: Store, settings: Settings) -> None:
    now = clock.now()
    with store.write() as c:
        reader = readers.add(c, Reader(email="alice@chipwire.test", created=now))
        for back, state in ((0, None), (1, "unknown")):
            letter = Letter(
                reader_id=reader.id or 0, local_date=(now - back * DAY).date(), message_id=f"<{back}@x.test>",
                subject="s", body=b"b", queued_at=now - timedelta(hours=3), next_try=now, expires_at=now + DAY,
                low_item=0, high_item=1,
            )  # fmt: skip
            number = outbox.queue(c, letter)
            if state and number:
                outbox.settle(c, number, "unknown", now)
        meta.put(c, STOPPED, f"{now.isoformat()} the mail server refuses the login: 535 no")
    told = [f for f in doctor._store(settings) if f.what == "outbox"]
    assert [f.state for f in told] == ["broken", "hint", "hint"]
    assert "refuses the login" in told[0].says
    assert "may or may not have arrived" in told[1].says
    assert "waiting: 1 letter, the oldest since" in told[2].says


def test_addresses_that_are_refused_for_good(store: Store, settings: Settings) -> None:
    now = clock.now()
    with store.write() as c:
        readers.suppress(c, "old@chipwire.test", "550 5.1.1 no such user", now - 8 * DAY)
    assert [f.state for f in doctor._store(settings) if f.what == "outbox"] == ["good"]
    with store.write() as c:
        readers.suppress(c, "gone@chipwire.test", "550 5.1.1 no such user", now)
    first, _ = (f for f in doctor._store(settings) if f.what == "outbox")
    assert (first.state, first.says) == ("hint", "mail servers refused for good, within a week: gone@chipwire.test")
    assert "chipwire readers suppressed" in first.do


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"), "127.0.0.1", "IP")


@pytest.fixture
def mail(certificate: Path) -> Iterator[int]:
    """A mail server on loopback that knows EHLO, STARTTLS, MAIL and QUIT, not senders at bad.test; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(line: socket.socket, greeting: bytes) -> None:
        line.sendall(greeting)
        with line.makefile("rb") as file:
            while said := file.readline().upper():
                if said.startswith(b"STARTTLS"):
                    line.sendall(b"220 go on\r\n")
                    with context.wrap_socket(line, server_side=True) as secured:
                        talk(secured, b"")
                    return
                if said.startswith(b"EHLO"):
                    line.sendall(b"250-mail.test\r\n250 STARTTLS\r\n")
                else:
                    line.sendall(b"550 5.7.1 not you\r\n" if b"BAD.TEST" in said else b"250 fine\r\n")

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            line.settimeout(10)
            with suppress(OSError), line:
                talk(line, b"220 mail.test ESMTP\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_the_mail_server_is_tried_as_for_a_letter(certificate: Path, mail: int, settings: Settings) -> None:
    def tried(**more: Any) -> Finding:
        given = {"smtp_host": "127.0.0.1", "smtp_port": mail, "mail_from": "a@chipwire.test", **more}
        return found(doctor_mail.server, load(store=settings.store, **given))["mail"]

    good = tried(smtp_ca_file=certificate)
    assert (good.state, "takes our letters from a@chipwire.test" in good.says) == ("good", True)
    for more, says in (
        ({}, "TLS with the mail server"),
        ({"smtp_security": "none", "mail_from": "a@bad.test"}, "refuses our sender a@bad.test: 550 5.7.1 not you"),
        ({"smtp_security": "none", "smtp_user": "u"}, "does not offer what is set"),
        ({"smtp_port": 9}, "does not answer"),
    ):
        told = tried(**more)
        assert told.state == "broken"
        assert says in told.says


def test_the_signing_key_must_sign(tmp_path: Path, settings: Settings) -> None:
    def tried(**given: Any) -> Finding:
        return found(doctor_mail.dkim, load(store=settings.store, **given))["dkim"]

    named = {"dkim_domain": "chipwire.test", "dkim_selector": "s1"}
    (tmp_path / "key.pem").write_bytes(signing_key())
    assert "s1._domainkey.chipwire.test" in tried(**named, dkim_key_file=tmp_path / "key.pem").says
    assert tried(**named).state == tried(**named, dkim_key_file=tmp_path / "no.pem").state == "broken"
    (tmp_path / "wrong.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    assert "no key to sign with" in tried(**named, dkim_key_file=tmp_path / "wrong.pem").says


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "good"),
        ({"smtp_host": "mail.test"}, "broken"),
        ({"smtp_host": "mail.test", "base_url": "https://news.test"}, "broken"),
        ({"smtp_host": "mail.test", "base_url": "https://news.test", "mail_from": "n@news.test"}, "good"),
    ],
)
def test_letters_need_an_address_that_can_be_reached(settings: Settings, given: dict[str, Any], state: str) -> None:
    assert states(found(doctor_mail.address, load(store=settings.store, **given))) == {"address": state}
