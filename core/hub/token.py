"""OAuth tokens: fetched once for all threads, renewed early, dropped when refused (auth-and-limits, 1)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Optional, Tuple
from urllib.parse import urlencode, urlsplit

from sentinel_workbench.core.errors import AuthenticationFailed, RequestRejected, WorkbenchError
from sentinel_workbench.core.http.complaints import not_the_answer, read_complaint, shown_url
from sentinel_workbench.core.http.retry import RetryPolicy, send_with_retry
from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse, Transport
from sentinel_workbench.core.hub.connection import Credentials
from sentinel_workbench.core.hub.errors import error_from_response
from sentinel_workbench.core.progress import POLL_S, Progress, raise_if_cancelled

LONGEST_MARGIN_S = 120.0
LIFETIME_WHEN_UNTOLD_S = 300.0
_FINGERPRINT_KEY = secrets.token_bytes(32)


@dataclass(frozen=True)
class _Token:
    value: str = field(repr=False)
    renew_at: float


class _Renewal:
    """One token request that several threads may wait for."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.token: Optional[_Token] = None
        self.error: Optional[WorkbenchError] = None


class TokenCache:
    """Tokens of this process by client id, secret and token URL; shared by every client of the same account."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tokens: Dict[Tuple[str, str, str], _Token] = {}
        self.renewals: Dict[Tuple[str, str, str], _Renewal] = {}


_PROCESS_CACHE = TokenCache()


def fingerprint(secret: str) -> str:
    """Tells secrets apart within this process and says nothing about them."""
    return hmac.new(_FINGERPRINT_KEY, secret.encode(), hashlib.sha256).hexdigest()


class TokenSource:
    """Gives the current token of one account. Thread-safe.

    Args:
        credentials: the OAuth client.
        token_url: of the client credentials grant.
        transport: sends the token request, with the same proxy and certificates as everything else.
        policy: for 429 and 5xx of the token endpoint.
        cache: by default the process's.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        token_url: str,
        transport: Transport,
        policy: Optional[RetryPolicy] = None,
        cache: Optional[TokenCache] = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials, self._url, self._transport = credentials, token_url, transport
        self._policy, self._cache, self._clock = policy, cache or _PROCESS_CACHE, clock
        self._key = (credentials.client_id, fingerprint(credentials.client_secret), token_url)

    def token(self, progress: Progress, policy: Optional[RetryPolicy] = None) -> str:
        """A valid bearer token. One thread asks the service, the others wait for its answer.

        Args:
            progress: Cancel ends the wait.
            policy: instead of the usual one.

        Raises:
            AuthenticationFailed: client id or secret refused.
            RequestRejected: no token endpoint at the URL.
            NetworkError: not reached.
            Cancelled: the user asked to stop.
        """
        while True:
            raise_if_cancelled(progress)
            with self._cache.lock:
                known = self._cache.tokens.get(self._key)
                if known is not None and self._clock() < known.renew_at:
                    return known.value
                renewal = self._cache.renewals.get(self._key)
                mine = renewal is None
                if renewal is None:
                    renewal = self._cache.renewals[self._key] = _Renewal()
            if mine:
                return self._renew(renewal, progress, policy).value
            while not renewal.done.wait(POLL_S):
                raise_if_cancelled(progress)
            if renewal.error is not None:
                raise renewal.error
            if renewal.token is not None:
                return renewal.token.value

    def drop(self, value: str) -> None:
        """Forget a token the service refused, unless another thread already renewed it."""
        with self._cache.lock:
            known = self._cache.tokens.get(self._key)
            if known is not None and known.value == value:
                del self._cache.tokens[self._key]

    def forget(self) -> None:
        """Forget the account's token, so that the next one proves the secret."""
        with self._cache.lock:
            self._cache.tokens.pop(self._key, None)

    def _renew(self, renewal: _Renewal, progress: Progress, policy: Optional[RetryPolicy]) -> _Token:
        try:
            renewal.token = self._fetch(progress, policy or self._policy)
            return renewal.token
        except WorkbenchError as error:
            renewal.error = error
            raise
        finally:
            with self._cache.lock:
                if renewal.token is not None:
                    self._cache.tokens[self._key] = renewal.token
                del self._cache.renewals[self._key]
            renewal.done.set()

    def _fetch(self, progress: Progress, policy: Optional[RetryPolicy]) -> _Token:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        request = HttpRequest("POST", self._url, headers, urlencode(form).encode())
        response = send_with_retry(self._transport, request, progress, policy=policy)
        if response.status != 200:
            raise self._refusal(response)
        answer = _json_object(response)
        value = answer.get("access_token")
        if not isinstance(value, str) or not value:
            raise not_the_answer(self._url, response, "an OAuth token; it is not a token URL")
        return _Token(value, self._clock() + _use_for_s(answer.get("expires_in")))

    def _refusal(self, response: HttpResponse) -> WorkbenchError:
        complaint, shown = read_complaint(response.content), shown_url(self._url)
        host = urlsplit(shown).netloc
        if response.status in (400, 401) and complaint.code:
            return AuthenticationFailed(
                f"{host} refused the client id '{self._credentials.client_id}' or its secret"
                f" ({complaint.message or complaint.code}).",
                "Check both, that the client has not expired, and that it was made at this service.",
                status=response.status,
                code=complaint.code,
                url=shown,
            )
        if response.status in (400, 401, 404, 405, 415):
            return RequestRejected(
                f"There is no token endpoint at {shown} (HTTP {response.status}).",
                "Check the token URL of the connection.",
                status=response.status,
                code=complaint.code,
                url=shown,
            )
        return error_from_response(response, self._url)


def _json_object(response: HttpResponse) -> Dict[str, Any]:
    try:
        value = json.loads(response.content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _use_for_s(expires_in: Any) -> float:
    """Lifetime minus the margin: 120 s, or a tenth of a short life."""
    try:
        lifetime_s = float(expires_in)
    except (TypeError, ValueError):
        lifetime_s = LIFETIME_WHEN_UNTOLD_S
    return lifetime_s - min(LONGEST_MARGIN_S, lifetime_s * 0.1)
