"""Our feeds as OPML, for other readers and for another chipwire; without the libraries that reading a list takes."""

import json
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from chipwire.domain import Feed, xml_text

NAMESPACE = "urn:chipwire:opml"
VALUES = ("weight", "enabled", "interval_minutes", "retention_days", "full_text")
"""Fields of Feed for which OPML has no word and that are no texts: JSON in attributes of our namespace."""
OWN = ("id", "country", "kind", "format", "note", "user_agent", *VALUES)
ElementTree.register_namespace("chipwire", NAMESPACE)
_DEFAULTS = Feed(id="default", url="https://default.example/", title="default")


def document(feeds: Iterable[Feed], title: str = "chipwire") -> bytes:
    """An OPML 2.0 file in UTF-8: a folder for each first topic, all topics as categories.

    What OPML has no word for stands in attributes of our own namespace, so that `opml.read` gets back the same feeds in
    the same order. `allow_private` is left out: a file must not open private networks.
    """
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = xml_text(title)
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, Any] = {}
    for place, feed in enumerate(feeds):
        parent = body
        if feed.topics:
            topic = _line(feed.topics[0])
            if topic not in folders:
                folders[topic] = ElementTree.SubElement(body, "outline", text=topic, title=topic)
            parent = folders[topic]
        ElementTree.SubElement(parent, "outline", {**_attributes(feed), _own("place"): str(place)})
    ElementTree.indent(root)
    done: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return done


def _attributes(feed: Feed) -> dict[str, str]:
    found = {"type": "rss", "text": _line(feed.title), "title": _line(feed.title), "xmlUrl": xml_text(feed.url)}
    if feed.home:
        found["htmlUrl"] = xml_text(feed.home)
    if feed.lang:
        found["language"] = xml_text(feed.lang)
    if feed.topics:
        found["category"] = ",".join(f"/{_line(topic)}" for topic in feed.topics)
        found[_own("topics")] = json.dumps(feed.topics, ensure_ascii=True)
    for name in OWN:
        if (value := getattr(feed, name)) != getattr(_DEFAULTS, name):
            found[_own(name)] = _line(value) if isinstance(value, str) else json.dumps(value)
    return found


def _line(text: str) -> str:
    return xml_text(" ".join(text.split()))


def _own(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
