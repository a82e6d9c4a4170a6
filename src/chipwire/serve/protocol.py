"""uvicorn's protocol, shortened for what is answered at once: no task, no messages, head and body in one packet.

Of a kept page that is half of all work, and the client wakes once instead of twice. All else, and all connections that
are to be closed, take uvicorn's own way.
"""

from http import HTTPStatus
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chipwire.serve.app import Service
from chipwire.serve.problem_types import KINDS
from chipwire.serve.problems import MEDIA
from chipwire.serve.response_cache import Header

_FIRST_LINE = {status: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_NO_REQUEST = {
    "type": "about:blank",
    "title": KINDS["bad-request"].title,
    "status": HTTPStatus.BAD_REQUEST,
    "detail": "This is no HTTP request. An address holds neither blanks nor letters beyond ASCII: they are to be "
    "percent-encoded, which curl does by -G --data-urlencode 'q=…'.",
}


class Protocol(HttpToolsProtocol):
    """For a server whose application is a `Service`."""

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """A request's head is read; a body, which what is answered here has not, may still come."""
        if isinstance(app, Service) and cycle.keep_alive and not self.flow.write_paused:
            answer = app.at_once(cycle.scope)
            if answer is not None:
                cycle.response_started = cycle.response_complete = True
                self.transport.write(self._written(HTTPStatus(answer.status), answer.headers, answer.body))
                app.fast_path.note(cycle.scope, answer)
                self.on_response_complete()
                return
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """What cannot be read as a request: most often `curl '…?q=三星'`, which encodes nothing by itself."""
        body = orjson.dumps(_NO_REQUEST)
        headers = [(b"content-type", MEDIA.encode()), (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
        self.transport.write(self._written(HTTPStatus.BAD_REQUEST, headers, body))
        self.transport.close()

    def _written(self, status: HTTPStatus, headers: list[Header], body: bytes) -> bytes:
        lines = [b"%b: %b\r\n" % header for header in (*self.server_state.default_headers, *headers)]
        return b"".join([_FIRST_LINE[status], *lines, b"\r\n", body])
