"""A PostgreSQL of our own: a cluster in a temporary folder on a free port of loopback, gone when the tests are."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from tests.loopback import free_port

USER = "postgres"


class Cluster:
    """Its address and its databases."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._made: list[str] = []

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def tell(self, statement: str) -> list[tuple[object, ...]]:
        """Run by the superuser, outside of a transaction."""
        import psycopg  # not above: most tests, which keep their stores in files, would load it too

        with psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True) as c:
            found = c.execute(statement)
            return list(found.fetchall()) if found.description else []

    def database(self, place: str, template: str = "template0") -> str:
        """URL of the database that stands for a place, made from the template when it is not there."""
        name = f"t{blake2b(place.encode(), digest_size=8).hexdigest()}"
        if not self.tell(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.tell(f"CREATE DATABASE {name} TEMPLATE {template}")
            self._made.append(name)
        return self.url(name)

    @contextmanager
    def tidy(self) -> Iterator[None]:
        """Drops the databases that were made meanwhile."""
        before = len(self._made)
        yield
        for name in self._made[before:]:
            self.tell(f"DROP DATABASE {name} WITH (FORCE)")
        del self._made[before:]


def programs() -> Path:
    """Where Debian puts initdb and its like, of the newest version."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster that has just been made. Its server refuses root, so it runs as the user postgres then; should these
    tests be killed, it ends too."""
    folder = Path(tempfile.mkdtemp(prefix="chipwire-postgres-", dir="/tmp"))
    who = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
        who = [f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    port, data, tools = free_port(), folder / "data", programs()
    made = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-c", "fsync=off", "-c", "max_connections=300"]
    try:
        initdb = ["setpriv", *who, "--", str(tools / "initdb"), "-D", str(data), *made]
        done = subprocess.run(initdb, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        server = ["setpriv", "--pdeathsig=INT", *who, "--", str(tools / "postgres"), "-D", str(data), *options]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(server, cwd=folder, stdout=log, stderr=log) as process,
        ):
            try:
                yield _answering(Cluster(folder, port), process)
            finally:
                process.send_signal(signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answering(cluster: Cluster, process: "subprocess.Popen[bytes]") -> Cluster:
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            cluster.tell("SELECT 1")
        except psycopg.OperationalError:
            assert process.poll() is None, (cluster.folder / "log").read_text()
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.05)
        else:
            return cluster
