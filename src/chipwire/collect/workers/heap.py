"""What glibc keeps of memory once used, and how to give it back. Imported first, it imports nothing of ours."""

import ctypes
import time
from contextlib import suppress

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Of malloc.h."""
LARGE = 512 * 1024
"""Bytes from which on a piece of memory is the system's own. Left alone, glibc raises that with every piece that is
freed, up to 32 MiB, and large answers then leave holes between what stays."""
SPARE = 4 * LARGE
"""Bytes at the heap's end that are kept when they are free. What a poll's arrays need is taken and freed many times;
given back each time, with fresh pages for the next, that was a third of what stories cost."""


def few_holes() -> None:
    """Keep glibc from giving threads heaps of their own, and from holding large answers once they are freed."""
    with suppress(OSError, AttributeError):  # another libc
        libc = ctypes.CDLL(None)
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE)
        libc.mallopt(M_TRIM_THRESHOLD, SPARE)


def give_back() -> None:
    """Give the system what is free; on another libc there is nothing to do."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Sparing:
    """`give_back` for those who are at work, called after each piece of it: at most once in EVERY seconds."""

    EVERY = 1.0

    def __init__(self) -> None:
        self._next = time.monotonic() + self.EVERY

    def __call__(self) -> None:
        if time.monotonic() > self._next:
            give_back()
            self._next = time.monotonic() + self.EVERY
