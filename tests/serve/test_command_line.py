"""The command line reads the same store by the same rules as REST."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Commands

Printed = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def printed(chipwire: Commands) -> Printed:
    """What a command prints as JSON lines."""

    def lines(*words: str) -> list[dict[str, Any]]:
        done = chipwire(*words, "--json")
        assert done.code == 0, done.err
        return [json.loads(line) for line in done.out.splitlines()]

    return lines


@pytest.mark.sqlite
def test_the_command_line_asks_as_rest_does(
    newsroom: Any, chipwire: Commands, printed: Printed, tmp_path: Path
) -> None:
    rest, store = newsroom.client(), ["--store", str(tmp_path / "store.db")]
    for words, query in (
        (["--company", "samsung,nvidia", "--company", "bytedance", "--role", "about"],
         "company=samsung,nvidia&company=bytedance&role=about"),
        (["--lang", "zh-CN,id", "--until", "2026-11-19"], "lang=zh-CN,id&until=2026-11-19"),
        (["--kind", "trade-press", "--collapse", "--all"], "kind=trade-press&collapse=story&relevance=all"),
        (["--q", "seedchip -talks"], "q=seedchip -talks"),
    ):  # fmt: skip
        assert printed("items", *words, *store) == rest.get(f"/v1/items?{query}").json()["items"]
    stories = printed("stories", "--company", "tsmc", *store)
    shown = rest.get("/v1/stories?company=tsmc").json()["stories"]
    assert [story["id"] for story in stories] == [story["id"] for story in shown]
    assert stories[0].keys() == shown[0].keys()
    for words, says in (
        (["items", "--company", "nvidea"], "did you mean nvidia?"),
        (["stories", "--company", "nvidea"], "did you mean nvidia?"),
        (["items", *["--role", "x"] * 3], "at most 2"),
    ):
        refused = chipwire(*words, *store)
        assert (refused.code, says in refused.err) == (1, True), refused


def test_tokens_come_and_go(chipwire: Commands, printed: Printed) -> None:
    (made,) = printed("tokens", "add", "board", "--scope", "read")
    assert made["scopes"] == ["read"]
    assert made["token"].startswith("cw_")
    assert [token["name"] for token in printed("tokens", "list")] == ["board"]
    (line,) = chipwire("tokens", "list").out.splitlines()
    assert line.split("\t")[:2] == ["board", "read"]
    assert chipwire("tokens", "revoke", "board").code == 0
    assert "no token named 'board'" in chipwire("tokens", "revoke", "board").err
