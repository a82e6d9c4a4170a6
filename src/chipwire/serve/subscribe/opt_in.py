"""Coming and going: double opt-in, and out again with one click."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from chipwire.domain import Reader
from chipwire.errors import BadQuery
from chipwire.keep.people import outbox, readers
from chipwire.send.confirm import confirmation
from chipwire.serve.problem_types import Refused
from chipwire.serve.state import state
from chipwire.serve.subscribe.forms import Filled, blank, checked
from chipwire.serve.subscribe.frame import found, holder, page, sender

router = APIRouter(include_in_schema=False)
ASKED = "If this address can get the digest, a letter with a confirmation link is on its way."
WAITS = (
    "If this address can get the digest, a letter with a confirmation link is written. "
    "It waits here, as this service has no mail server yet: tell the one who runs it."
)


@router.api_route("/subscribe", methods=["GET", "HEAD"])
def ask(request: Request) -> Response:
    """The form."""
    return page(request, "Subscribe", form=blank(), action="/subscribe")


@router.post("/subscribe")
def asked(request: Request, filled: Annotated[Filled, Form()]) -> Response:
    """The same answer for every address, so that nobody learns who reads; at most one letter an hour to each."""
    here = state(request)
    writer = sender(here)
    _slow_down(request)
    wish = blank(email=(filled.email or "").strip(), **filled.choices())
    try:
        with here.store.write() as c:
            reader = readers.ask(c, checked(here, wish), here.now())
            if reader is not None:
                outbox.queue(c, confirmation(reader, writer, here.now()))
    except BadQuery as error:
        return page(request, "Subscribe", 422, problem=str(error), form=wish, action="/subscribe")
    return page(request, "Nearly there", message=ASKED if here.options.posts else WAITS)


@router.api_route("/confirm/{token}", methods=["GET", "HEAD"])
def confirm_page(request: Request, token: str) -> Response:
    reader = _confirming(request, token)
    return page(request, "Confirm", message=f"Send the digest to {reader.email}?", button="Confirm the subscription")


@router.post("/confirm/{token}")
def confirm(request: Request, token: str) -> Response:
    """The subscription begins; a second time changes nothing."""
    here, reader = state(request), _confirming(request, token)
    with here.store.write() as c:
        readers.confirm(c, reader.id or 0, here.now())
    links = sender(here).links
    return page(request, "Welcome", message="The first digest comes soon.", link=links.preferences(reader))


@router.api_route("/unsubscribe/{token}", methods=["GET", "HEAD"])
def unsubscribe_page(request: Request, token: str) -> Response:
    """A question, since link scanners open every link."""
    reader = holder(request, "unsubscribe", token)
    return page(request, "Unsubscribe", message=f"Send no more digests to {reader.email}?", button="Unsubscribe")


@router.post("/unsubscribe/{token}")
def unsubscribe(request: Request, token: str) -> Response:
    """RFC 8058: one POST, whatever its body, without cookies or login; twice is as good as once."""
    reader = holder(request, "unsubscribe", token)
    if reader.status != "suppressed":
        with state(request).store.write() as c:
            readers.set_status(c, reader.id or 0, "unsubscribed")
    links = sender(state(request)).links
    said = "No more digests and no alerts will come."
    return page(request, "Unsubscribed", message=said, link=links.preferences(reader))


def _confirming(request: Request, token: str) -> Reader:
    here = state(request)
    lost = "This link is not, or no longer, valid: it lasts 48 hours. Subscribe again for a new one."
    return found(request, sender(here).links.read_confirm(token, here.now()), lost)


def _slow_down(request: Request) -> None:
    client = request.client.host if request.client else "-"
    allowed, _, seconds = state(request).opt_ins.take(client)
    if not allowed:
        raise Refused("rate-limited", f"try again in {seconds} s", {"Retry-After": str(seconds)})
