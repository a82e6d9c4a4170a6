"""The other end of `forkserver`: a process that loads once, and forks itself for every worker asked for, or becomes the
only one.

Imports nothing but the standard library and `heap` before it is told to, so that it is up in a few hundredths of a
second. The parent keeps the clock; the limits here hold when the parent is gone, or a call has taken over its process.
"""

import gc
import io
import math
import os
import pickle
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from chipwire.collect.workers.heap import Sparing, few_holes, give_back

HEAD = struct.Struct(">Q")
"""Length of the pickle that follows: (function, arguments) one way, (True, result) or (False, words) the other."""
ORDER = struct.Struct(">cQ")
"""What the fork server is asked for: FORK, with the worker's end of its line, answered by a process id; END of one; or,
if it has forked nobody, BECOME a worker itself: then nothing is shared by two processes until they write to it."""
FORK, END, BECOME = b"f", b"e", b"b"
GRACE = 5.0
MORE = 6.0
"""Seconds more that a call may take for each MiB it hands over: 2,000 whole reports of 6 kB took 25."""


def limit(memory: int) -> None:
    """At most `memory` bytes of address space, no core dumps; where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_processor(seconds: float) -> None:
    """From now on at most so many seconds of processor time: the system then ends the process."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def nurse(memory: int, seconds: float, warm: Sequence[str]) -> None:
    """Load what every worker needs, then fork and bury workers until the line on stdin is closed.

    What a call prints goes to stderr, what it reads is empty. Children that ended keep their id until they are
    buried, so that the parent never ends a stranger.
    """
    few_holes()
    orders = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in warm:
        __import__(module)
    with suppress(ConnectionError):  # the parent was killed
        with orders.makefile("rb", buffering=0) as told:
            (size,) = HEAD.unpack(_exactly(told, HEAD.size))
            ready = answer(_exactly(told, size))
        orders.sendall(HEAD.pack(len(ready)) + ready)
        _settle()
        children: set[int] = set()
        while True:
            message, lines, _, _ = socket.recv_fds(orders, ORDER.size, 1)
            if len(message) < ORDER.size:
                return
            order, pid = ORDER.unpack(message)
            if order == BECOME and not children:
                orders.sendall(HEAD.pack(os.getpid()))
                orders.close()
                serve(lines[0], memory, seconds)
                return
            if order == FORK:
                if child := _fork(orders, lines[0], memory, seconds):
                    children.add(child)
                orders.sendall(HEAD.pack(child))
            elif pid in children:  # any other number is a stranger's by now
                children.remove(pid)
                _bury(pid)


def _settle() -> None:
    """Give back what only loading took, and let no child's collection write to, and so copy, every page it shares."""
    gc.collect()
    gc.freeze()
    give_back()


def _fork(orders: socket.socket, line: int, memory: int, seconds: float) -> int:
    """The id of a new worker on that line; 0 when the system has no process left."""
    try:
        child = os.fork()
    except OSError:
        child = -1
    if child == 0:
        try:
            orders.close()
            serve(line, memory, seconds)
        finally:
            os._exit(0)  # nothing of the fork server is to be tidied up by its child
    os.close(line)
    return max(child, 0)


def _bury(pid: int) -> None:
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def serve(line: int, memory: int, seconds: float) -> None:
    """Read calls from a socket and answer them until it is closed."""
    calls, answers = os.fdopen(line, "rb"), os.fdopen(os.dup(line), "wb")
    limit(memory)
    tidy = Sparing()
    while len(head := calls.read(HEAD.size)) == HEAD.size:
        request = calls.read(HEAD.unpack(head)[0])
        given = time_for(request, seconds)
        _alarm(given + GRACE)
        limit_processor(given)
        with suppress(BrokenPipeError):  # the parent was killed; the next read ends the loop
            _send(answers, answer(request))
        _alarm(0)
        tidy()


def time_for(request: bytes, seconds: float) -> float:
    """Seconds that a call may take where a small one may take `seconds`."""
    return seconds + MORE * len(request) / 2**20


def answer(request: bytes) -> bytes:
    """The pickled answer to a pickled call, whatever the call does."""
    try:
        fn, args = pickle.loads(request)  # noqa: S301 - written by our own parent
        return pickle.dumps((True, fn(*args)), protocol=5)
    except MemoryError:
        return pickle.dumps((False, "reading took too much memory"))
    except BaseException as error:
        return pickle.dumps((False, f"reading failed: {type(error).__name__}: {error}"[:500]))


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _exactly(source: io.RawIOBase, size: int) -> bytes:
    """So many bytes and none beyond: what follows may carry a descriptor."""
    found = bytearray()
    while len(found) < size:
        more = source.read(size - len(found))
        if not more:
            sys.exit(0)
        found += more
    return bytes(found)


def _send(answers: BinaryIO, data: bytes) -> None:
    answers.write(HEAD.pack(len(data)) + data)
    answers.flush()


if __name__ == "__main__":
    nurse(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
