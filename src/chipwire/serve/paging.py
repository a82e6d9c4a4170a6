"""A page of items and one item as bytes to send: the same for the routes and for the way in front of them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import parse_qsl, urlencode

import orjson

from chipwire.keep.db import Connection
from chipwire.keep.queries import detail
from chipwire.keep.sql.packed import Rows
from chipwire.serve.state import State

FORMAT = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
_SPELT = re.compile(r"[\w.~!$&'()*+,;=:@/?%-]*", re.ASCII)
"""Letters of a query (RFC 3986)."""


def detailed(reading: Callable[[], AbstractContextManager[Connection]], item_id: int) -> bytes | None:
    """An ItemDetail as JSON; None when there is no such item."""
    with reading() as c:
        found = detail.item(c, item_id)
    return None if found is None else orjson.dumps(found, option=FORMAT)


def page(rows: Rows, onward: str | None) -> bytes:
    """An ItemPage of wire JSON that is ready."""
    return b"".join([b'{"items":[', rows.listed(), b'],"next":', orjson.dumps(onward), b"}"])


def links(here: State, path: str, query: str, onward: str | None) -> dict[str, str]:
    """The Link header (RFC 8288) that leads to the next page of what was asked at a path; the query string is kept as
    it is where it is spelt as it should be."""
    if onward is None:
        return {}
    if _SPELT.fullmatch(query):
        kept = "".join(f"{part}&" for part in query.split("&") if part and not part.startswith("cursor="))
    else:
        asked = parse_qsl(query, keep_blank_values=True)
        kept = urlencode([(name, value) for name, value in asked if name != "cursor"]) + "&"
    return {"link": f'<{here.link(path)}?{kept}cursor={onward}>; rel="next"'}
