"""What this installation signs with and lets in with: keys and the first token, made when nobody has set them."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.keep.db import Store


def secrets(loaded: "Settings", store: "Store") -> list[str]:
    """The keys that sign links and cursors, the newest last: it signs, the others are still believed.

    Former keys of the settings, keys kept in the store (the first one made here, at first start), then the setting.
    """
    from chipwire.keep import keys

    with store.read() as c:
        known = keys.known(c)
    if not (known or loaded.secret):
        with store.write() as c:
            known = keys.known(c) or keys.rotate(c)  # another process may have been quicker
    former = [key.get_secret_value() for key in loaded.former_secrets]
    return [*former, *known, *([loaded.secret.get_secret_value()] if loaded.secret else [])]


def first_token(loaded: "Settings", store: "Store") -> Path | None:
    """At first start make the write token and put it into a file beside the store, readable by its owner only.

    Returns that file when it was made just now, None when there are tokens already.
    """
    import os

    from chipwire import clock
    from chipwire.keep import tokens

    file = loaded.store.with_suffix(".token")
    with store.read() as c:
        if loaded.token or tokens.listing(c):
            return None
    with store.write() as c:
        if tokens.listing(c):
            return None
        plain = tokens.add(c, "owner", ["read", "write"], clock.now())
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(plain + "\n")
    return file
