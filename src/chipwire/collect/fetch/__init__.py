"""Over the wire and back: the only home of httpx."""

from chipwire.collect.fetch.fetcher import Fetcher, user_agent

__all__ = ["Fetcher", "user_agent"]
