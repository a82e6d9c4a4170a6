"""uvicorn's protocol, shortened for what is answered at once: no task, no messages, head and body in one packet.

Of a kept page that is half of all work, and the client wakes once instead of twice. All else, and all connections that
are to be closed, take uvicorn's own way.
"""

from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chipwire.serve.app import Service
from chipwire.serve.fast_path import Answer

_FIRST_LINE = {status: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


class Protocol(HttpToolsProtocol):
    """For a server whose application is a `Service`."""

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """A request's head is read; a body, which what is answered here has not, may still come."""
        if isinstance(app, Service) and cycle.keep_alive and not self.flow.write_paused:
            answer = app.at_once(cycle.scope)
            if answer is not None:
                cycle.response_started = cycle.response_complete = True
                self.transport.write(self._written(answer))
                app.fast_path.note(cycle.scope, answer)
                self.on_response_complete()
                return
        super()._start_asgi_task(cycle, app)

    def _written(self, answer: Answer) -> bytes:
        headers = [*self.server_state.default_headers, *answer.headers]
        lines = [b"%b: %b\r\n" % header for header in headers]
        return b"".join([_FIRST_LINE[HTTPStatus(answer.status)], *lines, b"\r\n", answer.body])
