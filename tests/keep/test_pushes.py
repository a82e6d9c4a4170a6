"""What hubs deliver waits for the clock, of each feed only so much."""

from chipwire.domain import utc
from chipwire.keep.db import Store
from chipwire.keep.sources import pushes


def test_of_each_feed_twenty_wait_at_most(newsroom: Store) -> None:
    now = utc(2026, 11, 21)
    with newsroom.write() as c:
        assert all(pushes.put(c, "reaktor", None, b"%d" % number, now) for number in range(20))
        assert not pushes.put(c, "reaktor", None, b"too many", now)
        assert pushes.put(c, "silizium", "text/xml", b"another's", now)
    with newsroom.write() as c:
        oldest, *_ = pushes.waiting(c)
        assert (oldest.body, len(pushes.waiting(c))) == (b"0", 21)
        pushes.done(c, oldest.id)
        assert pushes.put(c, "reaktor", None, b"room again", now)
