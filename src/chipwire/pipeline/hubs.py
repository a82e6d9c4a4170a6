"""WebSub: ask hubs to push, renew before they forget, and read what they pushed; polling goes on beside it.

What was agreed holds for the address that hubs were given: at another one, or without WebSub, feeds would be polled as
seldom as if they were pushed, for as long as the lease lasts.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from chipwire.collect import websub
from chipwire.domain import Failed, Feed, FeedState
from chipwire.keep.sources import feeds, pushes
from chipwire.keep.sql import meta
from chipwire.pipeline.refresh import Refresher

log = structlog.get_logger()

PATIENCE = timedelta(hours=6)
"""A hub that did not verify is asked again after this."""
ADDRESS = "websub_address"


@dataclass
class Hubs:
    """Deliveries and subscriptions; without `base_url` nothing is subscribed to."""

    machine: Refresher
    base_url: str | None
    _asked: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        here = self.base_url or ""
        with self.machine.store.read() as c:
            if (meta.get(c, ADDRESS) or "") == here:
                return
        with self.machine.store.write() as c:
            meta.put(c, ADDRESS, here)
            if number := feeds.disagree(c):
                log.info("hubs knew another address of ours, and push no more", feeds=number, address=here or None)

    async def round(self) -> None:
        """Read every delivery that waits, then ask each hub whose turn it is."""
        with self.machine.store.read() as c:
            arrived = pushes.waiting(c)
        for push in arrived:
            await self.machine.pushed(push)
        if self.base_url:
            now = self.machine.now()
            with self.machine.store.read() as c:
                listed = feeds.listing(c)
            due = [
                (feed, state)
                for feed, state in listed
                if feed.enabled
                and websub.due(state, now)
                and now - self._asked.get(feed.id, now - PATIENCE) >= PATIENCE
            ]
            await asyncio.gather(*(self._ask(feed, state, self.base_url) for feed, state in due))

    async def _ask(self, feed: Feed, state: FeedState, base_url: str) -> None:
        """The secret is kept before the hub is asked: it may verify before its answer to us arrives."""
        self._asked[feed.id] = self.machine.now()
        wanted = state.model_copy(update={"hub_secret": state.hub_secret or websub.new_secret()})
        with self.machine.store.write() as c:
            feeds.agree(c, wanted)
        post = websub.subscription(wanted, callback(base_url, feed.id))
        async with self.machine.lanes.slot(post.url):
            answer = await self.machine.fetcher.post(
                post.url, body=post.body, headers=post.headers, now=self.machine.now()
            )  # fmt: skip
        why = answer.message if isinstance(answer, Failed) else f"status {answer.status}"
        log.info("hub asked", feed=feed.id, hub=post.url, answer=why)


def callback(base_url: str, feed_id: str) -> str:
    """Where a hub reaches us."""
    return f"{base_url.rstrip('/')}/websub/{feed_id}"
