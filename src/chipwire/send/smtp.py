"""LETTER → SERVER: a connection for many letters, one transaction a person; `replies` says what the answers mean."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chipwire.errors import SendStopped
from chipwire.send.replies import (
    Ambiguous,
    Deferred,
    Delivered,
    Outcome,
    Unreachable,
    Withdrawn,
    refusal,
    said,
    stop_if,
)

_DOT = b".\r\n"


@dataclass(frozen=True)
class Server:
    """Where and as whom letters leave. `receipt` is a second recipient whose mailbox proves delivery."""

    host: str
    port: int
    envelope_from: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None
    ca_file: Path | None = None
    receipt: str | None = None
    timeout: float = 60.0


class Session:
    """One connection for many letters; opened when first needed, opened anew when it broke."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
            self._smtp = None

    def deliver(self, to: str, letter: bytes, before_data: Callable[[], bool]) -> Outcome:
        """Send frozen bytes to one person (and the receipt mailbox). `before_data` is called just before DATA.

        Raises SendStopped when the server refuses us: login, TLS, sender, policy (5.7.x), receipt mailbox.
        """
        try:
            smtp = self._open()
        except Away as away:
            return Unreachable(str(away))
        try:
            early = self._recipients(smtp, to)
        except (smtplib.SMTPException, OSError) as error:
            return self._broken(error)
        outcome = early or (self._data(smtp, letter) if before_data() else Withdrawn())
        if not isinstance(outcome, Delivered):
            self._reset()
        return outcome

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _connect(self.server)
        return self._smtp

    def _recipients(self, smtp: smtplib.SMTP, to: str) -> Outcome | None:
        """MAIL and RCPT; None when all were accepted."""
        code, text = smtp.mail(self.server.envelope_from)
        if code >= 400:
            stop_if(code >= 500, "refuses our sender address", code, text)
            return Deferred(said(code, text))
        code, text = smtp.rcpt(to)
        if code >= 400:
            return self._refused(code, text)
        if self.server.receipt:
            code, text = smtp.rcpt(self.server.receipt)
            stop_if(code >= 400, f"refuses the receipt mailbox {self.server.receipt}", code, text)
        return None

    def _data(self, smtp: smtplib.SMTP, letter: bytes) -> Outcome:
        handed_over = False
        try:
            smtp.putcmd("data")
            code, text = smtp.getreply()
            if code == 354:
                smtp.send(_quoted(letter))
                handed_over = True
                code, text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            broken = self._broken(error)
            return Ambiguous(broken.reply) if handed_over else broken
        if handed_over and code < 300:
            return Delivered(said(code, text))
        if code < 400:
            self._drop()
            return Ambiguous(said(code, text))
        return self._refused(code, text)

    def _refused(self, code: int, text: bytes) -> Outcome:
        outcome = refusal(code, text)
        if isinstance(outcome, Unreachable):
            self._drop()
        return outcome

    def _broken(self, error: Exception) -> Unreachable:
        self._drop()
        return Unreachable(f"connection lost: {error}")

    def _reset(self) -> None:
        """Forget the transaction that was not completed; some servers refuse the next MAIL otherwise."""
        try:
            if self._smtp:
                self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
            self._smtp = None


class Away(Exception):
    """The server could not be reached at all; stays inside this module."""


def probe(server: Server) -> str | None:
    """Connect, secure, log in and name the sender as for a letter, then leave; what is wrong, None when nothing is."""
    try:
        smtp = _connect(server)
    except (Away, SendStopped) as error:
        return str(error)
    try:
        code, text = smtp.mail(server.envelope_from)
        smtp.rset()
        smtp.quit()
    except (smtplib.SMTPException, OSError) as error:
        smtp.close()
        return f"the mail server {server.host}:{server.port} hung up: {error}"
    return f"the mail server refuses our sender {server.envelope_from}: {said(code, text)}" if code >= 400 else None


def _connect(server: Server) -> smtplib.SMTP:
    """A session that is secured and logged in as set; Away or SendStopped."""
    where = f"the mail server {server.host}:{server.port}"
    smtp: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context(cafile=server.ca_file) if server.security != "none" else None
        if server.security == "tls":
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        _prepare(smtp, server, context)
        return smtp
    except (smtplib.SMTPException, OSError) as error:
        if smtp:
            smtp.close()
        raise _verdict(error, where) from error


def _prepare(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext | None) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        smtp.starttls(context=context)
        smtp.ehlo()
    if server.user:
        smtp.login(server.user, server.password or "")


def _verdict(error: Exception, where: str) -> Away | SendStopped:
    """Whether a failed connection is weather or a mistake that every further attempt would repeat."""
    if isinstance(error, ssl.SSLError):
        return SendStopped(f"TLS with {where} failed: {error.reason or error}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SendStopped(f"{where} does not offer what is set (smtp_security, smtp_user): {error}")
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
        return SendStopped(f"{where} refuses the login: {said(error.smtp_code, error.smtp_error)}")
    return Away(f"{where} does not answer: {error}")


def _quoted(letter: bytes) -> bytes:
    """CRLF lines, dots doubled at line starts, the final dot."""
    body = letter if letter.endswith(b"\r\n") else letter + b"\r\n"
    return (b"." if body.startswith(b".") else b"") + body.replace(b"\r\n.", b"\r\n..") + _DOT
