"""What a token opens: feeds come, change, go and are asked at once; feedback is kept; bodies are checked."""

from typing import Any

import pytest

from chipwire.domain import FeedEvent
from chipwire.errors import ChipwireError, NotFound
from chipwire.keep import tokens
from chipwire.keep.sources import feeds
from tests.client import Client


def test_a_feed_comes_and_goes(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    made = client.post("/v1/feeds", json={"url": "https://www.neu.example/rss"}, headers=bearer)
    assert made.status_code == 201
    assert made.json()["id"] == "neu.example"
    assert client.get(made.headers["location"]).json()["state"] == "new"
    assert client.post("/v1/feeds", json={"url": "https://www.neu.example/rss"}, headers=bearer).status_code == 409
    assert client.delete("/v1/feeds/neu.example", headers=bearer).status_code == 204
    assert client.get("/v1/feeds/neu.example").status_code == 404
    assert client.delete("/v1/feeds/neu.example", headers=bearer).status_code == 404


def test_a_feed_is_changed_and_what_is_not_given_stays(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    before = client.get("/v1/feeds/daily").json()
    wish = {"title": "The Daily Chip", "interval_minutes": 30, "topics": ["foundry"], "enabled": False}
    changed = client.patch("/v1/feeds/daily", json=wish, headers=bearer)
    assert changed.status_code == 200
    told = {"state", "next_check", "next_reason", "history"}
    assert {k: v for k, v in changed.json().items() if k not in told} == {
        k: v for k, v in (before | wish).items() if k not in told
    }
    assert changed.json()["state"] == "off"
    assert client.get("/v1/items?feed=daily").json()["items"][0]["feed"]["title"] == "The Daily Chip"
    again = client.patch("/v1/feeds/daily", json={"enabled": True, "interval_minutes": None}, headers=bearer).json()
    assert (again["interval_minutes"], again["enabled"], again["title"]) == (None, True, "The Daily Chip")
    assert again["next_check"] == "2026-11-20T12:00:00Z", "what was changed shows at the next round"


@pytest.mark.parametrize(
    ("feed", "wish", "status", "said"),
    [
        ("daily", {"url": "https://bao.example/feed"}, 409, "the feed bao has this address already"),
        ("daily", {"title": None}, 422, "title"),
        ("daily", {"url": "ftp://x.example/"}, 422, "url"),
        ("daily", {"retention_days": 3}, 422, "at least 15 days"),
        ("daily", {"titel": "x"}, 422, "did you mean title"),
        ("nowhere", {"title": "x"}, 404, "nowhere"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_words(
    client: Client, bearer: dict[str, str], feed: str, wish: dict[str, Any], status: int, said: str
) -> None:
    answer = client.patch(f"/v1/feeds/{feed}", json=wish, headers=bearer)
    assert answer.status_code == status
    assert said in answer.text


def test_a_password_in_an_address_is_told_to_nobody(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    address = "https://desk:geheim@paid.example/feed"
    made = client.post("/v1/feeds", json={"id": "paid", "url": address}, headers=bearer)
    assert made.json()["url"] == "https://paid.example/feed"
    client.patch("/v1/feeds/paid", json={"title": "Paid"}, headers=bearer)
    for path in ("/v1/feeds", "/v1/feeds/paid", "/v1/feeds.opml", "/feeds", "/feeds/paid"):
        shown = client.get(path).text
        assert "paid" in shown
        assert "geheim" not in shown, path
    with newsroom.store.read() as c:
        assert feeds.get(c, "paid")[0].url == address, "it is asked with it"


def test_the_list_tells_each_feed_as_it_is_told_alone(client: Client) -> None:
    told = client.get("/v1/feeds").json()["feeds"]
    assert {feed["id"]: feed["items"] for feed in told} == {"harian": 1, "daily": 4, "bao": 1, "ilbo": 1, "shimbun": 1}
    for feed in told:
        alone = client.get(f"/v1/feeds/{feed['id']}").json()
        assert {**feed, "history": []} == alone


def test_a_second_feed_of_a_host_has_a_number(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    for place, name in (("rss", "neu.example"), ("rss?topic=ai", "neu.example-2"), ("atom", "neu.example-3")):
        made = client.post("/v1/feeds", json={"url": f"https://www.neu.example/{place}"}, headers=bearer)
        assert (made.status_code, made.json()["id"]) == (201, name)
    refused = client.post("/v1/feeds", json={"url": "https://x.example/", "id": "neu.example"}, headers=bearer)
    assert refused.status_code == 409


def test_refresh_moves_the_next_check_and_fetches_nothing(newsroom: Any, bearer: dict[str, str]) -> None:
    with newsroom.store.write() as c:
        _, learnt = feeds.get(c, "daily")
        later = learnt.model_copy(update={"next_check": newsroom.time.replace(year=2027)})
        event = {"feed_id": "daily", "at": newsroom.time, "outcome": "unchanged"}
        feeds.save(c, later, FeedEvent(**event))
    client = newsroom.client()
    assert client.get("/v1/feeds/daily").json()["next_check"] == "2027-11-20T12:00:00Z"
    assert client.post("/v1/feeds/daily/refresh", headers=bearer).json() == {"feeds": 1}
    shown = client.get("/v1/feeds/daily").json()
    assert shown["next_check"] == "2026-11-20T12:00:00Z"
    assert [event["outcome"] for event in shown["history"]] == ["unchanged"]


def test_feedback_becomes_a_case(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    said = {"kind": "not-about", "slug": "nvidia", "note": "another board maker"}
    assert client.post("/v1/items/6/feedback", json=said, headers=bearer).status_code == 201
    other = {"kind": "wrong-story", "note": "another plant"}
    assert client.post("/v1/items/1/feedback", json=other, headers=bearer).status_code == 201
    newest, case = client.get("/v1/feedback", headers=bearer).json()["feedback"]
    assert (newest["item_id"], newest["slug"], newest["note"]) == (1, None, "another plant")
    item = client.get("/v1/items/6").json()
    at = newsroom.time.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert case == {"id": 1, "at": at, "item_id": 6, "title": item["title"], "url": item["url"], **said}
    assert client.get("/v1/feedback?limit=1", headers=bearer).json()["feedback"] == [newest]
    assert client.get("/v1/feedback").status_code == 401
    assert client.post("/v1/items/99/feedback", json=said, headers=bearer).status_code == 404
    assert client.post("/v1/items/6/feedback", json={"kind": "not-about"}, headers=bearer).status_code == 422
    assert client.post("/v1/items/6/feedback", json={**said, "slug": "acme"}, headers=bearer).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/feeds"), ("PATCH", "/v1/feeds/daily"), ("DELETE", "/v1/feeds/daily"),
     ("POST", "/v1/feeds/daily/refresh"), ("POST", "/v1/items/1/feedback")],
)  # fmt: skip
def test_writes_need_a_token_that_may_write(newsroom: Any, method: str, path: str) -> None:
    client = newsroom.client()
    with newsroom.store.write() as c:
        reader = tokens.add(c, "reader", ["read"], newsroom.time)
    body = {"url": "https://neu.example/", "kind": "other"}
    assert client.request(method, path, json=body).status_code == 401
    assert client.request(method, path, json=body, headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.request(method, path, json=body, headers={"Authorization": f"Bearer {reader}"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"\xff\xfe", 400), (b"[]", 422), (b"{}", 422), (b'{"url":"ftp://x.example"}', 422),
        (b'{"url":"https://x.example","id":"../x"}', 422), (b'{"url":"https://x.example","more":1}', 422),
        (b'{"url":"https://x.example","note":"' + b"x" * 1_100_000 + b'"}', 413),
    ],
)  # fmt: skip
def test_bodies_are_checked(client: Client, bearer: dict[str, str], body: bytes, status: int) -> None:
    answer = client.post("/v1/feeds", content=body, headers={**bearer, "Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_of_unknown_length_is_cut_off(client: Client, bearer: dict[str, str]) -> None:
    pieces = (b"x" * 100_000 for _ in range(20))
    assert client.post("/v1/feeds", content=pieces, headers=bearer).status_code == 413


def test_tokens_are_kept_as_digests(newsroom: Any) -> None:
    with newsroom.store.write() as c:
        token = tokens.add(c, "board", ["read"], newsroom.time)
        assert tokens.holder(c, token) == ("board", frozenset({"read"}))
        assert tokens.listing(c) == [{"name": "board", "scopes": ["read"], "created": newsroom.time}]
        dump = " ".join(str(row) for row in c.exec_driver_sql("SELECT * FROM token"))
        assert token not in dump
        for name, scopes in (("board", ["read"]), ("other", ["admin"]), ("none", []), (" ", ["read"])):
            with pytest.raises(ChipwireError):
                tokens.add(c, name, scopes, newsroom.time)
        tokens.revoke(c, "board")
        assert tokens.holder(c, token) is None
        with pytest.raises(NotFound):
            tokens.revoke(c, "board")


def test_a_body_that_is_not_json_is_told_what_it_lacks(client: Client, bearer: dict[str, str]) -> None:
    """What curl -d sends when the header is forgotten, and a document that breaks off."""
    good = b'{"url": "https://x.example/rss"}'
    plain = client.post("/v1/feeds", content=good, headers={**bearer, "Content-Type": "text/plain"})
    assert plain.json()["detail"] == "body: a JSON object is needed, with the header Content-Type: application/json"
    cut = client.post("/v1/feeds", content=good[:8], headers={**bearer, "Content-Type": "application/json"})
    assert cut.json()["detail"] == "body: not JSON from character 8 on: Expecting value"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/readers", {"email": "alice@chipwire.test", "companies": ["nvidea"]}),
        ("/v1/items/6/feedback", {"kind": "not-about", "slug": "nvidea"}),
    ],
)
def test_a_misspelt_company_names_the_nearest(
    client: Client, bearer: dict[str, str], path: str, body: dict[str, object]
) -> None:
    answer = client.post(path, json=body, headers=bearer)
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "company 'nvidea' is not known; did you mean nvidia?",
    )


def test_an_unknown_field_names_the_known_ones(client: Client, bearer: dict[str, str]) -> None:
    asked = client.post("/v1/webhooks", json={"url": "https://x.example/h", "companies": ["nvidia"]}, headers=bearer)
    assert asked.json()["detail"] == "companies: there is no such field; known are format, question, url"
    near = client.post("/v1/feeds", json={"url": "https://x.example/rss", "titel": "X"}, headers=bearer)
    assert near.json()["detail"] == "titel: there is no such field; did you mean title?"
    inside = {"url": "https://x.example/h", "question": {"companies": ["nvidia"]}}
    assert "no such field" in client.post("/v1/webhooks", json=inside, headers=bearer).json()["detail"]
