"""What takes too long is broken off on either database, and the next one who reads there has all the time."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chipwire.errors import TooCostly
from chipwire.keep.db import Store
from chipwire.keep.deadline import deadline
from tests.keep.test_inline_reads import LONG


def test_what_takes_too_long_is_broken_off(store: Store) -> None:
    with pytest.raises(TooCostly, match=r"0\.005 seconds"), store.read() as c, deadline(c, 0.005):
        c.execute(LONG)
    with store.read() as c:
        assert c.execute(LONG).scalar() == 200_000


def test_other_errors_pass(store: Store) -> None:
    with pytest.raises(DBAPIError, match="nowhere"), store.read() as c, deadline(c, 1):
        c.execute(text("SELECT 1 FROM nowhere"))
