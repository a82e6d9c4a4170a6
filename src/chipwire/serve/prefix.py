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


def leading_below(prefix: str, send: Send) -> Send:
    """Sends answers on; redirects to a path of ours lead below the folder."""

    async def on(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [(name, _placed(prefix, name, value)) for name, value in message["headers"]]
        await send(message)

    return on


def _placed(prefix: str, name: bytes, value: bytes) -> bytes:
    ours = name == b"location" and value[:1] == b"/" and value[:2] != b"//"
    return prefix.encode() + value if ours else value
