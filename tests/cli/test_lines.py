"""`parse`, `tag` and `cluster`: documents and JSON Lines in, one JSON object a line out, whatever came in."""

import json
from pathlib import Path

import pytest

from chipwire.config import data_dir
from tests.commands import Commands


def test_parse_prints_the_contract(chipwire: Commands) -> None:
    done = chipwire("parse", stdin=(data_dir() / "demo" / "bandoche-sinmun.rss").read_bytes())
    assert (done.code, done.err) == (0, "")
    printed = json.loads(done.out)
    assert printed["file"] == "-"
    assert printed["feed"]["title"] == "반도체신문"
    assert len(printed["items"]) == 3


def test_garbage_is_a_problem_not_a_traceback(chipwire: Commands) -> None:
    done = chipwire("parse", stdin=b"garbage\n")
    assert done.code == 1
    printed = json.loads(done.out)
    assert printed["items"] == []
    assert printed["problems"]
    assert "Traceback" not in done.err


def test_tag_and_cluster_read_json_lines(chipwire: Commands) -> None:
    line = json.dumps({"id": "1", "title": "Nvidia buys HBM4 from Samsung", "body": "The deal is worth $2 billion."})
    done = chipwire("tag", "-", stdin=f"{line}\n".encode())
    tagged = json.loads(done.out)
    assert tagged["companies"] == {"nvidia": "about", "samsung": "about"}
    assert tagged.keys() == {"id", "lang", "companies", "topics", "evidence", "figures", "credit"}
    assert (done.code, done.err) == (0, "")
    done = chipwire("cluster", "-", stdin=f"{line}\n".encode())
    assert json.loads(done.out) == {"id": "1", "story": "1", "copy_of": None}


@pytest.mark.parametrize("command", ["tag", "cluster"])
def test_a_line_that_is_no_json_loses_none_beside_it(command: str, chipwire: Commands) -> None:
    done = chipwire(command, "-", stdin=b'{"id":"1"}\n{broken\n{"id":"3"}\n\xff\n{"id":"5"}\n')
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["1", "3", "5"]
    assert done.code == 1
    assert [line.partition(": not JSON")[0] for line in done.err.splitlines()] == [
        "chipwire: -, line 2",
        "chipwire: -, line 4",
    ]


def test_json_lines_may_begin_with_a_byte_order_mark_and_end_as_on_windows(chipwire: Commands) -> None:
    done = chipwire("tag", "-", stdin=b'\xef\xbb\xbf{"id":"1","title":null,"body":"Nvidia chips"}\r\n\r\n{"id":2}\r\n')
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["1", 2]
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("line", ['["id"]', '{"title": "no id"}'])
def test_a_line_that_is_no_text_to_tag_is_named(line: str, chipwire: Commands) -> None:
    done = chipwire("tag", "-", stdin=f'{{"id": "1"}}\n{line}\n'.encode())
    assert done.code == 1
    assert 'line 2: expected an object with "id", "title" and "body"; left out' in done.err


@pytest.mark.parametrize(
    ("command", "name"),
    [("tag", "title"), ("tag", "body"), ("tag", "lang"), ("cluster", "published"), ("cluster", "feed")],
)
def test_values_of_the_wrong_type_are_named_with_their_line(command: str, name: str, chipwire: Commands) -> None:
    lines = [json.dumps({"id": "1"}), json.dumps({"id": "2", name: ["x"]}), json.dumps({"id": "3", name: 5})]
    done = chipwire(command, "-", stdin="\n".join(lines).encode())
    assert done.code == 1
    assert f'line 2: "{name}" is neither text nor null' in done.err
    assert "Traceback" not in done.err


def test_a_file_that_cannot_be_read_is_told_in_the_shape_of_all_others(tmp_path: Path, chipwire: Commands) -> None:
    (tmp_path / "empty").touch()
    done = chipwire("parse", str(tmp_path / "nowhere"), str(tmp_path), str(tmp_path / "empty"))
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [len(one["feed"]) for one in told] == [5, 5, 5]
    assert [one["problems"] for one in told[:2]] == [
        ["cannot read the file: No such file or directory"],
        ["cannot read the file: Is a directory"],
    ]
    assert done.code == 1
