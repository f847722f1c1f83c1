"""One account at one service: Process API, Catalog, and a test of the connection."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Dict, Iterator, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.http.complaints import not_the_answer
from sentinel_workbench.core.http.pace import Pace
from sentinel_workbench.core.http.retry import RetryPolicy, send_with_retry
from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse, RequestsTransport, Transport
from sentinel_workbench.core.hub import catalog
from sentinel_workbench.core.hub.catalog import CatalogCollection
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.deployments import find_deployment, mismatched_urls
from sentinel_workbench.core.hub.errors import error_from_response
from sentinel_workbench.core.hub.meter import UnitMeter
from sentinel_workbench.core.hub.pacing import PROCESS_PACES
from sentinel_workbench.core.hub.token import TokenCache, TokenSource
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress, Silent

UNITS_HEADER = "x-processingunits-spent"
TEST_POLICY = RetryPolicy(attempts=2, rate_limit_attempts=3, longest_total_s=10)
"""A user looks on while a connection is tested."""
_SAME = {"application/tar": "application/x-tar", "image/jpg": "image/jpeg", "image/tif": "image/tiff"}
_MAGIC = {
    "image/tiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
}


@dataclass(frozen=True)
class ProcessAnswer:
    """A good answer of the Process API; its body is in the sink.

    Attributes:
        content_type: media type without parameters.
        processing_units: spent as the service says, or None when it does not say.
        size_bytes: of the body.
        status: 200.
        headers: names in lower case.
        elapsed_s: of the last attempt.
        attempts: requests sent for it, 1 when all went well.
    """

    content_type: str
    processing_units: Optional[float]
    size_bytes: int
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    elapsed_s: float = 0.0
    attempts: int = 1


@dataclass(frozen=True)
class ConnectionReport:
    """A connection that works.

    Attributes:
        service: title of the deployment.
        collections: ids the catalog lists.
        seconds: the test took.
    """

    service: str
    collections: Tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        return f"{self.service} answers: {len(self.collections)} collections, {self.seconds:.1f} s."


class HubClient:
    """Speaks to one service as one account. Thread-safe; share it between tasks.

    Args:
        connection: where.
        credentials: as whom.
        transport: by default one without proxy.
        pace: of the connection's limits; by default the process's, shared by every client of the account.
        policy: of retries.
        tokens: by default the process's, shared by every client of the account.

    Attributes:
        meter: the units the service said it spent.
    """

    def __init__(
        self,
        connection: Connection,
        credentials: Credentials,
        transport: Optional[Transport] = None,
        pace: Optional[Pace] = None,
        policy: Optional[RetryPolicy] = None,
        tokens: Optional[TokenCache] = None,
    ) -> None:
        self.connection, self.meter = connection, UnitMeter()
        self._transport = transport or RequestsTransport()
        self._pace = pace or PROCESS_PACES.pace(connection, credentials)
        self._policy = policy or RetryPolicy()
        self._tokens = TokenSource(credentials, connection.token_url, self._transport, self._policy, tokens)

    def process_url(self, collection: str) -> str:
        """Where requests for a collection go; with several, the first one's host answers."""
        return self.connection.serving(collection).url("process")

    def cache_url(self, collection: str) -> str:
        """Part of the cache key; differs from ``process_url`` only where the connection says so."""
        return self.connection.serving(collection).cache_key_url("process")

    def process(
        self, payload: Mapping[str, Any], accept: str, sink: BinaryIO, progress: Progress, units: float = 1.0
    ) -> ProcessAnswer:
        """Send one Process API request; the body of a good answer is streamed into ``sink``.

        Args:
            payload: of ``build_payload``.
            accept: of ``accept_header``.
            sink: seekable; empty again when an error is raised by a retry, so discard it on any error.
            progress: told about waits.
            units: predicted processing units, for the pace.

        Raises:
            ServiceError: refused; ``EvalscriptRejected`` when the script is to blame, ``QuotaExhausted`` for good.
            NetworkError: no usable answer; also a 200 that is not what was asked for, such as a sign-in page.
            StorageError: the sink can't be written.
            Cancelled: the user asked to stop.
        """
        headers = {"content-type": "application/json", "accept": accept}
        url = self.process_url(payload["input"]["data"][0]["type"])
        request = HttpRequest("POST", url, headers, json.dumps(payload, allow_nan=False).encode())
        response, attempts = self._send(request, progress, sink, units)
        _check_type(url, response, accept)
        spent = _number(response.headers.get(UNITS_HEADER))
        if spent is not None:
            self._pace.settle(units, spent)
        return ProcessAnswer(
            response.content_type,
            spent,
            response.size_bytes,
            response.status,
            response.headers,
            response.elapsed_s,
            attempts,
        )

    def search(
        self,
        collection_id: str,
        bbox: BBox,
        period: TimeRange,
        max_cloud_percent: Optional[float] = None,
        progress: Optional[Progress] = None,
    ) -> Iterator[Scene]:
        """Scenes of the Catalog, page by page as they are wanted. See ``catalog.search``."""
        return catalog.search(self, collection_id, bbox, period, max_cloud_percent, progress)

    def collections(self, progress: Optional[Progress] = None) -> Tuple[CatalogCollection, ...]:
        """What the account can use, as the Catalog lists it."""
        return catalog.list_collections(self, progress or Silent())

    def test_connection(self, progress: Optional[Progress] = None) -> ConnectionReport:
        """Fetch a new token and ask the Catalog for its collections.

        Raises:
            AuthenticationFailed: client id or secret is wrong, or the token of another service.
            RequestRejected: no token endpoint, or no Sentinel Hub, at the URL.
            UnexpectedAnswer: something else answers at the URL.
            ConnectionFailed: host unknown, refused, proxy, certificate.
            TimedOut: silence.
        """
        progress = progress or Silent()
        began = time.monotonic()
        self._tokens.forget()
        found = catalog.list_collections(self, progress, TEST_POLICY)
        title = find_deployment(self.connection.deployment_id).title
        return ConnectionReport(title, tuple(c.collection_id for c in found), time.monotonic() - began)

    def ask_json(
        self,
        method: str,
        url: str,
        body: Optional[Mapping[str, Any]],
        progress: Progress,
        policy: Optional[RetryPolicy] = None,
        units: float = 0.0,
    ) -> Dict[str, Any]:
        """A JSON object from one of the service's APIs; ``units`` are what it will cost, for the pace.

        Raises:
            ServiceError: refused.
            NetworkError: no answer, or not a JSON object.
            Cancelled: the user asked to stop.
        """
        response = self._ask(method, url, body, progress, policy, units)
        try:
            value = json.loads(response.content)
        except ValueError as error:
            raise not_the_answer(url, response, "JSON of Sentinel Hub") from error
        if not isinstance(value, dict):
            raise not_the_answer(url, response, "a JSON object of Sentinel Hub")
        return value

    def tell(
        self,
        method: str,
        url: str,
        body: Optional[Mapping[str, Any]],
        progress: Progress,
        policy: Optional[RetryPolicy] = None,
        units: float = 0.0,
    ) -> None:
        """Send something whose answer is only that it was done (204).

        Raises:
            ServiceError, NetworkError, Cancelled: as ``ask_json``.
        """
        self._ask(method, url, body, progress, policy, units)

    def close(self) -> None:
        """Close the connections."""
        close = getattr(self._transport, "close", None)
        if close is not None:
            close()

    def _ask(
        self,
        method: str,
        url: str,
        body: Optional[Mapping[str, Any]],
        progress: Progress,
        policy: Optional[RetryPolicy],
        units: float,
    ) -> HttpResponse:
        headers = {"Accept": "*/*"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, allow_nan=False).encode()
        return self._send(HttpRequest(method, url, headers, content), progress, units=units, policy=policy)[0]

    def _send(
        self,
        request: HttpRequest,
        progress: Progress,
        sink: Optional[BinaryIO] = None,
        units: float = 0.0,
        policy: Optional[RetryPolicy] = None,
    ) -> Tuple[HttpResponse, int]:
        """The 2xx answer and the attempts it took. A refused token is renewed once."""
        attempts = 0

        def count() -> None:
            nonlocal attempts
            attempts += 1

        renewed = False
        while True:
            token = self._tokens.token(progress, policy)
            signed = HttpRequest(
                request.method, request.url, {**request.headers, "Authorization": f"Bearer {token}"}, request.body
            )
            response = send_with_retry(
                self._transport, signed, progress, sink, self._pace, units, policy or self._policy, count
            )
            if response.status != 401 or renewed:
                break
            self._tokens.drop(token)
            renewed = True
        if not 200 <= response.status < 300:
            error = error_from_response(response, request.url)
            self._explain_mismatch(response.status, error)
            raise error
        self.meter.add(_number(response.headers.get(UNITS_HEADER)) or 0.0)
        return response, attempts

    def _explain_mismatch(self, status: int, error: Any) -> None:
        if status == 401 and mismatched_urls(self.connection.base_url, self.connection.token_url):
            error.advice = "The token URL belongs to another service than the base URL; make both the same service's."


def _number(text: Optional[str]) -> Optional[float]:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _check_type(url: str, response: HttpResponse, accept: str) -> None:
    """A 200 is only good when it is what was asked for, down to its first bytes."""
    got = _SAME.get(response.content_type, response.content_type)
    wanted = _SAME.get(accept, accept)
    if got in ("text/html", "application/xhtml+xml", "text/plain") or wanted not in ("*/*", got):
        raise not_the_answer(url, response, wanted)
    if response.size_bytes == 0 or not response.start.startswith(_MAGIC.get(got, (b"",))):
        raise UnexpectedAnswer(
            f"{url} sent {response.size_bytes} bytes that are not {got}.", "Try again."
        )
