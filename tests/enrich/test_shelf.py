"""Views that were put into a file come out as they were, under their new numbers once others are gone."""

import resource
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from chipwire.enrich.stories.shelf import Shelf
from chipwire.enrich.stories.views import View
from chipwire.errors import StoreError

VALUES = np.array([1.0, 0.5])


def view(number: int) -> View:
    said = bytes([number]) * number
    return View(2**32 - number, said * 4, said * 2, said, b"", said * 8, VALUES)


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf(VALUES)
    made.add([view(number) for number in range(3)])
    made.add([view(3)])
    return made


def test_views_come_out_as_they_were(shelf: Shelf) -> None:
    assert shelf.of((3, 0, 2, 1)) == [view(number) for number in (3, 0, 2, 1)]


def test_who_stays_has_a_new_number_and_more_may_come(shelf: Shelf) -> None:
    shelf.keep([1, 3])
    shelf.add([view(9)])
    assert shelf.of(range(3)) == [view(1), view(3), view(9)]


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


def test_a_full_folder_is_named_with_what_to_do(shelf: Shelf) -> None:
    with pytest.raises(StoreError, match=rf"{tempfile.gettempdir()}: File too large.*TMPDIR"), little_room():
        shelf.add([view(200)])


def test_a_folder_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(StoreError, match=r"gone: No such file or directory.*TMPDIR"):
        Shelf(VALUES)


def test_no_name_is_left_in_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Shelf(VALUES).add([view(5)])
    assert not list(tmp_path.iterdir())
