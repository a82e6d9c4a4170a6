"""/v1/feeds: what is asked when and how it went; with a token: add, change, remove, ask at once. Nothing is fetched."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from chipwire.domain import Feed, told_url
from chipwire.domain.base import LONGEST_RETENTION, RetentionDays, Slug
from chipwire.domain.feed import FeedFormat, FeedKind, condition
from chipwire.keep.sources import feeds as keep
from chipwire.keep.sources import following
from chipwire.serve import shapes
from chipwire.serve.auth import Write
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.problems import Bare
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["feeds"], dependencies=[Bare])
OF_FEED = (
    "id", "url", "title", "home", "lang", "country", "kind", "format", "topics", "weight", "enabled", "note",
    "interval_minutes", "retention_days", "full_text",
)  # fmt: skip
OF_STATE = ("failures", "last_checked", "last_ok", "last_status", "last_error", "next_check", "next_reason")
_JSON = "application/json"
FeedId = Annotated[str, Path(max_length=80, description="Id of the feed.", examples=["chip-courier"])]


@router.get("/feeds", responses={200: {"model": shapes.FeedList}, **refusals(422)})
def feeds(request: Request) -> Response:
    """All feeds: how each is doing, when it is asked next and why then."""
    with state(request).store.read() as c:
        counts = keep.counts(c)
        told = keep.columns(c, (*OF_FEED, *OF_STATE, "retired_at"))
        body = bytearray(b'{"feeds":[')
        for row in told:  # thousands of small answers, held together, would each keep the buffer it was written in
            body += orjson.dumps(shown(row, row, counts), option=FORMAT)
            body += b","
    return Response(bytes(body).removesuffix(b",") + b"]}", media_type=_JSON)


@router.get("/feeds/{feed_id}", responses={200: {"model": shapes.FeedDetail}, **refusals(404, 422)})
def feed(request: Request, feed_id: FeedId) -> Response:
    """One feed with its last checks."""
    with state(request).store.read() as c:
        pair = keep.get(c, feed_id)
        history = [event.model_dump() for event in keep.events(c, feed_id)]
        row = shown(*pair, keep.counts(c))
    return Response(orjson.dumps({**row, "history": history}, option=FORMAT), media_type=_JSON)


Topics = Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=20)]
Language = Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Minutes = Annotated[int, Field(ge=1, le=10080)]
Days = Annotated[RetentionDays, Field(ge=0, le=LONGEST_RETENTION)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Address = Annotated[HttpUrl, Field(max_length=2000)]


_STAYS: Any = Field(default_factory=lambda: None)
"""Of what need not be given and has no value then; the document names no default for it."""


class NewFeed(BaseModel, extra="forbid"):
    """A feed to follow. Without an id it is named after its host, with a number where that is taken."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "https://chips-daily.example/feed.xml", "title": "Chips Daily", "lang": "en"}]
        }
    )

    url: Address
    id: Slug | None = None
    title: Title | None = None
    home: HttpUrl | None = None
    lang: Language | None = None
    country: Country | None = None
    kind: FeedKind = "trade press"
    format: FeedFormat = "auto"
    topics: Topics = []
    interval_minutes: Minutes | None = None
    retention_days: Days | None = None
    full_text: bool = False

    def feed(self) -> Feed:
        host = urlsplit(str(self.url)).hostname or ""
        name = re.sub(r"[^a-z0-9.-]+", "-", host.removeprefix("www.")).strip("-.")[:80]
        given = self.model_dump(mode="json", exclude={"id", "title"}, exclude_none=True)
        return Feed(**{**given, "id": self.id or name or "feed", "title": self.title or host})


class FeedChanges(BaseModel, extra="forbid"):
    """What is not given stays as it is; null takes back what was set."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Chips Daily", "interval_minutes": 30}]})

    url: Address = _STAYS
    title: Title = _STAYS
    home: HttpUrl | None = _STAYS
    lang: Language | None = _STAYS
    country: Country | None = _STAYS
    kind: FeedKind = _STAYS
    format: FeedFormat = _STAYS
    topics: Topics = _STAYS
    interval_minutes: Minutes | None = _STAYS
    retention_days: Days | None = _STAYS
    full_text: bool = _STAYS
    enabled: bool = _STAYS
    note: Annotated[str, Field(max_length=500)] | None = _STAYS


class Asked(BaseModel):
    """How many feeds are asked next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"feeds": 1}]})

    feeds: int


@router.post(
    "/feeds",
    status_code=201,
    dependencies=[Write],
    responses={201: {"model": shapes.FeedOut}, **refusals(400, 401, 403, 409, 422)},
)
def add(request: Request, wanted: NewFeed) -> Response:
    """Follow a feed; it is asked at the next round."""
    here, made = state(request), wanted.feed()
    with here.store.write() as c:
        made = made if wanted.id else keep.unused(c, made)
        keep.add(c, made)
        row = shown(*keep.get(c, made.id), {})
    place = {"location": here.link(f"/v1/feeds/{made.id}")}
    return Response(orjson.dumps(row, option=FORMAT), 201, place, media_type=_JSON)


@router.patch(
    "/feeds/{feed_id}",
    dependencies=[Write],
    responses={200: {"model": shapes.FeedOut}, **refusals(400, 401, 403, 404, 409, 422)},
)
def change(request: Request, feed_id: FeedId, wanted: FeedChanges) -> Response:
    """Change a feed, or switch it off and on; it is asked at the next round, and the catalogue leaves it alone."""
    here = state(request)
    with here.store.write() as c:
        following.change(c, feed_id, here.now(), **wanted.model_dump(mode="json", exclude_unset=True))
        return Response(orjson.dumps(shown(*keep.get(c, feed_id), keep.counts(c)), option=FORMAT), media_type=_JSON)


@router.delete(
    "/feeds/{feed_id}",
    status_code=204,
    dependencies=[Write],
    response_class=Response,
    responses=refusals(401, 403, 404, 422),
)
def remove(request: Request, feed_id: FeedId) -> Response:
    """Stop following a feed; its items stay."""
    with state(request).store.write() as c:
        keep.remove(c, feed_id)
    return Response(status_code=204)


@router.post(
    "/feeds/{feed_id}/refresh",
    status_code=202,
    dependencies=[Write],
    responses={202: {"model": Asked}, **refusals(401, 403, 404, 422)},
)
def refresh(request: Request, feed_id: FeedId) -> Response:
    """Ask this feed at the next round, whatever its schedule says; nothing is fetched by this call."""
    here = state(request)
    with here.store.write() as c:
        number = keep.refresh_now(c, [feed_id], here.now())
    return Response(orjson.dumps({"feeds": number}), 202, media_type=_JSON)


def shown(feed: Any, learnt: Any, counts: Mapping[str, int]) -> dict[str, Any]:
    """A feed as it is served; `feed` and `learnt` have the attributes of Feed and FeedState that are told."""
    return {
        **{name: getattr(feed, name) for name in OF_FEED},
        "url": told_url(feed.url),
        "state": condition(feed, learnt),
        "items": counts.get(feed.id, 0),
        **{name: getattr(learnt, name) for name in OF_STATE},
    }
