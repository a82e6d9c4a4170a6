"""A site of its own for each test."""

from collections.abc import Iterator

import pytest

from tests.pipeline.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()
