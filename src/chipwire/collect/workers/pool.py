"""Other processes for work on hostile input: a call that hangs, dies or eats memory costs that call and nothing else.

They are forked from a fork server that has loaded what all of them need, or are it, and each is limited by itself.
"""

import asyncio
import pickle
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, TypeVar

from chipwire.collect.workers import unpickle
from chipwire.collect.workers.forkserver import ForkServer
from chipwire.collect.workers.handle import Unserved, WorkerHandle
from chipwire.collect.workers.worker import time_for
from chipwire.domain import Failed
from chipwire.errors import ConfigError

T = TypeVar("T")
MEMORY = 2 * 2**30
"""Address space of a worker; several times what the largest honest document takes."""
REST = 300.0
"""Seconds: what a reader of feeds has loaded is 150 MiB, and to load it again takes 2 to 4 s."""


class Workers:
    """`count` processes for `await run(fn, *args)`; `fn` is a module-level function, arguments and result are pickled.

    `seconds`: wall clock of one call, and `worker.MORE` where it hands much over; `warm`: modules that are imported
    once for all workers, `prepare`: a function and its arguments that is called once for all, before the first call
    and not on that call's time; `rest`: seconds without a call after which `resting` is called and all processes end,
    until the next call; None means never.
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
        rest: float | None = None,
    ) -> None:
        self.seconds = seconds
        self.resting: Callable[[], Awaitable[object]] | None = None
        self._rest = rest
        self._calls = 0
        self._idle_timer: asyncio.TimerHandle | None = None
        self._resting: asyncio.Task[None] | None = None
        self._prepare = pickle.dumps((prepare[0], prepare[1:]), protocol=5)
        self._command = (str(memory), str(seconds), *warm)
        self._count = count
        self._forkserver: ForkServer | None = None
        self._spent: list[ForkServer] = []
        self._starting = asyncio.Lock()
        self._all: set[WorkerHandle] = set()
        self._in_line = 2 if count == 1 else 1
        self._places = asyncio.Semaphore(count * self._in_line)
        self._closed = self._loaded = False

    async def __aenter__(self) -> "Workers":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Start loading; returns at once, the first fetches are under way meanwhile."""
        if self._forkserver is not None and not self._forkserver.alive:
            await self._forkserver.close()
            self._forkserver = None
        if self._forkserver is None:
            self._forkserver = await ForkServer.start(self._command, self._prepare)
        self._restart_idle_timer()

    async def ready(self) -> None:
        """Once: start, and wait until all is loaded; ConfigError when that fails: no document is to blame for it."""
        async with self._starting:
            self._loaded |= bool(self._all)  # who is at work has loaded it, and may have been the fork server itself
            if self._loaded:
                return
            await self.start()
            assert self._forkserver is not None
            try:
                answer = await self._forkserver.prepared()
            except OSError:
                return  # the first call finds it so too, and says so
        good, words = unpickle.load(answer)
        self._loaded = good
        if not good:
            raise ConfigError(f"nothing can be read: {words.removeprefix('reading failed: ConfigError: ')}")

    async def close(self) -> None:
        """End all processes within a second; calls under way come back as Failed."""
        self._closed = True
        self._restart_idle_timer()
        await self._end()
        async with self._starting:  # until nobody is about to start any
            await self._end()

    async def _end(self) -> None:
        """Of what is started meanwhile nothing is ended."""
        for worker in self._all:
            worker.end()
        gone = [*self._spent, *([self._forkserver] if self._forkserver else [])]
        self._all.clear()
        self._spent.clear()
        self._forkserver = None
        for forkserver in gone:
            await forkserver.close()

    async def run(self, fn: Callable[..., T], *args: Any) -> T | Failed:
        """The result of fn(*args), or Failed(kind="parse") when it hung, died, raised or cannot be carried across."""
        self._calls += 1
        try:
            return await self._run(fn, *args)
        finally:
            self._calls -= 1
            self._restart_idle_timer()

    async def _run(self, fn: Callable[..., T], *args: Any) -> T | Failed:
        try:
            request = pickle.dumps((fn, args), protocol=5)
        except Exception as error:
            return _failure(f"cannot be handed to a worker: {error}")
        seconds = time_for(request, self.seconds)
        async with self._places:
            while not self._closed:
                try:
                    worker = await self._borrow()
                except OSError as error:
                    return _failure(f"no reading process can be started: {error}")
                try:
                    return await self._called(worker, request, seconds)  # type: ignore[no-any-return]
                except Unserved:
                    continue
        return _failure("the workers are closed")

    async def _called(self, worker: WorkerHandle, request: bytes, seconds: float) -> Any:
        healthy = False
        try:
            good, answer = await worker.call(request, seconds)
            healthy = worker.alive
            return answer if good else _failure(answer)
        except Unserved:
            raise
        except TimeoutError:
            return _failure(f"reading took longer than {seconds:.3g} seconds and was stopped")
        except (EOFError, ConnectionError, OSError):
            return _failure("the reading process died")
        except asyncio.CancelledError:
            healthy = worker.alive and not worker.broken
            raise
        except Exception as error:
            return _failure(f"no usable answer from the reading process: {error!r}"[:500])
        finally:
            self._give_back(worker, healthy)

    def _restart_idle_timer(self) -> None:
        """Rest when there was no call for long enough."""
        if self._idle_timer:
            self._idle_timer.cancel()
        if self._rest is not None and not self._calls and not self._closed:
            self._idle_timer = asyncio.get_running_loop().call_later(self._rest, self._begin_rest)

    def _begin_rest(self) -> None:
        self._resting = asyncio.create_task(self._end_if_idle())

    async def _end_if_idle(self) -> None:
        async with self._starting:
            if self._calls or self._closed:
                return
            await self._end()
        if self.resting:
            await self.resting()

    async def _borrow(self) -> WorkerHandle:
        if worker := self._at_hand():
            return worker
        spawning = asyncio.create_task(self._spawn())
        try:
            return await asyncio.shield(spawning)
        except asyncio.CancelledError:
            spawning.add_done_callback(self._take_in)
            raise

    def _at_hand(self) -> WorkerHandle | None:
        """One that is there and has a place in its line, now taken."""
        for worker in list(self._all):
            if not worker.alive or worker.broken:
                self._end_one(worker)
            elif worker.calls < self._in_line:
                worker.calls += 1
                return worker
        return None

    def _take_in(self, spawned: "asyncio.Task[WorkerHandle]") -> None:
        if not spawned.cancelled() and spawned.exception() is None:
            self._give_back(spawned.result(), healthy=True)

    def _give_back(self, worker: WorkerHandle, healthy: bool) -> None:
        worker.calls -= 1
        if not healthy or self._closed:
            self._end_one(worker)

    def _end_one(self, worker: WorkerHandle) -> None:
        if worker in self._all:
            self._all.discard(worker)
            worker.end()

    async def _spawn(self) -> WorkerHandle:
        async with self._starting:
            if worker := self._at_hand():
                return worker
            if not self._closed:
                await self.start()
            if self._closed:
                raise OSError("the workers are closed")
            return await self._forked()

    async def _forked(self) -> WorkerHandle:
        """A process forked from the fork server; if there is to be only one, the fork server itself."""
        assert self._forkserver is not None
        forkserver = self._forkserver
        worker = WorkerHandle(forkserver, *await forkserver.fork(only=self._count == 1))
        worker.calls = 1
        self._all.add(worker)
        if forkserver.spent:
            for gone in [one for one in self._spent if not one.alive]:
                await gone.close()
                self._spent.remove(gone)
            self._spent.append(forkserver)
            self._forkserver = None
        return worker


def _failure(message: str) -> Failed:
    return Failed(kind="parse", message=message)
