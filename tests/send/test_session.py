"""One connection carries many letters, until the server says that it goes away."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from chipwire.send.replies import Delivered, Unreachable
from chipwire.send.smtp import Server, Session

LETTER = b"Message-ID: <1@chipwire.test>\r\nSubject: x\r\n\r\nnews\r\n"


class Shifts(ThreadingTCPServer):
    """A mail server that takes one letter a connection; of the next it says that it is closing, and stays."""

    daemon_threads = True
    connections = 0


class _Line(StreamRequestHandler):
    server: Shifts

    def handle(self) -> None:
        self.server.connections += 1
        taken, inside = 0, False
        with suppress(OSError):
            self.wfile.write(b"220 shifts.test ESMTP\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if inside and line != b".\r\n":
                    continue
                taken, inside = taken + inside, verb == b"DATA"
                closing = taken and verb == b"RCPT"
                self.wfile.write(
                    b"354 go on\r\n" if inside else b"421 4.3.2 closing\r\n" if closing else b"250 fine\r\n"
                )


@pytest.fixture
def shifts() -> Iterator[Shifts]:
    with Shifts(("127.0.0.1", 0), _Line) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield server
        server.shutdown()


def test_a_server_that_goes_away_is_called_anew_for_the_next_letter(shifts: Shifts) -> None:
    address = Server("127.0.0.1", int(shifts.server_address[1]), "digest@chipwire.test", security="none", timeout=20)
    with Session(address) as session:
        outcomes = [session.deliver("alice@chipwire.test", LETTER, lambda: True) for _ in range(4)]
    assert [type(outcome) for outcome in outcomes] == [Delivered, Unreachable, Delivered, Unreachable]
    assert shifts.connections == 2
