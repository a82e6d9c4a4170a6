"""How a reader comes, changes and goes: pages behind signed links; looking changes nothing, only a POST does."""

import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Form, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chipwire.domain import Reader
from chipwire.errors import BadQuery, NotFound
from chipwire.keep import outbox, readers
from chipwire.send import envelope
from chipwire.send.confirm import confirmation
from chipwire.send.render import Sender
from chipwire.send.tokens import belongs
from chipwire.serve.limits import Meter
from chipwire.serve.problems import Refused
from chipwire.serve.state import State, state

router = APIRouter(include_in_schema=False)
ASKED = "If this address can get the digest, a letter with a confirmation link is on its way."
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_MANNERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
}
_PER_MINUTE = 10
Words = Annotated[list[str], Form(max_length=60)]
Word = Annotated[str, Form(max_length=320)]


@router.api_route("/subscribe", methods=["GET", "HEAD"])
def ask(request: Request) -> Response:
    """The form."""
    return _page(request, "Subscribe", form=_wish(), action="/subscribe")


@router.post("/subscribe")
def asked(
    request: Request,
    email: Word = "",
    companies: Words = [],  # noqa: B006
    hour: Annotated[int, Form(ge=0, le=23)] = 7,
    zone: Word = "UTC",
    locale: Word = "en",
) -> Response:
    """The same answer for every address, so that nobody learns who reads; at most one letter an hour to each."""
    here = state(request)
    sender = _sender(here)
    _slow_down(request)
    wish = _wish(email=email.strip(), companies=companies, hour=hour, zone=zone, locale=locale)
    try:
        with here.store.write() as c:
            reader = readers.ask(c, _choices(here, wish), here.now())
            if reader is not None:
                outbox.queue(c, confirmation(reader, sender, here.now()))
    except BadQuery as error:
        return _page(request, "Subscribe", 422, message=str(error), form=wish, action="/subscribe")
    return _page(request, "Nearly there", message=ASKED)


@router.api_route("/confirm/{token}", methods=["GET", "HEAD"])
def confirm_page(request: Request, token: str) -> Response:
    reader = _confirming(request, token)
    return _page(request, "Confirm", message=f"Send the digest to {reader.email}?", button="Confirm the subscription")


@router.post("/confirm/{token}")
def confirm(request: Request, token: str) -> Response:
    """The subscription begins; a second time changes nothing."""
    here, reader = state(request), _confirming(request, token)
    with here.store.write() as c:
        readers.confirm(c, reader.id or 0, here.now())
    links = _sender(here).links
    return _page(request, "Welcome", message="The first digest comes soon.", link=links.preferences(reader))


@router.api_route("/unsubscribe/{token}", methods=["GET", "HEAD"])
def unsubscribe_page(request: Request, token: str) -> Response:
    """A question, since link scanners open every link."""
    reader = _holder(request, "unsubscribe", token)
    return _page(request, "Unsubscribe", message=f"Send no more digests to {reader.email}?", button="Unsubscribe")


@router.post("/unsubscribe/{token}")
def unsubscribe(request: Request, token: str) -> Response:
    """RFC 8058: one POST, whatever its body, without cookies or login; twice is as good as once."""
    reader = _holder(request, "unsubscribe", token)
    if reader.status != "suppressed":
        with state(request).store.write() as c:
            readers.set_status(c, reader.id or 0, "unsubscribed")
    links = _sender(state(request)).links
    return _page(request, "Unsubscribed", message="No more digests will come.", link=links.preferences(reader))


@router.api_route("/preferences/{token}", methods=["GET", "HEAD"])
def preferences_page(request: Request, token: str) -> Response:
    reader = _holder(request, "preferences", token)
    return _page(request, "Your digest", form=reader.model_dump(), action="", reader=reader)


@router.post("/preferences/{token}")
def preferences(
    request: Request,
    token: str,
    deed: Word = "change",
    companies: Words = [],  # noqa: B006
    hour: Annotated[int | None, Form(ge=0, le=23)] = None,
    zone: Word = "",
    locale: Word = "",
) -> Response:
    """Change choices, pause, resume, export, delete: all with the link that came in a letter to this address."""
    here, reader = state(request), _holder(request, "preferences", token)
    number = reader.id or 0
    if deed == "export":
        with here.store.read() as c:
            body = orjson.dumps(readers.export(c, number), option=orjson.OPT_INDENT_2)
        return Response(body, headers=_MANNERS, media_type="application/json")
    with here.store.write() as c:
        if deed == "delete":
            readers.remove(c, number)
            return _page(request, "Deleted", message="Nothing about you is kept any more.")
        if deed == "pause" and reader.status == "active":
            readers.set_status(c, number, "paused")
        elif deed == "resume" and reader.status in ("paused", "unsubscribed"):
            readers.set_status(c, number, "active")
        elif deed == "change":
            wish = {"companies": companies, "hour": reader.hour if hour is None else hour}
            wish |= {"zone": zone or reader.zone, "locale": locale or reader.locale}
            kept = _choices(here, reader.model_dump() | wish)
            reader = readers.change(c, number, **kept.model_dump(include=set(wish)))
        reader = readers.get(c, number)
    return _page(request, "Your digest", message="Saved.", form=reader.model_dump(), action="", reader=reader)


@router.api_route("/v1/digests/{token}", methods=["GET", "HEAD"])
def web_copy(request: Request, token: str) -> Response:
    """A letter on the web, for the one who has its signed link."""
    value = _sender(state(request)).links.read("v1/digests", token)
    reader = _holder(request, "v1/digests", token)
    assert value is not None
    with state(request).store.read() as c:
        letter = outbox.find(c, reader.id or 0, date.fromisoformat(value[2]), value[3], value[4])
    html = envelope.html_of(letter.body) if letter and letter.body else None
    if html is None:
        raise NotFound("this letter is no longer kept")
    return Response(html, headers=_MANNERS, media_type="text/html; charset=utf-8")


def _holder(request: Request, use: str, token: str) -> Reader:
    """The reader a signed link was made for; NotFound for a forged one and for a deleted reader alike."""
    value = _sender(state(request)).links.read(use, token)
    return _found(request, value)


def _confirming(request: Request, token: str) -> Reader:
    here = state(request)
    return _found(request, _sender(here).links.read_confirm(token, here.now()))


def _found(request: Request, value: list[Any] | None) -> Reader:
    request.scope["chipwire.private"] = True
    if value:
        with state(request).store.read() as c:
            try:
                reader = readers.get(c, value[0])
            except NotFound:
                reader = None
        if reader and belongs(reader, value):
            return reader
    raise NotFound("this link is not, or no longer, valid; subscribe again for a new one")


def _choices(here: State, wish: dict[str, Any]) -> Reader:
    """What somebody filled in, as a reader; BadQuery when a company or a number is not known here."""
    for slug in wish["companies"]:
        if slug not in here.options.companies:
            raise BadQuery(f"company {slug!r} is not known", parameter="companies")
    return readers.checked(Reader.model_validate({"created": here.now(), **wish}))


def _wish(**given: Any) -> dict[str, Any]:
    return {"email": "", "companies": [], "hour": 7, "zone": "UTC", "locale": "en"} | given


def _sender(here: State) -> Sender:
    if here.options.sender is None:
        raise NotFound("subscriptions are not set up here")
    return here.options.sender


@cache
def _meter(_app: int) -> Meter:
    return Meter(_PER_MINUTE, time.monotonic)


def _slow_down(request: Request) -> None:
    client = request.client.host if request.client else "-"
    allowed, _, seconds = _meter(id(request.app)).take(client)
    if not allowed:
        raise Refused("rate-limited", f"try again in {seconds} s", {"Retry-After": str(seconds)})


def _page(request: Request, title: str, status: int = 200, **given: Any) -> Response:
    request.scope["chipwire.private"] = True
    options = state(request).options
    words = options.sender.words if options.sender else {}
    empty = {"message": "", "button": "", "form": None, "action": "", "link": "", "reader": None}
    frame = {"title": title, "companies": options.companies, "locales": list(words), **empty, **given}
    html = _PAGES.get_template("reader.html").render(frame)
    return Response(html, status, _MANNERS, media_type="text/html; charset=utf-8")
