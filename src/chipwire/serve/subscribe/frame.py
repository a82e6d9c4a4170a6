"""The pages of readers: how they look, their manners, and whose signed link it is."""

from typing import Any
from zoneinfo import available_timezones

from fastapi import Request, Response

from chipwire.domain import Reader
from chipwire.errors import NotFound
from chipwire.keep.people import readers
from chipwire.keep.queries import page_queries
from chipwire.send.render import Sender
from chipwire.send.tokens import belongs
from chipwire.send.words import offered
from chipwire.serve.pages import formatting
from chipwire.serve.pages import frame as pages
from chipwire.serve.pages.frame import CORE
from chipwire.serve.state import State, state

_ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
LETTER = PRIVATE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
}
"""A letter brings its own style."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def page(request: Request, title: str, status: int = 200, **given: Any) -> Response:
    """One page; what is not given is not on it."""
    request.scope["chipwire.private"] = True
    here = state(request)
    known = _offered(here, given["form"]) if given.get("form") else {}
    empty = {"message": "", "problem": "", "button": "", "deed": "", "form": None, "action": "", "link": "",
             "reader": None, "alerts": (), "mutings": ()}  # fmt: skip
    frame = {"title": title, "description": "One letter a day on the companies behind AI chips.", "feeds": [],
             "canonical": "", "robots": "noindex", "days": _DAYS, "zones": _ZONES}  # fmt: skip
    return pages.page(
        request,
        "reader.html",
        status=status,
        lasts=None,
        headers=PRIVATE,
        **{**frame, **empty, **known, **given},
    )


def _offered(here: State, form: dict[str, Any]) -> dict[str, Any]:
    """What the form offers to choose, as (value, name)."""
    with here.store.read() as c:
        tags = sorted({*page_queries.languages(c), *form["languages"]})
    words = here.sender.words if here.sender else {}
    return {
        "own_locale": (words and offered(words, form["locale"])) or form["locale"],
        "known_companies": sorted(here.names.items(), key=lambda pair: (pair[0] not in CORE, pair[1].casefold())),
        "known_topics": sorted(((t.slug, t.name) for t in here.options.topics.values()), key=lambda pair: pair[1]),
        "known_languages": [(tag, formatting.own_name(tag)) for tag in tags],
        "known_locales": [(tag, formatting.own_name(tag)) for tag in words],
    }


def sender(here: State) -> Sender:
    """Who writes letters; NotFound when nobody does."""
    if here.sender is None:
        raise NotFound("subscriptions are not set up here")
    return here.sender


def holder(request: Request, use: str, token: str) -> Reader:
    """The reader a signed link was made for; NotFound for a forged one and for a deleted reader alike."""
    writer = sender(state(request))
    lost = (
        "This link leads to no subscription: part of it was cut off on its way, or the subscription was deleted and "
        f"nothing more is sent. Take the whole link from your newest letter, or write to {writer.address}."
    )
    return found(request, writer.links.read(use, token), lost)


def found(request: Request, value: list[Any] | None, lost: str) -> Reader:
    """The reader that a link's contents name; NotFound in the words of `lost`."""
    request.scope["chipwire.private"] = True
    if value:
        with state(request).store.read() as c:
            try:
                reader = readers.get(c, value[0])
            except NotFound:
                reader = None
        if reader and belongs(reader, value):
            return reader
    raise NotFound(lost)
