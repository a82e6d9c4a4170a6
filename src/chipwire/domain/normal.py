"""Texts in the form in which they are compared, kept or sent: addresses, ids, what XML can hold."""

import re
import unicodedata

_ORIGIN = re.compile(
    r"(https?)://([^/?#@\s\\]*@)?(\[[^][/?#@]*\]|[^][:/?#@\s\\]+)(?::(\d*))?(?=[/?#]|\Z)", re.IGNORECASE
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def normal_url(url: str) -> str:
    """The one spelling of an http or https address, by RFC 3986, 6.2.2.1 and 6.2.3; any other text as it is.

    Scheme and host in lower case, the host in ASCII (RFC 3987, 3.1), no port where it is the default one, "/" for an
    empty path; all else is left alone.
    """
    found = _ORIGIN.match(url)
    if not found:
        return url
    scheme, user, host, port = found.groups("")
    scheme, rest = scheme.lower(), url[found.end() :]
    shown = f":{port}" if port not in ("", _DEFAULT_PORTS[scheme]) else ""
    return f"{scheme}://{user}{_ascii(host.lower())}{shown}{rest if rest.startswith('/') else f'/{rest}'}"


def over_either(url: str) -> tuple[str, str]:
    """The address as it is, then over HTTP for HTTPS or the other way round: when a site changes over, its pages stay.

    Twice as it is where it is of another scheme.
    """
    scheme, mark, rest = url.partition("://")
    return url, {"http": "https", "https": "http"}.get(scheme, scheme) + mark + rest


def _ascii(host: str) -> str:
    """The host as it is looked up; as it is where that is another name by IDNA 2003 and 2008, or none."""
    if host.isascii():
        return host
    plain = unicodedata.normalize("NFKC", host).replace("。", ".")
    try:
        asked = plain.encode("idna")
        return asked.decode("ascii") if asked.decode("idna") == plain else host
    except UnicodeError:
        return host


def told_url(url: str) -> str:
    """An address as others may see it: without the user name and password that may stand in it."""
    found = _ORIGIN.match(url)
    return url if not found or not found[2] else url[: found.start(2)] + url[found.end(2) :]


def slug(text: str) -> str:
    """A readable id: lower-case ASCII letters, digits and hyphens, at most 60 characters; may be empty."""
    plain = unicodedata.normalize("NFKD", re.sub(r"^https?://(www\.)?", "", text)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:60].strip("-")


def xml_text(text: str) -> str:
    """Without the characters that XML cannot hold (XML 1.0, 2.2)."""
    return _NOT_XML.sub("", text)
