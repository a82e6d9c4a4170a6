"""Over the wire and back: the only home of httpx."""

import sys
from typing import Any

_absent: dict[str, Any] = {"httpx._main": None}
sys.modules.update(_absent)  # its command line, for which it would load click, rich and pygments: 4 MiB in each process

from chipwire.collect.fetch.fetcher import Fetcher, user_agent  # noqa: E402

__all__ = ["Fetcher", "user_agent"]
