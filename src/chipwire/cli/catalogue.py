"""What is tracked, as data/ says: companies and topics by slug, and the store brought in line with them."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chipwire import __version__

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.domain import Company, Topic
    from chipwire.keep.db import Store


class Catalogue(NamedTuple):
    companies: dict[str, "Company"]
    topics: dict[str, "Topic"]


@cache
def load(data: Path) -> Catalogue:
    """Read apart from the tagger, which takes seconds: who only shows or names things needs no more."""
    from chipwire.enrich.lookup.glossary import Glossary
    from chipwire.enrich.topics import Topics

    companies = {slug: entry.noun(slug) for slug, entry in Glossary.load(data).companies.items()}
    return Catalogue(companies, Topics.load(data).all)


def names(data: Path) -> dict[str, str]:
    """What each company is called."""
    return {slug: company.name for slug, company in load(data).companies.items()}


def sync(store: "Store", loaded: "Settings") -> None:
    """Bring the feeds and the companies' display names in line with data/, unless this was done with these files."""
    from chipwire import clock
    from chipwire.keep.news import wire
    from chipwire.keep.sources import following
    from chipwire.keep.sql import meta

    mark = _mark(loaded.data / "feeds.toml", loaded.data / "companies.toml")
    with store.read() as c:
        if mark is not None and meta.get(c, "catalogue") == mark:
            return
    from chipwire.collect.lists.sources import load_feeds

    known = load_feeds(loaded.data / "feeds.toml")
    called = names(loaded.data)
    with store.write() as c:
        following.sync(c, known, clock.now())
        wire.sync_names(c, called)
        if mark is not None:
            meta.put(c, "catalogue", mark)


def _mark(*files: Path) -> str | None:
    """What stands for the content of these files as this version reads them; None when one cannot be read."""
    from hashlib import blake2b

    try:
        return blake2b(b"\0".join([__version__.encode(), *(file.read_bytes() for file in files)])).hexdigest()
    except OSError:
        return None
