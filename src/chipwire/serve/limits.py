"""How much one client may ask (a steady rate with a minute's worth in hand, told in RateLimit headers), and how many
may stay."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WINDOW = 60
_MOST_CLIENTS = 20_000
_NEAR = 1e-6
"""Seconds by which sums of times miss: 16,372.56 + 20 - 16,372.56 is more than 20."""


class Room:
    """Has so many places; used on the event loop alone."""

    def __init__(self, places: int) -> None:
        self.places, self.taken = places, 0

    @property
    def is_full(self) -> bool:
        return self.taken >= self.places

    @contextmanager
    def place(self) -> Iterator[None]:
        """One place, as long as the caller stays."""
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1


class Meter:
    """Generic cell rate: each client has one number, the time at which it will have everything in hand again."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self._now = monotonic
        self._full_at: dict[str, float] = {}

    def take(self, client: str) -> tuple[bool, int, int]:
        """(allowed, requests left, seconds until one more is allowed or, when allowed, until all are)."""
        now, step = self._now(), WINDOW / self.per_minute
        full_at = max(self._full_at.get(client, 0.0), now)
        wait = full_at + step - WINDOW - now
        if wait > _NEAR:
            return False, 0, max(1, math.ceil(wait - _NEAR))
        self._full_at[client] = full_at + step
        if len(self._full_at) > _MOST_CLIENTS:
            self._forget(now)
        used = full_at + step - now
        return True, int((WINDOW - used) / step + _NEAR), math.ceil(used - _NEAR)

    def headers(self, left: int, seconds: int) -> list[tuple[bytes, bytes]]:
        """RateLimit header fields (draft-ietf-httpapi-ratelimit-headers)."""
        policy = f'"client";q={self.per_minute};w={WINDOW}'
        return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", f'"client";r={left};t={seconds}'.encode())]

    def _forget(self, now: float) -> None:
        self._full_at = {client: at for client, at in self._full_at.items() if at > now}
        while len(self._full_at) > _MOST_CLIENTS:
            self._full_at.pop(next(iter(self._full_at)))
