"""Every way a fetch can end, as a value: a feed that is down is weather, not an exception."""

from typing import Literal

from pydantic import Field

from chipwire.domain.base import Noun, Utc


class Response(Noun):
    """What every answered fetch has; `final_url` is after redirects, `headers` have lower-case names."""

    status: int
    final_url: str
    headers: dict[str, str] = Field(default_factory=dict)
    moved_to: str | None = None
    """Target of an unbroken prefix of permanent redirects (301, 308), else None."""
    millis: int = 0


class Fetched(Response):
    """A 200 with a body, decompressed, at most the size limit."""

    body: bytes = b""
    digest: str | None = None
    """Of the body, as `collect.pacing.pace` tells by whether it is the one we had; None until that was asked."""


class NotModified(Response):
    """A 304; its validators replace the stored ones when present."""


class Failed(Noun):
    """Anything else: `kind` steers pacing, `message` says what happened in words fit for a person."""

    kind: Literal[
        "dns", "connect", "tls", "timeout", "reset", "protocol", "too-large", "redirects", "blocked", "http",
        "gone", "too-many-requests", "unavailable", "network-down", "not-a-feed", "parse",
    ]  # fmt: skip
    message: str
    status: int | None = None
    retry_after: Utc | None = None
    moved_to: str | None = None
    final_url: str | None = None
    """Who answered, after redirects; None when nobody did."""
    millis: int = 0
