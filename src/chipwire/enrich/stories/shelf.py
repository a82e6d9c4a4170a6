"""The views of a window in a file without a name: 1.3 kB an item that no process has to hold, read to be compared."""

import marshal
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate

from chipwire.enrich.stories.views import Floats, View
from chipwire.errors import StoreError


class Shelf:
    """Views under numbers that rise from 0; StoreError where the folder for temporary files takes no more."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._empty()

    def add(self, views: Sequence[View]) -> None:
        """Puts views behind those that are there."""
        self._write([marshal.dumps(view[:-1]) for view in views])

    def of(self, numbers: Iterable[int]) -> list[View]:
        """The views under these numbers."""
        shared = (self._values,)
        return [View._make(marshal.loads(packed) + shared) for packed in self._packed(numbers)]  # noqa: S302 - ours

    def keep(self, numbers: Iterable[int]) -> None:
        """Leaves only these, under new numbers in their order."""
        kept = self._packed(numbers)
        self._close()
        self._empty()
        self._write(kept)

    def _empty(self) -> None:
        self._ends = array("Q", [0])
        with _room():
            self._file = tempfile.TemporaryFile(prefix="chipwire-")  # noqa: SIM115 - as long as the window
        self._close = weakref.finalize(self, self._file.close)

    def _write(self, packed: Sequence[bytes]) -> None:
        with _room():
            self._file.write(b"".join(packed))
            self._file.flush()
        self._ends.extend(list(accumulate(map(len, packed), initial=self._ends[-1]))[1:])

    def _packed(self, numbers: Iterable[int]) -> list[bytes]:
        file, ends = self._file.fileno(), self._ends
        return [os.pread(file, ends[number + 1] - ends[number], ends[number]) for number in numbers]


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{tempfile.tempdir or 'no folder for temporary files'}: {error.strerror}. What the items of the last days "
            "say is kept there, 1.3 kB each: make room, or name another folder by TMPDIR"
        ) from error
