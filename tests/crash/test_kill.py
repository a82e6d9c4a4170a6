"""A few kills of the whole service on every run of the gate; `python -m tests.crash.kill` does hundreds."""

from pathlib import Path

import pytest

from tests.crash.kill import campaign


@pytest.mark.slow
def test_kills_of_the_whole_service(tmp_path: Path) -> None:
    print(campaign(tmp_path, seed=1, kills=10, minutes=5, feeds=40))
