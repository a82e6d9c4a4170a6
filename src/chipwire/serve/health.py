"""/healthz says that the process answers; /readyz that the store does too."""

from fastapi import APIRouter, Request, Response

from chipwire.serve.state import state

router = APIRouter(tags=["health"])


@router.get("/healthz", response_class=Response, responses={200: {"content": {"text/plain": {"example": "ok\n"}}}})
def healthz() -> Response:
    """The process is up."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz", response_class=Response, responses={200: {"content": {"text/plain": {"example": "ready\n"}}}})
def readyz(request: Request) -> Response:
    """The store can be read; 503 with the reason otherwise."""
    here = state(request)
    with here.store.read() as c:
        here.store.version(c)
    return Response("ready\n", media_type="text/plain")
