"""A service that has a folder of a site for itself: `base_url` with a path, such as https://desk.example/chipwire.

A proxy may hand requests on with the folder or without it; addresses of ours lead below it either way.
"""

import re
from urllib.parse import urlsplit

from starlette.types import Message, Scope, Send

_OURS = re.compile(r'(\s(?:href|src|action)=")/(?!/)')
"""What leads to this site in HTML whose texts are escaped."""


def path_of(base_url: str) -> str:
    """The folder: '/chipwire', or '' for a service at the root."""
    return urlsplit(base_url).path.rstrip("/")


def below(prefix: str, html: str) -> str:
    """The page with every address of this site below the folder."""
    return _OURS.sub(rf"\1{prefix}/", html) if prefix else html


def without(prefix: str, scope: Scope) -> Scope:
    """The request as it would be at the root."""
    path: str = scope["path"]
    return {**scope, "path": path[len(prefix) :] or "/"} if f"{path}/".startswith(f"{prefix}/") else scope


def leading_below(prefix: str, scope: Scope, send: Send) -> Send:
    """Sends answers on; redirects to a path of ours lead below the folder."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    here, folder = tuple(scheme + host for scheme in (b"http://", b"https://")), prefix.encode()

    def placed(address: bytes) -> bytes:
        origin = next((one for one in here if host and address.startswith(one)), b"")
        path = address.removeprefix(origin)
        is_ours = path[:1] == b"/" and path[:2] != b"//"
        is_below = bool(origin) and (path + b"/").startswith(folder + b"/")
        return folder + path if is_ours and not is_below else address

    async def on(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, placed(value) if name == b"location" else value) for name, value in message["headers"]
            ]
        await send(message)

    return on
