"""A site of its own and an empty store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chipwire.keep.db import Store
from tests.pipeline.site import Site
from tests.stores import open_store


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "chipwire.db")
    yield store
    store.close()
