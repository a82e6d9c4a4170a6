"""WebSub (W3C, 2018): requests to a hub and judgement of what it sends back; pure, polling goes on beside it.

The way: `advertised` finds the hub, `due` says when to ask, `subscription` is what to post, `verify` answers the
hub's GET, `authentic` judges a delivery. Whoever posts uses `Fetcher.post`, so hubs pass the same guard as feeds.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode, urlsplit

from chipwire.domain import FeedFacts, FeedState

LEASE = timedelta(days=10)
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
RENEW_BEFORE = timedelta(hours=24)
METHODS = ("sha1", "sha256", "sha384", "sha512")
_LINK = re.compile(r"<([^<>]{1,2048})>([^<>]{0,500})")
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]{1,200})"|([^\s;,"]{1,200}))', re.I)
Mode = Literal["subscribe", "unsubscribe"]


@dataclass(frozen=True)
class Post:
    """A request to a hub, for `Fetcher.post(url, body=…, headers=…)`; 202 means that the hub will verify."""

    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Verdict:
    """Answer to a hub's GET: `challenge` is the body of the 200, None means 404; `state` has what was agreed."""

    challenge: str | None
    state: FeedState


def advertised(headers: Mapping[str, str], facts: FeedFacts | None) -> tuple[str | None, str | None]:
    """(hub, topic) from the Link header, else from the document; both or neither."""
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(headers.get("link", "")):
        rel = _REL.search(parameters)
        for word in (rel[1] or rel[2]).lower().split() if rel else ():
            found.setdefault(word, target)
    hub = found.get("hub") or (facts.hub if facts else None)
    topic = found.get("self") or (facts.self_url if facts else None)
    return (hub, topic) if hub and topic and _web(hub) and _web(topic) else (None, None)


def due(state: FeedState, now: datetime) -> bool:
    """Is it time to subscribe or to renew? Asked after a poll, so a hub that denies is not pestered."""
    if not state.hub or not state.hub_topic:
        return False
    return state.hub_expires is None or state.hub_expires - now < RENEW_BEFORE


def new_secret() -> str:
    """A fresh hub.secret, well under the 200 bytes that are allowed."""
    return secrets.token_urlsafe(32)


def subscription(state: FeedState, callback: str, *, mode: Mode = "subscribe") -> Post:
    """Ask the feed's hub for deliveries to `callback` (needs a secret in the state), or for an end of them."""
    if not state.hub or not state.hub_topic or (mode == "subscribe" and not state.hub_secret):
        raise ValueError(f"feed {state.feed_id} has no hub, topic or secret to subscribe with")
    fields = {
        "hub.mode": mode,
        "hub.topic": state.hub_topic,
        "hub.callback": callback,
    }
    if mode == "subscribe" and state.hub_secret:
        fields |= {"hub.lease_seconds": str(int(LEASE.total_seconds())), "hub.secret": state.hub_secret}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Post(state.hub, urlencode(fields).encode("ascii"), headers)


def verify(query: Mapping[str, str], state: FeedState, now: datetime) -> Verdict:
    """Judge a hub's verification: only what we asked for is confirmed.

    A subscription is wanted while the state has a secret; an end is wanted once the secret was dropped.
    """
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    if not state.hub_topic or topic != state.hub_topic:
        return Verdict(None, state)
    if mode == "denied":
        return Verdict("", state.model_copy(update={"hub_expires": None, "hub_secret": None}))
    challenge = query.get("hub.challenge")
    if not challenge or len(challenge) > 2048:
        return Verdict(None, state)
    if mode == "subscribe" and state.hub_secret:
        return Verdict(challenge, state.model_copy(update={"hub_expires": now + _lease(query)}))
    if mode == "unsubscribe" and not state.hub_secret:
        return Verdict(challenge, state.model_copy(update={"hub_expires": None}))
    return Verdict(None, state)


def authentic(body: bytes, signature: str | None, secret: str | None) -> bool:
    """Is X-Hub-Signature ("sha256=hex") the HMAC of this body? Compared in constant time; no secret, no trust."""
    method, _, given = (signature or "").strip().partition("=")
    if not secret or method.lower() not in METHODS:
        return False
    true = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(true.encode(), given.strip().lower().encode("utf-8", "replace"))


def _lease(query: Mapping[str, str]) -> timedelta:
    text = query.get("hub.lease_seconds", "")
    seconds = int(text[:12]) if text.isascii() and text.isdigit() else int(LEASE.total_seconds())
    return min(max(timedelta(seconds=min(seconds, 10**9)), SHORTEST), LONGEST)


def _web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
