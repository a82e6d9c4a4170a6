"""Where workers come from: one process loads everything once and is forked, so that all share what it loaded.

It is `python -m chipwire.collect.workers.worker` with a socket, so nothing depends on the caller's main module or its
threads: the fork server itself has one thread, no secrets in its environment, and never sees a document.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

from chipwire.collect.workers.worker import BECOME, END, FORK, HEAD, ORDER

START = 30.0
"""Seconds the fork server may take to come up on a busy machine; not counted against the first call."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Else numerical libraries reserve address space for each core, fight over the cores, and must not be forked."""
BUFFER = 2**22


class ForkServer:
    """One loaded process; `fork()` gives workers as (process id, reader, writer)."""

    def __init__(self, process: asyncio.subprocess.Process, orders: socket.socket) -> None:
        self._process = process
        self._orders = orders
        self._prepared = b""
        self.spent = False
        self._asking = asyncio.Lock()

    @classmethod
    async def start(cls, command: Sequence[str], prepare: bytes) -> "ForkServer":
        """Start the process and tell it what to load, without waiting until it has; OSError when it cannot start."""
        paths = os.pathsep.join(path for path in sys.path if path)
        no_secrets = {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")}
        orders, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-m", "chipwire.collect.workers.worker", *command),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    env={**no_secrets, **ONE_THREAD, "PYTHONPATH": paths},
                    start_new_session=True,
                )
            except BaseException:
                orders.close()
                raise
        orders.sendall(HEAD.pack(len(prepare)) + prepare)
        orders.setblocking(False)
        return cls(process, orders)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def prepared(self) -> bytes:
        """The pickled answer of what it was told to load, once it has; OSError when it is not up in time, or gone."""
        async with self._asking:
            self._prepared = self._prepared or await self._up()
            return self._prepared

    async def fork(self, *, only: bool) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
        """A new worker; the `only` one is the fork server itself, which is then `spent`.

        OSError when the fork server is not up in time, or gone. Not to be cancelled: the answer to an order would be
        taken for that to the next.
        """
        await self.prepared()
        async with self._asking:
            line, theirs = socket.socketpair()
            with theirs:
                socket.send_fds(self._orders, [ORDER.pack(BECOME if only else FORK, 0)], [theirs.fileno()])
                self.spent = only
            try:
                if not (pid := await self._number()):
                    raise OSError("no more processes")
                line.setblocking(False)
                return pid, *await asyncio.open_unix_connection(sock=line, limit=BUFFER)
            except BaseException:
                line.close()
                if only:
                    self._kill()
                raise

    def end(self, pid: int) -> None:
        """End a worker that this fork server forked, or became."""
        if self.spent:
            self._kill()
            return
        with suppress(OSError):
            self._orders.send(ORDER.pack(END, pid))

    async def close(self) -> None:
        """End the fork server and all its workers; those of one that is gone end by themselves, their lines closed."""
        self._kill()
        await self._process.wait()
        self._orders.close()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            if self.alive:
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _up(self) -> bytes:
        try:
            async with asyncio.timeout(START):
                return await self._exactly(await self._number())
        except TimeoutError:
            await self.close()
            raise OSError(f"it was not ready after {START:g} seconds") from None

    async def _number(self) -> int:
        number: int = HEAD.unpack(await self._exactly(HEAD.size))[0]
        return number

    async def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            more = await asyncio.get_running_loop().sock_recv(self._orders, size - len(found))
            if not more:
                raise ConnectionResetError("the process that starts readers is gone")
            found += more
        return found
