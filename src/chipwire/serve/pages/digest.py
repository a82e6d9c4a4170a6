"""/digests/{date}: a day as its digest told it to a reader of everything, with the days beside it."""

from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, Request, Response

from chipwire.errors import NotFound
from chipwire.keep.queries import gist
from chipwire.serve.pages import filter_bar
from chipwire.serve.pages.by_company import front
from chipwire.serve.pages.frame import page
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.state import state

router = APIRouter()
MORE = 60
"""Stories on the page of a day beside those of the five; the API has them all."""
DAY = timedelta(days=1)


@router.get("/digests")
def newest(request: Request) -> Response:
    """Leads to the newest day that has news."""
    here = state(request)
    with here.store.read() as c:
        held = gist.reach(c)
    last = held[1] if held else here.now()
    return Response(status_code=302, headers={"location": f"/digests/{last.astimezone(UTC).date()}"})


@router.get("/digests/{day}")
def digest(request: Request, day: date) -> Response:
    """The stories that were first seen on a UTC day, by company."""
    here = state(request)
    today = here.now().astimezone(UTC).date()
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if day > today:
        raise NotFound(f"{day} has not come yet.")
    with here.store.read() as c:
        held = gist.reach(c)
    pairs = [("since", str(day)), ("until", str(day))]
    found = front(here, PagedQuestion.model_validate({**dict(pairs), "limit": MORE}))
    return page(
        request,
        "digest.html",
        title=f"{start:%-d %B %Y}",
        description=f"What was told of the companies behind AI chips on {start:%-d %B %Y}, each event once.",
        day=start,
        so_far=day == today,
        earlier=f"/digests/{day - DAY}" if held and held[0] < start else "",
        later=f"/digests/{day + DAY}" if day < today else "",
        links=filter_bar.addresses(filter_bar.tail(pairs)),
        everything=f"/{filter_bar.tail(pairs)}" if found["onward"] else "",
        feeds=[("/v1/items.atom", "chipwire: everything (Atom)")],
        **{name: found[name] for name in ("sections", "quiet", "stories")},
    )
