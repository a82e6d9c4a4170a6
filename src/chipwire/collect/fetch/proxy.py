"""The way out through a proxy, where a network has no other: plain requests are handed to it, TLS is tunnelled.

The proxy resolves names and decides which addresses are reached; what can be told from the URL alone is refused here.
"""

import ssl
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

import httpx

from chipwire.collect.fetch.connection import Line, dial
from chipwire.collect.fetch.reply import Headers
from chipwire.collect.guard import Guard, blocked, forbidden, literal
from chipwire.domain import Failed


@dataclass(frozen=True)
class Proxy:
    """An HTTP proxy (RFC 9110, 9.3.6 for its tunnels) and what it lets us in by."""

    host: str
    port: int
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, url: str) -> "Proxy":
        """That of an address such as http://user:password@proxy.example:3128."""
        parts = urlsplit(url)
        user, _, _ = parts.netloc.rpartition("@")
        basic = b"Basic " + b64encode(unquote_to_bytes(user))
        return cls(parts.hostname or "", parts.port or 80, ((b"Proxy-Authorization", basic),) if user else ())

    async def reach(self, guard: Guard, host: str, port: int, tls: ssl.SSLContext | None) -> Line | Failed:
        """A connection for requests to this host: with `tls` a tunnel to it, without one to the proxy."""
        if refused := judge(guard, host):
            return refused
        try:
            line = await dial(await guard.resolve(self.host, self.port), self.port, None, self.host)
        except (OSError, httpx.ConnectError) as error:
            return Failed(kind="connect", message=f"cannot reach the proxy {self.host}:{self.port}: {error}")
        if tls is None:
            return line
        try:
            place = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}").encode("ascii")
            status, _ = await line.ask(b"CONNECT", place, [(b"Host", place), *self.headers], b"")
            if not 200 <= status < 300:
                line.drop()
                return self.refusal(status)
            await line.secure(tls, host)
        except BaseException:
            line.drop()
            raise
        return line

    def request(self, url: httpx.URL, headers: Headers) -> tuple[bytes, Headers]:
        """Target and headers of a plain request that is handed to the proxy."""
        return str(url).encode("ascii"), [*headers, *self.headers]

    def refusal(self, status: int) -> Failed:
        """What a proxy's own answer means; nobody is to blame but our way out."""
        hint = (
            "; check user and password in CHIPWIRE_PROXY" if status == httpx.codes.PROXY_AUTHENTICATION_REQUIRED else ""
        )
        return Failed(kind="connect", message=f"the proxy {self.host} lets nothing through: it answers {status}{hint}")


def judge(guard: Guard, host: str) -> Failed | None:
    """Blocked, or None: an address must be public, and a name have a dot, as "localhost" and "intranet" have not."""
    address = literal(host)
    if address is not None:
        private = guard.allow_private
        return blocked(host, address, private=private) if forbidden(address, private=private) else None
    if "." in host.rstrip(".") or guard.allow_private:
        return None
    return Failed(kind="blocked", message=f"refused to ask the proxy for {host}: it is no public name")
