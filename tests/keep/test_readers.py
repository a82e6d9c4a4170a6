"""Readers: addresses and zones in one form, suppression that lasts, everything deleted when asked."""

from datetime import timedelta
from typing import Any

import pytest

from chipwire.domain import Reader, utc
from chipwire.errors import BadQuery, NotFound
from chipwire.keep.db import Store
from chipwire.keep.people import readers

NOW = utc(2026, 11, 23, 7)


def reader(email: str = "alice@chipwire.test", **given: Any) -> Reader:
    return Reader.model_validate({"email": email, "created": NOW} | given)


def test_addresses_have_one_form(store: Store) -> None:
    with store.write() as c:
        added = readers.add(c, reader("Alice@Chipwire.TEST"))
        assert added.email == "alice@chipwire.test"
        assert readers.find(c, "ALICE@chipwire.test") == added
        with pytest.raises(BadQuery, match="already"):
            readers.add(c, reader())
        assert readers.add(c, reader("bob@bücher.example")).email == "bob@xn--bcher-kva.example"


def test_languages_are_kept_as_items_are_tagged(store: Store) -> None:
    with store.write() as c:
        added = readers.add(c, reader(languages=["en-US", "zh-CN", "in", "zh", "EN", "ko"]))
        assert readers.get(c, added.id or 0).languages == ["en", "zh-Hans", "id", "zh", "ko"]


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b.example\nBcc: x@y.example"}, "email"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"languages": ["en", "korean"]}, "languages"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [7]}, "weekdays"),
    ],
)
def test_what_is_wrong_is_named(store: Store, wrong: dict[str, Any], parameter: str) -> None:
    with store.write() as c, pytest.raises(BadQuery) as caught:
        readers.add(c, reader(**wrong))
    assert caught.value.parameter == parameter


def test_a_suppression_outlives_its_reader(store: Store) -> None:
    with store.write() as c:
        added = readers.add(c, reader())
        readers.suppress(c, added.email, "550 5.1.1", NOW)
        assert readers.get(c, added.id or 0).status == "suppressed"
        readers.remove(c, added.id or 0)
        with pytest.raises(NotFound):
            readers.get(c, added.id or 0)
        with pytest.raises(BadQuery, match="suppression"):
            readers.add(c, reader())
        assert readers.ask(c, reader(), NOW) is None
        readers.unsuppress(c, added.email)
        assert readers.add(c, reader()).status == "active"


def test_who_never_confirms_is_forgotten(store: Store) -> None:
    with store.write() as c:
        asked = readers.ask(c, reader(), NOW)
        assert asked is not None
        assert asked.status == "pending"
        assert readers.active(c) == []
        assert readers.forget_pending(c, NOW + timedelta(days=6)) == 0
        assert readers.forget_pending(c, NOW + timedelta(days=8)) == 1


def test_who_comes_back_still_has_what_they_muted(store: Store) -> None:
    with store.write() as c:
        added = readers.add(c, reader(companies=["nvidia"], muted=["outlet:tabloid.example", "story:3"]))
        readers.set_status(c, added.id or 0, "unsubscribed")
        asked = readers.ask(c, reader(companies=["samsung"]), NOW)
        assert asked is not None
        assert (asked.status, asked.companies) == ("pending", ["samsung"])
        assert asked.muted == readers.get(c, added.id or 0).muted == ["outlet:tabloid.example", "story:3"]


def test_changes_are_checked(store: Store) -> None:
    with store.write() as c:
        number = readers.add(c, reader()).id or 0
        assert readers.change(c, number, hour=9, companies=["samsung"]).companies == ["samsung"]
        for wrong in ({"zone": "x"}, {"email": "b@c.example"}, {"watermark": 3}):
            with pytest.raises(BadQuery):
                readers.change(c, number, **wrong)
