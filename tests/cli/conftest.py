"""What the tests of commands share: settings, a store with feeds that were just asked, what the doctor finds there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chipwire import clock
from chipwire.cli.doctor import Finding
from chipwire.config import Settings, load
from chipwire.domain import Feed, FeedEvent, FeedState
from chipwire.keep.db import Store
from chipwire.keep.sources import feeds

DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(store=tmp_path / "chipwire.db")


@pytest.fixture
def store(store: Store) -> Store:
    """Four feeds that were fetched a minute ago."""
    now = clock.now()
    with store.write() as c:
        for name in ("one", "two", "three", "four"):
            feeds.add(c, Feed(id=name, url=f"https://{name}.example/feed", title=name))
            turn(c, name, next_check=now + DAY)
    return store


def turn(c: Any, name: str, **learnt: Any) -> None:
    now = clock.now()
    state = FeedState(**{"feed_id": name, "last_checked": now - timedelta(minutes=1), **learnt})
    feeds.save(c, state, FeedEvent(feed_id=name, at=now, outcome="new"))


def found(look: Any, settings: Settings) -> dict[str, Finding]:
    findings = {finding.what: finding for finding in look(settings)}
    assert all(bool(f.do) == (f.state != "good") for f in findings.values()), "each says what to do, if anything"
    return findings


def states(findings: dict[str, Finding]) -> dict[str, str]:
    return {what: finding.state for what, finding in findings.items()}
