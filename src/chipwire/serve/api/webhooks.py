"""/v1/webhooks: saved queries that call back, what they called, and calling again. Everything here needs a token."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from chipwire.collect.guard import forbidden, literal
from chipwire.domain import CallFormat, Utc
from chipwire.errors import BadQuery
from chipwire.keep.people import webhooks as keep
from chipwire.keep.queries import saved
from chipwire.keep.tables.webhooks import DeliveryState
from chipwire.serve.auth import Write
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.problems import Bare
from chipwire.serve.questions import Question, filter_of
from chipwire.serve.state import State, state

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], dependencies=[Write, Bare])
HookId = Annotated[int, Path(ge=1, le=2**62, description="Id of the webhook.", examples=[1])]
CallId = Annotated[int, Path(ge=1, le=2**62, description="Id of the delivery.", examples=[1])]
_ASKED = {"companies": [["bytedance"], ["samsung"]], "q": "chip*"}
_HOOK: dict[str, Any] = {
    "id": 3, "url": "https://board.example/hooks/chips", "asked": _ASKED, "format": "event", "active": True,
    "watermark": 48211, "created": "2026-11-20T07:41:12Z",
}  # fmt: skip
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  (an example)
_CALL: dict[str, Any] = {
    "id": 17, "message_id": "msg_3_48211", "state": "delivered", "tries": 1, "queued": "2026-11-20T07:41:12Z",
    "next_try": "2026-11-20T07:41:12Z", "last_try": "2026-11-20T07:41:13Z", "last_status": 204, "last_error": None,
}  # fmt: skip


class NewWebhook(BaseModel, extra="forbid"):
    """Where to call, and for which items: the parameters of /v1/items as lists, but for times and stories."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://board.example/hooks/chips",
                    "question": {"company": ["bytedance", "samsung"], "q": "chip*"},
                }
            ]
        }
    )

    url: HttpUrl = Field(max_length=2000)
    question: Question = Field(default_factory=lambda: Question.model_validate({}))
    format: CallFormat = Field(
        "event",
        description="slack: a message for Slack, Mattermost, Rocket.Chat, Google Chat or, below /slack, Discord; "
        "teams: a card for Microsoft Teams. A chat gets one message a story unless the question has collapse=none.",
    )


class Changes(BaseModel, extra="forbid"):
    """What is not given stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": True}]})

    url: HttpUrl | None = Field(None, max_length=2000)
    active: bool | None = None


class WebhookOut(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_HOOK]})

    id: int
    url: str
    asked: dict[str, Any] = Field(description="The filter that is meant.")
    format: CallFormat = Field(description="How calls are written.")
    active: bool = Field(description="False while paused, or once the receiver answered 410.")
    watermark: int = Field(description="Id of the last item that was looked at.")
    created: Utc


class WebhookMade(WebhookOut):
    model_config = ConfigDict(json_schema_extra={"examples": [{**_HOOK, "secret": _SECRET}]})

    secret: str = Field(description="Verifies the signatures (Standard Webhooks); shown this once.")


class WebhookList(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"webhooks": [_HOOK]}]})

    webhooks: list[WebhookOut]


class Delivery(BaseModel):
    id: int
    message_id: str = Field(description="The `webhook-id` header; the same at every try.")
    state: DeliveryState
    tries: int
    queued: Utc
    next_try: Utc
    last_try: Utc | None
    last_status: int | None
    last_error: str | None


class WebhookDetail(WebhookOut):
    model_config = ConfigDict(json_schema_extra={"examples": [{**_HOOK, "deliveries": [_CALL]}]})

    deliveries: list[Delivery] = Field(description="The newest hundred.")


class Queued(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"delivery": 17}]})

    delivery: int


@router.get("", responses={200: {"model": WebhookList}, **refusals(401, 403)})
def webhooks(request: Request) -> Response:
    """All webhooks."""
    with state(request).store.read() as c:
        rows = [_shown(row) for row in keep.listing(c)]
    return _json({"webhooks": rows})


@router.post("", status_code=201, responses={201: {"model": WebhookMade}, **refusals(400, 401, 403, 422)})
def add(request: Request, wanted: NewWebhook) -> Response:
    """Save a query: each item that meets it from now on is sent to the address, at least once, always under one id.

    As type `item.new`; when its outlet corrects it, once more as `item.corrected`, with `corrected` in it.
    """
    here, question = state(request), wanted.question
    if question.since or question.until or question.story:
        raise BadQuery("a webhook looks forward: since, until and story have no place in it", parameter="question")
    if wanted.format != "event" and "collapse" not in question.model_fields_set:
        question = question.model_copy(update={"collapse": "story"})
    meant = filter_of(question, here.now(), here.known)
    _reachable(here, wanted.url)
    with here.store.write() as c:
        row = keep.get(c, keep.add(c, str(wanted.url), saved.plain(meant, question.q), here.now(), wanted.format))
    place = {"location": here.link(f"/v1/webhooks/{row['id']}")}
    return Response(
        orjson.dumps({**_shown(row), "secret": row["secret"]}, option=FORMAT), 201, place, "application/json"
    )


@router.get("/{webhook_id}", responses={200: {"model": WebhookDetail}, **refusals(401, 403, 404, 422)})
def webhook(request: Request, webhook_id: HookId) -> Response:
    """One webhook with its newest deliveries."""
    with state(request).store.read() as c:
        return _json({**_shown(keep.get(c, webhook_id)), "deliveries": keep.log(c, webhook_id)})


@router.patch("/{webhook_id}", responses={200: {"model": WebhookOut}, **refusals(400, 401, 403, 404, 422)})
def change(request: Request, webhook_id: HookId, wanted: Changes) -> Response:
    """Call another address, pause, or go on: what arrived during a pause is called out after it."""
    here = state(request)
    if wanted.url:
        _reachable(here, wanted.url)
    with here.store.write() as c:
        keep.change(c, webhook_id, str(wanted.url) if wanted.url else None, wanted.active)
        return _json(_shown(keep.get(c, webhook_id)))


@router.delete("/{webhook_id}", status_code=204, response_class=Response, responses=refusals(401, 403, 404, 422))
def remove(request: Request, webhook_id: HookId) -> Response:
    """Call no more, and forget what was called."""
    with state(request).store.write() as c:
        keep.remove(c, webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/test", status_code=202, responses={202: {"model": Queued}, **refusals(401, 403, 404, 422)})
def test(request: Request, webhook_id: HookId) -> Response:
    """Make a call of type `webhook.test`, signed like the real ones."""
    here = state(request)
    with here.store.write() as c:
        return _json({"delivery": keep.test(c, webhook_id, here.now())}, 202)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    responses={202: {"model": Queued}, **refusals(401, 403, 404, 422)},
)
def replay(request: Request, webhook_id: HookId, delivery_id: CallId) -> Response:
    """Make a call again, with the same id and bytes."""
    here = state(request)
    with here.store.write() as c:
        keep.replay(c, webhook_id, delivery_id, here.now())
    return _json({"delivery": delivery_id}, 202)


def _reachable(here: State, url: HttpUrl) -> None:
    """BadQuery for an address that no call would be let through to; names are looked up at each call."""
    address = literal((url.host or "").strip("[]"))
    if address and (why := forbidden(address, private=here.options.allow_private)):
        raise BadQuery(f"{url.host} {why}, no call would be let through", parameter="url", place=0)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in WebhookOut.model_fields}


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body, option=FORMAT), status, media_type="application/json")
