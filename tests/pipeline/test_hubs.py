"""WebSub against a loopback site: a hub is asked, verified and believed, and asked anew from another address."""

import hashlib
import hmac
from datetime import timedelta

import httpx
import pytest

from chipwire.cli import wiring
from chipwire.config import load
from chipwire.keep.db import Store
from chipwire.keep.sources import feeds, marks, pushes
from chipwire.pipeline.hubs import Hubs
from chipwire.pipeline.refresh import Refresher
from tests.pipeline.site import Site, count, everything, go, subscribe

pytestmark = pytest.mark.slow


def test_a_hub_is_asked_verified_and_believed_only_with_the_right_signature(store: Store, site: Site) -> None:
    hub = f'<atom:link rel="hub" href="{site.root}/hub"/><atom:link rel="self" href="{site.root}/a"/>'
    site.feed("/a", ["First report on chips"], extra=hub)
    subscribe(store, site, "/a")
    app = wiring.web_app(store, load())

    async def work(machine: Refresher) -> None:
        hubs = Hubs(machine, "http://127.0.0.1:1")
        await everything(machine)
        await hubs.round()
        asked = {name: values[0] for name, values in site.posted[0].items()}
        assert asked["hub.callback"] == "http://127.0.0.1:1/websub/a"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1") as client:
            query = {"hub.mode": "subscribe", "hub.topic": asked["hub.topic"], "hub.challenge": "xyz"}
            assert (await client.get("/websub/a", params=query)).text == "xyz"
            elsewhere = await client.get("/websub/a", params=query | {"hub.topic": "http://other.example/"})
            assert elsewhere.status_code == 404
            site.feed("/a", ["First report on chips", "Second report on chips"], extra=hub)
            body = site.pages["/a"][2].encode()
            right = hmac.new(asked["hub.secret"].encode(), body, hashlib.sha256).hexdigest()
            for signature in ("sha256=" + "0" * 64, f"sha256={right}"):
                await client.post("/websub/a", content=body, headers={"x-hub-signature": signature})
        with store.read() as c:
            assert len(pushes.waiting(c)) == 1
            before, had = len(site.asked), marks.of(c, "a")
        await hubs.round()
        assert len(site.asked) == before, "nothing is fetched for a push"
        with store.read() as c:
            assert marks.of(c, "a") != had, "the next look goes on from what was pushed"

    go(store, site, work)
    assert count(store, "item") == 2
    assert count(store, "push") == 0
    with store.read() as c:
        assert feeds.events(c, "a")[0].outcome == "pushed"
        assert feeds.get(c, "a")[1].hub_expires is not None


def test_a_hub_that_knows_another_address_of_ours_is_asked_anew(store: Store, site: Site) -> None:
    """Until its lease ended, feeds would be polled as seldom as if it pushed."""
    hub = f'<atom:link rel="hub" href="{site.root}/hub"/><atom:link rel="self" href="{site.root}/a"/>'
    site.feed("/a", ["First report on chips"], extra=hub)
    subscribe(store, site, "/a")

    async def work(machine: Refresher) -> None:
        await everything(machine)
        await Hubs(machine, "http://127.0.0.1:1").round()
        with store.write() as c:
            state = feeds.get(c, "a")[1]
            feeds.agree(c, state.model_copy(update={"hub_expires": machine.now() + timedelta(days=10)}))
        await Hubs(machine, "http://127.0.0.1:1").round()
        assert len(site.posted) == 1, "after a restart it is still agreed"
        await Hubs(machine, "http://127.0.0.1:2").round()
        assert site.posted[1]["hub.callback"] == ["http://127.0.0.1:2/websub/a"]
        with store.write() as c:
            feeds.agree(c, state.model_copy(update={"hub_expires": machine.now() + timedelta(days=10)}))
        Hubs(machine, None)  # CHIPWIRE_WEBSUB is off

    go(store, site, work)
    with store.read() as c:
        assert feeds.get(c, "a")[1].hub_expires is None
