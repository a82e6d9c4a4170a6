"""Three clocks share feeds on one PostgreSQL, two are killed; `python -m tests.crash.clocks` takes thousands."""

from pathlib import Path

import pytest

from tests.cluster import running
from tests.crash.clocks import campaign


@pytest.mark.slow
@pytest.mark.sqlite
def test_three_clocks_share_the_feeds_and_outlive_two(tmp_path: Path) -> None:
    with running() as cluster:
        print(campaign(cluster, tmp_path, feeds=300, hosts=60, clocks=3, minutes=1, interval=1, lease=10))
