"""httpx's transport, with a gate where the socket is opened: it connects to addresses that the guard has passed.

Name, Host header, SNI and certificate check stay those of the URL; only the address is ours. A connection that is
used again was passed when it was opened, so nothing is resolved twice and DNS rebinding finds no second look-up.
"""

import ipaddress
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from chipwire.collect.guard import Guard, blocked, forbidden
from chipwire.domain import Failed

LIMITS = httpx.Limits(max_connections=256, max_keepalive_connections=64, keepalive_expiry=4.0)
PATIENCE = 3.0
"""Seconds for one address while others are left to try."""


class Stopped(Exception):
    """A request that ends as `failed`, from inside the machinery of httpx."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.message)
        self.failed = failed


class GuardedTransport(httpx.AsyncHTTPTransport):
    """No proxies, no environment, no cookies, no redirects: one request, one answer."""

    def __init__(self, guard: Guard, context: ssl.SSLContext, *, private: bool) -> None:
        super().__init__(verify=context, trust_env=False, limits=LIMITS)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=LIMITS.max_connections,
            max_keepalive_connections=LIMITS.max_keepalive_connections,
            keepalive_expiry=LIMITS.keepalive_expiry,
            network_backend=_GuardedBackend(guard, private=private),
        )


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, guard: Guard, *, private: bool) -> None:
        self._guard = guard
        self._private = private
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._guard.addresses(host, port, private=self._private)
        if isinstance(addresses, Failed):
            raise Stopped(addresses)
        end = time.monotonic() + (timeout or 60.0)
        for place, address in enumerate(addresses):
            left = end - time.monotonic()
            last = place == len(addresses) - 1
            try:
                stream = await self._sockets.connect_tcp(
                    address, port, left if last else min(left, PATIENCE), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last or end - time.monotonic() <= 0:
                    raise
                continue
            self._check_peer(stream, host, port)
            return stream
        raise httpcore.ConnectError(f"{host} has no address")

    def _check_peer(self, stream: httpcore.AsyncNetworkStream, host: str, port: int) -> None:
        """The kernel has the last word on whom we are talking to."""
        peer = stream.get_extra_info("server_addr")
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
        private = self._private or self._guard.allow_private
        if forbidden(address, private=private) and not self._guard.excepted(host, port):
            raise Stopped(blocked(host, address, private=private))

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        raise NotImplementedError("no unix sockets")

    async def sleep(self, seconds: float) -> None:
        await self._sockets.sleep(seconds)
