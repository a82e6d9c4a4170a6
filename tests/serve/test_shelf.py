"""Kept answers: found while their number stands, gone when it has moved, bounded in bytes."""

from chipwire.domain import utc
from chipwire.serve.shelf import Kept, Shelf
from chipwire.serve.standing import Mark

NOW = utc(2026, 11, 20, 12)


def kept(mark: Mark, size: int = 100) -> Kept:
    return Kept(mark, [], b"x" * size, "application/json", NOW)


def held(shelf: Shelf) -> set[str]:
    return {path for path, _ in shelf._kept}


def test_what_can_never_be_found_again_is_let_go() -> None:
    shelf, before, after, feeds = Shelf(), Mark("news", 7), Mark("news", 8), Mark("all", 3)
    for n in range(5):
        shelf.keep((f"/v1/items/{n}", b""), kept(before))
    shelf.keep(("/feeds", b""), kept(feeds))
    assert shelf.find(("/v1/items/0", b""), before, NOW)
    assert not shelf.find(("/v1/items/0", b""), after, NOW)
    shelf.keep(("/v1/items/9", b""), kept(after))
    assert held(shelf) == {"/feeds", "/v1/items/0", "/v1/items/9"}, "0 was asked for last, behind what still stands"
    assert shelf.find(("/feeds", b""), feeds, NOW)
    shelf.keep(("/v1/items/8", b""), kept(after))
    assert held(shelf) == {"/feeds", "/v1/items/9", "/v1/items/8"}


def test_what_was_not_asked_for_longest_makes_room() -> None:
    shelf, mark = Shelf(), Mark("news", 1)
    for n in range(40):
        shelf.keep((str(n), b""), kept(mark, 2**20))
        assert shelf.find(("0", b""), mark, NOW)
    assert "0" in held(shelf)
    assert 25 < len(held(shelf)) < 32
    assert {str(n) for n in range(20, 40)} <= held(shelf)
