"""Which CbM server, and as whom."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Mapping, Optional
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.transport import is_loopback

GENERATIONS = (1, 2, 3, 4)


@dataclass(frozen=True)
class CbmConnection:
    """A server. Holds no secret.

    Attributes:
        name: the user's.
        url: scheme, host and path before ``/query``; without a slash at the end.
        auth_config_id: of the QGIS authentication database, or None.
        generation: 1 to 4 of its API (cbm-rest, 2), or None to find out: 1 and 2 name a parcel table where later ones
            name an area and a year.
        plain_http: user and password may go unprotected, such as within an office's own network.
    """

    name: str
    url: str
    auth_config_id: Optional[str] = None
    generation: Optional[int] = None
    plain_http: bool = False

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidInput("name", "The connection has no name.", "Give it one.")
        if self.generation not in (None, *GENERATIONS):
            raise InvalidInput("generation", f"There is no generation {self.generation} of CbM servers.", "Use 1 to 4.")
        object.__setattr__(self, "url", _checked_url(self.url, self.plain_http))

    @property
    def names_tables(self) -> bool:
        """Whether the server takes ``parcels=nld2018`` where later ones take ``aoi`` and ``year``."""
        return self.generation is not None and self.generation <= 2


def _checked_url(url: str, plain_http: bool) -> str:
    text = url.strip().rstrip("/")
    text = text[: -len("/query")] if text.endswith("/query") else text
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or " " in text:
        raise InvalidInput(
            "host", f"'{url}' is not the address of a CbM server.", "Write it as https://host, without user and query."
        )
    if parts.scheme == "http" and not plain_http and not is_loopback(host):
        raise InvalidInput(
            "host", f"{text} would send your password unprotected.",
            "Use the https:// address, or allow plain http for this connection.",
        )
    return text


@dataclass(frozen=True)
class CbmLogin:
    """User and password. The repr shows neither the password nor its length."""

    user: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.user.strip() or ":" in self.user:
            raise InvalidInput("user", "The user name is empty or holds a colon.", "Enter that of your CbM account.")
        if not self.password:
            raise InvalidInput("password", "The password is empty.", "Enter the one of your CbM account.")

    def headers(self) -> Mapping[str, str]:
        """Basic authentication. The name goes in lower case: servers fail for others (cbm-rest, 3)."""
        pair = f"{self.user.strip().lower()}:{self.password}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode("ascii")}
