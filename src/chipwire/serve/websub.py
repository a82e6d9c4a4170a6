"""/websub/{feed}: where hubs verify and deliver. The body is only handed on; the clock reads it."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from chipwire.collect import websub
from chipwire.keep.sources import feeds, pushes
from chipwire.serve.problem_types import Refused
from chipwire.serve.state import State, state

router = APIRouter(tags=["websub"], include_in_schema=False)
MOST_BYTES = 15 * 2**20


@router.get("/websub/{feed_id}")
def verify(request: Request, feed_id: str) -> Response:
    """A hub asks whether we asked: its challenge comes back only when we did."""
    here = state(request)
    with here.store.write() as c:
        verdict = websub.verify(request.query_params, feeds.get(c, feed_id)[1], here.now())
        if verdict.challenge is not None:
            feeds.agree(c, verdict.state)
    if verdict.challenge is None:
        return Response(status_code=404)
    return Response(verdict.challenge, media_type="text/plain")


@router.post("/websub/{feed_id}", status_code=202)
async def deliver(request: Request, feed_id: str) -> Response:
    """Kept when the signature is right; 202 either way, as the standard asks, so that forgers learn nothing."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused("too-large", f"a delivery may hold {MOST_BYTES} bytes")
    await run_in_threadpool(_keep, state(request), feed_id, request.headers, bytes(body))
    return Response(status_code=202)


def _keep(here: State, feed_id: str, headers: Headers, body: bytes) -> None:
    """On a thread, as the clock may be writing: all others would wait for it too."""
    with here.store.read() as c:
        secret = feeds.get(c, feed_id)[1].hub_secret
    if websub.authentic(body, headers.get("x-hub-signature"), secret):
        with here.store.write() as c:
            pushes.put(c, feed_id, headers.get("content-type"), body, here.now())
