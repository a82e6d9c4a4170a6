"""One answer as its bytes come in: HTTP/1.1 by httptools, errors by httpx's names. No I/O."""

import re

import httptools
import httpx

MOST_HEAD = 100_000
"""Bytes that may come on end without a byte of a body: status line and headers, extensions of chunks, trailers."""
FORGIVEN = {
    "lenient_headers": True,
    "lenient_chunked_length": True,
    "lenient_data_after_close": True,
    "lenient_optional_cr_before_lf": True,
    "lenient_spaces_after_chunk_size": True,
}
"""What old servers write and every browser reads: folded headers, a length beside chunks, line ends without CR. Those
are dangerous to a proxy, which must understand an answer as somebody else does; nobody stands behind us."""
BODILESS = (204, 304)
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:([^\r\n]*)\r?\n", re.IGNORECASE | re.MULTILINE)
Headers = list[tuple[bytes, bytes]]


class Reply:
    """Fed with what a server sends; `headers` as they were written, `body` what was not yet taken of it."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Headers = []
        self.body = bytearray()
        self.begun = self.complete = False
        """Have all headers come, and the whole body?"""
        self._more = self._lasting = self._open_end = False
        self._since = 0
        self._head = bytearray()
        """What came until all headers had."""
        self._doubtful: bool | None = None
        """Is its length in doubt until the whole head is there? None where it never was."""
        self._parser = self._new_parser()

    @property
    def reusable(self) -> bool:
        """May another request go over the same connection?"""
        return self.complete and self._lasting and not self._more

    def feed(self, data: bytes) -> None:
        """Take what came. RemoteProtocolError where that is no answer; what stands behind a whole one is left."""
        self._since += len(data)
        if not self.begun:
            self._head += data
        try:
            self._parser.feed_data(self._with_one_length() if self._doubtful else data)
        except httptools.HttpParserUpgrade as error:
            raise httpx.RemoteProtocolError("it goes over to a protocol that nobody asked for") from error
        except httptools.HttpParserError as error:
            if "Content-Length" in str(error) and self._doubtful is None and not self.begun:
                self._doubtful, self.headers, self._parser = True, [], self._new_parser()
                self.feed(b"")
                return
            self._more = True
            if not self.complete:
                raise httpx.RemoteProtocolError(str(error)) from error
        if self._since > MOST_HEAD and not self.complete:
            raise httpx.RemoteProtocolError(f"more than {MOST_HEAD} bytes that are no body")

    def end(self) -> None:
        """The server hung up. RemoteProtocolError unless the answer was whole, or said to end with the connection."""
        self._more = True
        if self.begun and self._open_end:
            self.complete = True
        if not self.complete:
            raise httpx.RemoteProtocolError("the server disconnected before its answer was complete")

    def on_message_begin(self) -> None:
        self._more = self.complete

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.begun:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.begun:
            return
        status = self._parser.get_status_code()
        if status < 200:
            self.headers = []
            return
        self.status, self.begun, self._since = status, True, 0
        self._head.clear()
        self._lasting = self._parser.should_keep_alive()
        self.complete = status in BODILESS
        self._open_end = not self._framed()

    def on_chunk_header(self) -> None:
        self._since = 0

    def on_body(self, data: bytes) -> None:
        self._since = 0
        if self.complete:
            self._more = True
        else:
            self.body += data

    def on_message_complete(self) -> None:
        self.complete = self.begun

    def _new_parser(self) -> httptools.HttpResponseParser:
        parser = httptools.HttpResponseParser(self)
        parser.set_dangerous_leniencies(**FORGIVEN)
        return parser

    def _with_one_length(self) -> bytes:
        """What came, with the length said once where it is said several times (RFC 9110, 8.6); nothing before the end
        of the head. RemoteProtocolError where there are two."""
        end = _HEAD_ENDS.search(self._head)
        if not end:
            return b""
        head, rest = self._head[: end.end()], self._head[end.end() :]
        lengths = {one.strip() for said in _LENGTH.findall(head) for one in said.split(b",")}
        if len(lengths) != 1 or not (length := lengths.pop()).isdigit():
            raise httpx.RemoteProtocolError("it has no valid Content-Length")
        self._doubtful = False
        status, _, headers = _LENGTH.sub(b"", head).partition(b"\n")
        return b"%s\nContent-Length: %s\r\n%s%s" % (status, length, headers, rest)

    def _framed(self) -> bool:
        """Does the head say where the body ends?"""
        named = {name.lower(): value for name, value in self.headers}
        coding = named.get(b"transfer-encoding")
        return b"content-length" in named if coding is None else coding.lower().rstrip().endswith(b"chunked")
