"""Namespaces of feeds, by the prefix that stands for each nearly everywhere."""

PREFIXES = {
    "atom": "http://www.w3.org/2005/Atom",
    "atom10": "http://www.w3.org/2005/Atom",
    "a10": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
POST_ID = "com-wordpress:feed-additions:1"
"""WordPress declares it for one element in each entry; feedparser keeps nothing of it."""


def is_usual(prefix: str | None, namespace: str | None) -> bool:
    """Whether this prefix stands for nothing else in any feed, so that it may be declared inside of an entry."""
    if prefix is None and namespace == POST_ID:
        return True
    return PREFIXES.get(prefix or "xhtml") == namespace != PREFIXES["atom"]
