"""Deliveries of hubs as the web side takes them."""

import asyncio
import hashlib
import hmac
from typing import Any

import httpx

from chipwire.domain import FeedState
from chipwire.keep.sources import feeds, pushes


def test_a_delivery_waits_for_the_clock_to_write_and_nobody_else_does(newsroom: Any) -> None:
    with newsroom.store.write() as c:
        feeds.agree(c, FeedState(feed_id="daily", next_check=newsroom.time, hub_secret="of the hub"))
    body = b"<rss/>"
    signed = {"x-hub-signature": "sha256=" + hmac.new(b"of the hub", body, hashlib.sha256).hexdigest()}

    async def talk() -> tuple[bool, int, int]:
        wire = httpx.ASGITransport(newsroom.client().app)
        async with httpx.AsyncClient(transport=wire, base_url="http://chipwire.test") as client:
            with newsroom.store.write():
                delivery = asyncio.create_task(client.post("/websub/daily", content=body, headers=signed))
                stories = await asyncio.wait_for(client.get("/v1/stories"), 30)
                waits = not delivery.done()
            return waits, stories.status_code, (await delivery).status_code

    assert asyncio.run(talk()) == (True, 200, 202)
    with newsroom.store.read() as c:
        assert len(pushes.waiting(c)) == 1
