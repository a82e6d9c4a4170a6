"""What notifications of mail servers say (RFC 3464): who cannot be reached, and by which of our letters."""

import pytest

from chipwire.send.receipts import Bounce, failures
from tests.cases import every

WORDS = ("text/plain", "Your letter could not be delivered.")
STATUS = (
    "message/delivery-status",
    "Reporting-MTA: dns; mx.reader.example\n\n"
    "Original-Recipient: rfc822; Alice@Reader.Example\nFinal-Recipient: rfc822; alice@inner.example\n"
    "Action: failed\nStatus: 5.1.1 (no such user)\nDiagnostic-Code: smtp; 550 5.1.1 nobody here\n\n"
    "Final-Recipient: rfc822; bob@reader.example\nAction: delayed\nStatus: 4.2.2\n",
)
HEADERS = ("text/rfc822-headers", "From: digest@chipwire.test\nMessage-ID: <7@chipwire.test>\nSubject: Chips\n")


def notification(*parts: tuple[str, str], kind: str = "multipart/report") -> bytes:
    """As a mail server sends it, with a message id of its own."""
    head = f'Message-ID: <their@mx.example>\nMIME-Version: 1.0\nContent-Type: {kind}; boundary="="\n\n'
    return (head + "".join(f"--=\nContent-Type: {of}\n\n{text}\n" for of, text in parts) + "--=--\n").encode()


@pytest.mark.parametrize("original", [HEADERS, ("message/rfc822", HEADERS[1] + "\nToday's chips.\n")])
def test_who_failed_is_named_with_the_letter_and_who_only_waits_is_not(original: tuple[str, str]) -> None:
    said = "smtp; 550 5.1.1 nobody here"
    expected = [Bounce("<7@chipwire.test>", "alice@reader.example", "5.1.1", said)]
    assert failures(notification(WORDS, STATUS, original)) == expected


def test_without_an_original_recipient_it_is_the_final_one() -> None:
    status = (STATUS[0], STATUS[1].replace("Original-Recipient: rfc822; Alice@Reader.Example\n", ""))
    assert [bounce.recipient for bounce in failures(notification(status, HEADERS))] == ["alice@inner.example"]


@every(
    "other",
    [
        notification(WORDS, STATUS),
        notification(WORDS, HEADERS),
        notification(WORDS, STATUS, (HEADERS[0], "Subject: Chips\n")),
        notification(WORDS, STATUS, HEADERS, kind="multipart/mixed"),
        b"Content-Type: multipart/report\n\nnothing in parts",
        b"",
    ],
)
def test_what_does_not_say_who_or_which_letter_says_nothing(other: bytes) -> None:
    assert failures(other) == []
