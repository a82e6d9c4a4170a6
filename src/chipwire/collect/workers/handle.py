"""A worker as the process that calls it sees it: requests go down a line, answers come back in their order."""

import asyncio
from typing import Any

from chipwire.collect.workers import unpickle
from chipwire.collect.workers.forkserver import ForkServer
from chipwire.collect.workers.worker import HEAD

ANSWER = 256 * 2**20
"""Bytes of one answer."""


class Unserved(Exception):
    """The worker ended before it came to the call: another one may be asked."""


class WorkerHandle:
    """One forked process and the line to it. A call that it is stopped or dies over is the oldest one unanswered."""

    def __init__(self, forkserver: ForkServer, pid: int, back: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        self._forkserver, self.pid, self._from, self._to = forkserver, pid, back, to
        self.calls = 0
        """In its line, the one it is at among them."""
        self.broken = False
        """Is it to be ended, as its answers can no longer be told apart?"""
        self._asked = self._answered = 0
        self._turn = asyncio.Lock()

    @property
    def alive(self) -> bool:
        return not self._from.at_eof()

    async def call(self, request: bytes, seconds: float) -> Any:
        """(True, result) or (False, words); `seconds` are counted from the answer to the call before.

        Unserved, TimeoutError, EOFError or OSError; what `unpickle.load` raises of an answer that is none. A call
        that is cancelled in the line leaves the worker to the others.
        """
        self._to.write(HEAD.pack(len(request)))
        self._to.write(request)
        self._asked = number = self._asked + 1
        async with self._turn:
            if self.broken:
                raise Unserved
            try:
                while self._answered < number:  # before it come the answers to calls that were cancelled
                    async with asyncio.timeout(seconds):
                        answer = await self._receive()
                    self._answered += 1
                return unpickle.load(answer)
            except BaseException as error:
                self.broken = True
                if isinstance(error, Exception) and self._answered < number - 1:
                    raise Unserved from error
                raise

    async def _receive(self) -> bytes:
        (size,) = HEAD.unpack(await self._from.readexactly(HEAD.size))
        if size > ANSWER:
            raise EOFError("the answer is too large")
        return await self._from.readexactly(size)

    def end(self) -> None:
        self.broken = True
        self._forkserver.end(self.pid)
        self._to.close()
