"""The file that a store is in: there when it is opened, and for its owner only."""

import os
from pathlib import Path

from chipwire.errors import StoreError


def make_room(where: Path) -> None:
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        private(where)
    except OSError as error:
        raise StoreError(f"cannot make the folder of the store {where}, or the file: {error}") from error


def private(path: Path) -> None:
    """Make the file, unless it is there, for its owner only: it holds readers' addresses and secrets."""
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
