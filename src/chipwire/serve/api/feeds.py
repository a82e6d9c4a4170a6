"""/v1/feeds: what is asked when and how it went; with a token: add, remove, ask at once. Nothing is fetched here."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from chipwire.domain import Feed, FeedState
from chipwire.keep import feeds as keep
from chipwire.serve import shapes
from chipwire.serve.api.companies import Nothing
from chipwire.serve.api.items import FORMAT
from chipwire.serve.state import state
from chipwire.serve.wording import refusals

router = APIRouter(prefix="/v1", tags=["feeds"])
FeedId = Annotated[str, Path(max_length=80, description="Id of the feed.", examples=["chips-daily"])]


@router.get("/feeds", responses={200: {"model": shapes.FeedList}, **refusals(422)})
def feeds(request: Request, _: Annotated[Nothing, Query()]) -> Response:
    """All feeds: how each is doing, when it is asked next and why then."""
    with state(request).store.read() as c:
        counts = keep.counts(c)
        rows = [shown(feed, learnt, counts) for feed, learnt in keep.listing(c)]
    return Response(orjson.dumps({"feeds": rows}, option=FORMAT), media_type="application/json")


@router.get("/feeds/{feed_id}", responses={200: {"model": shapes.FeedDetail}, **refusals(404, 422)})
def feed(request: Request, feed_id: FeedId) -> Response:
    """One feed with its last checks."""
    with state(request).store.read() as c:
        pair = keep.get(c, feed_id)
        history = [event.model_dump() for event in keep.events(c, feed_id)]
        row = shown(*pair, keep.counts(c))
    return Response(orjson.dumps({**row, "history": history}, option=FORMAT), media_type="application/json")


def shown(feed: Feed, learnt: FeedState, counts: Mapping[str, int]) -> dict[str, Any]:
    """A feed as it is served."""
    of_feed = ("id", "url", "title", "home", "lang", "country", "kind", "format", "topics", "weight", "enabled", "note")
    of_state = ("failures", "last_checked", "last_ok", "last_status", "last_error", "next_check", "next_reason")
    return {
        **{name: getattr(feed, name) for name in of_feed},
        "state": condition(feed, learnt),
        "items": counts.get(feed.id, 0),
        **{name: getattr(learnt, name) for name in of_state},
    }


def condition(feed: Feed, learnt: FeedState) -> str:
    """In one word: off, retired, new, failing or ok."""
    if not feed.enabled:
        return "off"
    if learnt.retired_at:
        return "retired"
    if learnt.last_checked is None:
        return "new"
    return "failing" if learnt.failures > 0 else "ok"
