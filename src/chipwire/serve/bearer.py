"""Who may do what: a bearer token (or, for feed readers, its text as the password of HTTP Basic) and its scopes."""

import base64
import binascii
import hmac
from collections.abc import Mapping

from chipwire.keep import tokens
from chipwire.serve.problem_types import Refused
from chipwire.serve.state import State

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="chipwire"'}


def presented(headers: Mapping[str, str]) -> str | None:
    """The token that came with a request."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2] or None
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


def scopes(here: State, token: str) -> frozenset[str]:
    """What the token may do; empty when it is nobody's."""
    known = here.options.token_hash
    if known is not None and hmac.compare_digest(tokens.digest(token), known):
        return frozenset(tokens.SCOPES)
    with here.store.read() as c:
        found = tokens.holder(c, token)
    return found[1] if found else frozenset()


def check(here: State, headers: Mapping[str, str], scope: str) -> None:
    """Raises Refused unless the request's token has the scope; `write` includes `read`."""
    token = presented(headers)
    if token is None:
        raise Refused("unauthorized", f"this needs a token with the scope {scope}", CHALLENGE)
    held = scopes(here, token)
    if not held:
        raise Refused("unauthorized", "this token is not known here, or was revoked", CHALLENGE)
    if not held & {scope, "write"}:
        raise Refused("forbidden", f"this token may {' and '.join(sorted(held))}, this needs {scope}")
