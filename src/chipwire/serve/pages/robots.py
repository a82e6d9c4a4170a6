"""/robots.txt and /sitemap.xml: what machines that read pages may do, and where the stories are."""

from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from chipwire.keep.queries import page_queries
from chipwire.serve.pages.formatting import iso
from chipwire.serve.state import state

router = APIRouter()
STORIES = 2000
_SHUT = ("/v1/", "/search", "/docs", "/confirm/", "/unsubscribe/", "/mute/", "/preferences/", "/websub/", "/metrics")


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """Pages are open to crawlers, what is made for programs and readers' own links are not."""
    here = state(request)
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _SHUT)]
    if here.options.read_token:
        lines = ["User-agent: *", "Disallow: /"]
    text = "\n".join([*lines, "", f"Sitemap: {here.link('/sitemap.xml')}", ""])
    return Response(text, media_type="text/plain; charset=utf-8")


@router.get("/sitemap.xml")
def sitemap(request: Request) -> Response:
    """The fixed pages, every company, and the newest stories."""
    here = state(request)
    with here.store.read() as c:
        stories = page_queries.newest_stories(c, STORIES)
    fixed = ["/", "/companies", "/digests", "/feeds", "/quality", *(f"/companies/{slug}" for slug in here.names)]
    parts = ['<?xml version="1.0" encoding="utf-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    parts += [f"<url><loc>{escape(here.link(path))}</loc></url>" for path in fixed]
    for ident, seen in stories:
        parts.append(
            f"<url><loc>{escape(here.link(f'/stories/{ident}'))}</loc><lastmod>{iso(seen)}</lastmod></url>"
        )  # fmt: skip
    return Response("\n".join([*parts, "</urlset>", ""]), media_type="application/xml")
