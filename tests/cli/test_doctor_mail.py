"""`chipwire doctor` on letters: that they leave, the server, its certificate, the key that signs, the addresses."""

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
from chipwire.domain import Letter, Reader
from chipwire.keep.db import Store
from chipwire.keep.people import outbox, readers
from chipwire.keep.sql import meta
from chipwire.pipeline.sending import STOPPED
from tests.cli.conftest import DAY, found, states
from tests.loopback import self_signed, signing_key


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
