"""Puts the sending side together from settings: who writes, and how letters leave."""

from email.utils import parseaddr
from typing import TYPE_CHECKING

from chipwire.cli import catalogue, keys
from chipwire.errors import ConfigError

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.keep.db import Store
    from chipwire.pipeline.digests import Desk, Mailer
    from chipwire.send.envelope import Dkim
    from chipwire.send.receipts import Mailbox
    from chipwire.send.render import Sender


def desk(settings: "Settings", store: "Store") -> "Desk":
    """The sender, and what companies and topics are called."""
    from chipwire import clock
    from chipwire.pipeline.digests import Desk
    from chipwire.send.compose import Catalogue

    known = catalogue.load(settings.data)
    return Desk(sender(settings, store), Catalogue(known.companies, known.topics), clock.now)


def sender(settings: "Settings", store: "Store") -> "Sender":
    """Who writes, in which words, with which links and key."""
    from chipwire.send import words
    from chipwire.send.render import Sender
    from chipwire.send.tokens import Links

    return Sender(
        address=settings.mail_from,
        domain=settings.mail_domain or _domain(settings.mail_from),
        links=Links(settings.public, keys.secrets(settings, store)),
        words=words.load(settings.data / "locales.toml"),
        dkim=signer(settings),
    )


def mailer(settings: "Settings") -> "Mailer | None":
    """How letters leave; None without a mail server."""
    from chipwire.pipeline.digests import Mailer
    from chipwire.send.smtp import Server

    if settings.smtp_host is None:
        return None
    server = Server(
        host=settings.smtp_host,
        port=settings.smtp_port,
        envelope_from=settings.bounce_address or parseaddr(settings.mail_from)[1],
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        ca_file=settings.smtp_ca_file,
        receipt=settings.receipt_address,
    )
    return Mailer(server, _mailbox(settings), resend=settings.ambiguous == "resend")


def _mailbox(settings: "Settings") -> "Mailbox | None":
    from chipwire.send.receipts import Mailbox

    if settings.imap_host is None:
        return None
    if settings.imap_user is None or settings.imap_password is None:
        raise ConfigError("CHIPWIRE_IMAP_HOST is set: set CHIPWIRE_IMAP_USER and CHIPWIRE_IMAP_PASSWORD too")
    return Mailbox(
        settings.imap_host,
        settings.imap_port,
        settings.imap_user,
        settings.imap_password.get_secret_value(),
        settings.imap_security,
        settings.smtp_ca_file,
    )


def signer(settings: "Settings") -> "Dkim | None":
    """Who signs letters; None when chipwire does not. ConfigError when that is half set or the key cannot be read."""
    from chipwire.send.envelope import Dkim

    domain, selector, file = settings.dkim_domain, settings.dkim_selector, settings.dkim_key_file
    if domain is None and selector is None and file is None:
        return None
    if domain is None or selector is None or file is None:
        raise ConfigError("DKIM is half set: CHIPWIRE_DKIM_DOMAIN, CHIPWIRE_DKIM_SELECTOR, CHIPWIRE_DKIM_KEY_FILE")
    try:
        return Dkim(domain, selector, file.read_bytes())
    except OSError as error:
        raise ConfigError(f"CHIPWIRE_DKIM_KEY_FILE: cannot read {file}: {error.strerror}") from error


def _domain(address: str) -> str:
    found = parseaddr(address)[1].rpartition("@")[2]
    if not found:
        raise ConfigError(f"CHIPWIRE_MAIL_FROM: {address} is not an address")
    return found
