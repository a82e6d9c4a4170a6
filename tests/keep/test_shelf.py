"""What was put on a shelf comes out as it was, under its new number once others are gone; a file has no name."""

import resource
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chipwire.enrich.stories.shelf import Held, Shelf
from chipwire.errors import StoreError
from chipwire.keep.shelf import FileShelf


def packed(number: int) -> bytes:
    return bytes([number]) * 7 * number


@pytest.fixture(params=[Held, FileShelf])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    made: Shelf = request.param()
    made.add([packed(number) for number in range(3)])
    made.add([packed(3)])
    return made


def test_what_was_put_there_comes_out_as_it_was(shelf: Shelf) -> None:
    assert shelf.of((3, 0, 2, 1)) == [packed(number) for number in (3, 0, 2, 1)]


def test_who_stays_has_a_new_number_and_more_may_come(shelf: Shelf) -> None:
    shelf.keep([1, 3])
    shelf.add([packed(9)])
    assert shelf.of(range(3)) == [packed(1), packed(3), packed(9)]


@contextmanager
def little_room() -> Iterator[None]:
    """No file of this process may grow beyond a kilobyte, as on a disk that is full; nor may what pytest writes to."""
    before, told = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, told)


def test_a_full_folder_is_named_with_what_to_do_and_what_comes_later_is_kept(tmp_path: Path) -> None:
    made = FileShelf(tmp_path)
    made.add([packed(1)])
    with pytest.raises(StoreError, match=rf"{tmp_path}: File too large.*make room$"), little_room():
        made.add([packed(200)])
    made.add([packed(2)])
    assert made.of([0, 1]) == [packed(1), packed(2)]


def test_a_folder_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(StoreError, match=r"gone: No such file or directory.*TMPDIR"):
        FileShelf()


def test_no_name_is_left_in_the_folder(tmp_path: Path) -> None:
    FileShelf(tmp_path).add([packed(5)])
    assert not list(tmp_path.iterdir())
