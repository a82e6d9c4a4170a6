"""DIGEST → LETTER: words and templates make text and HTML, the envelope makes bytes. Pure and deterministic."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from chipwire.domain import Digest, Reader
from chipwire.send import envelope, plain
from chipwire.send.compose import trim
from chipwire.send.frame import EMAIL, MUTE, PREFERENCES, UNSUBSCRIBE, WEB, frame, subject
from chipwire.send.tokens import Links
from chipwire.send.words import Words, choose

MOST_HTML = 90_000
_ADDRESS = 1500
"""Bytes kept free for the reader's address and links."""
_LINK = 200
"""And for each signed link of a story."""

_common: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
_HTML = Environment(loader=PackageLoader("chipwire.send"), autoescape=True, **_common)
_TEXT = Environment(loader=PackageLoader("chipwire.send"), autoescape=False, keep_trailing_newline=True, **_common)  # noqa: S701
for _env in (_HTML, _TEXT):
    _env.globals.update(direction=plain.direction)
    _env.filters["isolate"] = plain.isolate


@dataclass(frozen=True)
class Sender:
    """Who writes: From, domain of Message-IDs, links, words by locale, and the DKIM key if there is one."""

    address: str
    domain: str
    links: Links
    words: Mapping[str, Words]
    dkim: envelope.Dkim | None = None


@dataclass(frozen=True)
class Rendered:
    """A finished letter; `digest` is what went in after trimming to size."""

    digest: Digest
    subject: str
    message_id: str
    body: bytes
    _pressed: "Pressed"
    _given: Mapping[str, str]

    @property
    def text(self) -> str:
        return _filled(self._pressed.text, self._given)

    @property
    def html(self) -> str | None:
        """None for text-only readers."""
        made = self._pressed.html
        return None if made is None else _filled(made, _escaped(self._given))


def page(template: str, frame: Mapping[str, Any]) -> str:
    """A template filled in; escaped when it is HTML."""
    return (_HTML if template.endswith(".html") else _TEXT).get_template(template).render(frame)


def letter(digest: Digest, sender: Sender) -> Rendered:
    """The finished letter to the digest's reader."""
    return press(digest, sender).address(digest.reader)


@dataclass(frozen=True)
class Pressed:
    """A letter without its address: pressed once for all readers of the same choices, then addressed to each.

    `digest` is what went in after lines that did not fit into MOST_HTML bytes were moved to the hidden ones.
    """

    digest: Digest
    sender: Sender
    subject: str
    text: str
    html: str | None

    def address(self, reader: Reader) -> Rendered:
        """The finished letter to `reader`, who made the choices the digest was composed for."""
        digest, links = replace(self.digest, reader=reader), self.sender.links
        given = {
            EMAIL: reader.email,
            UNSUBSCRIBE: links.unsubscribe(reader),
            PREFERENCES: links.preferences(reader),
            MUTE: links.mute(reader),
            WEB: links.web(reader, digest.local_date, digest.kind, digest.key),
        }
        name = envelope.message_id(reader, digest.local_date, digest.kind, digest.key, self.sender.domain)
        headers = [
            ("From", self.sender.address),
            ("To", reader.email),
            ("Subject", self.subject),
            ("Message-ID", name),
            ("List-Id", f"chipwire digest <digest.{self.sender.domain}>"),
            ("List-Unsubscribe", f"<{given[UNSUBSCRIBE]}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Auto-Submitted", "auto-generated"),
        ]
        plain_form, html_form = self._forms
        parts = [plain_form.filled(given)] + ([html_form.filled(_escaped(given))] if html_form else [])
        body = envelope.seal(headers, parts, digest.composed, self.sender.dkim)
        return Rendered(digest, self.subject, name, body, self, given)

    @cached_property
    def _forms(self) -> tuple[envelope.Form, envelope.Form | None]:
        """Both bodies, encoded but for what is the reader's own."""
        marks = (EMAIL, UNSUBSCRIBE, PREFERENCES, WEB, MUTE)
        return (
            envelope.Form("text/plain", self.text, marks),
            None if self.html is None else envelope.Form("text/html", self.html, marks),
        )


def press(digest: Digest, sender: Sender) -> Pressed:
    """Words, templates and size settled; what is the reader's own is left as marks."""
    digest, made = _fitting(digest, sender) if digest.reader.format == "both" else (digest, None)
    text = _page("digest.txt", digest, sender)
    return Pressed(digest, sender, subject(digest, _words(digest, sender)), text, made)


def _fitting(digest: Digest, sender: Sender) -> tuple[Digest, str]:
    while True:
        made = _page("digest.html", digest, sender)
        over = len(made.encode()) + made.count(MUTE) * _LINK - MOST_HTML + _ADDRESS
        if over <= 0 or digest.empty:
            return digest, made
        for _ in range(max(1, over // 4000)):
            digest = digest if digest.empty else trim(digest)


def _page(template: str, digest: Digest, sender: Sender) -> str:
    words = _words(digest, sender)
    made = page(template, frame(digest, words, sender.links))
    return made if plain.direction(words.tag) == "rtl" else plain.relaxed(made)


def _filled(text: str, given: Mapping[str, str]) -> str:
    for mark, value in given.items():
        text = text.replace(mark, value)
    return text


def _escaped(given: Mapping[str, str]) -> dict[str, str]:
    return {mark: escape(value) for mark, value in given.items()}


def _words(digest: Digest, sender: Sender) -> Words:
    return choose(sender.words, digest.reader.locale)
