"""What PostgreSQL does another way than SQLite: its engine, whose turn it is to write, its words for what is wrong.

Imported only when a store is opened there. Columns are made so that whole numbers have 64 bits and texts are compared
by code point, as SQLite does, whatever the collation of the database.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn

from chipwire.errors import StoreError

try:
    import psycopg
    from psycopg.adapt import Loader
    from psycopg.types.string import StrDumper
except ImportError as error:
    raise StoreError("a store on PostgreSQL needs the driver psycopg: pip install 'psycopg[binary]>=3.2'") from error

WRITERS = 0x63686970
"""Key of the advisory lock that a writing transaction holds: ids are given and committed in one order."""
SENDERS = 0x63686971
"""Key of the lock of the one process that sends letters."""
_WAIT = "60s"
_BEGIN = (
    f"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '{_WAIT}';"
    f" SELECT pg_advisory_xact_lock({WRITERS})"
)
_BESIDE = f"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '{_WAIT}'"
_MENDS = {
    "08": "it cannot be reached; check that the server runs and that CHIPWIRE_DATABASE_URL names it",
    "28": "it does not let this user in; check user and password in CHIPWIRE_DATABASE_URL",
    "3D": "there is no such database; make it: createdb --encoding=UTF8 --template=template0 NAME",
    "53100": "the server's disk is full; make room, nothing that was stored is lost",
    "53300": "the server has no connection left; raise max_connections or stop what else uses it",
    "53": "the server is short of disk, memory or connections; nothing that was stored is lost",
    "55P03": "another process has been writing for over a minute; wait for it or end it, then try again",
    "57": "the server was stopped or ended the connection; it is tried again",
    "25006": "it is read-only: a standby or a server set so; let CHIPWIRE_DATABASE_URL name the primary",
    "42501": "this user may not do that; make the user the owner of the database",
    "XX": "the server found damage; restore the last pg_dump",
}
_REFUSALS = {"does not exist": "3D", "authentication failed": "28", "no pg_hba.conf entry": "28", "too many": "53300"}
"""Before there is a connection the driver gives the server's words and no code."""


def engine_of(url: str) -> Engine:
    """Reads see one snapshot; a transaction of `Store.write` waits its turn. StoreError when `url` cannot be meant."""
    try:
        meant = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError("the database URL is not one: write postgresql+psycopg://user:password@host/name") from error
    if meant.get_backend_name() != "postgresql":
        raise StoreError(f"the database URL starts with {meant.drivername}, only postgresql+psycopg is known")
    engine = create_engine(
        meant.set(drivername="postgresql+psycopg"),
        isolation_level="REPEATABLE READ",
        connect_args={"options": "-c timezone=UTC", "client_encoding": "UTF8", "application_name": "chipwire"},
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        pool_size=16,
        max_overflow=48,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:
        raw.adapters.register_loader("numeric", _Whole)
        raw.adapters.register_dumper(str, _NoNul)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.info.get("write"):
            connection.exec_driver_sql(_BEGIN)
        elif connection.info.get("beside"):
            connection.exec_driver_sql(_BESIDE)

    return engine


def wrote(c: Connection) -> bool:
    """Has this transaction changed a row?"""
    return bool(c.exec_driver_sql("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").scalar())


@contextmanager
def held(engine: Engine, key: int) -> Iterator[bool]:
    """True while this connection alone has the lock `key`, False when another one has it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        mine = bool(c.exec_driver_sql(f"SELECT pg_try_advisory_lock({key})").scalar())
        try:
            yield mine
        finally:
            if mine:
                c.exec_driver_sql(f"SELECT pg_advisory_unlock({key})")


def mend(error: BaseException | None) -> str | None:
    """What to do about an error of the server or of the way to it; None when it is not about the database itself."""
    state = getattr(error, "sqlstate", None) or ""
    if isinstance(error, psycopg.OperationalError) and not state:
        state = next((code for word, code in _REFUSALS.items() if word in str(error)), "08")
    return next((words for prefix, words in _MENDS.items() if state.startswith(prefix)), None)


class _Whole(Loader):
    """Sums of whole numbers are whole; PostgreSQL gives sums of 64 bits as numeric, which nothing else here is."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


class _NoNul(StrDumper):
    """PostgreSQL holds no NUL in a text; no word needs one."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "") if "\0" in obj else obj)


@compiles(CreateColumn, "postgresql")
def _column(element: CreateColumn, compiler: Any, **more: Any) -> str:
    """As the steps of the schema make it: 64 bits, by code point."""
    written: str = compiler.visit_create_column(element, **more)
    written = written.replace(" SERIAL", " BIGSERIAL").replace(" INTEGER", " BIGINT")
    return re.sub(r" VARCHAR(\(\d+\))?", r' VARCHAR\1 COLLATE "C"', written)
