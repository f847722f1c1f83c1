"""The hub's OAuth 2 token endpoint (client credentials) and the check of bearer tokens."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional
from urllib.parse import parse_qs

from sentinel_workbench.localhub.answers import Answer, json_answer
from sentinel_workbench.localhub.records import HubError

DEFAULT_LIFETIME_S = 3600
_SCHEME = "Bearer"
_NOT_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True)
class HubClientAccount:
    """The one client that may ask the hub."""

    client_id: str
    client_secret: str = field(repr=False)


def random_account() -> HubClientAccount:
    """A new client id and secret, for one run of the hub."""
    return HubClientAccount(f"local-{secrets.token_hex(8)}", secrets.token_urlsafe(32))


class TokenIssuer:
    """Issues signed tokens to the account and recognises them; keeps no state besides a key made at start."""

    def __init__(self, account: HubClientAccount, lifetime_s: int = DEFAULT_LIFETIME_S) -> None:
        self._account, self._lifetime_s = account, lifetime_s
        self._key = secrets.token_bytes(32)

    def answer(self, body: bytes, authorization: str, issuer: str) -> Answer:
        """The answer to a token request; credentials in the form, or as HTTP Basic."""
        form = _read_form(body)
        grant = form.get("grant_type")
        if not grant:
            return _refusal(400, "invalid_request", "Missing form parameter: grant_type")
        if grant != "client_credentials":
            return _refusal(400, "unsupported_grant_type", "Unsupported grant_type")
        basic = _basic_credentials(authorization)
        client_id = form.get("client_id") or basic.get("client_id", "")
        client_secret = form.get("client_secret") or basic.get("client_secret", "")
        if not self._is_account(client_id, client_secret):
            return _refusal(401, "invalid_client", "Invalid client or Invalid client credentials")
        return json_answer(
            {
                "access_token": self._issue(issuer),
                "expires_in": self._lifetime_s,
                "refresh_expires_in": 0,
                "token_type": _SCHEME,
                "not-before-policy": 0,
                "scope": "email profile",
            },
            headers=_NOT_STORED,
        )

    def check(self, authorization: Optional[str]) -> None:
        """Refuse a request without a valid token of this hub.

        Raises:
            HubError: 401 COMMON_UNAUTHORIZED.
        """
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() != _SCHEME.lower() or not token:
            raise _unauthorized("You are not authorized! The request carries no bearer token.")
        signed, _, signature = token.strip().rpartition(".")
        if not hmac.compare_digest(self._sign(signed).encode(), signature.encode("utf-8", "replace")):
            raise _unauthorized("You are not authorized! The token was not issued by this service.")
        claims = json.loads(_decode_part(signed.partition(".")[2]))
        if claims["exp"] <= time.time():
            raise _unauthorized("You are not authorized! The token has expired.")

    def _is_account(self, client_id: str, client_secret: str) -> bool:
        same_id = hmac.compare_digest(client_id.encode(), self._account.client_id.encode())
        return same_id & hmac.compare_digest(client_secret.encode(), self._account.client_secret.encode())

    def _issue(self, issuer: str) -> str:
        now = int(time.time())
        claims = {
            "exp": now + self._lifetime_s,
            "iat": now,
            "jti": secrets.token_hex(16),
            "iss": issuer,
            "typ": _SCHEME,
            "azp": self._account.client_id,
        }
        signed = f"{_encode_part({'alg': 'HS256', 'typ': 'JWT'})}.{_encode_part(claims)}"
        return f"{signed}.{self._sign(signed)}"

    def _sign(self, text: str) -> str:
        digest = hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _unauthorized(message: str) -> HubError:
    return HubError(401, "COMMON_UNAUTHORIZED", message)


def _refusal(status: int, error: str, description: str) -> Answer:
    return json_answer({"error": error, "error_description": description}, status, headers=_NOT_STORED)


def _read_form(body: bytes) -> Mapping[str, str]:
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in fields.items()}


def _basic_credentials(authorization: str) -> Mapping[str, str]:
    scheme, _, encoded = (authorization or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, rest = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": rest}


def _encode_part(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _decode_part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
