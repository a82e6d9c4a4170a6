"""What the web side is given when it is made: values, the clock, and the store; it reads no settings by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chipwire.domain import Company, Topic

if TYPE_CHECKING:
    from chipwire.send.render import Sender


@dataclass(frozen=True)
class Options:
    """`clock` gives aware UTC; `base_url` has no slash at its end; `secret` signs cursors and links.

    `token_hash` is the SHA-256 in hex of the token that may write (`keep.tokens.digest`), beside those in the store.
    `read_token` asks for a token on reads too. `rate_limit` is requests a minute and client, 0 for none.
    """

    base_url: str
    clock: Callable[[], datetime]
    secret: str
    companies: Mapping[str, Company] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    token_hash: str | None = None
    read_token: bool = False
    cors_origins: tuple[str, ...] = ()
    rate_limit: int = 600
    allow_private: bool = False
    """Webhooks may be in private networks."""
    sender: "Callable[[], Sender] | None" = None
    """Gives who writes letters, for confirmations and signed links; None: nobody can subscribe here."""
    posts: bool = True
    """A mail server is set, so that letters leave."""
    quality: Callable[[], Mapping[str, Any]] | None = None
    """Measures the tags on the shipped set (seconds of work); asked once, when somebody wants to know."""
