"""Where a window keeps what its items say: packed, under numbers, so that it need not be in memory."""

from collections.abc import Iterable, Sequence
from typing import Protocol


class Shelf(Protocol):
    """Packed views under numbers that rise from 0."""

    def add(self, packed: Sequence[bytes]) -> None:
        """Puts them behind those that are there."""

    def of(self, numbers: Iterable[int]) -> list[bytes]:
        """Those under these numbers."""

    def keep(self, numbers: Iterable[int]) -> None:
        """Leaves only these, under new numbers in their order."""


class Held:
    """A shelf in memory."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []

    def add(self, packed: Sequence[bytes]) -> None:
        self._packed += packed

    def of(self, numbers: Iterable[int]) -> list[bytes]:
        return [self._packed[number] for number in numbers]

    def keep(self, numbers: Iterable[int]) -> None:
        self._packed = self.of(numbers)
