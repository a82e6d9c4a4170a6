"""Behind the signed link of a letter: change choices, saved searches, pause, export, delete; the letter on the web."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Form, Request, Response

from chipwire.domain import Reader
from chipwire.errors import BadQuery, NotFound
from chipwire.keep.db import Connection
from chipwire.keep.people import alerts, letters, readers
from chipwire.keep.queries.saved import parameters
from chipwire.send import envelope
from chipwire.serve.api.alerts import meant
from chipwire.serve.questions import Question
from chipwire.serve.state import State, state
from chipwire.serve.subscribe.forms import Filled, Word, checked
from chipwire.serve.subscribe.frame import LETTER, PRIVATE, holder, page, sender
from chipwire.serve.subscribe.muting import mutings

router = APIRouter(include_in_schema=False)
FOR_GOOD = "delete-for-good"
_NEW = {"q": "", "company": "", "pace": "at_once"}
"""A saved search as its form shows it before anything is filled in."""
SURE = (
    "Delete the subscription of {}, its choices, saved searches and letters? This cannot be undone, and links in "
    "letters that were sent lead nowhere then. To get no letters for a while, pause instead."
)


class Choice(Filled):
    """The form of choices, or one deed of a button; `q`, `company` and `pace` are those of a new saved search."""

    q: Word = ""
    company: Word = ""
    pace: Word = "at_once"
    alert: int | None = None
    mute: Word = ""
    """What is to be left out, or taken back."""


@router.api_route("/preferences/{token}", methods=["GET", "HEAD"])
def preferences_page(request: Request, token: str) -> Response:
    return _shown(request, holder(request, "preferences", token))


@router.post("/preferences/{token}")
def preferences(request: Request, token: str, filled: Annotated[Choice, Form()]) -> Response:
    """All with the link that came in a letter to this address."""
    here, reader = state(request), holder(request, "preferences", token)
    if filled.deed == "export":
        with here.store.read() as c:
            body = orjson.dumps(readers.export(c, reader.id or 0), option=orjson.OPT_INDENT_2)
        return Response(body, headers=PRIVATE, media_type="application/json")
    if filled.deed == "delete":
        back = sender(here).links.preferences(reader)
        return page(request, "Delete", message=SURE.format(reader.email), button="Delete now", deed=FOR_GOOD, link=back)
    try:
        with here.store.write() as c:
            if filled.deed == FOR_GOOD:
                readers.remove(c, reader.id or 0)
                return page(request, "Deleted", message="Nothing about you is kept any more.")
            _do(here, c, reader, filled)
            reader = readers.get(c, reader.id or 0)
    except BadQuery as error:
        kept = {
            "form": reader.model_dump() | (filled.choices() if filled.deed == "change" else {}),
            "search": filled if filled.deed == "search" else _NEW,
        }
        return _shown(request, reader, 422, problem=error.told, **kept)
    return _shown(request, reader, message="Saved.")


@router.api_route("/v1/digests/{token}", methods=["GET", "HEAD"])
def web_copy(request: Request, token: str) -> Response:
    """A letter on the web, for the one who has its signed link."""
    value = sender(state(request)).links.read("v1/digests", token)
    reader = holder(request, "v1/digests", token)
    assert value is not None
    with state(request).store.read() as c:
        letter = letters.find(c, reader.id or 0, date.fromisoformat(value[2]), value[3], value[4])
    html = envelope.html_of(letter.body) if letter and letter.body else None
    if html is None:
        raise NotFound("this letter is no longer kept")
    return Response(html, headers=LETTER, media_type="text/html; charset=utf-8")


def _do(here: State, c: Connection, reader: Reader, filled: Choice) -> None:
    number = reader.id or 0
    match filled.deed:
        case "pause" if reader.status == "active":
            readers.set_status(c, number, "paused")
        case "resume" if reader.status in ("paused", "unsubscribed"):
            readers.set_status(c, number, "active")
        case "change":
            wish = filled.choices()
            checked(here, reader.model_dump() | wish)
            readers.change(c, number, **wish)
        case "search":
            company = [filled.company] if filled.company else []
            asked = meant(here, Question.model_validate({"company": company, "q": filled.q.strip() or None}))
            name = " · ".join(part for part in (filled.q.strip(), here.names.get(filled.company, "")) if part)[:80]
            alerts.add(c, number, name or "?", asked, filled.pace == "at_once", here.now())
        case "mute":
            readers.change(c, number, muted=[*reader.muted, filled.mute])
        case "unmute":
            readers.change(c, number, muted=[line for line in reader.muted if line != filled.mute])
        case "forget" if filled.alert is not None:
            alerts.remove(c, number, filled.alert)


def _shown(request: Request, reader: Reader, status: int = 200, **given: Any) -> Response:
    with state(request).store.read() as c:
        searches = [(alert, urlencode(parameters(alert.asked))) for alert in alerts.listing(c, reader.id)]
        lists = {"searches": searches, "mutings": mutings(c, reader)}
    filled = {"form": reader.model_dump(), "search": _NEW} | given
    return page(request, "Your digest", status, reader=reader, **lists, **filled)
