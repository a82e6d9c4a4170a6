"""The same items in other formats: CSV, Atom, JSON Feed; each takes wire JSON and gives text, purely."""

import csv
import html
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import orjson

from chipwire.domain import xml_text

COLUMNS = ("id", "url", "title", "summary", "lang", "published", "first_seen", "feed_id", "feed_title",
           "about", "mention", "topics", "story", "copy_of", "credit")  # fmt: skip
FIGURE_COLUMNS = ("item", "published", "first_seen", "title", "url", "lang", "feed_id", "about", "mention", "topics",
                  "story", "copy_of", "figure", "value_low", "value_high", "unit", "qualifier", "kind")  # fmt: skip
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TAG = re.compile(r"<[^<>]*>")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True)
class Channel:
    """What a feed document says of itself; addresses are absolute, `updated` is RFC 3339."""

    title: str
    home: str
    here: str
    first: str
    onward: str | None
    base: str
    updated: str


def csv_rows(wires: Iterable[bytes], *, header: bool = False) -> str:
    """Lines of CSV (RFC 4180), safe to open in a spreadsheet: no cell starts a formula."""
    return _table(COLUMNS, (_flat(orjson.loads(wire)) for wire in wires), header)


def figure_rows(told: Iterable[tuple[bytes, Iterable[Mapping[str, Any]]]], *, header: bool = False) -> str:
    """The same for figures: a line for each of an item, with what the item is about."""
    every = ((_flat(orjson.loads(wire)), figure) for wire, figures in told for figure in figures)
    return _table(FIGURE_COLUMNS, (item | {"item": item["id"]} | _amount(figure) for item, figure in every), header)


def _table(columns: Sequence[str], flat: Iterable[Mapping[str, Any]], header: bool) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    if header:
        writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in flat)
    return text.getvalue()


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """An item of the wire with a text or number for each column."""
    by_role: dict[str, list[str]] = {"about": [], "mention": []}
    for company in item["companies"]:
        by_role[company["role"]].append(company["slug"])
    return {
        **item,
        "summary": plain(item["summary"]),
        "feed_id": item["feed"]["id"],
        "feed_title": item["feed"]["title"],
        "topics": " ".join(item["topics"]),
        **{role: " ".join(slugs) for role, slugs in by_role.items()},
    }


def _amount(figure: Mapping[str, Any]) -> dict[str, Any]:
    whole = {name: int(value) if value == int(value) else value for name in ("value_low", "value_high")
             for value in [figure[name]]}  # fmt: skip
    return {**figure, **whole, "figure": figure["text"]}


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def plain(summary: str) -> str:
    """A summary without markup."""
    if not _is_markup(summary):
        return summary
    return html.unescape(_TAG.sub(" ", summary)).strip()


def _is_markup(summary: str) -> bool:
    """Summaries are HTML; one without tags and entities is plain text as well."""
    return "<" in summary or "&" in summary


def renewed(item: dict[str, Any]) -> str:
    """When it was seen first, or corrected: feed readers show it again when this changes."""
    return str(item["corrected"]["at"] if "corrected" in item else item["first_seen"])


def atom(channel: Channel, wires: Sequence[bytes]) -> bytes:
    """An Atom document (RFC 4287) with paging links (RFC 5005)."""
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    _put(feed, "id", channel.first)
    _put(feed, "title", channel.title)
    _put(feed, "updated", channel.updated)
    links = {"self": channel.here, "alternate": channel.home, "first": channel.first, "next": channel.onward}
    for relation, address in links.items():
        if address:
            ElementTree.SubElement(feed, "link", rel=relation, href=xml_text(address))
    _put(ElementTree.SubElement(feed, "author"), "name", "chipwire")
    _put(feed, "generator", "chipwire")
    for wire in wires:
        _entry(feed, channel, orjson.loads(wire))
    done: bytes = ElementTree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return done


def _entry(feed: Any, channel: Channel, item: dict[str, Any]) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    entry.set(_LANG, item["lang"])
    _put(entry, "id", f"{channel.base}/v1/items/{item['id']}")
    _put(entry, "title", item["title"] or item["url"])
    ElementTree.SubElement(entry, "link", rel="alternate", href=xml_text(item["url"]))
    _put(entry, "updated", renewed(item))
    if item["published"]:
        _put(entry, "published", item["published"])
    _put(ElementTree.SubElement(entry, "author"), "name", item["feed"]["title"] or item["feed"]["id"])
    for term, label in _labels(item):
        ElementTree.SubElement(entry, "category", term=xml_text(term), label=xml_text(label))
    said = _as_said(item)
    summary = _put(entry, "summary", said)
    summary.set("type", "html" if _is_markup(said) else "text")


def json_feed(channel: Channel, wires: Sequence[bytes]) -> bytes:
    """A JSON Feed 1.1 document; what has no place in the format is under `_chipwire`."""
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.here,
        **({"next_url": channel.onward} if channel.onward else {}),
        "items": [_json_item(channel, orjson.loads(wire)) for wire in wires],
    }
    return orjson.dumps(found)


def _json_item(channel: Channel, item: dict[str, Any]) -> dict[str, Any]:
    said = _as_said(item)
    dated = {"date_published": item["published"]} if item["published"] else {}
    return {
        "id": f"{channel.base}/v1/items/{item['id']}",
        "url": item["url"],
        "title": item["title"],
        ("content_html" if _is_markup(said) else "content_text"): said,
        **dated,
        "date_modified": renewed(item),
        "language": item["lang"],
        "authors": [{"name": item["feed"]["title"] or item["feed"]["id"]}],
        "tags": [label for _, label in _labels(item)],
        "_chipwire": {key: item[key] for key in ("companies", "topics", "story", "copy_of", "credit", "feed")},
    }


def _as_said(item: dict[str, Any]) -> str:
    """The summary, below what was corrected."""
    summary: str = item["summary"]
    if not (changed := item.get("corrected")):
        return summary
    before = f" Before: “{changed['before']}”" if changed["before"] else ""
    at = changed["at"][:16].replace("T", " ")
    note = html.escape(f"Corrected {at} UTC: “{changed['now']}”.{before}", quote=False)
    return f"<p>{note}</p>{summary if _is_markup(summary) else html.escape(summary, quote=False)}"


def _labels(item: dict[str, Any]) -> list[tuple[str, str]]:
    companies = [(company["slug"], company["name"]) for company in item["companies"]]
    return companies + [(topic, topic) for topic in item["topics"]]


def _put(parent: Any, name: str, text: str) -> Any:
    child = ElementTree.SubElement(parent, name)
    child.text = xml_text(text)
    return child
