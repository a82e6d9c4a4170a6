"""/v1/readers, /v1/digests, /v1/suppressions: who gets the digest, and the life of every letter; all with the token."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chipwire.domain import LetterState, Reader, ReaderStatus, Role
from chipwire.keep.people import letters as kept
from chipwire.keep.people import outbox
from chipwire.keep.people import readers as keep
from chipwire.send.words import offered
from chipwire.serve.auth import Write
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.problem_types import Refused
from chipwire.serve.problems import Bare
from chipwire.serve.questions import not_known
from chipwire.serve.shapes import people
from chipwire.serve.state import State, state

router = APIRouter(prefix="/v1", tags=["readers"], dependencies=[Write])
Number = Annotated[int, Path(ge=1, le=2**53, examples=[1])]
_EXAMPLE: dict[str, Any] = {"email": "alice@chipwire.test", "companies": ["bytedance"], "zone": "Asia/Jakarta"}


class Choices(BaseModel, extra="forbid"):
    """What a reader may choose; what is not given stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"companies": ["samsung", "bytedance"], "hour": 6}]})

    companies: list[str] | None = None
    topics: list[str] | None = None
    languages: list[str] | None = None
    min_role: Role | None = None
    hour: int | None = Field(None, ge=0, le=23)
    minute: int | None = Field(None, ge=0, le=59)
    zone: str | None = None
    weekdays: list[int] | None = None
    format: str | None = Field(None, pattern="^(both|text)$")
    locale: str | None = None
    all_quiet: bool | None = None
    muted: list[str] | None = Field(
        None, description="Left out: `outlet:HOST`, `word:WORDS` in headlines, `story:ID`; a bare host or word will do."
    )
    status: ReaderStatus | None = None


class NewReader(Choices):
    """A subscription made by the person who runs the service; it needs no confirmation."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    email: str = Field(max_length=320)


class WhichLetters(BaseModel, extra="forbid"):
    """Which letters are meant."""

    reader: int | None = Field(None, ge=1, le=2**53, description="Only this reader's.", examples=[1])
    state: LetterState | None = Field(None, description="Only in this state.", examples=["sent"])
    limit: int = Field(100, ge=1, le=1000, description="The newest so many.", examples=[10])


@router.get("/readers", dependencies=[Bare], responses={200: {"model": people.ReaderList}, **refusals(401, 403)})
def readers(request: Request) -> Response:
    """Everybody who gets, got or asked for the digest."""
    with state(request).store.read() as c:
        return _json({"readers": [reader.model_dump() for reader in keep.listing(c)]})


@router.post(
    "/readers",
    dependencies=[Bare],
    status_code=201,
    responses={201: {"model": people.ReaderOut}, **refusals(400, 401, 403, 409, 422)},
)
def add(request: Request, wanted: NewReader) -> Response:
    """Add a reader; the first letter is due at once and covers the last 24 hours."""
    here = state(request)
    _known(here, wanted)
    now = here.now()
    reader = Reader(**{"created": now, "confirmed": now, **wanted.model_dump(exclude_none=True)})
    with here.store.write() as c:
        if keep.find(c, reader.email):
            raise Refused("conflict", f"{reader.email} is a reader already")
        return _json(keep.add(c, reader).model_dump(), 201)


@router.get(
    "/readers/{number}", dependencies=[Bare], responses={200: {"model": people.ReaderOut}, **refusals(401, 403, 404)}
)
def reader(request: Request, number: Number) -> Response:
    """One reader."""
    with state(request).store.read() as c:
        return _json(keep.get(c, number).model_dump())


@router.patch(
    "/readers/{number}",
    dependencies=[Bare],
    responses={200: {"model": people.ReaderOut}, **refusals(400, 401, 403, 404, 422)},
)
def change(request: Request, number: Number, wanted: Choices) -> Response:
    """Change choices; a reader that is paused or unsubscribed loses the letters that have not left."""
    here = state(request)
    _known(here, wanted)
    with here.store.write() as c:
        return _json(keep.change(c, number, **wanted.model_dump(exclude_none=True)).model_dump())


@router.delete(
    "/readers/{number}",
    dependencies=[Bare],
    status_code=204,
    response_class=Response,
    responses=refusals(401, 403, 404),
)
def remove(request: Request, number: Number) -> Response:
    """Forget a reader and every letter."""
    with state(request).store.write() as c:
        keep.remove(c, number)
    return Response(status_code=204)


@router.get(
    "/readers/{number}/export",
    dependencies=[Bare],
    responses={200: {"model": people.ReaderExport}, **refusals(401, 403, 404)},
)
def export(request: Request, number: Number) -> Response:
    """Everything that is kept about a reader."""
    with state(request).store.read() as c:
        return _json(keep.export(c, number))


@router.get("/digests", responses={200: {"model": people.LetterList}, **refusals(401, 403, 422)})
def letters(request: Request, asked: Annotated[WhichLetters, Query()]) -> Response:
    """The life of every letter, newest first: state, tries, the server's last word; and how many are in each state."""
    with state(request).store.read() as c:
        found = [
            letter.model_dump(exclude={"body"}) for letter in kept.listing(c, asked.reader, asked.state, asked.limit)
        ]
        return _json({"letters": found, "states": kept.states(c)})


@router.post(
    "/digests/{number}/release",
    dependencies=[Bare],
    responses={200: {"model": people.LetterOut}, **refusals(401, 403, 404, 422)},
)
def release(request: Request, number: Number) -> Response:
    """Send a letter again whose fate is unknown; it may arrive twice."""
    here = state(request)
    with here.store.write() as c:
        return _json(outbox.release(c, number, here.now()).model_dump(exclude={"body"}))


@router.get(
    "/suppressions",
    dependencies=[Bare],
    responses={200: {"model": people.SuppressionList}, **refusals(401, 403)},
)
def suppressions(request: Request) -> Response:
    """Addresses that are never written to, and why."""
    with state(request).store.read() as c:
        return _json({"suppressions": keep.suppressions(c)})


@router.delete(
    "/suppressions/{email}", dependencies=[Bare], status_code=204, response_class=Response, responses=refusals(401, 403)
)
def unsuppress(
    request: Request, email: Annotated[str, Path(max_length=320, examples=["bob@chipwire.test"])]
) -> Response:
    """Take an address off the list."""
    with state(request).store.write() as c:
        keep.unsuppress(c, email)
    return Response(status_code=204)


def _known(here: State, wanted: Choices) -> None:
    """Refused when something that was chosen is not there; a language of letters becomes the one that is offered."""
    for kind, slugs, known in (
        ("company", wanted.companies, here.known.companies),
        ("topic", wanted.topics, here.known.topics),
    ):
        for slug in slugs or ():
            if slug not in known:
                raise Refused("invalid-request", not_known(kind, slug, known))
    if wanted.locale and here.sender:
        locale = offered(here.sender.words, wanted.locale)
        if locale is None:
            told = f"there are no letters in {wanted.locale!r}: use one of {', '.join(here.sender.words)}"
            raise Refused("invalid-request", told)
        wanted.locale = locale


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, option=FORMAT), status, media_type="application/json")
