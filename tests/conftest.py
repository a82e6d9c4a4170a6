"""For every test: sockets reach loopback only, and under CI nothing is skipped."""

import gc
import ipaddress
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

# Nothing of chipwire is imported up here: the process that only hands tests to others would pay for it too.

# What is imported and collected stays until the end: to look through it for garbage again and again takes a tenth of
# the time of all tests.
gc.set_threshold(100_000, 20, 50)

# Many tests start the command line anew: compiled modules are kept, whatever the shell says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_LONGEST = (
    "crash/test_clocks", "enrich/test_mutation", "send/test_crash", "pipeline/test_unseen", "crash/test_kill",
    "serve/test_openapi", "crash/test_faults", "keep/test_query", "browser/", "keep/test_kill", "crash/",
)  # fmt: skip
"""Begun first, so that workers that share the slow tests end together: what waits beside what computes."""
_slow = re.compile(r"^pytestmark = .*\bmark\.slow\b", re.MULTILINE)
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _refuse_outside(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0]).split("%")[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise PermissionError(f"tests reach loopback only, not {host}")


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """A test that would talk to the outside fails instead."""

    def connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(self, address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(self, address)
        return _connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=("sqlite", "postgres"), default="sqlite", help="where tests keep their stores")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are left out, files that have no others are not even imported: browsers and SDKs load long."""
    if re.fullmatch("not slow( and not [a-z]+)*", config.getoption("markexpr")):
        files = collection_path.glob("test_*.py") if collection_path.is_dir() else [collection_path]
        slow = [file.match("test_*.py") and bool(_slow.search(file.read_text("utf-8"))) for file in files]
        return (bool(slow) and all(slow)) or None
    return None


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Garbage is looked for once more, for what it leaves open, and not at each step of ending, a second a process.

    Where all is well the plugin of hypothesis would load hypothesis, half a second, only to say nothing.
    """
    gc.collect()
    gc.freeze()
    if exitstatus == 0 and "hypothesis" not in sys.modules:
        session.config.pluginmanager.set_blocked("hypothesispytest")


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about files of SQLite is not asked of PostgreSQL; what takes longest comes first."""
    items.sort(key=lambda item: [f"/{part}" not in item.nodeid for part in _LONGEST])
    if config.getoption("--store") == "postgres":
        about_files = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=about_files)
        items[:] = [item for item in items if item not in set(about_files)]


@pytest.fixture(autouse=True, scope="session")
def _server(
    request: pytest.FixtureRequest, loopback_only: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The cluster that keeps the stores, if any does."""
    from tests import cluster, stores

    if request.config.getoption("--store") == "sqlite":
        stores.template = tmp_path_factory.mktemp("template") / "store.db"
        yield None
        return
    with cluster.running() as made:
        stores.start(made)
        yield made
        stores.close()


@pytest.fixture(autouse=True)
def _tidy(_server: Any) -> Iterator[None]:
    """The databases that a test made go with it."""
    with nullcontext() if _server is None else _server.tidy():
        yield


@pytest.fixture(scope="session")
def shipped_tagger() -> Iterator[Any]:
    """The tagger of the shipped data. Commands that are run in this process get it too: to load it takes each half a
    second, and what is loaded never changes."""
    from chipwire.config import data_dir
    from chipwire.enrich.tagger import Tagger

    shipped, load = data_dir(), Tagger.load
    tagger = load(shipped)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tagger, "load", lambda data: tagger if data == shipped else load(data))
        yield tagger


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """For tests that run commands: those send their logs to a standard error of their own, which ends with them."""
    import structlog

    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Any]:
    """An empty store, at `tmp_path / "chipwire.db"`; rooms and files of tests put into it what they need."""
    from tests.stores import open_store

    with closing(open_store(tmp_path / "chipwire.db")) as opened:
        yield opened


@pytest.fixture
def chipwire(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    logs_as_before: None,
    shipped_tagger: object,
) -> Any:
    """`chipwire("items", "--json")` runs a command over the store `tmp_path / "chipwire.db"`: see tests/commands.py."""
    from tests.commands import Commands

    return Commands(tmp_path, monkeypatch, capsys)


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A worker tells of a test that passes how it was called, and nothing of what went well before and after: to write
    and to read that takes a millisecond a test. Unless durations are asked for."""
    if not hasattr(item.config, "workerinput") or item.config.getoption("durations"):
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI, where .ci/run installs everything: {report.longrepr}"
    return report
