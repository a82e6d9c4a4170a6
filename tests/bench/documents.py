"""Reports written down as feeds: RSS with and without whole articles, Atom, RDF, Media RSS, and what can be wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAMAGE = ("ampersand", "entity", "control", "prefix", "unclosed", "latin", "tail", "quote", "doctype", "cut")


@dataclass(frozen=True)
class Report:
    """One item before it is written down in any format."""

    uid: str
    url: str
    title: str
    lead: str
    paragraphs: list[str]
    at: datetime
    author: str
    topic: str


@dataclass
class Outlet:
    """One feed: what it is and which reports it shows, newest first."""

    number: int
    lang: str
    shape: str
    whole: bool
    damage: str | None
    encoding: str
    reports: list[Report] = field(default_factory=list)
    serial: int = 0


def document(outlet: Outlet) -> bytes:
    """One outlet's feed as it would be served, damage and all."""
    items = [_item(outlet, report) for report in outlet.reports]
    if outlet.damage:
        place = min(3, len(items) - 1)
        items[place] = _damaged(items[place], outlet.damage)
    text = "\n".join(_frame(outlet, items))
    if outlet.damage == "tail":
        text += "\n<script>track()</script> & more"
    if outlet.damage == "cut":
        text = text[: text.rindex("</")]
        text = text[: text.rindex("</")]
    data = text.encode(outlet.encoding, "xmlcharrefreplace")
    return data.replace(b"</title>", b" caf\xe9</title>", 1) if outlet.damage == "latin" else data


def _frame(outlet: Outlet, items: list[str]) -> Iterator[str]:
    home, name = f"https://outlet{outlet.number}.example/", f"Outlet {outlet.number}"
    yield f'<?xml version="1.0" encoding="{outlet.encoding}"?>'
    if outlet.damage == "doctype":
        yield '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>'
    if outlet.shape == "atom":
        yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}"><title>{name}</title>'
        yield f'<link href="{home}"/><link rel="self" href="{home}feed"/><id>{home}</id>'
        yield f"<updated>{NOW.isoformat()}</updated><generator>press</generator>"
        yield from items
        yield "</feed>"
    elif outlet.shape == "rdf":
        yield '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        yield ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        yield f'<channel rdf:about="{home}"><title>{name}</title><link>{home}</link>'
        yield f"<description>{name}</description><dc:language>{outlet.lang}</dc:language></channel>"
        yield from items
        yield "</rdf:RDF>"
    else:
        yield '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        yield ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        yield ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
        yield ' xmlns:wfw="http://wellformedweb.org/CommentAPI/">'
        yield f"<channel><title>{name}</title><link>{home}</link><description>{name}</description>"
        yield f'<language>{outlet.lang}</language><atom:link href="{home}feed" rel="self" type="application/rss+xml"/>'
        yield f"<lastBuildDate>{format_datetime(NOW)}</lastBuildDate><ttl>60</ttl>"
        yield from items
        yield "</channel></rss>"


def _item(outlet: Outlet, report: Report) -> str:
    body = "".join(f"<p>{escape(one, quote=False)}</p>" for one in [report.lead, *report.paragraphs])
    if outlet.whole:
        body += f'<p><img src="https://cdn.example/{report.uid}.jpg" alt="" width="640" /><br/></p>'
    title, lead = escape(report.title, quote=False), escape(report.lead, quote=False)
    if outlet.shape == "atom":
        held = escape(body) if outlet.whole else ""
        return (
            f"<entry><title>{title}</title><link href='{report.url}'/><id>tag:{report.uid}</id>"
            f"<published>{report.at.isoformat()}</published><updated>{report.at.isoformat()}</updated>"
            f"<author><name>{report.author}</name></author><category term='{report.topic}'/>"
            f"<summary type='html'>{escape(escape(report.lead, quote=False))}</summary>"
            + (f"<content type='html'>{held}</content></entry>" if held else "</entry>")
        )
    if outlet.shape == "rdf":
        return (
            f'<item rdf:about="{report.url}"><title>{title}</title><link>{report.url}</link>'
            f"<description>{lead}</description><dc:date>{report.at.isoformat()}</dc:date>"
            f"<dc:creator>{report.author}</dc:creator><dc:subject>{report.topic}</dc:subject></item>"
        )
    return (
        f"<item><title><![CDATA[{title}]]></title><link>{report.url}</link>"
        f'<guid isPermaLink="false">{report.uid}</guid><pubDate>{format_datetime(report.at)}</pubDate>'
        f"<dc:creator><![CDATA[{report.author}]]></dc:creator><category>{report.topic}</category>"
        f"<description><![CDATA[<p>{lead}</p>]]></description>"
        + (f"<content:encoded><![CDATA[{body}]]></content:encoded>" if outlet.whole else "")
        + (
            f'<media:content url="https://cdn.example/{report.uid}.jpg" medium="image"><media:title>photo</media:title>'
            "</media:content>"
            if outlet.shape == "media"
            else ""
        )
        + f"<comments>{report.url}#comments</comments><slash:comments>3</slash:comments>"
        f"<wfw:commentRss>{report.url}feed/</wfw:commentRss></item>"
    )


def _damaged(item: str, how: str) -> str:
    """One thing wrong in an item: in its link or title, or an element before its end."""
    inside = {
        "ampersand": ("</link>", "?a=1&b=2"),
        "entity": ("</link>", "?c=caf&eacute;"),
        "control": ("</title>", "\x07"),
    }
    added = {"prefix": "<itunes:duration>12</itunes:duration>", "unclosed": "<br>", "quote": "<x a=1>y</x>"}
    if how in inside:
        mark, harm = inside[how]
        place = item.find(mark) if mark in item else item.index("</title>")
        place -= 3 if item[:place].endswith("]]>") else 0
    else:
        harm, place = added.get(how, ""), item.rindex("</")
    return item[:place] + harm + item[place:]
