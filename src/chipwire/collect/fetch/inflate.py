"""Bodies unpacked under a limit: whatever a server claims, no more than the limit is ever in memory twice."""

import zlib

GZIP = b"\x1f\x8b"
STEP = 256 * 1024
"""Bytes unpacked at a time: how far a bomb can go past the limit before it is noticed."""


class TooLarge(Exception):
    """The unpacked body is over the limit."""


class Garbled(Exception):
    """The body is packed in a way we did not ask for, or is damaged; str() says how."""


class Body:
    """Collects the chunks of one body as they come from the network, unpacking gzip and deflate on the way."""

    def __init__(self, encoding: str, limit: int) -> None:
        names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity", "none")]
        if len(names) > 1 or any(name not in ("gzip", "x-gzip", "deflate") for name in names):
            raise Garbled(f"the body is packed as {encoding.strip()!r}, which was not asked for")
        self._packed = names[0].removeprefix("x-") if names else None
        self._limit = limit
        self._raw = 0
        self._out = bytearray()
        self._unpack: _Unpacker | None = None

    def feed(self, chunk: bytes) -> None:
        """Take one chunk; TooLarge or Garbled when that was the last straw."""
        if not chunk:
            return
        first = self._raw == 0
        self._raw += len(chunk)
        if first and self._packed:
            self._unpack = _unpacker(self._packed, chunk)
        if self._unpack:
            self._unpack.feed(chunk, self._out, self._limit)
        else:
            self._out += chunk
        if len(self._out) > self._limit or self._raw > self._limit:
            raise TooLarge

    def finish(self) -> bytes:
        """The whole body; a gzip file served as such (a .gz sitemap) is unpacked once."""
        if self._unpack and not self._unpack.complete:
            raise Garbled(f"the {self._packed} body is cut short")
        if self._unpack or not self._out.startswith(GZIP):
            return bytes(self._out)
        packed, self._out = bytes(self._out), bytearray()
        unpack = _Unpacker(zlib.MAX_WBITS | 16)
        unpack.feed(packed, self._out, self._limit)
        if not unpack.complete:
            raise Garbled("the gzip file is cut short")
        return bytes(self._out)


class _Unpacker:
    """zlib with a leash; follows gzip members one after the other."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._zlib = zlib.decompressobj(wbits)
        self._started = False

    @property
    def complete(self) -> bool:
        return self._zlib.eof or not self._started

    def feed(self, chunk: bytes, out: bytearray, limit: int) -> None:
        while chunk:
            if self._zlib.eof:
                if not chunk.startswith(GZIP[: len(chunk)]):
                    return
                self._zlib = zlib.decompressobj(self._wbits)
            self._started = True
            try:
                out += self._zlib.decompress(chunk, STEP)
            except zlib.error as error:
                raise Garbled(f"the packed body is damaged: {error}") from error
            if len(out) > limit:
                raise TooLarge
            chunk = self._zlib.unconsumed_tail or self._zlib.unused_data


def _unpacker(packed: str, chunk: bytes) -> _Unpacker | None:
    """By what the first bytes are: some servers name an encoding and then do not use it."""
    if packed == "gzip":
        return _Unpacker(zlib.MAX_WBITS | 16) if chunk.startswith(GZIP[: len(chunk)]) else None
    zlib_header = len(chunk) > 1 and chunk[0] & 0x0F == 8 and (chunk[0] << 8 | chunk[1]) % 31 == 0
    return _Unpacker(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
