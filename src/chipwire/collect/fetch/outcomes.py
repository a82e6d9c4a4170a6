"""What an answer or an exception means, in words fit for a person."""

import ssl
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Literal, TypeVar

import httpx

from chipwire.collect.pacing.caching import retry_after
from chipwire.domain import Failed, Fetched, Response

R = TypeVar("R", bound=Response)


@dataclass
class Answer:
    """One response with its body; `headers` have lower-case names, repeated ones are joined by commas."""

    status: int
    url: httpx.URL
    headers: dict[str, str]
    body: bytes = b""
    moved_to: str | None = None
    millis: int = field(default=0, compare=False)

    @classmethod
    def of(cls, response: httpx.Response, url: httpx.URL) -> "Answer":
        headers: dict[str, str] = {}
        for raw_name, raw_value in response.headers.raw:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return cls(response.status_code, url, headers)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300 or self.status == 304

    def into(self, kind: type[R]) -> R:
        extra = {"body": self.body} if issubclass(kind, Fetched) else {}
        return kind(
            status=self.status,
            final_url=str(self.url),
            headers=self.headers,
            moved_to=self.moved_to,
            millis=self.millis,
            **extra,
        )


def failed_answer(answer: Answer, now: datetime) -> Failed:
    """An answer that is no use: which kind of failure, and when we may come back."""
    kind: Literal["gone", "too-many-requests", "unavailable", "not-a-feed", "http"] = "http"
    message = f"the server answers {answer.status} {_phrase(answer.status)}".rstrip()
    if answer.status == 410:
        kind = "gone"
    elif answer.status == 429:
        kind = "too-many-requests"
    elif answer.status == 503:
        kind = "unavailable"
    elif answer.status == 304:
        message = "the server answers 304 to a question without conditions"
    waits = kind in ("too-many-requests", "unavailable")
    return Failed(
        kind=kind,
        message=message,
        status=answer.status,
        retry_after=retry_after(answer.headers, now) if waits else None,
        moved_to=answer.moved_to,
        final_url=str(answer.url),
        millis=answer.millis,
    )


def failed_exception(error: Exception) -> Failed:
    """What httpx raised, as a value."""
    causes = _causes(error)
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    text = str(error) or type(error).__name__
    if tls is not None:
        why = getattr(tls, "verify_message", None) or tls.reason or str(tls)
        return Failed(kind="tls", message=f"no secure connection: {why}")
    if isinstance(error, httpx.ConnectTimeout):
        return Failed(kind="timeout", message="no connection in time")
    if isinstance(error, httpx.TimeoutException):
        return Failed(kind="timeout", message="the server stopped talking")
    if isinstance(error, httpx.ConnectError):
        return Failed(kind="connect", message=f"cannot connect: {text}")
    if isinstance(error, httpx.NetworkError):
        return Failed(kind="reset", message="the connection broke off")
    if isinstance(error, httpx.RemoteProtocolError) and ("disconnected" in text or "closed connection" in text):
        return Failed(kind="reset", message="the server hung up before the answer was complete")
    if isinstance(error, httpx.ProtocolError):
        return Failed(kind="protocol", message=f"not proper HTTP: {text}")
    return Failed(kind="protocol", message=f"not a usable address or answer: {text}")


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
