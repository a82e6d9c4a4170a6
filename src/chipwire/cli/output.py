"""What a person sees: tables on a terminal, plain lines elsewhere, JSON lines when asked."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+")
"""What would part a line or its columns, or move the cursor."""


def json_line(value: Any) -> None:
    """One JSON document on one line of stdout."""
    import orjson

    form = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
    with _reader_may_leave():
        sys.stdout.buffer.write(orjson.dumps(value, option=form))
        sys.stdout.buffer.flush()


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """`chipwire … | head -1` is done when `head` is: exit 0, which typer would make 1."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is not written at exit either
        sys.exit(0)


def rows(columns: Sequence[str], values: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """A table on a terminal, tab-separated lines when piped, one JSON object a line with --json."""
    if as_json:
        for value in values:
            json_line(value)
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=None, pad_edge=False)
        for value in values:
            table.add_row(*(Text(_cell(value.get(column))) for column in columns))
        Console().print(table)
    else:
        with _reader_may_leave():
            for value in values:
                print("\t".join(_cell(value.get(column)) for column in columns))
            sys.stdout.flush()


def counted(number: int, what: str) -> str:
    """'1 letter', '2 letters'."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()  # as settings are written
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(part) for part in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("title") or value.get("slug") or value)
    return _CONTROLS.sub(" ", str(value))


class Meter(Protocol):
    """Told of each step done; `total` may grow."""

    def __call__(self, line: str) -> None: ...


@contextmanager
def progress(what: str, total: int) -> Iterator[Meter]:
    """A rich bar on a terminal; elsewhere one plain line on stderr for each step."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda line: bar.update(task, advance=1, description=escape(line))
    else:
        yield lambda line: print(f"{what}: {line}", file=sys.stderr, flush=True)
