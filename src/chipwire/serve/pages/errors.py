"""What a person sees instead of problem+json when a page is not there, or something went wrong."""

from fastapi import Request, Response

from chipwire.serve.pages.frame import page
from chipwire.serve.problem_types import KINDS, Kind

_MACHINES = ("/v1/", "/openapi.json", "/healthz", "/readyz", "/metrics", "/websub/", "/static/", "/problems/")
_ASK = 'Basic realm="chipwire: any name, and the token as password", charset="UTF-8"'
"""Makes a browser ask its user; programs are told of Bearer."""
_LETTERS = "/v1/digests/"
"""The web copies that letters lead to."""
_OF_IDS = ("/stories/", "/items/", "/companies/", "/feeds/", "/digests/")


def wanted(request: Request) -> bool:
    """Does a browser ask for a page? Programs that say nothing of HTML, and all under /v1 but letters, get JSON."""
    page = request.url.path.startswith(_LETTERS) or not request.url.path.startswith(_MACHINES)
    return page and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, kind: Kind, detail: str, headers: dict[str, str] | None = None) -> Response:
    """The page for a problem; it reads nothing from the store, which may be what is broken."""
    if kind.status == 422 and request.url.path.startswith(_OF_IDS):
        kind, detail = KINDS["not-found"], ""
    if kind.status == 401:
        headers = {**(headers or {}), "WWW-Authenticate": _ASK}
    return page(
        request,
        "error.html",
        status=kind.status,
        headers=headers,
        title=kind.title,
        description=kind.title,
        status_code=kind.status,
        detail=detail if kind.status != 404 or detail != kind.help else "",
        request_id=request.scope.get("chipwire.request_id") or "",
        robots="noindex",
        canonical="",
        feeds=[],
    )
