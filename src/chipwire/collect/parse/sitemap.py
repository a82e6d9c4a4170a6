"""Google-News sitemaps: an outlet's newest articles with title and date, where there is no feed."""

from lxml import etree

from chipwire.collect.document.raw import RawDocument, RawEntry


def read(text: str) -> RawDocument:
    """The raw document of mended sitemap XML; pages without a news title are counted, not made up."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        return RawDocument(problems=["the sitemap cannot be read"])
    if _name(root) == "sitemapindex":
        return RawDocument(problems=["this is an index of sitemaps; name one of its news sitemaps"])
    problems = ["ill-formed XML, recovered"] if len(parser.error_log) else []
    pages = [child for child in root.iter() if _name(child) == "url"]
    entries = [entry for page in pages if (entry := _entry(page))]
    if len(entries) < len(pages):
        problems.append(f"{len(pages) - len(entries)} of {len(pages)} pages have no news title")
    title = next((_text(node) for node in root.iter() if _name(node) == "name" and _text(node)), None)
    lang = next((_text(node) for node in root.iter() if _name(node) == "language" and _text(node)), None)
    return RawDocument(title=title, lang=lang, entries=entries, problems=problems)


def _entry(page: etree._Element) -> RawEntry | None:
    found: dict[str, str] = {}
    for node in page.iter():
        if value := _text(node):
            found.setdefault(_name(node), value)
    if "title" not in found or "loc" not in found:
        return None
    return RawEntry(
        guid=found["loc"],
        links=[found["loc"]],
        title=found["title"],
        lang=found.get("language"),
        published=[date] if (date := found.get("publication_date")) else [],
        updated=[date] if (date := found.get("lastmod")) else [],
        categories=[word for one in found.get("keywords", "").split(",") if (word := one.strip())],
    )


def _name(node: etree._Element) -> str:
    """Local name in lower case; comments and the like have none."""
    return str(node.tag).rpartition("}")[2].rpartition(":")[2].lower() if isinstance(node.tag, str) else ""


def _text(node: etree._Element) -> str:
    return (node.text or "").strip()
