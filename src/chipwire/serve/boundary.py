"""The layer that keeps what was decided at the door: bounded bodies, the same headers on all answers, no bare crash."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from chipwire.serve.admission import Gate, largest
from chipwire.serve.problem_types import Refused
from chipwire.serve.problems import defect, refused


class Boundary:
    """The outermost layer but for the one that counts."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        admission = self.gate.admit(scope, Headers(scope=scope))
        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *admission.headers]
            await send(message)

        try:
            with bound_contextvars(request_id=admission.request_id):
                if admission.refused:
                    raise admission.refused
                await self.app(scope, _bounded(receive, largest(scope["path"])), dressed)
        except Refused as error:
            await refused(Request(scope), error)(scope, receive, dressed)
        except Exception as error:
            if started:
                raise
            await defect(Request(scope), error)(scope, receive, dressed)


def _bounded(receive: Receive, most: int) -> Receive:
    """Refuses a body that goes on beyond the limit, whatever its headers promised."""
    got = 0

    async def bounded() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > most:
            raise HTTPException(413, f"a body may have {most} bytes")
        return message

    return bounded
