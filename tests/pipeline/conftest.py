"""A site of its own for each test."""

from collections.abc import Iterator

import pytest

from tests.pipeline.calls import Receiver
from tests.pipeline.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.shutdown()
    made.server_close()
