"""Other processes for work on hostile input: a call that hangs, dies or eats memory costs that call and nothing else.

Started as `python -m chipwire.collect.workers` with pipes, so it depends neither on fork nor on the caller's main
module. The parent keeps the clock; the child keeps a second one in case the parent is gone.
"""

import asyncio
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

from chipwire.domain import Failed

T = TypeVar("T")
HEAD = struct.Struct(">Q")
MEMORY = 2 * 2**30
"""Address space of a worker; several times what the largest honest document takes."""
START = 30.0
"""Seconds a worker may take to come up on a busy machine; not counted against the first call."""


class Workers:
    """`count` processes for `await run(fn, *args)`; `fn` is a module-level function, arguments and result are pickled.

    `seconds`: wall clock of one call; `warm`: modules that every worker imports before its first call.
    Used from one event loop; `start()` is optional, the first call starts what is missing.
    """

    def __init__(self, count: int, seconds: float = 10.0, *, memory: int = MEMORY, warm: Sequence[str] = ()) -> None:
        self.seconds = seconds
        self._count = count
        self._command = (str(memory), str(seconds), *warm)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._places = asyncio.Semaphore(count)
        self._closed = False

    async def __aenter__(self) -> "Workers":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Start all processes; returns at once, they import while the first fetches are under way."""
        while len(self._all) < self._count:
            self._idle.append(await self._spawn())

    async def close(self) -> None:
        """End all processes within a second; calls under way come back as Failed."""
        self._closed = True
        self._idle.clear()
        await asyncio.gather(*(worker.end() for worker in list(self._all)))
        self._all.clear()

    async def run(self, fn: Callable[..., T], *args: Any) -> T | Failed:
        """The result of fn(*args), or Failed(kind="parse") when it hung, died, raised or cannot be carried across."""
        try:
            request = pickle.dumps((fn, args), protocol=5)
        except Exception as error:
            return _failure(f"cannot be handed to a worker: {error}")
        async with self._places:
            if self._closed:
                return _failure("the workers are closed")
            try:
                worker = self._idle.pop() if self._idle else await self._spawn()
            except OSError as error:
                return _failure(f"no reading process can be started: {error}")
            healthy = False
            try:
                reply = await worker.call(request, self.seconds)
                healthy = worker.alive
            except TimeoutError:
                reply = _failure(f"reading took longer than {self.seconds:g} seconds and was stopped")
            except (EOFError, ConnectionError, OSError):
                reply = _failure("the reading process died")
            except Exception as error:
                reply = _failure(f"no usable answer from the reading process: {error!r}"[:500])
            finally:
                await self._give_back(worker, healthy)
            return reply  # type: ignore[no-any-return]

    async def _give_back(self, worker: "_Worker", healthy: bool) -> None:
        if healthy and not self._closed:
            self._idle.append(worker)
            return
        await worker.end()
        self._all.discard(worker)
        if not self._closed:
            with suppress(OSError):
                self._idle.append(await self._spawn())

    async def _spawn(self) -> "_Worker":
        worker = await _Worker.start(self._command)
        self._all.add(worker)
        if self._closed:
            await worker.end()
        return worker


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._to = process.stdin
        self._from = process.stdout
        self._ready = False

    @classmethod
    async def start(cls, command: Sequence[str]) -> "_Worker":
        paths = os.pathsep.join(path for path in sys.path if path)
        no_secrets = {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "chipwire.collect.workers", *command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**no_secrets, "PYTHONPATH": paths},
            limit=2**22,
            start_new_session=True,
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def call(self, request: bytes, seconds: float) -> Any:
        if not self._ready:
            async with asyncio.timeout(START):
                await self._receive()
            self._ready = True
        async with asyncio.timeout(seconds):
            self._to.write(HEAD.pack(len(request)))
            self._to.write(request)
            await self._to.drain()
            return pickle.loads(await self._receive())  # noqa: S301 - written by our own child

    async def _receive(self) -> bytes:
        (size,) = HEAD.unpack(await self._from.readexactly(HEAD.size))
        return await self._from.readexactly(size)

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        self._to.close()
        await self._process.wait()


def _failure(message: str) -> Failed:
    return Failed(kind="parse", message=message)


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _serve(memory: int, seconds: float, warm: Sequence[str]) -> None:
    """The child: read a call, answer it, until the parent closes the pipe. stdout belongs to the answers alone."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in warm:
        __import__(module)
    _limit(memory)
    _send(answers, b"")
    while len(head := calls.read(HEAD.size)) == HEAD.size:
        request = calls.read(HEAD.unpack(head)[0])
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds + 5)
        _send(answers, _answer(request))
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(request: bytes) -> bytes:
    try:
        fn, args = pickle.loads(request)  # noqa: S301 - written by our own parent
        return pickle.dumps(fn(*args), protocol=5)
    except MemoryError:
        return pickle.dumps(_failure("reading took too much memory"))
    except BaseException as error:
        return pickle.dumps(_failure(f"reading failed: {type(error).__name__}: {error}"[:500]))


def _send(answers: Any, data: bytes) -> None:
    answers.write(HEAD.pack(len(data)) + data)
    answers.flush()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
