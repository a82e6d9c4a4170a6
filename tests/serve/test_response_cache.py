"""Kept answers: found while their version stands, gone when it has moved, bounded in bytes."""

from chipwire.domain import utc
from chipwire.serve.response_cache import CachedResponse, ResponseCache
from chipwire.serve.versions import Version

NOW = utc(2026, 11, 20, 12)


def kept(version: Version, size: int = 100) -> CachedResponse:
    return CachedResponse(version, [], b"x" * size, "application/json", NOW)


def held(cache: ResponseCache) -> set[str]:
    return {path for path, _ in cache._kept}


def test_what_can_never_be_found_again_is_let_go() -> None:
    cache, before, after, feeds = ResponseCache(), Version("news", 7), Version("news", 8), Version("all", 3)
    for n in range(5):
        cache.keep((f"/v1/items/{n}", b""), kept(before))
    cache.keep(("/feeds", b""), kept(feeds))
    assert cache.find(("/v1/items/0", b""), before, NOW)
    assert not cache.find(("/v1/items/0", b""), after, NOW)
    cache.keep(("/v1/items/9", b""), kept(after))
    assert held(cache) == {"/feeds", "/v1/items/0", "/v1/items/9"}, "0 was asked for last, behind what still stands"
    assert cache.find(("/feeds", b""), feeds, NOW)
    cache.keep(("/v1/items/8", b""), kept(after))
    assert held(cache) == {"/feeds", "/v1/items/9", "/v1/items/8"}


def test_what_was_not_asked_for_longest_makes_room() -> None:
    cache, version = ResponseCache(), Version("news", 1)
    for n in range(40):
        cache.keep((str(n), b""), kept(version, 2**20))
        assert cache.find(("0", b""), version, NOW)
    assert "0" in held(cache)
    assert 25 < len(held(cache)) < 32
    assert {str(n) for n in range(20, 40)} <= held(cache)
