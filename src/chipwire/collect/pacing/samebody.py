"""Is this the body we had? The bytes may differ in dates, counters and comments that say nothing new."""

import re

import xxhash

_VOLATILE = re.compile(
    rb"<(?!/)(?:((?:\w{1,20}+:)?(?:lastBuildDate|pubDate|updated|comments|total|generator|ttl|views|dateModified))\b"
    rb"[^<>]{0,300}>[^<]{0,200}</\1\s{0,5}>"
    rb"|!--[^<>]{0,300}-->"
    rb"|thr:in-reply-to\b[^<>]{0,300}>)",
    re.I,
)
_SPACE = b" \t\n\r\x0b\x0c"


def body_hash(body: bytes) -> str:
    """Digest of a feed's bytes without build dates, comment counts, generators, comments and white space (linear)."""
    return xxhash.xxh3_128_hexdigest(_VOLATILE.sub(b"", body).translate(None, _SPACE))
