"""What stands in one item while it is tagged: first as it was read, then without its boilerplate."""

from typing import NamedTuple

from chipwire.domain import Evidence
from chipwire.enrich.boilerplate.zones import Spans
from chipwire.enrich.names.companies import Part, Parts
from chipwire.enrich.names.mention import Mention

Written = tuple[str, str, str | None]
"""Title and body of an item, plain text with a newline between blocks, and its feed's word on its language."""


class Look(NamedTuple):
    """An item before it is weighed: its language, title and body as they were read, its names."""

    title: str
    body: str
    lang: str
    parts: Parts
    mentions: list[Mention]

    @property
    def named(self) -> list[tuple[int, str]]:
        """Where in the body, in its own code points, which company is named; -1 is in the title."""
        place = self.parts.body.folded.span
        return [(-1 if m.in_title else place(m.start, m.end)[0], m.slug) for m in self.mentions]


class Plain(NamedTuple):
    """An item without its boilerplate, which is blanked in `body`, and with the names that are left."""

    title: str
    body: str
    lang: str
    parts: Parts
    mentions: list[Mention]
    boilerplate: Spans

    def evidence(self) -> list[Evidence]:
        """Where it names companies, in its own code points."""
        title, body = (part.folded for part in self.parts)
        if title.starts is None and body.starts is None:
            return [
                Evidence(slug, alias.text, start, end, zone, rule)
                for slug, alias, zone, start, end, _, rule in self.mentions
            ]
        return [
            Evidence(slug, alias.text, *(title if zone == "title" else body).span(start, end), zone, rule)
            for slug, alias, zone, start, end, _, rule in self.mentions
        ]


def boilerplate(part: Part) -> Spans:
    """The boilerplate of a body, in its own code points."""
    return [part.folded.span(*span) for span in part.zones.boilerplate] if part.zones else []


def in_body(evidence: list[Evidence]) -> list[tuple[int, int, str]]:
    """Where in the body which company is named, in order."""
    return sorted([(seen.start, seen.end, seen.slug) for seen in evidence if seen.zone != "title"])
