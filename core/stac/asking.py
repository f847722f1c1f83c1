"""JSON documents of a catalog over HTTP, and what its refusals mean."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    NotThere,
    PermissionDenied,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    UnexpectedAnswer,
    WorkbenchError,
)
from sentinel_workbench.core.http.complaints import LONGEST_MESSAGE, final, not_the_answer, read_complaint, shown_url
from sentinel_workbench.core.http.ranges import same_host
from sentinel_workbench.core.http.retry import RetryPolicy, send_with_retry
from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse, Transport
from sentinel_workbench.core.progress import Progress

POLICY = RetryPolicy(attempts=3, first_delay_s=0.5, rate_limit_attempts=5, longest_total_s=90.0)
MAX_REDIRECTS = 5
_ACCEPT = "application/geo+json, application/json;q=0.9"


@dataclass(frozen=True)
class Question:
    """One request for a document.

    Attributes:
        method: ``GET`` or ``POST``.
        url: where.
        parameters: of the query, beside those in ``url``.
        body: sent as JSON with POST.
        headers: asked for by the link that led here.
    """

    method: str
    url: str
    parameters: Optional[Mapping[str, str]] = None
    body: Optional[Mapping[str, Any]] = None
    headers: Optional[Mapping[str, str]] = None


class Asker:
    """Asks one catalog.

    Args:
        transport: sends.
        root: the catalog; its headers go to this host alone.
        headers: such as an authorization, or none.
        policy: of retries.
    """

    def __init__(
        self, transport: Transport, root: str, headers: Mapping[str, str], policy: RetryPolicy = POLICY
    ) -> None:
        self._transport, self._root, self._headers, self._policy = transport, root, dict(headers), policy

    def ask(self, question: Question, progress: Progress, policy: Optional[RetryPolicy] = None) -> Dict[str, Any]:
        """The JSON object at an address.

        Raises:
            ServiceError: refused, or failing after every retry.
            NetworkError: no answer, or none in JSON.
            Cancelled: the user asked to stop.
        """
        url = _with_parameters(question.url, question.parameters or {})
        body = None if question.body is None else json.dumps(question.body).encode()
        method = question.method
        for _ in range(MAX_REDIRECTS):
            request = HttpRequest(method, url, self._sent(url, body is not None, question.headers or {}), body)
            response = send_with_retry(self._transport, request, progress, policy=policy or self._policy)
            target = response.headers.get("location")
            if response.status not in (301, 302, 303, 307, 308) or not target:
                return _document(url, response)
            if response.status == 303:
                method, body = "GET", None
            url = urljoin(url, target)
        raise final(UnexpectedAnswer(f"{shown_url(url)} leads from page to page without end.", "Check the address."))

    def _sent(self, url: str, has_body: bool, extra: Mapping[str, str]) -> Dict[str, str]:
        own = self._headers if same_host(url, self._root) else {}
        kind = {"Content-Type": "application/json"} if has_body else {}
        return {"Accept": _ACCEPT, **kind, **extra, **own}


def _with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    if not parameters:
        return url
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def _document(url: str, response: HttpResponse) -> Dict[str, Any]:
    if not 200 <= response.status < 300:
        raise refusal(url, response)
    try:
        document = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise not_the_answer(url, response, "JSON") from error
    if not isinstance(document, dict):
        raise not_the_answer(url, response, "a STAC document")
    return document


def refusal(url: str, response: HttpResponse) -> WorkbenchError:
    """Our error for an answer of a catalog that is not 2xx."""
    shown, host, status = shown_url(url), urlsplit(url).netloc.rpartition("@")[2], response.status
    complaint = read_complaint(response.content)
    says = " ".join(complaint.message.split())[:LONGEST_MESSAGE].rstrip(".")
    said = f": {says}." if says else "."
    facts: Dict[str, Any] = {"status": status, "code": complaint.code, "url": shown}
    if status in (301, 302, 303, 307, 308):
        return final(UnexpectedAnswer(f"{shown} leads on to nowhere.", "Check the address of the catalog."))
    if status == 401:
        return AuthenticationFailed(f"{host} asks for a login{said}", "Choose an authentication for it.", **facts)
    if status == 403:
        return PermissionDenied(f"{host} does not allow this{said}", "Check the authentication chosen for it.", **facts)
    if status in (404, 410):
        return NotThere(f"{shown} was not found{said}", "Check the address of the catalog.", **facts)
    if status == 429:
        return RateLimited(f"{host} still has too many requests after waiting{said}", "Try again later.", **facts)
    if status >= 500:
        return ServiceUnavailable(f"{host} failed several times (HTTP {status}){said}", "Try again later.", **facts)
    return RequestRejected(f"{host} refused the request (HTTP {status}){said}", "Correct the search.", **facts)
