"""The list of feeds: data/feeds.toml, validated so that a slip there is named before anything is fetched."""

from collections import Counter
from pathlib import Path
from typing import Any

import tomli
from pydantic import ValidationError

from chipwire.domain import Feed
from chipwire.errors import ConfigError


def load_feeds(path: Path) -> list[Feed]:
    """The feeds of a TOML file with one `[[feed]]` table each, in file order, those that are off included.

    Raises ConfigError naming file, place and mend when the file cannot be read, a field is wrong, or two feeds
    share an id or an address.
    """
    tables = _tables(path)
    feeds = [_feed(path, number, table) for number, table in enumerate(tables, start=1)]
    _refuse_twins(path, "id", [feed.id for feed in feeds])
    _refuse_twins(path, "url", [feed.url for feed in feeds])
    return feeds


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomli.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error
    strangers = sorted(set(content) - {"feed"})
    if strangers:
        raise ConfigError(f"{path}: unknown table {strangers[0]!r}; every feed is a [[feed]] table")
    tables = content.get("feed", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{path}: 'feed' must be written as [[feed]] tables")
    return tables


def _feed(path: Path, number: int, table: dict[str, Any]) -> Feed:
    place = f"feed {number} ({table.get('id', 'without id')})"
    try:
        feed = Feed.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "table"
        raise ConfigError(f"{path}: {place}: {field}: {first['msg']}; see the fields of Feed") from error
    if not feed.url.startswith(("http://", "https://")):
        raise ConfigError(f"{path}: {place}: url: must start with http:// or https://")
    if not feed.enabled and not feed.note:
        raise ConfigError(f"{path}: {place}: note: a feed that is off says why")
    return feed


def _refuse_twins(path: Path, field: str, values: list[str]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise ConfigError(f"{path}: {field} {value!r} stands {count} times; keep one of them")
