"""Commands that read from files or stdin and print JSON lines: parse, tag, cluster, quality."""

import codecs
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from chipwire.cli import wiring
from chipwire.cli.output import json_line, rows
from chipwire.cli.service import Json
from chipwire.errors import ChipwireError

_TEXTS = ("title", "body", "lang", "url", "published", "feed")
Lines = Annotated[Path, typer.Argument(help="A file of JSON lines, or - for stdin.")]


def register(app: typer.Typer) -> None:
    for command in (parse, tag, cluster, quality):
        app.command()(command)


def parse(
    files: Annotated[list[Path] | None, typer.Argument(help="Feed documents; none or - reads stdin.")] = None,
    url: Annotated[str | None, typer.Option(help="Address the document came from, to resolve relative links.")] = None,
    content_type: Annotated[str | None, typer.Option(help="Content-Type it came with.")] = None,
) -> None:
    """Read feed documents, print each as JSON.

    One object a line; exit 1 when any document gave no items.
    """
    from chipwire.collect.parse import as_json
    from chipwire.collect.parse import parse as read
    from chipwire.domain import Document

    empty = False
    for file in files or [Path("-")]:
        try:
            body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
            document = read(body, url=url, content_type=content_type)
        except OSError as error:
            document = Document(problems=[f"cannot read the file: {error.strerror}"])
        empty |= not document.entries
        json_line(as_json(document, str(file)))
    if empty:
        raise typer.Exit(1)


def tag(file: Lines = Path("-")) -> None:
    """Tag texts: companies, topics, evidence, figures, credit.

    FILE holds JSON lines {"id","title","body","lang"?,"url"?}.
    """
    from chipwire.enrich.tagger import Tagger, as_json

    tagger = Tagger.load(wiring.settings().data)
    with _items(file) as items:
        for item in items:
            tags = tagger.tag(item.get("title") or "", item.get("body") or "", lang=item.get("lang"))
            json_line(as_json(item["id"], tags))


def cluster(file: Lines = Path("-")) -> None:
    """Fold texts into stories and copies.

    FILE holds JSON lines {"id","title","body","lang"?,"published","feed","url"}, times in RFC 3339.
    """
    from chipwire.enrich import gathering
    from chipwire.enrich.tagger import Tagger

    data = wiring.settings().data
    with _items(file) as items:
        for placed in gathering.run(items, Tagger.load(data), data):
            json_line(placed)


def quality(as_json: Json = False) -> None:
    """Measure the tagger on the shipped labelled set.

    Precision, recall, F1 with intervals, for each company and language.
    """
    from chipwire.enrich import quality as measure

    data = wiring.settings().data
    report = measure.report(data)
    if as_json:
        json_line(report)
    else:
        rows(["name", "n", "precision", "recall", "f1", "low", "high"], measure.table(report), as_json=False)


@contextmanager
def _items(file: Path) -> Iterator[Iterator[dict[str, Any]]]:
    """The objects of JSON lines. What is none is named on stderr by its line and left out; then the exit is 1."""
    try:
        source = nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")
    except OSError as error:
        raise ChipwireError(f"cannot read {file}: {error.strerror}") from error
    left_out: list[int] = []
    with source as lines:
        yield _read(file, lines, left_out)
    if left_out:
        raise typer.Exit(1)


def _read(file: Path, lines: Iterable[bytes], left_out: list[int]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not line.strip():
            continue
        try:
            yield _item(line)
        except ValueError as error:
            print(f"chipwire: {file}, line {number}: {error}; left out", file=sys.stderr)
            left_out.append(number)


def _item(line: bytes) -> dict[str, Any]:
    """ValueError says what is wrong with it."""
    import orjson

    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error})") from error
    if not isinstance(value, dict) or "id" not in value:
        raise ValueError('expected an object with "id", "title" and "body"')
    if wrong := [name for name in _TEXTS if not isinstance(value.get(name), str | None)]:
        raise ValueError(f'"{wrong[0]}" is neither text nor null')
    return value
