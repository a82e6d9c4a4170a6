"""Where tests keep their stores: in files, or, with `--store=postgres`, in databases of a cluster of our own."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event

from chipwire.keep import db
from chipwire.keep.db import Store
from tests.cluster import Cluster

cluster: Cluster | None = None
"""Set by tests/conftest.py when the stores are to be on PostgreSQL."""
template = Path()
"""Set by tests/conftest.py: the place of the empty file that new ones are copied from, ten times faster than made."""
_TEMPLATE = "chipwire_empty"
_opened: list[Store] = []
_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def open_store(place: Path) -> Store:
    """The store of that place, made when it is not there."""
    if cluster is None and place.parent.is_dir() and not place.exists():
        if not template.exists():
            db.open_store(template).close()
        copy(template, place)
    return _kept(db.open_store(address(place)))


def address(place: Path) -> Path | str:
    """What the service is given to use the store of that place: the path itself, or the URL of its database."""
    return place if cluster is None else cluster.database(str(place), _TEMPLATE)


def again(store: Store) -> Store:
    """The same store, opened once more, as another process would."""
    url = store.engine.url
    return _kept(db.open_store(url.render_as_string(hide_password=False) if store.shared else Path(str(url.database))))


def close() -> None:
    """Close what tests left open on the server."""
    while _opened:
        _opened.pop().close()


def _kept(store: Store) -> Store:
    if store.shared:
        _opened.append(store)
    return store


@event.listens_for(Engine, "engine_connect")
def _share(connection: Connection) -> None:
    """What one store compiled, all have: SQLAlchemy tells statements apart by their dialect, too."""
    if connection.dialect.name == "sqlite":
        connection.dialect = _dialects.setdefault("sqlite", connection.dialect)
        connection.execution_options(compiled_cache=_compiled)


def copy(place: Path, to: Path) -> None:
    """Copy a store that nobody uses, to a place where there is none."""
    if cluster is None:
        for file in place.parent.glob(f"{place.name}*"):
            shutil.copy(file, to.with_name(to.name + file.name.removeprefix(place.name)))
    else:
        cluster.database(str(to), cluster.database(str(place)).rpartition("/")[2])


def start(made: Cluster) -> None:
    """From now on stores are databases of this cluster."""
    global cluster
    made.tell(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    db.open_store(made.url(_TEMPLATE)).close()
    cluster = made
