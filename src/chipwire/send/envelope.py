"""Bytes of a letter: headers that mailbox providers rely on, text before HTML, signed; same input, same bytes."""

import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256

import dkim

from chipwire.domain import Reader

_WHOLE = {"list-unsubscribe", "list-unsubscribe-post", "list-id", "list-help", "message-id"}
SIGNED = (
    b"from to subject date message-id list-id list-unsubscribe list-unsubscribe-post auto-submitted mime-version "
    b"content-type"
).split()


class LetterPolicy(EmailPolicy):
    """Like email.policy.SMTP, but header values that machines read are folded after commas only, never encoded."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _WHOLE:
            return f"{name}: " + f",{self.linesep} ".join(part.strip() for part in value.split(",")) + self.linesep
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


POLICY = LetterPolicy(linesep="\r\n")


@dataclass(frozen=True)
class Dkim:
    """Who signs: d=, s=, and the RSA private key as PEM."""

    domain: str
    selector: str
    key: bytes

    def sign(self, letter: bytes, at: datetime) -> bytes:
        """The letter with its DKIM-Signature in front; `at` becomes t=."""
        signer = dkim.DKIM(letter, timeout=5)
        signature: bytes = signer.sign(
            self.selector.encode(), self.domain.encode(), self.key,
            canonicalize=(b"relaxed", b"relaxed"), include_headers=list(SIGNED),
        )  # fmt: skip
        return signature + letter


def message_id(reader: Reader, day: date, kind: str, key: str, domain: str) -> str:
    """Stable per subscription and local date (and alert key): a second attempt is recognisably the same letter."""
    seed = f"{reader.id}|{reader.email}|{reader.created.isoformat()}|{day.isoformat()}|{kind}|{key}"
    return f"<{kind}.{day:%Y%m%d}.{sha256(seed.encode()).hexdigest()[:24]}@{domain}>"


def address_domain(address: str) -> str:
    """'chipwire <digest@example.org>' → 'example.org'."""
    return parseaddr(address)[1].rpartition("@")[2]


def seal(
    headers: Iterable[tuple[str, str]], text: str, html: str | None, at: datetime, signer: Dkim | None = None
) -> bytes:
    """The letter with these headers, `Date: at`, and one or two parts; CRLF, 7-bit, lines of at most 76."""
    parts = [("text/plain", text)] if html is None else [("text/plain", text), ("text/html", html)]
    date = format_datetime(at.replace(microsecond=0))
    lead = b"".join(_header(*header) for header in (*headers, ("Date", date), ("MIME-Version", "1.0")))
    if html is None:
        letter = lead + _part(*parts[0])
    else:
        mark = b"=_" + sha256(lead).hexdigest()[:32].encode()
        letter = lead + b'Content-Type: multipart/alternative;\r\n boundary="' + mark + b'"\r\n\r\n'
        letter += (
            b"".join(b"--" + mark + b"\r\n" + _part(kind, body) for kind, body in parts) + b"--" + mark + b"--\r\n"
        )
    return signer.sign(letter, at) if signer else letter


def html_of(letter: bytes) -> str | None:
    """The HTML part of a sealed letter, for its web copy."""
    message = BytesParser(policy=POLICY).parsebytes(letter)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("html",))
    return str(part.get_content()).replace("\r\n", "\n") if part else None


@lru_cache(64)
def _header(name: str, value: str) -> bytes:
    """One header field; what is plain and short needs no folding."""
    if value.isascii() and value.isprintable() and len(name) + len(value) < 76:
        return f"{name}: {value}\r\n".encode()
    return POLICY.fold_binary(*POLICY.header_store_parse(name, value))


def _part(kind: str, body: str) -> bytes:
    raw = body.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    encoded = binascii.b2a_qp(raw if raw.endswith(b"\r\n") else raw + b"\r\n", istext=True)
    return (
        f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + encoded
    )
