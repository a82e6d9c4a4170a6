"""The list of items says the same by its short way as by FastAPI's, and to wrong questions too."""

import pytest
from starlette.testclient import TestClient

from chipwire.serve.quick import Quick

QUESTIONS = (
    "", "limit=1", "limit=+1", "limit=01&limit=2", "company=bytedance", "company=bytedance,&company=", "company=nosuch",
    "role=about&company=bytedance", "role=about,mention", "role=boss", "lang=EN,zh", "lang=", "topic=nosuch",
    "q=chip", "q=%22open", "q=", "since=7d", "since=2026-11-01&until=2026-11-30", "since=soon", "story=x", "story=1",
    "limit=0", "limit=501", "limit=x", "limit=", "relevance=all", "relevance=some", "collapse=story", "cursor=x",
    "cursor=", "colour=red", "company=%00", "feed=%FF", "kind=trade-press", "limit=1&cursor=", "until=2020-01-01",
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_ways_answer_alike(client: TestClient, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    address = f"/v1/items?{question}"
    short = client.get(address, headers={"x-request-id": "same"})
    with monkeypatch.context() as patch:
        patch.setattr(Quick, "__call__", lambda self, scope, receive, send: self.app(scope, receive, send))
        long = client.get(f"{address}&" if question else f"{address}", headers={"x-request-id": "same"})
    assert short.status_code == long.status_code
    assert short.json() == long.json()
    for name in ("content-type", "link", "etag", "cache-control", "vary"):
        assert short.headers.get(name) == long.headers.get(name), name
