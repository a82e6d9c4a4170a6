"""An application on a real loopback socket."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def listening(app: Any, **how: Any) -> Iterator[str]:
    """The application, served by uvicorn until the block ends; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1, **how))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def told_over(address: str, query: str, last: str | None, many: int) -> list[tuple[int, str, str]]:
    """Id, kind and data of the next events, over a plain socket."""
    host, port = address.split(":")
    header = f"Last-Event-ID: {last}\r\n" if last else ""
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET /v1/stream?{query} HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
        text = b""
        while len(re.findall(rb"(?m)^id: \d+\n.*\ndata: .*\n", text)) < many:
            text += connection.recv(65536)
    found = re.findall(r"(?m)^id: (\d+)\nevent: (\w+)\ndata: (.*)$", text.decode())
    return [(int(number), kind, data) for number, kind, data in found]
