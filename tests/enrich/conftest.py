"""One tagger with the shipped data for all tests of the room; loading it takes half a second."""

from pathlib import Path

import pytest

from chipwire.enrich.tagger import Tagger


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load(Path(__file__).parents[2] / "data")
