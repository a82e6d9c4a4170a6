"""/v1/readers, /v1/digests, /v1/suppressions, as a client with the token uses them."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chipwire.domain import Letter, utc
from chipwire.keep import tokens
from chipwire.keep.people import outbox, readers
from chipwire.send import words
from chipwire.send.render import Sender
from chipwire.send.tokens import Links
from chipwire.serve.app import create_app
from chipwire.serve.options import Options
from tests.client import Client
from tests.stores import open_store

NOW = utc(2026, 11, 23, 7)
SENDER = Sender(
    "chipwire <digest@chipwire.test>", "chipwire.test", Links("http://chipwire.test", ["s"]),
    words.load(Path(__file__).parents[2] / "data" / "locales.toml"),
)  # fmt: skip
NEW = {"email": "alice@chipwire.test", "companies": [], "hour": 6, "zone": "Asia/Seoul"}


@pytest.fixture
def web(tmp_path: Path) -> Any:
    store = open_store(tmp_path / "chipwire.db")
    options = Options(
        "http://chipwire.test", lambda: NOW, "s", token_hash=tokens.digest("t"), rate_limit=0, sender=lambda: SENDER
    )
    with closing(store), Client(create_app(store, options), headers={"Authorization": "Bearer t"}) as client:
        yield client


def test_all_of_it_needs_the_token(web: Client) -> None:
    del web.headers["Authorization"]
    for place in ("/v1/readers", "/v1/digests", "/v1/suppressions", "/v1/readers/1", "/v1/readers/1/export"):
        assert web.get(place).status_code == 401


def test_add_change_list_remove(web: Client) -> None:
    made = web.post("/v1/readers", json=NEW)
    assert made.status_code == 201
    assert made.json()["email"] == "alice@chipwire.test"
    assert web.post("/v1/readers", json=NEW).status_code == 409
    number = made.json()["id"]
    left_out = web.patch(f"/v1/readers/{number}", json={"muted": ["Tabloid.example", "foldable", "story:7"]}).json()
    assert left_out["muted"] == ["outlet:tabloid.example", "word:foldable", "story:7"]
    assert web.patch(f"/v1/readers/{number}", json={"muted": []}).json()["muted"] == []
    assert web.patch(f"/v1/readers/{number}", json={"hour": 9, "status": "paused"}).json()["status"] == "paused"
    assert [reader["hour"] for reader in web.get("/v1/readers").json()["readers"]] == [9]
    assert web.get(f"/v1/readers/{number}/export").json()["reader"]["zone"] == "Asia/Seoul"
    assert web.delete(f"/v1/readers/{number}").status_code == 204
    assert web.get(f"/v1/readers/{number}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "x"},
        {"zone": "Mars"},
        {"hour": 25},
        {"companies": ["x"]},
        {"weekdays": [9]},
        {"colour": 1},
        {"muted": ["x"]},
    ],
)
def test_wrong_choices_are_refused(web: Client, wrong: dict[str, Any]) -> None:
    assert web.post("/v1/readers", json=NEW | wrong).status_code == 422


def test_the_language_of_letters_is_one_that_there_is(web: Client) -> None:
    refused = web.post("/v1/readers", json=NEW | {"locale": "xx"})
    assert refused.status_code == 422
    assert "no letters in 'xx': use one of en, id, zh-Hans" in refused.json()["detail"]
    assert web.post("/v1/readers", json=NEW | {"locale": "zh-TW"}).json()["locale"] == "zh-Hant"
    assert web.patch("/v1/readers/1", json={"locale": "de-AT"}).json()["locale"] == "de"
    assert web.patch("/v1/readers/1", json={"locale": "eng"}).status_code == 422


def test_the_life_of_every_letter(web: Client) -> None:
    number = web.post("/v1/readers", json=NEW).json()["id"]
    store = web.app.here.store
    letter = Letter(
        reader_id=number, local_date=NOW.date(), message_id="<1@chipwire.test>", subject="s", body=b"x", queued_at=NOW,
        next_try=NOW, expires_at=NOW + timedelta(days=1), state="unknown",
    )  # fmt: skip
    with store.write() as c:
        made = outbox.queue(c, letter)
    listed = web.get("/v1/digests", params={"reader": number, "state": "unknown"}).json()
    assert [one["message_id"] for one in listed["letters"]] == ["<1@chipwire.test>"]
    assert "body" not in listed["letters"][0]
    assert listed["states"] == {"unknown": 1}
    assert web.post(f"/v1/digests/{made}/release").json()["state"] == "pending"
    assert web.post(f"/v1/digests/{made}/release").status_code == 422


def test_suppressions(web: Client) -> None:
    with web.app.here.store.write() as c:
        readers.suppress(c, "gone@chipwire.test", "550 5.1.1", NOW)
    assert web.post("/v1/readers", json=NEW | {"email": "Gone@chipwire.test"}).status_code == 422
    assert [row["email"] for row in web.get("/v1/suppressions").json()["suppressions"]] == ["gone@chipwire.test"]
    assert web.delete("/v1/suppressions/gone@chipwire.test").status_code == 204
    assert web.post("/v1/readers", json=NEW | {"email": "gone@chipwire.test"}).status_code == 201


def test_saved_searches(web: Client) -> None:
    number = web.post("/v1/readers", json=NEW).json()["id"]
    place = f"/v1/readers/{number}/alerts"
    made = web.post(place, json={"name": "HBM4", "question": {"q": "HBM4", "lang": ["ko,en"]}})
    assert made.status_code == 201
    assert (made.json()["asked"]["q"], made.json()["asked"]["langs"]) == ("HBM4", [["ko", "en"]])
    assert made.json()["at_once"] is True
    one = f"{place}/{made.json()['id']}"
    assert web.patch(one, json={"at_once": False}).json()["at_once"] is False
    assert [alert["name"] for alert in web.get(place).json()["alerts"]] == ["HBM4"]
    assert web.get(f"/v1/readers/{number}/export").json()["alerts"][0]["name"] == "HBM4"
    for question in ({}, {"q": "a OR"}, {"q": "x", "since": "7d"}, {"colour": "red"}):
        assert web.post(place, json={"name": "x", "question": question}).status_code == 422
    assert web.delete(one).status_code == 204
    assert web.delete(one).status_code == web.patch(one, json={"at_once": True}).status_code == 404
    nobody = "/v1/readers/99/alerts"
    assert web.get(nobody).status_code == 404
    assert web.post(nobody, json={"name": "HBM4", "question": {"q": "HBM4"}}).status_code == 404
    del web.headers["Authorization"]
    assert web.get(place).status_code == 401
