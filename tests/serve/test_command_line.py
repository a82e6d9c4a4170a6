"""The command line reads the same store by the same rules as REST."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chipwire.cli.app import app
from chipwire.errors import BadQuery, NotFound

pytestmark = pytest.mark.usefixtures("logs_as_before")


def printed(store: Path, *words: str) -> list[dict[str, Any]]:
    """What a command prints as JSON lines, in this process."""
    done = CliRunner().invoke(app, [*words, "--store", str(store), "--json"])
    assert done.exception is None, done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.sqlite
def test_the_command_line_asks_as_rest_does(newsroom: Any, tmp_path: Path) -> None:
    rest, store = newsroom.client(), tmp_path / "store.db"
    for words, query in (
        (["--company", "samsung,nvidia", "--company", "bytedance", "--role", "about"],
         "company=samsung,nvidia&company=bytedance&role=about"),
        (["--lang", "zh-CN,id", "--until", "2026-11-19"], "lang=zh-CN,id&until=2026-11-19"),
        (["--kind", "trade-press", "--collapse", "--all"], "kind=trade-press&collapse=story&relevance=all"),
        (["--q", "seedchip -talks"], "q=seedchip -talks"),
    ):  # fmt: skip
        assert printed(store, "items", *words) == rest.get(f"/v1/items?{query}").json()["items"]
    stories = printed(store, "stories", "--company", "tsmc")
    shown = rest.get("/v1/stories?company=tsmc").json()["stories"]
    assert [story["id"] for story in stories] == [story["id"] for story in shown]
    assert stories[0].keys() == shown[0].keys()
    for words in (
        ["items", "--company", "nvidea"],
        ["stories", "--company", "nvidea"],
        ["items", *["--role", "x"] * 3],
    ):
        assert isinstance(CliRunner().invoke(app, [*words, "--store", str(store)]).exception, BadQuery)


def test_tokens_come_and_go(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    (made,) = printed(store, "tokens", "add", "board", "--scope", "read")
    assert made["scopes"] == ["read"]
    assert made["token"].startswith("cw_")
    assert [token["name"] for token in printed(store, "tokens", "list")] == ["board"]
    (line,) = CliRunner().invoke(app, ["tokens", "list", "--store", str(store)]).output.splitlines()
    assert line.split("\t")[:2] == ["board", "read"]
    assert CliRunner().invoke(app, ["tokens", "revoke", "board", "--store", str(store)]).exit_code == 0
    assert isinstance(CliRunner().invoke(app, ["tokens", "revoke", "board", "--store", str(store)]).exception, NotFound)
