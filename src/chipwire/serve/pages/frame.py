"""From values to a page: the templates, what every page knows, and the headers that keep it harmless."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chipwire.serve import charts, outputs, prefix
from chipwire.serve.pages import formatting
from chipwire.serve.pages.highlights import marked
from chipwire.serve.state import state

_SERVE = Path(__file__).parents[1]
_FILTERS = ("language", "own_name", "direction", "iso", "stamp", "day", "ago", "lag", "outward", "host", "plural",
            "country", "clock", "excerpt", "out")  # fmt: skip
STATIC = _SERVE / "static"
FRESH = timedelta(minutes=1)
"""A page says how long ago things were; it is made anew this often even when nothing changed."""
CORE = ("bytedance", "samsung", "alibaba", "baidu", "nvidia")
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MEDIA = "text/html; charset=utf-8"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_SERVE / "templates" / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {name: getattr(formatting, name) for name in _FILTERS}
    made.filters |= {"plain": outputs.plain, "marked": marked}
    made.globals["share"] = charts.share
    made.globals["style"] = f"/static/chipwire.css?v={_digest(STATIC / 'chipwire.css')}"
    return made


def _digest(file: Path) -> str:
    return blake2b(file.read_bytes(), digest_size=6).hexdigest()


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    lasts: timedelta | None = FRESH,
    headers: Mapping[str, str] | None = None,
    **given: Any,
) -> Response:
    """The page as a response. It is kept for `lasts`, or not at all when that is None.

    `given` needs title and description; feeds (address, title) are offered to feed readers.
    """
    here = state(request)
    request.scope["chipwire.lasts"] = lasts
    request.scope["chipwire.moves"] = lasts is None
    core = [(slug, here.names[slug]) for slug in CORE if slug in here.names]
    usual = {
        "now": here.now(),
        "names": here.names,
        "topic_names": {slug: topic.name for slug, topic in here.options.topics.items()},
        "core": core,
        "path": request.url.path,
        "canonical": here.link(request.url.path),
        "can_subscribe": here.options.sender is not None,
        "feeds": [("/v1/items.atom", "chipwire: everything (Atom)")],
        "robots": "",
    }
    html = _templates().get_template(template).render({**usual, **given})
    html = prefix.below(prefix.path_of(here.options.base_url), html)
    return Response(html, status, {**SECURITY_HEADERS, **(headers or {})}, media_type=MEDIA)
