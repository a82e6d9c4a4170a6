"""/healthz says that the process answers; /readyz that the store does, and that news still come in."""

from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from chipwire.domain import Utc
from chipwire.keep import vitals
from chipwire.serve.openapi import plain, refusals
from chipwire.serve.problem_types import Refused
from chipwire.serve.state import state

router = APIRouter(tags=["health"])
LASTS = timedelta(seconds=2)
"""Probes that come more often than this get the same answer."""
_EXAMPLE: dict[str, Any] = {
    "ready": True,
    "clock": "running",
    "clocks": 1,
    "last_turn": "2026-11-23T06:59:48Z",
    "overdue": {"feed": "wafer-daily", "since": "2026-11-23T06:59:51Z"},
    "last_digest": "2026-11-23T06:00:04Z",
}


class Overdue(BaseModel):
    """The feed that waits longest."""

    feed: str
    since: Utc


class Ready(BaseModel):
    """Whether news still come in and letters still go out."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    ready: bool
    clock: Literal["running", "not running"]
    clocks: int
    last_turn: Utc | None
    overdue: Overdue | None
    last_digest: Utc | None


@router.get("/healthz", response_class=Response, responses={200: plain("ok\n")})
def healthz() -> Response:
    """The process is up."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz", responses={200: {"model": Ready}, **refusals(503)})
def readyz(request: Request) -> Response:
    """The store can be read and is kept up to date: the feed overdue for longest, and when a digest last left.

    503 with the reason when the store cannot be read, or when feeds are due and no clock has looked for long.
    """
    here = state(request)
    now = here.now()
    with here.store.read() as c:
        signs = vitals.signs(c, now)
    if why := vitals.stopped(signs, now, here.started):
        raise Refused("clock-stopped", why)
    request.scope["chipwire.lasts"] = LASTS
    return Response(orjson.dumps(_shown(signs), option=orjson.OPT_UTC_Z), media_type="application/json")


def _shown(signs: vitals.Signs) -> dict[str, object]:
    def whole(at: datetime | None) -> datetime | None:
        return at and at.replace(microsecond=0)

    feed, since = signs.overdue or (None, None)
    return {
        "ready": True,
        "clock": "running" if signs.clock else "not running",
        "clocks": signs.clocks,
        "last_turn": whole(signs.last_turn),
        "overdue": {"feed": feed, "since": whole(since)} if feed else None,
        "last_digest": whole(signs.last_digest),
    }
