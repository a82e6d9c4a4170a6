"""What recent items say, in a file without a name: 1.3 kB an item that no process has to hold."""

import os
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

from chipwire.errors import StoreError


class FileShelf:
    """Packed views under numbers that rise from 0; StoreError where the folder takes no more.

    Its folder is best the store's: the one for temporary files, taken for None, is memory on many systems.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._empty()

    def add(self, packed: Sequence[bytes]) -> None:
        """Puts them behind those that are there."""
        left, place = memoryview(b"".join(packed)), self._ends[-1]
        with self._room():
            while left:
                written = os.pwrite(self._file.fileno(), left, place)
                left, place = left[written:], place + written
        self._ends.extend(list(accumulate(map(len, packed), initial=self._ends[-1]))[1:])

    def of(self, numbers: Iterable[int]) -> list[bytes]:
        """Those under these numbers."""
        file, ends = self._file.fileno(), self._ends
        return [os.pread(file, ends[number + 1] - ends[number], ends[number]) for number in numbers]

    def keep(self, numbers: Iterable[int]) -> None:
        """Leaves only these, under new numbers in their order."""
        kept = self.of(numbers)
        self._close()
        self._empty()
        self.add(kept)

    def _empty(self) -> None:
        self._ends = array("Q", [0])
        with self._room():
            made = tempfile.TemporaryFile(dir=self._folder, prefix="chipwire-", buffering=0)  # noqa: SIM115 - kept open
        self._file = made
        self._close = weakref.finalize(self, self._file.close)

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = self._folder or tempfile.tempdir or "no folder for temporary files"
            raise StoreError(
                f"{where}: {error.strerror}. What the items of the last days say is kept there, 1.3 kB each: make room"
                f"{'' if self._folder else ' or set TMPDIR'}"
            ) from error
