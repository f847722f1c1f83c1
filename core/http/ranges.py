"""Byte ranges of a file on a server: retried, checked, and never taken for what was not sent."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import BinaryIO, Mapping, Optional, Protocol, Tuple, cast
from urllib.parse import urljoin, urlsplit

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    PermissionDenied,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    UnexpectedAnswer,
    WorkbenchError,
)
from sentinel_workbench.core.http.complaints import final, shown_url
from sentinel_workbench.core.http.retry import RetryPolicy, send_with_retry
from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse, Transport
from sentinel_workbench.core.progress import Progress

READ_POLICY = RetryPolicy(attempts=4, first_delay_s=0.3, rate_limit_attempts=4, longest_total_s=60.0)
MAX_REDIRECTS = 5
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)$")
_REFUSALS = (401, 403)


@dataclass(frozen=True)
class Piece:
    """Some bytes of a file.

    Attributes:
        content: exactly the bytes asked for, or fewer where the file ends before.
        total: size of the whole file.
        version: the server's mark of this content, ``""`` when it gives none.
    """

    content: bytes
    total: int
    version: str = ""


class Access(Protocol):
    """Who may read a file: what is added to its address, or sent along."""

    def address(self, url: str, progress: Progress) -> Tuple[str, Mapping[str, str]]:
        """The address to ask for and the headers to send with it.

        Raises:
            WorkbenchError: the permission can't be got.
        """

    def renew(self, url: str) -> bool:
        """Forget a permission the server refused; False when another try is pointless."""


class OpenAccess:
    """``Access`` to public files."""

    def address(self, url: str, progress: Progress) -> Tuple[str, Mapping[str, str]]:
        """See ``Access.address``."""
        return url, {}

    def renew(self, url: str) -> bool:
        """See ``Access.renew``."""
        return False


class HttpRanges:
    """Reads byte ranges through a transport. Thread-safe."""

    def __init__(self, transport: Transport, access: Optional[Access] = None) -> None:
        self._transport, self._access = transport, access or OpenAccess()

    def fetch(self, url: str, first: int, length: int, progress: Progress) -> Piece:
        """``length`` bytes from ``first`` on, or what there is until the file's end.

        Raises:
            NetworkError: no answer, or one that is not the range asked for.
            ServiceError: the server refuses the file, or fails after every retry.
            Cancelled: the user asked to stop.
        """
        response = self._ask(url, first, length, progress)
        if response.status in _REFUSALS and self._access.renew(url):
            response = self._ask(url, first, length, progress)
        if response.status != 206:
            raise _failure(url, first, response)
        return _checked(url, first, length, response)

    def _ask(self, url: str, first: int, length: int, progress: Progress) -> HttpResponse:
        address, headers = self._access.address(url, progress)
        # Stored bytes are asked for as they are: a compressed answer would not be the range.
        sent = {**headers, "Range": f"bytes={first}-{first + length - 1}", "Accept-Encoding": "identity"}
        sink = cast(BinaryIO, _WholeFile(url))
        for _ in range(MAX_REDIRECTS):
            request = HttpRequest("GET", address, sent)
            response = send_with_retry(self._transport, request, progress, sink, policy=READ_POLICY)
            target = response.headers.get("location")
            if response.status not in (301, 302, 303, 307, 308) or not target:
                return response
            sent = sent if same_host(address, urljoin(address, target)) else {
                name: value for name, value in sent.items() if name not in headers
            }
            address = urljoin(address, target)
        raise final(UnexpectedAnswer(f"{shown_url(url)} leads from page to page without end.", "Check the address."))


def same_host(one: str, other: str) -> bool:
    """Whether two addresses name the same scheme, host and port: only then may a permission go along."""
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc) == (b.scheme, b.netloc)


class _WholeFile(io.RawIOBase):
    """Stands where a whole file would go: a server that knows no ranges is stopped at its first bytes."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def tell(self) -> int:
        return 0

    def write(self, content) -> int:  # type: ignore[override]
        if bytes(content[:256]).lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise final(UnexpectedAnswer(
                f"{shown_url(self._url)} sent a web page instead of a file.",
                "Check the address; a proxy or a network that wants you to sign in may stand in between.",
            ))
        raise final(UnexpectedAnswer(
            f"{urlsplit(self._url).netloc} sends whole files only, so parts of {shown_url(self._url)} can't be read.",
            "Download the file and use it from a folder.",
        ))


def _checked(url: str, first: int, length: int, response: HttpResponse) -> Piece:
    found = _CONTENT_RANGE.match(response.headers.get("content-range", ""))
    start, end, total = (int(text) for text in found.groups()) if found else (-1, -1, 0)
    expected_end = min(first + length, total) - 1
    if (start, end) != (first, expected_end) or len(response.content) != end - start + 1:
        raise final(UnexpectedAnswer(
            f"{urlsplit(url).netloc} sent other bytes of {shown_url(url)} than asked for.",
            "A proxy in between may be at fault; try another network or another catalog.",
        ))
    return Piece(response.content, total, response.headers.get("etag", ""))


def _failure(url: str, first: int, response: HttpResponse) -> WorkbenchError:
    host, shown, status = urlsplit(url).netloc, shown_url(url), response.status
    region = response.headers.get("x-amz-bucket-region")
    if status in (301, 400) and region:
        return PermissionDenied(
            f"{shown} lies in the region {region}.", "Enter it as the region of the catalog's files.",
            status=status, url=shown,
        )
    if status == 401:
        return AuthenticationFailed(
            f"{host} asks for a login to read {shown}.", "Choose an authentication for this catalog's files.",
            status=status, url=shown,
        )
    if status == 403:
        return PermissionDenied(
            f"{host} does not let you read {shown}.",
            "Its signature may have expired, or the files need a key or payment; search again or use another catalog.",
            status=status, url=shown,
        )
    if status == 429:
        return RateLimited(f"{host} still has too many requests after waiting.", "Try later.", status=status, url=shown)
    if status >= 500:
        return ServiceUnavailable(
            f"{host} failed several times (HTTP {status}) for {shown}.", "Try again later.", status=status, url=shown
        )
    if status == 416:
        what = "is shorter than its own directory says" if first else "is empty"
        return final(UnexpectedAnswer(f"{shown} {what}.", "The file is damaged."))
    reason = "does not exist" if status in (404, 410) else f"can't be read (HTTP {status})"
    return RequestRejected(f"{shown} {reason}.", "The catalog may be out of date.", status=status, url=shown)
