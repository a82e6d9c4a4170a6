"""The kinds of problems a request can meet: what each means and what to do, as its page says it."""

from typing import NamedTuple


class Kind(NamedTuple):
    status: int
    title: str
    help: str


KINDS = {
    "bad-query": Kind(
        422,
        "The question cannot be understood",
        "A filter, the search expression `q` or a cursor is wrong. `parameter` names it, `place` counts "
        "characters from 0 to where it goes wrong, `detail` says what to do.",
    ),
    "invalid-request": Kind(
        422,
        "The request is not as documented",
        "A parameter or a field of the body is unknown, missing or of the wrong form; unknown parameters are "
        "refused, not ignored. `errors` names each with its place. /docs has the right form.",
    ),
    "too-costly": Kind(
        422,
        "This question takes too much work",
        "Counting it would keep all others waiting, and was given up. Ask for a shorter span (`since`, `until`), for "
        "fewer values or rarer words, or for several spans one after the other.",
    ),
    "bad-request": Kind(
        400,
        "The request cannot be read",
        "The body is not valid JSON, or the request is broken in another way.",
    ),
    "unauthorized": Kind(
        401,
        "A token is needed",
        "Send `Authorization: Bearer TOKEN`. `chipwire tokens add NAME` makes one; the token in the settings "
        "works too.",
    ),
    "forbidden": Kind(
        403,
        "This token may not do that",
        "The token is valid, but its scopes do not cover the request: writes need `write`.",
    ),
    "foreign-origin": Kind(
        403,
        "Another site may not change things here",
        "A browser says that a page of another origin sent this. Pages of origins in `CHIPWIRE_CORS_ORIGINS` may; "
        "scripts and command lines, which send no Origin, may too.",
    ),
    "not-found": Kind(
        404,
        "There is no such thing",
        "Nothing is served at this address, or nothing has this id; /docs lists what there is.",
    ),
    "method-not-allowed": Kind(
        405,
        "Not with this method",
        "The `Allow` header lists the methods that work here.",
    ),
    "conflict": Kind(
        409,
        "It is there already",
        "Something with this id exists and differs from what was sent.",
    ),
    "too-large": Kind(
        413,
        "The body is too large",
        "Send less at once.",
    ),
    "unsupported-media-type": Kind(
        415,
        "Not in this format",
        "Send JSON with `Content-Type: application/json`.",
    ),
    "rate-limited": Kind(
        429,
        "Too many requests",
        "Wait as many seconds as `Retry-After` says; the RateLimit headers of every response show what is "
        "left. Conditional requests (`If-None-Match`) and larger pages save requests.",
    ),
    "internal": Kind(
        500,
        "A defect of chipwire",
        "It was logged under the `request_id` of this response; please report it with that id.",
    ),
    "store-unavailable": Kind(
        503,
        "The store cannot be used right now",
        "It is locked, full, damaged or of a newer version; `chipwire doctor` says which. Try again later.",
    ),
    "too-many-followers": Kind(
        503,
        "Too many follow the stream",
        "Every place at /v1/stream is taken. Come again later with `Last-Event-ID`, so that nothing is lost, or poll "
        "/v1/items, where a page that has nothing new costs nearly nothing (`If-None-Match`), or take webhooks.",
    ),
    "clock-stopped": Kind(
        503,
        "Nobody keeps the clock",
        "What is stored can be read, but nothing new comes in: feeds are due and no clock looks at them. Is "
        "`chipwire run` or `chipwire clock` running on this store? `chipwire doctor` says more.",
    ),
}


class Refused(Exception):
    """A request that serve/ itself turns down; `name` is one of KINDS."""

    def __init__(self, name: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.name = name
        self.headers = headers or {}
