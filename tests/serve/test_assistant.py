"""`chipwire mcp` as an assistant meets it: the SDK's own client over stdio, answers held to those of REST."""

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from chipwire.config import data_dir
from chipwire.enrich.lookup.glossary import Glossary

pytestmark = pytest.mark.slow


def ask(store: Path, questions: Callable[[Client], Awaitable[None]]) -> None:
    """Start the server on this store, let the client ask, end."""

    async def talk() -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("CHIPWIRE_")}
        words = ["-W", "error::ResourceWarning", "-m", "chipwire", "mcp", "--store", str(store)]
        async with Client(StdioServerParameters(command=sys.executable, args=words, env=clean)) as client:
            await questions(client)

    asyncio.run(talk())


def as_rest(item: dict[str, Any]) -> dict[str, Any]:
    """As a tool tells an item of REST: summaries without markup."""
    return {**item, "summary": re.sub("<[^>]*>", "", item["summary"]).replace("&amp;", "&")}


def test_three_tools_answer_what_rest_answers(newsroom: Any, tmp_path: Path) -> None:
    companies = Glossary.load(data_dir()).companies
    rest = newsroom.client(companies={slug: entry.noun(slug) for slug, entry in companies.items()})
    listed = rest.get("/v1/items?company=samsung&company=bytedance,nvidia&lang=zh,id").json()["items"]
    whole = rest.get("/v1/stories/1").json()
    around = rest.get("/v1/companies/bytedance?since=2026-11-01&until=2026-11-20").json()

    async def questions(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search_items", "get_story", "company_overview"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        assert all(tool.description and tool.output_schema for tool in tools.values())
        assert "bytedance" in (client.instructions or "")

        given: dict[str, Any] = {"company": ["samsung", "bytedance,nvidia"], "lang": ["zh,id"], "limit": 1}
        first = (await client.call_tool("search_items", given)).structured_content
        second = (await client.call_tool("search_items", {**given, "cursor": first["next"]})).structured_content
        assert [*first["items"], *second["items"]] == [as_rest(item) for item in listed]
        assert second["next"] is None
        bare = (await client.call_tool("search_items", {"company": "samsung", "lang": "zh,id"})).structured_content
        listed_so = (
            await client.call_tool("search_items", {"company": ["samsung"], "lang": ["zh,id"]})
        ).structured_content
        assert bare == listed_so
        assert bare["items"]
        found = await client.call_tool("search_items", {"q": "seedchip", "role": "about", "until": "2026-11-20"})
        assert [item["id"] for item in found.structured_content["items"]] == [2, 1]

        story = (await client.call_tool("get_story", {"story": 1})).structured_content
        assert story == {**whole, "items": [as_rest(item) for item in whole["items"]]}

        span = {"company": "bytedance", "since": "2026-11-01", "until": "2026-11-20"}
        overview = (await client.call_tool("company_overview", span)).structured_content
        assert overview == around

    ask(tmp_path / "store.db", questions)


def test_mistakes_tell_what_to_ask_instead(newsroom: Any, tmp_path: Path) -> None:
    mistakes: list[tuple[str, dict[str, Any], str]] = [
        ("search_items", {"company": ["nvidea"]}, "did you mean nvidia? (company, character 0)"),
        ("search_items", {"q": 'chips "open'}, "never closed (q, character 6)"),
        ("search_items", {"since": "yesterday"}, "is not a time"),
        ("search_items", {"limit": 1000}, "limit"),
        ("search_items", {"cursor": "x"}, "not one of ours"),
        ("search_items", {"query": "seedchip"}, "query"),
        ("search_items", {"q": "seedchip", "company": 3}, "company"),
        ("get_story", {"story": 99}, "there is no story 99"),
        ("get_story", {"story": 1, "id": 1}, "id"),
        ("company_overview", {"company": "Nvidea"}, "did you mean nvidia?"),
        ("company_overview", {"company": "acme"}, "there is no company 'acme'"),
    ]

    async def questions(client: Client) -> None:
        for tool, given, says in mistakes:
            answer = await client.call_tool(tool, given)
            assert answer.is_error, (tool, given)
            assert says in answer.content[0].text, answer.content  # type: ignore[union-attr]

    ask(tmp_path / "store.db", questions)
