"""Bytes of a letter: the headers that mailbox providers rely on, text before HTML. Same input, same bytes, but that a
signature tells its time."""

import binascii
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from chipwire.domain import Reader

_WHOLE = {"list-unsubscribe", "list-unsubscribe-post", "list-id", "list-help", "message-id"}
SIGNED = (
    b"from to subject date message-id list-id list-unsubscribe list-unsubscribe-post auto-submitted mime-version "
    b"content-type"
).split()


Kind = Literal["text/plain", "text/html"]
_SOFT = b"=\r\n"
_WORD = 39
"""Bytes in an encoded word: with the name of the field a line of 76."""


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

    def sign(self, letter: bytes) -> bytes:
        """The letter with its DKIM-Signature (RFC 6376) in front; dkimpy takes t= from the machine's clock."""
        import dkim  # brings a DNS client; only letters that are signed need it

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


def seal(headers: Iterable[tuple[str, str]], parts: Sequence[bytes], at: datetime, signer: Dkim | None = None) -> bytes:
    """The letter with these headers, `Date: at`, and one or two parts, text first; CRLF, 7-bit, lines of at most 76."""
    date = format_datetime(at.replace(microsecond=0))
    lead = b"".join(_header(*header) for header in (*headers, ("Date", date), ("MIME-Version", "1.0")))
    if len(parts) == 1:
        letter = lead + parts[0]
    else:
        mark = b"=_" + sha256(lead).hexdigest()[:32].encode()
        head = b'Content-Type: multipart/alternative;\r\n boundary="' + mark + b'"\r\n\r\n'
        letter = b"".join([lead, head, *(b"--" + mark + b"\r\n" + part for part in parts), b"--" + mark + b"--\r\n"])
    return signer.sign(letter) if signer else letter


def part(kind: Kind, body: str) -> bytes:
    """One part with its headers."""
    return Form(kind, body, ()).filled({})


class Form:
    """A part with blanks, encoded once: filling it in costs what is filled in.

    Around a blank the encoded line is broken softly (RFC 2045, 6.7), so that no line's length depends on its filling.
    """

    def __init__(self, kind: Kind, body: str, blanks: Sequence[str]) -> None:
        text = body.replace("\r\n", "\n").replace("\n", "\r\n")
        text = text if text.endswith("\r\n") else text + "\r\n"
        pieces = re.split("(" + "|".join(map(re.escape, blanks)) + ")", text) if blanks else [text]
        self._fixed = [_printable(piece) for piece in pieces[::2]]
        self._blanks = pieces[1::2]
        self._fixed[0] = (
            f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
            + self._fixed[0]
        )

    def filled(self, given: Mapping[str, str]) -> bytes:
        """The part with its blanks filled in; what is given has no line breaks."""
        made = [self._fixed[0]]
        printed = {blank: _printable(given[blank]) for blank in {*self._blanks}}
        for blank, piece in zip(self._blanks, self._fixed[1:], strict=True):
            made += (_SOFT, printed[blank], _SOFT, piece)
        return b"".join(made)


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
    if name == "Subject" and not value.isascii():
        return f"{name}: ".encode() + b"\r\n ".join(_encoded_words(value)) + b"\r\n"
    return POLICY.fold_binary(*POLICY.header_store_parse(name, value))


def _encoded_words(text: str) -> Iterator[bytes]:
    """The text in words of at most 75 bytes (RFC 2047, 2) that hold its spaces too.

    What stands between two words is no part of it (6.2): where `email` folds at a space, that space is lost.
    """
    room = b""
    for letter in (char.encode() for char in text):
        if len(room) + len(letter) > _WORD:
            yield b"=?utf-8?b?" + binascii.b2a_base64(room, newline=False) + b"?="
            room = b""
        room += letter
    yield b"=?utf-8?b?" + binascii.b2a_base64(room, newline=False) + b"?="


def _printable(text: str) -> bytes:
    """Quoted-printable, lines ended by CRLF: binascii ends soft breaks the way the first line of its input ends."""
    return binascii.b2a_qp((text + "\r\n").encode(), istext=True)[:-2]
