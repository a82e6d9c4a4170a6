"""For every test: sockets reach loopback only, and under CI nothing is skipped."""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import cluster, stores

# Many tests start the command line anew: compiled modules are kept, whatever the shell says, but beside the tree.
sys.dont_write_bytecode = False
sys.pycache_prefix = str(Path(__file__).parents[1] / ".cache" / "pycache")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _refuse_outside(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0]).split("%")[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise PermissionError(f"tests reach loopback only, not {host}")


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of an empty store, made once: copying it is ten times faster than making it."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    stores.open_store(path).close()
    return path


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about files of SQLite is not asked of PostgreSQL."""
    if config.getoption("--store") == "postgres":
        about_files = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=about_files)
        items[:] = [item for item in items if item not in set(about_files)]


@pytest.fixture(autouse=True, scope="session")
def _server(request: pytest.FixtureRequest, loopback_only: None) -> Iterator[None]:
    if request.config.getoption("--store") == "sqlite":
        yield
        return
    with cluster.running() as made:
        stores.start(made)
        yield
        stores.close()


@pytest.fixture(autouse=True)
def _tidy(_server: None) -> Iterator[None]:
    """The databases that a test made go with it."""
    if stores.cluster is None:
        yield
        return
    with stores.cluster.tidy():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI, where .ci/run installs everything: {report.longrepr}"
    return report
