"""A man in the middle of SMTP, and a sender in a process of its own that can be killed at any moment."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from chipwire.keep.db import open_store
from chipwire.pipeline.digests import Mailer, send_due
from tests.send.mailbed import Mailbed

GRACE = timedelta(seconds=2)
STAGES = ("MAIL", "RCPT", "DATA", "body", "dot lost", "dot", "250")
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.send.wire"])


def work(path: Path, mailer: Mailer, now: datetime, ready: Any = None) -> None:
    """What the sender process does: one run over the outbox."""
    store = open_store(path)
    if ready is not None:
        ready.set()
    send_due(store, mailer, now, patient=False)
    store.close()


class Sending:
    """A run in its own process."""

    def __init__(self, path: Path, mailer: Mailer, now: datetime) -> None:
        self.ready = _context.Event()
        self.process = _context.Process(target=work, args=(path, mailer, now, self.ready))
        self.process.start()

    def kill(self) -> None:
        if self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        self.process.join(60)
        assert not self.process.is_alive(), "the run hangs"
        self.process.close()


class Proxy:
    """Relays SMTP to `port` and asks `meddle(stage)` at every stage: None goes on, 'cut' drops both sides there.

    'swallow' at stage '250' keeps the final answer from the client.
    """

    def __init__(self, port: int, meddle: Callable[[str], str | None]) -> None:
        self.target, self.meddle = port, meddle
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self.target), timeout=10) as server:
                client.settimeout(10)
                with suppress(OSError, EOFError):
                    self._relay(client, server)

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        fro, to = client.makefile("rb"), server.makefile("rb")
        client.sendall(_answer(to))
        while line := fro.readline():
            verb = line[:4].decode("ascii", "replace").upper()
            if verb in STAGES and self.meddle(verb):
                return
            server.sendall(line)
            answer = _answer(to)
            client.sendall(answer)
            if verb == "DATA" and answer.startswith(b"354") and not self._body(fro, client, server, to):
                return

    def _body(self, fro: BinaryIO, client: socket.socket, server: socket.socket, to: BinaryIO) -> bool:
        lines = 0
        while (line := fro.readline()) != b".\r\n":
            if not line:
                raise EOFError
            lines += 1
            if lines == 5 and self.meddle("body"):
                return False
            server.sendall(line)
        if self.meddle("dot lost"):
            return False
        server.sendall(line)
        if self.meddle("dot"):
            _answer(to)
            return False
        answer = _answer(to)
        action = self.meddle("250")
        if action != "swallow":
            client.sendall(answer)
        return action is None


def through(bed: Mailbed, port: int, *, receipt: bool, resend: bool = False) -> Mailer:
    """A mailer that goes through the proxy on `port`."""
    server = replace(bed.server(receipt=receipt), port=port, timeout=5)
    return Mailer(server, bed.mailbox("receipts") if receipt else None, resend=resend, grace=GRACE)


def _answer(to: BinaryIO) -> bytes:
    """One whole reply, continued lines included."""
    lines = b""
    while True:
        line = to.readline()
        if not line:
            raise EOFError
        lines += line
        if line[3:4] != b"-":
            return lines
