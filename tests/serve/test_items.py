"""/v1/items: each filter, each refusal, pages that hold still; one item; stories."""

import re
from typing import Any

import pytest

from chipwire.domain import Placement
from chipwire.keep.news import stories
from chipwire.serve import shapes
from tests.cases import every
from tests.client import Client
from tests.serve.conftest import NOW


def ids(client: Client, query: str) -> list[int]:
    answer = client.get(f"/v1/items?{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


@every(
    ("query", "expected"),
    [
        ("", [7, 6, 5, 4, 3, 2, 1]),
        ("relevance=all", [8, 7, 6, 5, 4, 3, 2, 1]),
        ("company=bytedance", [4, 3, 2, 1]),
        ("company=samsung&company=bytedance&lang=id", [1]),
        ("company=bytedance,nvidia", [6, 5, 4, 3, 2, 1]),
        ("company=bytedance&role=about", [3, 2, 1]),
        ("role=mention", [6, 4, 3]),
        ("topic=foundry&company=tsmc", [7, 6]),
        ("lang=ko,ja", [7, 4]),
        ("lang=zh", [3]),
        ("lang=zh-CN", [3]),
        ("lang=zh-hans,EN-us", [6, 5, 3, 2]),
        ("lang=zh-TW", []),
        ("feed=daily&company=nvidia", [6, 5]),
        ("kind=general-press", [1]),
        ("kind=general+press", [1]),
        ("kind=wire", []),
        ("story=1", [4, 3, 2, 1]),
        ("story=1,5&lang=en", [5, 2]),
        ("q=seedchip", [2, 1]),
        ("q=三星+-삼성", [3]),
        ("q=台积电", [7]),
        ("since=10h", [7, 6]),
        ("until=10h&since=20h", [5, 4, 3]),
        ("since=2026-11-20", [7, 6, 5]),
        ("until=2026-11-19", [4, 3, 2, 1]),
        ("since=2026-11-20T03:00:00Z&until=2026-11-20T06:00:00%2B00:00", [6]),
        ("since=2026-11-20T10:00:00%2B07:00&until=2026-11-19T22:00:00-08:00", [6]),
        ("collapse=story", [7, 6, 5, 1]),
        ("collapse=story&lang=zh,ko", [3]),
        ("company=&q=&since=", [7, 6, 5, 4, 3, 2, 1]),
    ],
)
def test_filters(client: Client, query: str, expected: list[int]) -> None:
    assert ids(client, query) == expected


@every(
    ("query", "name", "says"),
    [
        ("companies=nvidia", "invalid-request", "companies"),
        ("company=nvidea", "bad-query", "did you mean nvidia?"),
        ("feed=dayly", "bad-query", "feed 'dayly' is not known; did you mean daily?"),
        ("role=boss", "bad-query", "role 'boss' is not known; known are about, mention"),
        ("topic=x", "bad-query", "topic"),
        ("lang=zz", "bad-query", "lang 'zz' is no language"),
        ("lang=en,english", "bad-query", "lang 'english' is no language: give tags such as en"),
        ("since=2026-11-24&until=2026-11-22", "bad-query", "since is later than until"),
        ("kind=press", "bad-query", "kind"),
        ("role=both", "bad-query", "role"),
        ("q=%22open", "bad-query", "never closed"),
        ("q=x%20(y", "bad-query", "never closed"),
        ("since=yesterday", "bad-query", "is not a time"),
        ("until=9999-12-31", "bad-query", "goes beyond the years 1 to 9999"),
        ("until=999999w", "bad-query", "goes beyond the years 1 to 9999"),
        ("story=one", "bad-query", "not an id"),
        ("limit=0", "invalid-request", "limit"),
        ("limit=501", "invalid-request", "limit"),
        ("cursor=made-up", "bad-query", "not one of ours"),
        ("relevance=none", "invalid-request", "relevance"),
    ],
)
def test_refusals_say_what_is_wrong(client: Client, query: str, name: str, says: str) -> None:
    answer = client.get(f"/v1/items?{query}")
    problem = answer.json()
    assert answer.status_code == problem["status"] == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"http://chipwire.test/problems/{name}"
    assert says in problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert client.get(problem["type"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "place"), [("company=samsung, nvidea", 9), ("story=1,x", 2), ("kind=wire,press", 5), ("topic=", None)]
)
def test_a_wrong_word_is_placed(client: Client, query: str, place: int | None) -> None:
    assert client.get(f"/v1/items?{query}").json().get("place") == place


def test_unknown_parameters_are_named_everywhere(client: Client, bearer: dict[str, str]) -> None:
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method in operations if path.startswith("/v1/") else ():
            address = path.replace("{slug}", "nvidia").replace("{feed_id}", "daily").replace("{email}", "a@b.example")
            answer = client.request(method, re.sub(r"{\w+}", "1", address) + "?limitt=1", headers=bearer)
            assert answer.status_code == 422, (method, path)
            assert {"in": "query", "place": "limitt"}.items() <= answer.json()["errors"][0].items(), (method, path)


def test_unknown_parameters_come_with_a_hint(client: Client) -> None:
    problem = client.get("/v1/items?companies=nvidia&limit=x").json()
    assert "companies: there is no such parameter; did you mean company?" in problem["detail"]
    assert "limit: Input should be a valid integer" in problem["detail"]


@every(
    "q",
    ['"', "NEAR(chip fab, 2)", "a\0b", "\0", "x" * 10_000, "(" * 500, "-" * 900, "title:" * 150, "chip AND", "*",
     "^chip", "{title}: chip", "'; DROP TABLE item; --", "\ufffe\u202e", "🧠*", "NOT -NOT x", "\\", "%00%ff",
     "café\u0301" * 90],
)  # fmt: skip
def test_hostile_words_are_answered_or_refused(client: Client, q: str) -> None:
    for path in ("/v1/items", "/v1/stories", "/v1/items.csv", "/v1/items.atom"):
        answer = client.get(path, params={"q": q})
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 422 and len(q) < 1000:
            assert answer.json()["parameter"] == "q"


def test_a_search_mistake_is_placed(client: Client) -> None:
    problem = client.get("/v1/items", params={"q": 'chips OR "open'}).json()
    assert (problem["parameter"], problem["place"]) == ("q", 9)


def test_pages_hold_still_while_items_arrive(newsroom: Any) -> None:
    client = newsroom.client()
    seen, query = [], "limit=3&since=30h"
    page = client.get(f"/v1/items?{query}").json()
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        newsroom.report(100 + len(seen), "daily", "en", "Late news", {"nvidia": "about"}, [])
        page = client.get("/v1/items", params={"limit": 3, "since": "30h", "cursor": page["next"]}).json()
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_a_cursor_keeps_to_its_question(client: Client) -> None:
    first = client.get("/v1/items?limit=2&company=samsung").json()
    other = client.get("/v1/items", params={"limit": 2, "company": "nvidia", "cursor": first["next"]})
    assert other.status_code == 422
    assert "other filters" in other.json()["detail"]
    twisted = first["next"][:-1] + ("A" if first["next"][-1] != "A" else "B")
    assert client.get("/v1/items", params={"company": "samsung", "cursor": twisted}).status_code == 422
    more = client.get("/v1/items", params={"limit": 5, "company": "samsung", "cursor": first["next"]})
    assert [item["id"] for item in more.json()["items"]] == [2, 1]


def test_the_link_header_leads_on(client: Client) -> None:
    answer = client.get("/v1/items?limit=4")
    address = answer.links["next"]["url"]
    assert [item["id"] for item in client.get(address).json()["items"]] == [3, 2, 1]


def test_rows_are_what_the_models_say(client: Client) -> None:
    page = client.get("/v1/items?limit=500&relevance=all").json()
    model = shapes.ItemPage.model_validate(page, strict=False)
    assert model.model_dump(mode="json", exclude_unset=True) == page
    item = client.get("/v1/items/6").json()
    assert shapes.ItemDetail.model_validate(item).model_dump(mode="json", exclude_unset=True) == item
    assert [*page["items"][0], "corrected"] == list(shapes.Item.model_fields)
    assert item["text"].startswith("Report 5: ")
    assert item["evidence"][0]["slug"] == "tsmc"
    assert item["figures"][0]["value_low"] == 100000
    assert item["sightings"] == [{"feed": {"id": "daily", "title": "Daily"}, "seen_at": "2026-11-20T03:00:00Z"}]


def test_stories(client: Client) -> None:
    page = client.get("/v1/stories").json()
    assert shapes.StoryPage.model_validate(page).model_dump(mode="json") == page
    assert [story["id"] for story in page["stories"]] == [7, 6, 5, 1]
    assert [story["id"] for story in client.get("/v1/stories?company=samsung&q=삼성*").json()["stories"]] == [1]
    story = client.get("/v1/stories/1").json()
    assert shapes.StoryDetail.model_validate(story).model_dump(mode="json", exclude_unset=True) == story
    assert story["languages"] == ["en", "id", "ko", "zh-Hans"]
    assert [item["link"] for item in story["items"]] == ["origin", "translation", "translation", "translation"]


def test_a_merged_story_is_found_by_either_id(newsroom: Any) -> None:
    """By its page and by all that follows it: feeds, exports, saved questions, a walk begun before."""
    client = newsroom.client()
    begun = client.get("/v1/items?story=5,6&limit=1").json()
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=5, story_id=1, link="rewrite")], NOW)
    assert client.get("/v1/stories/5").json()["id"] == 1
    assert ids(client, "story=5") == ids(client, "story=1,5") == ids(client, "story=1&story=5") == [5, 4, 3, 2, 1]
    assert ids(client, "story=99") == []
    assert client.get("/v1/items.atom?story=5").text.count("</entry>") == 5
    assert client.get("/v1/items/volume?story=5").json()["items"] == 5
    on = client.get("/v1/items", params={"story": "5,6", "limit": 9, "cursor": begun["next"]}).json()
    assert [item["id"] for item in on["items"]] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "path", ["/v1/items/99", "/v1/stories/99", "/v1/companies/nobody", "/v1/feeds/nobody", "/v1/x"]
)
def test_what_is_not_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/problems/not-found")


def test_companies_and_topics(client: Client) -> None:
    listed = client.get("/v1/companies").json()
    assert shapes.CompanyList.model_validate(listed).model_dump(mode="json") == listed
    assert {c["slug"]: (c["about"], c["mention"]) for c in listed["companies"]} == {
        "bytedance": (3, 1), "samsung": (3, 1), "nvidia": (1, 1), "tsmc": (2, 0),
    }  # fmt: skip
    topics = client.get("/v1/topics").json()["topics"]
    assert {topic["slug"]: topic["items"] for topic in topics} == {"foundry": 4, "ai-chips": 2}
    topics = client.get("/v1/topics?since=2026-11-20&until=2026-11-20").json()["topics"]
    assert {topic["slug"]: topic["items"] for topic in topics} == {"foundry": 2, "ai-chips": 0}
    listed = client.get("/v1/companies?until=2026-11-19").json()["companies"]
    assert {c["slug"]: (c["about"], c["mention"]) for c in listed if c["about"] or c["mention"]} == {
        "bytedance": (3, 1), "samsung": (3, 1),
    }  # fmt: skip
    assert client.get("/v1/companies?since=2027-01-01").status_code == 422


def test_one_company(client: Client) -> None:
    found = client.get("/v1/companies/bytedance").json()
    assert shapes.CompanyOverview.model_validate(found).model_dump(mode="json") == found
    assert found["languages"] == {"en": 1, "id": 1, "ko": 1, "zh-Hans": 1}
    assert found["volume"] == [
        {"day": "2026-11-19", "about": 3, "mention": 1, "languages": {"en": 1, "id": 1, "ko": 1, "zh-Hans": 1}}
    ]
    assert found["related"] == [
        {"slug": "samsung", "items": 4, "stories": [{"id": 1, "title": "ByteDance rancang SeedChip bersama Samsung"}],
         "name": "Samsung"}
    ]  # fmt: skip
    assert {source["feed"]["id"]: source["items"] for source in found["sources"]} == {
        "harian": 1, "daily": 1, "bao": 1, "ilbo": 1,
    }  # fmt: skip
    later = client.get("/v1/companies/bytedance?since=17h").json()
    assert (later["about"], later["mention"]) == (0, 1)
    assert client.get("/v1/companies/bytedance?since=1h&until=2h").status_code == 422
