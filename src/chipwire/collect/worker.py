"""The other end of `collect.workers`: reads a call, answers it, until the pipe is closed.

Imports nothing but the standard library, so that a new process is up in a few hundredths of a second. The parent
keeps the clock; the limits here hold when the parent is gone, or the call has taken over the process.
"""

import math
import os
import pickle
import signal
import struct
import sys
from collections.abc import Sequence
from typing import BinaryIO

HEAD = struct.Struct(">Q")
"""Length of the pickle that follows: (function, arguments) one way, (True, result) or (False, words) the other."""
GRACE = 5.0


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


def serve(memory: int, seconds: float, warm: Sequence[str]) -> None:
    """stdout belongs to the answers alone: what a call prints goes to stderr, what it reads is empty."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in warm:
        __import__(module)
    limit(memory)
    first = True
    while len(head := calls.read(HEAD.size)) == HEAD.size:
        request = calls.read(HEAD.unpack(head)[0])
        if not first:
            _alarm(seconds + GRACE)
            limit_processor(seconds)
        try:
            _send(answers, answer(request))
        except BrokenPipeError:
            os._exit(0)  # the parent was killed; an ordinary end would try to flush again and complain
        _alarm(0)
        first = False


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


def _send(answers: BinaryIO, data: bytes) -> None:
    answers.write(HEAD.pack(len(data)) + data)
    answers.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
