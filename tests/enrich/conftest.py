"""One tagger with the shipped data for all tests of the room."""

import pytest

from chipwire.enrich.tagger import Tagger


@pytest.fixture(scope="session")
def tagger(shipped_tagger: Tagger) -> Tagger:
    return shipped_tagger
