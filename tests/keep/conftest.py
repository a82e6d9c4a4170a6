"""Short ways to write what goes into a store."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from chipwire.domain import Entry, Feed, Read, Tags, utc
from chipwire.keep.db import Store
from chipwire.keep.sources import following
from chipwire.keep.sql import meta
from chipwire.keep.tables import table
from tests.cluster import Cluster, running
from tests.stores import again

META = table("meta")


@pytest.fixture
def second(store: Store) -> Iterator[Store]:
    """The same file, opened once more, as another process would."""
    opened = again(store)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def cluster(loopback_only: None) -> Iterator[Cluster]:
    """A server for tests that want PostgreSQL wherever the others keep their stores."""
    with running() as made:
        yield made


@pytest.fixture
def newsroom(store: Store) -> Store:
    """A store with the feeds wafer-daily (en), reaktor (de) and silizium (de)."""
    with store.write() as c:
        following.sync(
            c,
            [
                Feed(id="wafer-daily", url="https://wafer.example/rss", title="Wafer Daily", lang="en"),
                Feed(id="reaktor", url="https://reaktor.example/feed", title="Reaktor", lang="de"),
                Feed(id="silizium", url="https://silizium.test/atom.xml", title="Silizium heute", lang="de"),
            ],
            utc(2026, 11, 1),
        )
    return store


@pytest.fixture
def read() -> Callable[..., Read]:
    """`read("a")`: a Read with uid a at https://wafer.example/a; keywords change entry, tags or the read itself."""

    def make(uid: str, **given: Any) -> Read:
        tags = {name: given.pop(name) for name in list(given) if name in Tags.model_fields and name != "lang"}
        own = {name: given.pop(name) for name in list(given) if name in ("content_hash", "fingerprint")}
        lang = given.pop("lang", "en")
        url = given.pop("url", f"https://wafer.example/{uid}")
        entry = Entry(**{"uid": uid, "url": url, "title": f"Title of {uid}", "text": f"Text of {uid}.", **given})
        digest = own.pop("content_hash", f"{entry.title}|{entry.text}")
        return Read(entry=entry, url=url, content_hash=digest, tags=Tags(lang=lang, **tags), **own)

    return make


def put(store: Store, key: str) -> None:
    with store.write() as c:
        meta.put(c, key, "x")


def keys(store: Store) -> set[str]:
    with store.read() as c:
        return set(c.execute(select(META.c.key).where(META.c.value == "x")).scalars())
