"""Other processes for work on hostile input: a call that hangs, dies or eats memory costs that call and nothing else.

Each is `python -m chipwire.collect.worker` with pipes, so nothing depends on fork or on the caller's main module.
"""

import asyncio
import io
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

from chipwire.collect.worker import HEAD
from chipwire.domain import Failed

T = TypeVar("T")
MEMORY = 2 * 2**30
"""Address space of a worker; several times what the largest honest document takes."""
ANSWER = 256 * 2**20
"""Bytes of one answer."""
TRUSTED = ("chipwire", "builtins", "datetime", "collections", "pathlib", "decimal", "uuid")
PLAIN = ("set", "frozenset", "bytearray", "complex", "range", "slice", "dict", "list", "tuple")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Else numerical libraries reserve address space for each core and fight over the cores."""
START = 30.0
"""Seconds a worker may take to come up on a busy machine; not counted against the first call."""


class Workers:
    """`count` processes for `await run(fn, *args)`; `fn` is a module-level function, arguments and result are pickled.

    `seconds`: wall clock of one call; `warm`: modules that every worker imports, `prepare`: a function and its
    arguments that it calls, before its first call and not on that call's time.
    Used from one event loop; `start()` is optional, the first call starts what is missing.
    """

    def __init__(
        self,
        count: int,
        seconds: float = 10.0,
        *,
        memory: int = MEMORY,
        warm: Sequence[str] = (),
        prepare: tuple[Any, ...] = (int,),
    ) -> None:
        self.seconds = seconds
        self._prepare = pickle.dumps((prepare[0], prepare[1:]), protocol=5)
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
        worker = await _Worker.start(self._command, self._prepare)
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
    async def start(cls, command: Sequence[str], prepare: bytes) -> "_Worker":
        paths = os.pathsep.join(path for path in sys.path if path)
        no_secrets = {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "chipwire.collect.worker", *command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**no_secrets, **ONE_THREAD, "PYTHONPATH": paths},
            limit=2**22,
            start_new_session=True,
        )
        worker = cls(process)
        worker._send(prepare)
        return worker

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def call(self, request: bytes, seconds: float) -> Any:
        if not self._ready:
            async with asyncio.timeout(START):
                await self._receive()
            self._ready = True
        async with asyncio.timeout(seconds):
            self._send(request)
            await self._to.drain()
            good, answer = _Plain(io.BytesIO(await self._receive())).load()
            return answer if good else _failure(answer)

    def _send(self, request: bytes) -> None:
        self._to.write(HEAD.pack(len(request)))
        self._to.write(request)

    async def _receive(self) -> bytes:
        (size,) = HEAD.unpack(await self._from.readexactly(HEAD.size))
        if size > ANSWER:
            raise EOFError("the answer is too large")
        return await self._from.readexactly(size)

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        self._to.close()
        await self._process.wait()


class _Plain(pickle.Unpickler):
    """Reads answers of a process that may have been taken over: values and our own classes, no functions."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] in TRUSTED and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and (module != "builtins" or name in PLAIN):
                return found
        raise pickle.UnpicklingError(f"an answer may not hold {module}.{name}")


def _failure(message: str) -> Failed:
    return Failed(kind="parse", message=message)
