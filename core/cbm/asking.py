"""Questions to a CbM server, and what its answers mean (cbm-rest, 2, 3 and 6)."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, Dict, Mapping, Optional, Tuple
from urllib.parse import urlencode, urlsplit

from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
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
from sentinel_workbench.core.http.complaints import final, not_the_answer, read_complaint, redirected, shown_url
from sentinel_workbench.core.http.ranges import same_host
from sentinel_workbench.core.http.retry import RetryPolicy, send_with_retry
from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse, Transport
from sentinel_workbench.core.progress import Progress

POLICY = RetryPolicy(attempts=1, rate_limit_attempts=3)
"""A question is not sent again on its own: one that makes chips would start the whole job a second time."""
_SPELLINGS: Mapping[str, Tuple[str, ...]] = {
    "parcelByID": ("parcelByID", "parcelById"),
    "parcelsByPolygon": ("parcelsByPolygon", "parcelByPolygon"),
    "backgroundByParcelID": ("backgroundByParcelID", "backgroundByParcelId"),
}


class ServerFailed(ServiceUnavailable):
    """HTTP 500: a page without a word of why."""


class CbmAsker:
    """Asks one server as one user. Thread-safe.

    Args:
        transport: sends; its read time-out must be minutes, for chips are made while one waits.
        connection: which server.
        login: as whom; None for a server without accounts.
    """

    def __init__(self, transport: Transport, connection: CbmConnection, login: Optional[CbmLogin]) -> None:
        self._transport, self.connection = transport, connection
        self._headers = dict(login.headers()) if login else {}
        self._spelled: Dict[str, str] = {}

    def ask(self, route: str, parameters: Mapping[str, str], progress: Progress) -> Any:
        """The JSON of a GET, whatever type it says it is; see ``_refusal`` for what is raised."""
        return _parsed(*self._get(route, parameters, progress))

    def ask_text(self, route: str, parameters: Mapping[str, str], progress: Progress) -> str:
        """The body of a GET as text."""
        return self._get(route, parameters, progress)[1].content.decode("utf-8", "replace").strip()

    def post(self, route: str, body: Mapping[str, Any], progress: Progress) -> Any:
        """The JSON of a POST.

        Raises:
            RequestRejected: the server names what is wrong with the body.
        """
        url = f"{self.connection.url}/query/{route}"
        request = HttpRequest(
            "POST", url, {**self._headers, "Content-Type": "application/json"}, json.dumps(body).encode()
        )
        response = self._good(url, send_with_retry(self._transport, request, progress, policy=POLICY))
        document = _parsed(url, response)
        if isinstance(document, Mapping) and isinstance(document.get("error"), str):
            raise RequestRejected(
                f"The CbM server refused the request: {document['error'].rstrip('.')}.", status=200, url=url
            )
        return document

    def download(self, url: str, sink: BinaryIO, progress: Progress) -> HttpResponse:
        """The file at an address into ``sink``. The login goes to the server itself and nobody else."""
        headers = self._headers if same_host(url, self.connection.url) else {}
        request = HttpRequest("GET", url, headers)
        return self._good(url, send_with_retry(self._transport, request, progress, sink, policy=POLICY))

    def close(self) -> None:
        """Close the connections."""
        close = getattr(self._transport, "close", None)
        if close is not None:
            close()

    def _get(self, route: str, parameters: Mapping[str, str], progress: Progress) -> Tuple[str, HttpResponse]:
        """The answer, asked for under the other spelling of the route too where there is one."""
        known = self._spelled.get(route)
        spellings = (known,) if known else _SPELLINGS.get(route, (route,))
        for spelling in spellings:
            url = f"{self.connection.url}/query/{spelling}"
            request = HttpRequest("GET", f"{url}?{urlencode(parameters)}", self._headers)
            response = send_with_retry(self._transport, request, progress, policy=POLICY)
            if response.status != 404:
                break
        good = self._good(url, response)
        self._spelled[route] = spelling
        return url, good

    def _good(self, url: str, response: HttpResponse) -> HttpResponse:
        if response.status != 200:
            raise _refusal(url, response)
        return response


def _parsed(url: str, response: HttpResponse) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise not_the_answer(url, response, "JSON of a CbM server") from error


def _refusal(url: str, response: HttpResponse) -> WorkbenchError:
    """Our error for an answer that is not 200."""
    shown, host, status = shown_url(url), urlsplit(url).netloc.rpartition("@")[2], response.status
    route = urlsplit(url).path.rpartition("/")[2]
    facts: Dict[str, Any] = {"status": status, "url": shown}
    if status in (301, 302, 303, 307, 308):
        return redirected(url, response.headers.get("location", ""))
    if status == 401:
        return _login_refused(host, response, facts)
    if status == 403:
        return PermissionDenied(f"{host} does not allow this.", "Check the account.", **facts)
    if status == 404:
        return NotThere(
            f"{host} has no '{route}'.", "Check the address of the server, or choose its generation.", **facts
        )
    if status == 429:
        return RateLimited(f"{host} still has too many requests after waiting.", "Try again later.", **facts)
    if status == 500:
        return ServerFailed(f"{host} failed at '{route}' (HTTP 500).", "Check the values that were sent.", **facts)
    if status > 500:
        return ServiceUnavailable(f"{host} is not available (HTTP {status}).", "Try again later.", **facts)
    said = read_complaint(response.content).message.rstrip(".")
    return RequestRejected(f"{host} refused '{route}' (HTTP {status}){f': {said}' if said else ''}.", **facts)


def _login_refused(host: str, response: HttpResponse, facts: Mapping[str, Any]) -> WorkbenchError:
    """A bad login and an area without permission are both 401; only the first asks for a login."""
    text = response.content[:300].decode("utf-8", "replace")
    if "www-authenticate" not in response.headers and "Not authorized" in text:
        return PermissionDenied(
            f"Your account at {host} may not see this area.", "Choose another area, or ask for access.", **facts
        )
    return AuthenticationFailed(f"{host} does not know this user and password.", "Correct the login.", **facts)


def query_failed(route: str) -> UnexpectedAnswer:
    """``{}`` where parcels were asked for: the server's own query broke; it says nothing about parcels."""
    return final(UnexpectedAnswer(
        f"The query '{route}' failed on the CbM server; this is not an empty result.",
        "Check the area, year, type and place.",
    ))
