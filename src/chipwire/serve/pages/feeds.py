"""/feeds and /feeds/{id}: how every source is doing, when it is asked next and why then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from fastapi import APIRouter, Request, Response

from chipwire.domain import Feed, FeedState, told_url
from chipwire.domain.feed import Condition, condition
from chipwire.keep.queries import page_queries, query
from chipwire.keep.sources import feeds as keep
from chipwire.serve import charts
from chipwire.serve.api.feeds import FeedId
from chipwire.serve.pages.frame import page
from chipwire.serve.pages.search import report
from chipwire.serve.state import state

router = APIRouter()
STATES = get_args(Condition)
"""In the order of how much they want to be looked at."""
PAGE, REPORTS = 100, 20
_BAD = ("failed", "gone", "parse-failed")


@router.get("/feeds")
def feeds(request: Request) -> Response:
    """All feeds, those in trouble first."""
    here = state(request)
    asked = request.query_params.get("state", "")
    with here.store.read() as c:
        listed = keep.listing(c)
        checks = page_queries.checks(c)
    sums = dict.fromkeys(STATES, 0)
    for feed, learnt in listed:
        sums[condition(feed, learnt)] += 1
    chosen = [pair for pair in listed if asked not in STATES or condition(*pair) == asked]
    chosen.sort(key=lambda pair: (STATES.index(condition(*pair)), pair[0].title.casefold()))
    number = _number(request.query_params.get("page"))
    start = PAGE * (number - 1)
    rest = f"state={asked}&" if asked in STATES else ""
    return page(
        request,
        "feeds.html",
        title="Feeds",
        description="Every source that chipwire follows: how it is doing, when it is asked next and why.",
        rows=[_row(feed, learnt, checks.get(feed.id, [])) for feed, learnt in chosen[start : start + PAGE]],
        sums=sums,
        every=len(listed),
        asked=asked if asked in STATES else "",
        earlier=f"/feeds?{rest}page={number - 1}" if number > 1 else "",
        later=f"/feeds?{rest}page={number + 1}" if len(chosen) > start + PAGE else "",
        feeds=[],
    )


@router.get("/feeds/{feed_id}")
def feed(request: Request, feed_id: FeedId) -> Response:
    """One feed: its state in words, its last checks, what it reported last."""
    here = state(request)
    with here.store.read() as c:
        pair = keep.get(c, feed_id)
        events = keep.events(c, feed_id)
        rows = query.page(c, query.Filter(feeds=((feed_id,),), relevant_only=False), limit=REPORTS)
    checks = [(event.outcome, event.items_new) for event in reversed(events)]
    return page(
        request,
        "feed.html",
        title=pair[0].title,
        description=f"How the feed {pair[0].title} is doing, and its newest reports.",
        feed=_row(*pair, checks),
        events=events,
        rows=[report(wire, "") for _, wire in rows],
        feeds=[(f"/v1/items.atom?feed={feed_id}", f"chipwire: {pair[0].title} (Atom)")],
    )


def _row(feed: Feed, learnt: FeedState, checks: Sequence[tuple[str, int]]) -> dict[str, Any]:
    numbers = [new for _, new in checks]
    failed = [n for n, (outcome, _) in enumerate(checks) if outcome in _BAD]
    told = f"{sum(numbers)} new in {len(checks)} checks, {len(failed)} failed"
    return {
        "noun": feed,
        "learnt": learnt,
        "state": condition(feed, learnt),
        "address": told_url(learnt.address or feed.url),
        "last": checks[-1][0] if checks else "never asked",
        "why": _why(feed, learnt),
        "picture": charts.sparkline(numbers, told, failed, room=keep.KEPT_EVENTS) if checks else "",
    }


def _why(feed: Feed, learnt: FeedState) -> str:
    """Why it is as it is, in the words of whoever decided."""
    if not feed.enabled:
        return feed.note or "switched off"
    if learnt.retired_at:
        return f"gone since {_day(learnt.retired_at)}; asked once a month"
    return learnt.next_reason


def _day(at: datetime) -> str:
    return f"{at:%-d %b %Y}"


def _number(given: str | None) -> int:
    return min(1000, int(given)) if given and given.isascii() and given.isdigit() and int(given[:6]) > 0 else 1
