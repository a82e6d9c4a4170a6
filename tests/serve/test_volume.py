"""/v1/items/volume: the days of a filter are those of the items that its list shows, whatever is asked."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chipwire.keep import deadline
from chipwire.serve import answers, shapes
from tests.cases import every
from tests.client import Client
from tests.serve.conftest import NOW

SPAN = "since=2026-11-10&until=2026-11-21"
FILTERS = [
    "", "relevance=all", "company=bytedance", "company=samsung&company=bytedance", "company=bytedance,nvidia",
    "company=samsung&company=bytedance&lang=id", "company=bytedance&role=about", "role=mention", "topic=foundry",
    "topic=foundry&company=tsmc", "topic=foundry&lang=zh,ko", "lang=zh", "feed=daily", "kind=general-press",
    "kind=wire", "story=1", "q=seedchip", "q=三星+-삼성", "company=samsung&q=seedchip", "collapse=story", "company=&q=",
]  # fmt: skip


def counted(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"/v1/items/volume?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert shapes.ItemVolume.model_validate(found).model_dump(mode="json") == found
    return found


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("span", [SPAN, "since=2026-11-19T09:00:00Z&until=2026-11-20T05:00:00Z", "since=10h"])
def test_days_are_those_of_the_list(client: Client, query: str, span: str) -> None:
    listed = client.get(f"/v1/items?{query}&{span}&limit=500").json()["items"]
    found = counted(client, f"{query}&{span}")
    days = {row["day"]: row["items"] for row in found["volume"]}
    assert +Counter(days) == Counter(item["first_seen"][:10] for item in listed)
    assert found["items"] == len(listed)


def test_every_day_of_the_span_has_a_line(client: Client) -> None:
    found = counted(client, f"company=nvidia&{SPAN}")
    assert [row["day"] for row in found["volume"]] == [f"2026-11-{day}" for day in range(10, 22)]
    assert (found["since"], found["until"]) == ("2026-11-10T00:00:00Z", "2026-11-22T00:00:00Z")
    csv = client.get(f"/v1/items/volume.csv?company=nvidia&{SPAN}")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    lines = [f"{row['day']},{row['items']}" for row in found["volume"]]
    assert csv.text.splitlines() == ["day,items", *lines]


def test_without_a_span_it_is_the_last_thirty_days(client: Client) -> None:
    found = counted(client, "")
    assert found["since"] == (NOW - timedelta(days=30)).isoformat().replace("+00:00", "Z")
    assert (found["items"], len(found["volume"])) == (7, 31)
    assert len(counted(client, "until=0001-01-02")["volume"]) == 2


def test_a_new_item_counts_at_once(newsroom: Any) -> None:
    client = newsroom.client()
    before = counted(client, "company=nvidia")
    newsroom.time += timedelta(seconds=5)
    newsroom.report(50, "daily", "en", "Nvidia ships more", {"nvidia": "about"}, [])
    newsroom.time += timedelta(seconds=5)
    assert counted(client, "company=nvidia")["items"] == before["items"] + 1


@every(
    ("query", "name", "says"),
    [
        ("company=nvidya", "bad-query", "did you mean nvidia"),
        ("q=(chip", "bad-query", "never closed"),
        ("limit=5", "invalid-request", "limit"),
        ("since=2026-11-21", "bad-query", "later than now"),
        ("since=2026-11-20&until=2026-11-01", "bad-query", "later than until"),
        ("since=2010-01-01", "bad-query", "at most 3,660 days"),
    ],
)
def test_refusals_are_those_of_the_list(client: Client, query: str, name: str, says: str) -> None:
    for path in ("/v1/items/volume", "/v1/items/volume.csv"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert answer.json()["type"].endswith(f"/problems/{name}")
        assert says in answer.text


def test_what_takes_too_much_work_is_given_up(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server the database's clock decides; tests/keep/test_deadline.py asks both."""
    if newsroom.store.shared:
        return
    monkeypatch.setattr(answers, "MOST_WORK", 0.0)
    monkeypatch.setattr(deadline, "_STEPS", 1)
    client = newsroom.client()
    answer = client.get("/v1/items/volume?q=seedchip")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/problems/too-costly")
    assert "0 seconds" in answer.json()["detail"]
    assert client.get("/v1/items?q=seedchip").status_code == 200
