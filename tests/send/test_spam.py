"""What a strict receiver thinks of a delivered letter: SpamAssassin with SPF and DKIM from a name server of our own."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path

import dkim
import pytest

from chipwire.domain import Reader
from chipwire.keep.db import Store
from chipwire.pipeline.digests import Desk, Mailer, queue_digests, send_due
from chipwire.send.envelope import Dkim
from tests.loopback import free_port
from tests.send.conftest import NOW, SLUGS
from tests.send.letters import published
from tests.send.mailbed import Mailbed

pytestmark = [pytest.mark.mail, pytest.mark.slow]
MUST = {"SPF_PASS", "DKIM_VALID", "DKIM_VALID_AU"}
MUST_NOT = re.compile(
    "MISSING_|INVALID_DATE|INVALID_MSGID|MSGID_|MIME_HTML_ONLY|MPART_ALT_DIFF|HTML_IMAGE_ONLY|HTML_FONT_LOW_CONTRAST|"
    "SUBJ_ALL_CAPS"
)
ZONE = """
port={port}
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
local=/#/
txt-record=s1._domainkey.chipwire.test,"{key_a}","{key_b}"
txt-record=chipwire.test,"v=spf1 ip4:45.33.20.9 -all"
txt-record=mail.chipwire.test,"v=spf1 ip4:45.33.20.9 -all"
txt-record=_dmarc.chipwire.test,"v=DMARC1; p=reject; adkim=s; aspf=s"
mx-host=chipwire.test,mx.chipwire.test,10
host-record=mail.chipwire.test,45.33.20.9
host-record=mx.chipwire.test,45.33.20.9
ptr-record=9.20.33.45.in-addr.arpa,mail.chipwire.test
"""
HEAD = """Return-Path: <bounces@chipwire.test>
Received: from mail.chipwire.test (mail.chipwire.test [45.33.20.9])
\tby mx.example.net (Postfix) with ESMTPS id 4ABCDE
\tfor <alice@example.net>; {date}
"""
LOCAL = """
use_bayes 0
dns_server 127.0.0.1:{port}
dns_available yes
skip_rbl_checks 1
use_razor2 0
use_pyzor 0
internal_networks 192.0.2.1
trusted_networks 192.0.2.1
report_safe 0
"""


@pytest.fixture
def receiver(tmp_path: Path, signer: Dkim) -> Iterator[Callable[[bytes], tuple[float, set[str]]]]:
    """Scores a letter as a receiver outside would; gives the points and the names of the rules that fired."""
    missing = [name for name in ("spamassassin", "dnsmasq") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    if os.geteuid() != 0:
        pytest.skip("dnsmasq starts as root only")
    port = free_port()
    key = published(signer).decode()
    (tmp_path / "zone").write_text(ZONE.format(port=port, key_a=key[:200], key_b=key[200:]))
    site = shutil.copytree("/etc/spamassassin", tmp_path / "site")
    (site / "local.cf").write_text(LOCAL.format(port=port))
    names = subprocess.Popen(["dnsmasq", "-k", "-C", tmp_path / "zone", "--user=root"], stderr=subprocess.DEVNULL)

    def score(letter: bytes) -> tuple[float, set[str]]:
        head = HEAD.format(date=format_datetime(NOW)).replace("\n", "\r\n").encode()
        own = letter.partition(b"DKIM-Signature:")
        said = subprocess.run(
            ["spamassassin", f"--siteconfigpath={site}", "-t"],
            input=head + own[1] + own[2], capture_output=True, check=True, timeout=120,
        ).stdout.decode("utf-8", "replace")  # fmt: skip
        report = said[said.rindex("Content analysis") :]
        points = re.search(r"\(\s*(-?[\d.]+) points", report)
        assert points, report
        return float(points[1]), set(re.findall(r"^\s*-?[\d.]+ ([A-Z][A-Z0-9_]+)", report, re.MULTILINE))

    yield score
    names.terminate()
    names.wait(10)


@pytest.mark.parametrize("locale", ["en", "zh-Hans"])
def test_must_2_a_delivered_letter_is_signed_and_welcome(
    store: Store,
    desk: Desk,
    publish: Callable[..., int],
    subscribe: Callable[..., Reader],
    mail: Mailbed,
    signer: Dkim,
    receiver: Callable[[bytes], tuple[float, set[str]]],
    locale: str,
) -> None:
    for number in range(12):
        publish(f"Chip maker takes step number {number} towards a new memory line", about=(SLUGS[number % 5],))
    subscribe("alice", locale=locale)
    queue_digests(store, replace(desk, sender=replace(desk.sender, dkim=signer)), NOW)
    assert send_due(store, Mailer(mail.server()), NOW).sent == 1
    mail.wait("alice", 1)
    delivered = mail.raw("alice")[0]
    signed = b"".join(delivered.partition(b"DKIM-Signature:")[1:])
    assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: published(signer)), "dkimpy agrees after delivery"
    points, fired = receiver(delivered)
    print(locale, points, sorted(fired))
    assert points <= 1.0
    assert fired >= MUST
    assert not [rule for rule in fired if MUST_NOT.match(rule)]
