"""Five weeks lived through in a minute: what a reader, a receiver of calls and the store itself have at the end of it.

A leap day, three changes of summer time, a mail server that is away for a day, a clock a day ahead for three hours,
items that are pruned. Time is passed in; feeds, mail and calls go over loopback.
"""

import asyncio
import email
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from chipwire.cli import letters as mail
from chipwire.cli import wiring
from chipwire.config import Settings, load
from chipwire.domain import Reader, utc
from chipwire.keep import skew
from chipwire.keep.backup import integrity
from chipwire.keep.db import Store
from chipwire.keep.people import letters, readers, webhooks
from chipwire.keep.sources import feeds
from chipwire.pipeline import digests, retention
from chipwire.pipeline import webhooks as calls
from chipwire.pipeline.placing import Placing
from tests.crash.world import Receiver, Sink
from tests.loopback import free_port
from tests.newsstand import Newsstand

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
BEGIN, DAYS = utc(2028, 2, 28), 37
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AWAY, AHEAD = BEGIN + 9 * DAY, BEGIN + 20 * DAY
WALLS = {"Asia/Kathmandu": 7, "America/New_York": 2, "Europe/London": 1, "Australia/Lord_Howe": 2, "Asia/Tokyo": 23}
"""New York's 2:00 is jumped over on March 12, London's 1:00 on March 26; Lord Howe has its 1:30 twice on April 2."""
WORD = re.compile(r"feed\dx\d+")


class Year:
    """`now` is what the service is told; `lived` is true."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.lived = self.now = BEGIN
        self.stand, self.sink, self.receiver = Newsstand(4), Sink(), Receiver()
        with store.write() as c:
            feeds.add_all(c, (feed.model_copy(update={"interval_minutes": 60}) for feed in self.stand.feeds()))
            webhooks.add(c, self.receiver.url, {"relevant_only": True}, BEGIN)
            for zone, hour in WALLS.items():
                name = zone.partition("/")[2].lower()
                weekdays = [0, 1, 2, 3, 4] if zone == "Asia/Tokyo" else list(range(7))
                wanted = Reader(email=f"{name}@chipwire.test", zone=zone, hour=hour, weekdays=weekdays, created=BEGIN)
                readers.add(c, wanted)

    def close(self) -> None:
        for server in (self.stand, self.sink, self.receiver):
            server.shutdown()
            server.server_close()

    async def live(self) -> None:
        async with wiring.fetcher(self.settings) as fetcher:
            made = wiring.refresher(self.store, fetcher, self.settings, progress=lambda _feed, _event: None)
            placing = Placing(self.store, made.placing.window, lambda: self.now)
            machine = replace(made, now=lambda: self.now, placing=placing)
            desk = replace(mail.desk(self.settings, self.store), now=lambda: self.now)
            await machine.start()
            try:
                for hour in range(24 * DAYS):
                    self.lived = BEGIN + hour * HOUR
                    self.now = self.lived + (DAY if AHEAD <= self.lived < AHEAD + 3 * HOUR else 0 * DAY)
                    if hour % 5 == 0:
                        self.stand.grow(f"feed-{hour % 4}")
                    with self.store.write() as c:
                        skew.mend(c, self.now)
                    await machine.round(machine.due())
                    await calls.round(self.store, fetcher, lambda: self.now)
                    digests.round(self.store, self.mailer(), desk)
                    if retention.is_due(self.store, self.now):
                        await retention.round(self.store, 15, lambda: self.now)
            finally:
                await machine.workers.close()

    def mailer(self) -> digests.Mailer:
        away = AWAY <= self.lived < AWAY + DAY
        found = mail.mailer(self.settings)
        assert found
        return replace(found, server=replace(found.server, port=free_port() if away else self.sink.port, timeout=5))


@pytest.fixture
def year(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Year]:
    given = {"ALLOW_PRIVATE": "true", "HOST_PAUSE": "0", "SMTP_HOST": "127.0.0.1", "SMTP_SECURITY": "none"}
    for name, value in (given | {"MAIL_FROM": "chipwire <digest@chipwire.test>"}).items():
        monkeypatch.setenv(f"CHIPWIRE_{name}", value)
    with closing(Year(store, load(store=tmp_path / "chipwire.db"))) as lived:
        yield lived


def test_five_weeks(year: Year) -> None:
    asyncio.run(year.live())
    with year.store.read() as c:
        everyone, all_letters = readers.listing(c), letters.listing(c, limit=10_000)
    assert set(year.sink.letters.values()) == {1}, "no letter left twice"
    states = Counter(letter.state for letter in all_letters)
    assert states.keys() <= {"sent", "expired", "skipped_empty"}
    assert states["skipped_empty"] <= len(WALLS), "the first, before there was news"
    for reader in everyone:
        mine = {letter.local_date: letter for letter in all_letters if letter.reader_id == reader.id}
        for day in days(reader):
            at = mine[day].queued_at
            assert wall(reader, day) <= at < wall(reader, day) + HOUR, f"{reader.zone} {day}: {at}"
        sent = [letter.id or 0 for letter in mine.values() if letter.state == "sent"]
        told = Counter(word for number in sent for word in headlines(year, number))
        assert set(told.values()) == {1}, f"told twice: {told.most_common(3)}"
    assert set(year.receiver.calls.values()) == {1}
    assert list(year.receiver.stories) == sorted(year.receiver.stories), "in the order of the news"
    with year.store.write() as c:
        assert integrity(c, full_text=True) == []
        hung = "SELECT story_id, count(*) FROM item GROUP BY story_id ORDER BY story_id"
        assert c.execute(text("SELECT id, n_items FROM story ORDER BY id")).all() == c.execute(text(hung)).all()


def days(reader: Reader) -> Iterator[date]:
    """Dates on which a letter is due, but for the first and those around the clock's jump."""
    for number in range(1, DAYS - 2):
        at = BEGIN + number * DAY
        if at.date().weekday() in reader.weekdays and not AHEAD - 2 * DAY < at < AHEAD + 3 * DAY:
            yield at.date()


def wall(reader: Reader, day: date) -> datetime:
    """When the reader's wall shows the hour, or the first one that it shows after it."""
    at = datetime(day.year, day.month, day.day, reader.hour, tzinfo=ZoneInfo(reader.zone))
    return at.astimezone(ZoneInfo("UTC"))


def headlines(year: Year, letter_id: int) -> list[str]:
    """The words of the stories that a letter of the last thirty days tells as new."""
    with year.store.read() as c:
        body = letters.get(c, letter_id).body
    part = email.message_from_bytes(body, policy=default).get_body(("plain",))
    lines = str(part.get_content()).splitlines() if part else []
    return [
        found[0] for line in lines if line.startswith("* ") and "Update:" not in line if (found := WORD.search(line))
    ]
