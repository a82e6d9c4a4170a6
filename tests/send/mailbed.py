"""Real mail on loopback: Postfix takes letters, Dovecot shows the mailboxes; both live in a temporary folder."""

import email
import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Literal

import pytest

from chipwire.send.receipts import Mailbox
from chipwire.send.smtp import Server
from tests.loopback import free_ports
from tests.send.mail_files import BOXES, DOMAIN, PASSWORD, configure


@dataclass
class Mailbed:
    """Ports of a running mail system; `smtp` asks for nothing, `submission` for STARTTLS and a login."""

    top: Path
    smtp: int
    submission: int
    smtps: int
    imap: int
    sasl: int

    @property
    def certificate(self) -> Path:
        return self.top / "tls.crt"

    def server(
        self, security: Literal["starttls", "tls", "none"] = "none", *, password: str = PASSWORD, receipt: bool = False
    ) -> Server:
        """How chipwire reaches this Postfix."""
        return Server(
            host="localhost",
            port={"none": self.smtp, "starttls": self.submission, "tls": self.smtps}[security],
            envelope_from=f"bounces@{DOMAIN}",
            security=security,
            user="alice" if security == "starttls" else None,
            password=password if security == "starttls" else None,
            ca_file=self.certificate,
            receipt=f"receipts@{DOMAIN}" if receipt else None,
            timeout=10,
        )

    def mailbox(self, user: str) -> Mailbox:
        return Mailbox("127.0.0.1", self.imap, user, PASSWORD, security="none", timeout=10)

    def raw(self, user: str) -> list[bytes]:
        """Every letter in the mailbox, as delivered."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=10) as imap:
            imap.login(user, PASSWORD)
            imap.select("INBOX", readonly=True)
            _, numbers = imap.search(None, "ALL")
            found = [imap.fetch(number, "(RFC822)")[1][0] for number in numbers[0].decode().split()]
        return [part[1] for part in found if isinstance(part, tuple)]

    def letters(self, user: str) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=default) for raw in self.raw(user)]

    def names(self, user: str) -> list[str]:
        """Message-IDs in the mailbox; quick, from the headers only."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=10) as imap:
            imap.login(user, PASSWORD)
            if imap.select("INBOX", readonly=True)[1] == [b"0"]:
                return []
            _, found = imap.fetch("1:*", "(BODY[HEADER.FIELDS (MESSAGE-ID)])")
        return [part[1].decode().split(":", 1)[1].strip() for part in found if isinstance(part, tuple)]

    def wait(self, user: str, count: int, seconds: float = 10) -> list[EmailMessage]:
        """The letters once there are `count` of them, or what there is when time is up."""
        end = time.monotonic() + seconds
        while len(self.names(user)) < count and time.monotonic() < end:
            time.sleep(0.05)
        return self.letters(user)

    def settle(self, seconds: float = 30) -> None:
        """Wait until Postfix has nothing left to deliver at once."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            queued = [p for d in ("maildrop", "incoming", "active") for p in (self.top / "spool" / d).rglob("*")]
            if not any(p.is_file() for p in queued):
                return
            time.sleep(0.05)

    def empty(self) -> None:
        """Take every letter out of every mailbox."""
        for user in BOXES:
            with imaplib.IMAP4("127.0.0.1", self.imap, timeout=10) as imap:
                imap.login(user, PASSWORD)
                if imap.select("INBOX")[1] != [b"0"]:
                    imap.store("1:*", "+FLAGS", "\\Deleted")
                    imap.expunge()

    def postfix(self, command: str) -> None:
        _daemon("postfix", "-c", self.top / "etc", command)

    def start(self) -> None:
        configure(self.top, {name: port for name, port in vars(self).items() if name != "top"})
        _daemon("dovecot", "-c", self.top / "dovecot.conf")
        self.postfix("start")
        for port in (self.smtp, self.submission, self.smtps, self.imap):
            await_port(port)

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.postfix("stop")
        pid = self.top / "run" / "master.pid"
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)


@pytest.fixture(scope="session")
def mailbed() -> Iterator[Mailbed]:
    """A running mail system; skipped where Postfix and Dovecot are not installed or cannot be started."""
    missing = [name for name in ("postfix", "dovecot", "openssl") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    if os.geteuid() != 0:
        pytest.skip("Postfix and Dovecot start as root only")
    top = Path(tempfile.mkdtemp(prefix="mailbed-"))
    bed = Mailbed(top, *free_ports(5))
    try:
        bed.start()
        yield bed
    finally:
        bed.stop()
        shutil.rmtree(top, ignore_errors=True)


@pytest.fixture
def mail(mailbed: Mailbed) -> Mailbed:
    """The mail system with empty mailboxes."""
    mailbed.settle()
    mailbed.empty()
    return mailbed


def await_port(port: int, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate)


def _daemon(*command: str | Path) -> None:
    """Its output goes nowhere: what stays in the background would hold a pipe open."""
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdin=quiet, stdout=quiet, stderr=quiet, timeout=60)
