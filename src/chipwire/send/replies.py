"""ANSWER → OUTCOME: what a mail server's reply means for a letter; what concerns us and not its reader stops the run.

Codes are those of RFC 5321 and, about the login, RFC 4954; enhanced codes those of RFC 3463.
"""

from dataclasses import dataclass

from chipwire.errors import SendStopped

GONE = frozenset({"5.1.1", "5.1.6", "5.1.10"})
"""Enhanced codes that say there is no such mailbox (RFC 3463, RFC 7505)."""


@dataclass(frozen=True)
class Delivered:
    """The server answered 250: it is responsible now."""

    reply: str


@dataclass(frozen=True)
class Deferred:
    """Not now (4xx): worth another try later."""

    reply: str


@dataclass(frozen=True)
class Refused:
    """Never (5xx); `gone` when the mailbox does not exist."""

    reply: str
    gone: bool = False


@dataclass(frozen=True)
class Ambiguous:
    """The whole letter was handed over and no answer came: it may have been accepted."""

    reply: str


@dataclass(frozen=True)
class Unreachable:
    """The server is away or dropped us before it could accept: weather, try the run again later."""

    reply: str


@dataclass(frozen=True)
class Withdrawn:
    """`before_data` said no: the letter was cancelled meanwhile."""

    reply: str = "cancelled"


Outcome = Delivered | Deferred | Refused | Ambiguous | Unreachable | Withdrawn


def refusal(code: int, text: bytes) -> Deferred | Refused | Unreachable:
    """Of a reply of 400 or more to a recipient or a letter. SendStopped when it means us: login or policy (5.7.x)."""
    if code == 421:
        return Unreachable(said(code, text))
    if code < 500:
        return Deferred(said(code, text))
    status = _enhanced(text)
    stop_if(code in (530, 534, 535, 538) or status.startswith("5.7."), "refuses us", code, text)
    return Refused(said(code, text), gone=status in GONE)


def stop_if(wrong: bool, what: str, code: int, text: bytes) -> None:
    """SendStopped with the reply: every further letter would fare the same."""
    if wrong:
        raise SendStopped(f"the mail server {what}: {said(code, text)}")


def said(code: int, text: bytes | str) -> str:
    """The reply as it is shown and kept."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}"[:500]


def _enhanced(text: bytes) -> str:
    """The enhanced code that a reply begins with, empty when it has none."""
    first = text.decode("utf-8", "replace").split(" ", 1)[0]
    return first if first.count(".") == 2 and first.replace(".", "").isdigit() else ""
