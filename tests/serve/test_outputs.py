"""The same items in every format, read back by the formats' own readers."""

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import feedparser
import listparser
import pytest

from chipwire.collect.lists import opml
from chipwire.collect.parse import parse
from chipwire.domain import Feed
from chipwire.keep.sources import feeds
from chipwire.serve import outputs
from tests.client import Client
from tests.listening import listening
from tests.serve.conftest import Newsroom


@pytest.mark.parametrize(
    "query", ["", "company=samsung", "q=seedchip&relevance=all", "collapse=story", "lang=zh,ko,ja"]
)
def test_every_format_tells_the_same(client: Client, query: str) -> None:
    items = client.get(f"/v1/items?{query}").json()["items"]
    expected = [item["id"] for item in items]
    lines = client.get(f"/v1/items.ndjson?{query}").text.splitlines()
    assert [json.loads(line) for line in lines] == items
    table = list(csv.DictReader(io.StringIO(client.get(f"/v1/items.csv?{query}").text)))
    assert [int(row["id"]) for row in table] == expected
    feed = client.get(f"/v1/items.jsonfeed?{query}").json()
    assert [int(item["id"].rpartition("/")[2]) for item in feed["items"]] == expected
    atom = feedparser.parse(client.get(f"/v1/items.atom?{query}").content)
    assert [int(entry.id.rpartition("/")[2]) for entry in atom.entries] == expected
    assert [entry.title for entry in atom.entries] == [item["title"] for item in items]


def test_csv_is_safe_to_open(client: Client) -> None:
    table = list(csv.reader(io.StringIO(client.get("/v1/items.csv").text)))
    assert tuple(table[0]) == outputs.COLUMNS
    cells = [cell for row in table[1:] for cell in row]
    assert "'=SUM(A1) is how the TSMC memo began" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_csv_of_a_page_begins_with_the_mark_that_excel_wants(client: Client) -> None:
    plain = client.get("/v1/items.csv?company=samsung").content
    assert client.get("/v1/items.csv?company=samsung&bom=true").content == b"\xef\xbb\xbf" + plain
    assert 'href="/v1/items.csv?bom=true"' in client.get("/").text
    linked = 'href="/v1/items.csv?company=samsung&amp;bom=true"'
    assert linked in client.get("/search?company=samsung").text
    assert linked in client.get("/companies/samsung").text
    cursor = client.get("/v1/items?limit=2").json()["next"]
    assert client.get("/v1/items.csv", params={"bom": "true", "cursor": cursor}).is_success
    assert client.get("/v1/items.ndjson?bom=true").status_code == 422


def test_figures_as_a_table_are_those_of_the_items(client: Client) -> None:
    ids = [item["id"] for item in client.get("/v1/items?relevance=all").json()["items"]]
    told = [(number, figure) for number in ids for figure in client.get(f"/v1/items/{number}").json()["figures"]]
    text = client.get("/v1/items/figures.csv?relevance=all").text
    table = list(csv.DictReader(io.StringIO(text)))
    names = ("value_low", "value_high")
    assert [(int(row["item"]), row["figure"], *(float(row[name]) for name in names)) for row in table] == [
        (number, figure["text"], *(figure[name] for name in names)) for number, figure in told
    ]
    assert [(row["unit"], row["qualifier"] or None, row["kind"]) for row in table] == [
        (figure["unit"], figure["qualifier"], figure["kind"]) for _, figure in told
    ]
    assert ".0," not in text, "whole numbers are written as such"
    of_one = list(csv.DictReader(io.StringIO(client.get("/v1/items/figures.csv?company=samsung").text)))
    assert of_one
    assert all("samsung" in row["about"] + row["mention"] for row in of_one)
    assert len(of_one) < len(table)
    nothing = client.get("/v1/items/figures.csv?q=nowhere&bom=true").content
    assert nothing == b"\xef\xbb\xbf" + ",".join(outputs.FIGURE_COLUMNS).encode() + b"\r\n"


def test_exports_take_a_limit_and_go_on_from_a_page(client: Client) -> None:
    page = client.get("/v1/items?limit=2").json()
    rest = client.get("/v1/items.ndjson", params={"limit": 3, "cursor": page["next"]}).text.splitlines()
    assert [json.loads(line)["id"] for line in rest] == [5, 4, 3]


def test_atom_keeps_the_rules(client: Client) -> None:
    answer = client.get("/v1/items.atom?company=bytedance&limit=2")
    read = feedparser.parse(answer.content)
    assert not read.bozo
    links = {link["rel"]: link["href"] for link in read.feed.links}
    assert (
        links["self"]
        == links["first"]
        == read.feed.id
        == "http://chipwire.test/v1/items.atom?company=bytedance&limit=2"
    )
    seen = [entry.id for entry in read.entries]
    onward = feedparser.parse(client.get(links["next"]).content)
    seen += [entry.id for entry in onward.entries]
    assert len(set(seen)) == 4
    assert "next" not in {link["rel"] for link in onward.feed.links}
    for entry in read.entries:
        assert entry.updated
        assert entry.published
        assert entry.link.startswith("https://")
        assert entry.author
        assert {tag["term"] for tag in entry.tags} >= {"bytedance"}
    assert answer.headers["content-type"].startswith("application/atom+xml")


def test_json_feed_keeps_the_rules(client: Client) -> None:
    feed = client.get("/v1/items.jsonfeed?limit=5").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://chipwire.test/v1/items.jsonfeed?limit=5"
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert ("content_html" in item) != ("content_text" in item)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["date_published"])
    assert [item["id"] for item in client.get(feed["next_url"]).json()["items"]] == [
        "http://chipwire.test/v1/items/2", "http://chipwire.test/v1/items/1",
    ]  # fmt: skip


def test_paging_goes_through_everything_whatever_titles_hold(newsroom: Any) -> None:
    client = newsroom.client()
    for number in range(100, 130):
        title = f"Boards \x0b& <b>racks</b> \ufffe{number} ]]> 'quoted' \"twice\""
        newsroom.report(number, "daily", "en", title, {"nvidia": "about"}, [])
    entries, address = [], "/v1/items.atom?limit=7&q=boards"
    while address:
        read = feedparser.parse(client.get(address).content)
        assert not read.bozo
        entries += read.entries
        address = next((link["href"] for link in read.feed.links if link["rel"] == "next"), "")
    items, address = [], "/v1/items.jsonfeed?limit=7&q=boards"
    while address:
        page = client.get(address).json()
        items += page["items"]
        address = page.get("next_url", "")
    assert len(entries) == len(items) == 31
    assert [entry.id for entry in entries] == [item["id"] for item in items]
    assert {entry.summary_detail.type for entry in entries} == {"text/html", "text/plain"}
    assert {"content_html": {"<p>"}, "content_text": {"Rep"}} == {
        kind: {item[kind][:3] for item in items if kind in item} for kind in ("content_html", "content_text")
    }


def test_our_own_parser_reads_the_json_feed(client: Client) -> None:
    read = parse(client.get("/v1/items.jsonfeed").content, url="http://chipwire.test/v1/items.jsonfeed")
    assert read.problems == []
    assert len(read.entries) == 7


def test_opml_is_read_back(client: Client) -> None:
    read = listparser.parse(client.get("/v1/feeds.opml").text)
    assert {feed.url for feed in read.feeds} == {
        f"https://{name}.example/feed" for name in ("harian", "daily", "bao", "ilbo", "shimbun")
    }


def test_another_chipwire_reads_the_same_feeds_back(newsroom: Newsroom) -> None:
    mine = Feed(id="mine", url="https://mine.example/rss", title="M", topics=["hbm"], weight=2.0, user_agent="secret/1")
    with newsroom.store.write() as c:
        feeds.add(c, mine)
    body = newsroom.client().get("/v1/feeds.opml").content
    read = {feed.id: feed for feed in opml.read(body)}
    assert read["mine"] == mine.model_copy(update={"user_agent": None})
    assert b"secret" not in body


@pytest.mark.parametrize(
    ("query", "title", "home"),
    [
        ("", "chipwire", "/"),
        ("limit=3", "chipwire", "/"),
        (
            "company=bytedance,samsung&topic=foundry&lang=ko&limit=2&collapse=story",
            "chipwire: ByteDance, Samsung; Foundry; ko",
            "/search?company=bytedance%2Csamsung&topic=foundry&lang=ko",
        ),
        (
            "company=nvidia&company=tsmc&q=memo",
            "chipwire: Nvidia, TSMC; memo",
            "/search?company=nvidia&company=tsmc&q=memo",
        ),
    ],
)
def test_a_feed_has_a_name_for_people_and_leads_to_its_page(client: Client, query: str, title: str, home: str) -> None:
    told = client.get(f"/v1/items.jsonfeed?{query}").json()
    assert (told["title"], told["home_page_url"]) == (title, "http://chipwire.test" + home)
    assert client.get(told["home_page_url"]).status_code == 200
    atom = feedparser.parse(client.get(f"/v1/items.atom?{query}").content)
    assert (atom.feed.title, atom.feed.link) == (title, "http://chipwire.test" + home)


def test_entities_are_markup(client: Client) -> None:
    item = client.get("/v1/items/1").json() | {"summary": "AT&amp;T"}
    channel = outputs.Channel("t", "h", "s", "f", None, "b", item["first_seen"])
    read = feedparser.parse(outputs.atom(channel, [json.dumps(item).encode()]))
    assert read.entries[0].summary_detail.type == "text/html"
    assert json.loads(outputs.json_feed(channel, [json.dumps(item).encode()]))["items"][0]["content_html"] == "AT&amp;T"
    assert "AT&T" in outputs.csv_rows([json.dumps(item).encode()])


@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")
def test_newsboat_reads_the_atom_feed(newsroom: Any, tmp_path: Path) -> None:
    with listening(newsroom.client().app) as address:
        urls = tmp_path / "urls"
        urls.write_text(f"http://{address}/v1/items.atom\n")
        cache, log, config = (tmp_path / name for name in ("cache.db", "log", "config"))
        config.touch()
        run = subprocess.run(
            [
                "newsboat",
                "-u",
                str(urls),
                "-c",
                str(cache),
                "-C",
                str(config),
                "-d",
                str(log),
                "-l",
                "4",
                "-x",
                "reload",
                "print-unread",
            ],
            capture_output=True,
            text=True,
            timeout=60,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin", "LANG": "C.UTF-8"},
        )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "7 unread articles\n"
    assert not log.exists() or log.read_text() == ""
