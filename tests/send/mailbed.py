"""Real mail on loopback: Postfix takes letters, Dovecot shows the mailboxes; both live in a temporary folder."""

import email
import grp
import imaplib
import os
import pwd
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

DOMAIN = "chipwire.test"
PASSWORD = "test-password"
BOXES = ["alice", "bob", "bounces", "receipts", "latefull"]
REFUSALS = {
    "gone": "550 5.1.1 no such user here",
    "full": "452 4.2.2 mailbox full, try later",
    "grey": "450 4.7.1 greylisted",
    "policy": "550 5.7.1 we take no mail from you",
}
MAIN = """
compatibility_level = 3.6
queue_directory = {top}/spool
data_directory = {top}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {top}/maillog
maillog_file_prefixes = {top}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.chipwire.test
mydestination =
mynetworks = 127.0.0.0/8
default_transport = error:5.1.2 nothing leaves this machine
relayhost =
disable_dns_lookups = yes
smtp_host_lookup = native
recipient_delimiter = +
virtual_mailbox_domains = chipwire.test
virtual_mailbox_base = {top}/mail
virtual_mailbox_maps = texthash:{top}/etc/boxes
virtual_alias_maps = regexp:{top}/etc/crowd
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 50
alias_maps =
local_recipient_maps =
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = check_recipient_access texthash:{top}/etc/refusals, permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_end_of_data_restrictions = check_recipient_access texthash:{top}/etc/late
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
message_size_limit = 2000000
"""
MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=yes {tls}
  -o smtpd_sasl_auth_enable=yes -o smtpd_sasl_type=dovecot -o smtpd_sasl_path=inet:127.0.0.1:{sasl}
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes {tls}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """
protocols = imap
base_dir = {top}/run
state_dir = {top}/run
log_path = {top}/dovecot.log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 50
mail_location = maildir:{top}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/mail/%n
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {sasl}
  }}
}}
"""


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
        _configure(self)
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


def _configure(bed: Mailbed) -> None:
    top = bed.top
    for folder in ("etc", "spool", "data", "mail", "run"):
        (top / folder).mkdir()
    top.chmod(0o755)
    uid, gid = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid
    os.chown(top / "data", uid, -1)
    os.chown(top / "mail", uid, gid)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=mx.chipwire.test",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", top / "tls.key", "-out", top / "tls.crt"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    tls = f"-o smtpd_tls_cert_file={top}/tls.crt -o smtpd_tls_key_file={top}/tls.key"
    values = {"top": top, "uid": uid, "gid": gid, "tls": tls, "password": PASSWORD, **vars(bed)}
    write = {
        "etc/main.cf": MAIN.format(**values),
        "etc/master.cf": MASTER.format(**values),
        "dovecot.conf": DOVECOT.format(**values),
        "etc/boxes": "".join(f"{user}@{DOMAIN} {user}/\n" for user in BOXES),
        "etc/crowd": f"/^crowd[0-9]+@{DOMAIN}$/ alice@{DOMAIN}\n",
        "etc/refusals": "".join(f"{user}@{DOMAIN} {reply}\n" for user, reply in REFUSALS.items()),
        "etc/late": f"latefull@{DOMAIN} 451 4.3.0 failed after DATA\n",
    }
    for name, text in write.items():
        (top / name).write_text(text, encoding="ascii")
