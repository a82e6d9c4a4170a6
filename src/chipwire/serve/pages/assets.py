"""What never changes between releases: the stylesheet and the icon, read once."""

from functools import cache

from fastapi import APIRouter, Response

from chipwire.errors import NotFound
from chipwire.serve.pages.frame import SECURITY_HEADERS, STATIC

router = APIRouter()
_ICON = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""An icon opened by itself is a document and brings its own style."""
_KINDS = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    found = sorted(file for file in STATIC.iterdir() if file.suffix in _KINDS)
    return {file.name: (file.read_bytes(), _KINDS[file.suffix]) for file in found}


@router.get("/static/{name}")
def static(name: str) -> Response:
    """One file of the folder static."""
    if name not in _files():
        raise NotFound(f"There is no file {name[:80]!r}.")
    body, kind = _files()[name]
    return Response(body, headers=_ICON if kind != _KINDS[".css"] else {}, media_type=kind)


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it even when a page names another."""
    return Response(status_code=301, headers={"location": "/static/chip.svg", **SECURITY_HEADERS})
