"""HTTP over ``requests``: kept-alive sessions, streamed bodies, timeouts always, cancel within a second.

A session serves one thread at a time. Nothing of the machine's environment (proxies, ``.netrc``) mixes in: proxy and
certificates are those of ``NetworkSettings``, for every call, the token's included.
"""

from __future__ import annotations

import ipaddress
import threading
import time
import weakref
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import BinaryIO, List, Mapping, Optional, Protocol, Tuple, Union
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from sentinel_workbench.core.errors import DiskFull, NetworkError, StorageError, UnexpectedAnswer, is_disk_full
from sentinel_workbench.core.http.failures import network_error
from sentinel_workbench.core.http.interruptible import InterruptibleAdapter, Watch
from sentinel_workbench.core.progress import Progress, raise_if_cancelled

CHUNK_BYTES = 1 << 16
MAX_KEPT_BYTES = 64 << 20
"""Largest body kept in memory; anything larger belongs into a sink."""


@dataclass(frozen=True)
class NetworkSettings:
    """How to reach the network; plain values, so that workers need no QGIS.

    Attributes:
        proxies: scheme (``https``) or scheme and host (``https://host``) to the proxy's URL, as ``requests`` reads it.
        no_proxy: hosts, or endings such as ``.example.org``, reached directly; loopback always is.
        verify: True for the system's certificates, or the path of a PEM bundle.
        connect_timeout_s: for name, TCP and TLS of a new connection.
        read_timeout_s: longest silence of the server.
        user_agent: sent with every request.
    """

    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    no_proxy: Tuple[str, ...] = ()
    verify: Union[bool, str] = True
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 120.0
    user_agent: str = "sentinel-workbench"


@dataclass(frozen=True)
class HttpRequest:
    """One request. Headers and body are kept out of the repr: they may carry a secret."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Optional[bytes] = field(default=None, repr=False)


@dataclass(frozen=True)
class HttpResponse:
    """One answer of any status.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        content: the body, or ``b""`` when it went to a sink.
        size_bytes: of the body, also when streamed.
        start: the first 16 bytes of the body.
        elapsed_s: until the last byte.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    size_bytes: int = 0
    start: bytes = b""
    elapsed_s: float = 0.0

    @property
    def content_type(self) -> str:
        """Media type in lower case without parameters, ``""`` when absent."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class Transport(Protocol):
    """What sends requests. Tests may use a fake."""

    def send(self, request: HttpRequest, progress: Progress, sink: Optional[BinaryIO] = None) -> HttpResponse:
        """The answer, whatever its status. A 200's body goes to ``sink`` when there is one.

        Raises:
            NetworkError: no usable answer.
            StorageError: the sink can't be written.
            Cancelled: the user asked to stop.
        """


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class RequestsTransport:
    """``Transport`` over ``requests``. Thread-safe; close it when done."""

    def __init__(self, settings: Optional[NetworkSettings] = None) -> None:
        self.settings = settings or NetworkSettings()
        self._watch = Watch()
        self._lock = threading.Lock()
        self._idle: List[requests.Session] = []
        self._all: weakref.WeakSet[requests.Session] = weakref.WeakSet()

    def send(self, request: HttpRequest, progress: Progress, sink: Optional[BinaryIO] = None) -> HttpResponse:
        """See ``Transport.send``."""
        raise_if_cancelled(progress)
        session, sound = self._take_session(), False
        try:
            with self._watch.flight(progress):
                response = self._exchange(session, request, progress, sink)
            sound = True
        except (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as error:
            raise_if_cancelled(progress)
            raise network_error(request.url, error, self._proxy_of(request.url)) from error
        except NetworkError:
            raise_if_cancelled(progress)  # what looked truncated was interrupted by us
            raise
        finally:
            if not sound:
                session.close()  # half an answer may still lie in its socket
            with self._lock:
                self._idle.append(session)
        return response

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            sessions, self._idle = list(self._all), []
        for session in sessions:
            session.close()

    def _exchange(
        self, session: requests.Session, request: HttpRequest, progress: Progress, sink: Optional[BinaryIO]
    ) -> HttpResponse:
        began = time.monotonic()
        prepared = requests.PreparedRequest()
        headers = {"User-Agent": self.settings.user_agent, "Accept-Encoding": "gzip, deflate", **request.headers}
        prepared.prepare(method=request.method, url=request.url, headers=headers, data=request.body)
        with session.send(
            prepared,
            stream=True,
            timeout=(self.settings.connect_timeout_s, self.settings.read_timeout_s),
            verify=self.settings.verify,
            proxies=dict(self._proxies(request.url)),
            allow_redirects=False,
        ) as answer:
            target = sink if answer.status_code == 200 else None
            content, start, size = _read_body(answer, target, progress)
        answer_headers = MappingProxyType({name.lower(): value for name, value in answer.headers.items()})
        return HttpResponse(answer.status_code, answer_headers, content, size, start, time.monotonic() - began)

    def _take_session(self) -> requests.Session:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            session = requests.Session()
            self._all.add(session)
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, InterruptibleAdapter(pool_connections=4, pool_maxsize=1))
        return session

    def _proxies(self, url: str) -> Mapping[str, str]:
        host = urlsplit(url).hostname or ""
        direct = is_loopback(host) or any(host == name or host.endswith(name) for name in self.settings.no_proxy)
        return {} if direct else self.settings.proxies

    def _proxy_of(self, url: str) -> Optional[str]:
        proxy = requests.utils.select_proxy(url, dict(self._proxies(url)))
        return _without_login(proxy) if proxy else None


def _without_login(url: str) -> str:
    parts = urlsplit(url if "://" in url else "http://" + url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _read_body(answer: requests.Response, sink: Optional[BinaryIO], progress: Progress) -> Tuple[bytes, bytes, int]:
    """(content, first bytes, size); the content is empty when it went to the sink."""
    kept: List[bytes] = []
    start, size = b"", 0
    for chunk in answer.iter_content(CHUNK_BYTES):
        raise_if_cancelled(progress)
        start = start or chunk[:16]
        size += len(chunk)
        if sink is not None:
            _write(sink, chunk)
        elif size <= MAX_KEPT_BYTES:
            kept.append(chunk)
        else:
            raise UnexpectedAnswer(f"{answer.url} sent more than {MAX_KEPT_BYTES >> 20} MB of text.")
    raise_if_cancelled(progress)  # an interrupted body without a length looks complete
    _check_length(answer)
    return b"".join(kept), start, size


def _check_length(answer: requests.Response) -> None:
    """urllib3 1.26 does not mind a body shorter than promised."""
    promised = answer.headers.get("Content-Length", "")
    received = answer.raw.tell()
    if promised.isdigit() and received < int(promised):
        raise UnexpectedAnswer(
            f"The answer of {urlsplit(answer.url).netloc} broke off after {received} of {promised} bytes.",
            "Check the network connection and try again.",
        )


def _write(sink: BinaryIO, chunk: bytes) -> None:
    name = getattr(sink, "name", "the target")
    try:
        sink.write(chunk)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(f"No space is left to write {name}.", "Free some space and try again.") from error
        raise StorageError(f"{name} could not be written: {error.strerror}.", "Check the folder.") from error
