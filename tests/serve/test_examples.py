"""What /docs shows is true: each route and response has an example, and each example fits its schema."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import feedparser
import jsonschema
import listparser
import pytest

from chipwire.serve.problem_types import KINDS
from tests.client import Client

Operation = tuple[str, str, dict[str, Any]]
FREE = {"cursor", "last_event_id", "last-event-id", "until", "story"}
"""Parameters without an example: what they take is made by this service or moves with time."""


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def contents(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every body that is documented, of requests and responses: where, media type, content."""
    for method, path, operation in operations(document):
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{method} {path} request", media, content
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                yield f"{method} {path} {status}", media, content


def check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "components": document["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(value)


def test_every_body_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    wrong, seen = [], 0
    for where, _, content in contents(document):
        seen += 1
        if content.get("example") in (None, "", {}, []):
            wrong.append(f"{where}: none")
            continue
        try:
            check(document, content.get("schema", {}), content["example"])
        except jsonschema.ValidationError as error:
            wrong.append(f"{where}: {error.json_path} {error.message}")
    assert wrong == []
    assert seen > 100


def test_every_parameter_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for one in operation.get("parameters", []):
            if one["name"] not in FREE:
                assert one.get("example") not in (None, "", []), (method, path, one["name"])
                check(document, one["schema"], one["example"])


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        if path.startswith("/v1/"):
            assert {"422", "429", "503"} <= set(operation["responses"]), (method, path)
        if "security" in operation:
            assert {"401", "403"} <= set(operation["responses"]), (method, path)


def test_the_list_of_operations_tells_them_apart(document: dict[str, Any]) -> None:
    """A name made of the function's is "Add" for four of them and "As Csv" for two."""
    told = [operation["summary"] for _, _, operation in operations(document)]
    assert [one for one in told if told.count(one) > 1] == []
    assert [one for one in told if not 8 < len(one) < 130] == []


def test_examples_of_other_formats_are_of_those_formats(document: dict[str, Any]) -> None:
    every = [(where, media, content["example"]) for where, media, content in contents(document) if "example" in content]
    (counts,) = [made for where, media, made in every if "/volume.csv" in where and media == "text/csv"]
    assert [int(row["items"]) for row in csv.DictReader(io.StringIO(counts))] == [14, 23]
    (amounts,) = [made for where, _, made in every if "/figures.csv" in where and where.endswith(" 200")]
    assert [row["value_low"] for row in csv.DictReader(io.StringIO(amounts))] == ["100000"]
    apart = ("/volume", "/figures")
    shown = {m: made for where, m, made in every if where.endswith(" 200") and not any(one in where for one in apart)}
    (row,) = csv.DictReader(io.StringIO(shown["text/csv"]))
    assert row["about"] == "bytedance"
    assert json.loads(shown["application/x-ndjson"])["id"] == int(row["id"])
    assert not (read := feedparser.parse(shown["application/atom+xml"])).bozo
    assert read.entries[0].link == row["url"]
    assert len(shown["application/feed+json"]["items"]) == 1
    assert len(listparser.parse(shown["text/x-opml"]).feeds) == 1
    assert f"id: {row['id']}\nevent: item\n" in shown["text/event-stream"]


def test_every_problem_that_is_shown_is_of_its_status_and_has_a_page(document: dict[str, Any], client: Client) -> None:
    answers = [(where.split()[-1], content) for where, media, content in contents(document) if "problem" in media]
    shown = {(status, content["example"]["type"].rpartition("/")[2]) for status, content in answers}
    assert shown
    for status, name in shown:
        assert status == str(KINDS[name].status), name
        assert client.get(f"/problems/{name}").status_code == 200
