"""Which addresses may be asked: the gate that every outgoing request passes, on every hop, before it connects.

A host is resolved once; only addresses that pass `forbidden` are handed out, and `collect.fetch` connects to exactly
those, so a name that later points elsewhere (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import lru_cache
from threading import Thread

from chipwire.domain import Failed

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]
"""host, port → addresses as text, best first; raises OSError when there are none."""

_PRIVATE = [
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128", "fc00::/7",
    )
]  # fmt: skip
"""Somebody's own network: reachable when a person says so."""

_NEVER = [
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::/128", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fe00::/7", "ff00::/8",
    )
]  # fmt: skip
"""Link-local (cloud metadata), this-network, documentation, benchmarks, multicast, reserved: no feed lives there."""

_LOW_BITS = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "::/96")]
"""NAT64, IPv4-mapped, translated and compatible: the IPv4 address is the last 32 bits."""
_ISATAP = (0x00005EFE, 0x02005EFE)
_6TO4 = ipaddress.ip_network("2002::/16")
_TEREDO = ipaddress.ip_network("2001::/32")
_GLOBAL6 = ipaddress.ip_network("2000::/3")


class Guard:
    """Says yes or no to addresses. `allowed` holds scoped exceptions as "host:port" of the URL, nothing wider."""

    def __init__(
        self, allow_private: bool = False, allowed: frozenset[str] = frozenset(), resolver: Resolver | None = None
    ) -> None:
        self.allow_private = allow_private
        self.allowed = allowed
        self.resolve: Resolver = resolver or SystemResolver()

    async def addresses(self, host: str, port: int, *, private: bool = False) -> list[str] | Failed:
        """Addresses that may be connected to for this host, best first; Failed (dns, blocked) when there is none."""
        named = literal(host)
        if named is not None:
            found = [named]
        else:
            try:
                found = [ipaddress.ip_address(text.partition("%")[0]) for text in await self.resolve(host, port)]
            except (OSError, UnicodeError, ValueError) as error:
                return Failed(kind="dns", message=f"the name {host} cannot be resolved: {_reason(error)}")
        if not found:
            return Failed(kind="dns", message=f"the name {host} has no address")
        if self.excepted(host, port):
            return [str(address) for address in found]
        good = [str(a) for a in found if forbidden(a, private=private or self.allow_private) is None]
        return good or blocked(host, found[0], private=private or self.allow_private)

    def judge_peer(self, host: str, port: int, peer: str, *, private: bool = False) -> Failed | None:
        """The kernel has the last word on whom we are talking to: blocked, or None when all is well."""
        address, private = ipaddress.ip_address(peer.partition("%")[0]), private or self.allow_private
        if self.excepted(host, port) or forbidden(address, private=private) is None:
            return None
        return blocked(host, address, private=private)

    def excepted(self, host: str, port: int) -> bool:
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{port}" in self.allowed


class SystemResolver:
    """The system's resolver, each look-up in a daemon thread: a dead name server does not hold up the end."""

    def __init__(self, at_once: int = 32) -> None:
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, host: str, port: int) -> list[str]:
        async with self._places:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[list[str]] = loop.create_future()
            Thread(target=_look_up, args=(host, port, loop, answer), name=f"dns {host}", daemon=True).start()
            return await answer


def _look_up(host: str, port: int, loop: asyncio.AbstractEventLoop, answer: "asyncio.Future[list[str]]") -> None:
    found: list[str] | Exception
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    except (OSError, ValueError) as error:
        found = error
    with suppress(RuntimeError):  # the loop has ended: nobody waits any more
        loop.call_soon_threadsafe(_settle, answer, found)


def _settle(answer: "asyncio.Future[list[str]]", found: list[str] | Exception) -> None:
    if answer.done():
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)


@lru_cache(maxsize=4096)
def literal(host: str) -> IP | None:
    """The address that a host *is*, in any spelling a resolver would take (0x7f.1, 017700000001, 127.1, [::1])."""
    text = host.strip().strip("[]").rstrip(".").partition("%")[0]
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass
    if not text or text[0] not in "0123456789" or any(c not in "0123456789abcdefxABCDEFX." for c in text):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text))
    except OSError:
        return None


@lru_cache(maxsize=4096)
def forbidden(address: IP, *, private: bool = False) -> str | None:
    """Why this address may not be connected to, or None. IPv4 addresses inside IPv6 ones are judged themselves."""
    inner = embedded(address)
    if inner is not None:
        return forbidden(inner, private=private)
    for net in _NEVER:
        if address.version == net.version and address in net:
            return "is not a public address"
    if address.version == 6 and address not in _GLOBAL6 and not any(address in n for n in _PRIVATE if n.version == 6):
        return "is not a public address"
    if not private and any(address.version == net.version and address in net for net in _PRIVATE):
        return "is in a private network"
    return None


def embedded(address: IP) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4, Teredo, ISATAP; else None."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    number = int(address)
    if address in _6TO4:
        return ipaddress.IPv4Address((number >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        return ipaddress.IPv4Address(~number & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP or (number > 1 and any(address in net for net in _LOW_BITS)):
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None


def blocked(host: str, address: IP, *, private: bool) -> Failed:
    why = forbidden(address, private=private)
    shown = host if literal(host) is not None else f"{host} ({address})"
    hint = "; set allow_private to reach private networks" if why == "is in a private network" else ""
    return Failed(kind="blocked", message=f"refused to connect: {shown} {why}{hint}")


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text) or type(error).__name__
