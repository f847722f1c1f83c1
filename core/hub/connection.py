"""Where to connect, and as whom."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Optional
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.transport import is_loopback
from sentinel_workbench.core.hub.deployments import CUSTOM, find_deployment, known_deployments


def _checked_url(field_name: str, url: str) -> str:
    text = url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.username or any(c.isspace() for c in text):
        raise InvalidInput(
            field_name, f"'{url}' is not the URL of a service.", "Write it as https://host, without user or password."
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise InvalidInput(
            field_name, f"{text} would send your secret unprotected.", "Use the https:// URL of the service."
        )
    return text


@dataclass(frozen=True)
class Connection:
    """A service and how fast to use it. Holds no secret.

    Attributes:
        name: the user's.
        deployment_id: one of ``known_deployments()``; gives the paths.
        base_url: without a slash at the end.
        token_url: of the OAuth client credentials grant.
        requests_per_minute: of the account, or None for no limit.
        units_per_minute: processing units of the account, or None for no limit.
        auth_config_id: of the QGIS authentication database, or None.
        burst: requests the service takes at once, or None for the usual.
        cache_url: stands for ``base_url`` in cache keys where that changes though the data stays, such as a local hub's
            port; or None.
    """

    name: str
    deployment_id: str = CUSTOM
    base_url: str = ""
    token_url: str = ""
    requests_per_minute: Optional[float] = None
    units_per_minute: Optional[float] = None
    auth_config_id: Optional[str] = None
    burst: Optional[int] = None
    cache_url: Optional[str] = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidInput("name", "The connection has no name.", "Give it one.")
        find_deployment(self.deployment_id)
        object.__setattr__(self, "base_url", _checked_url("base URL", self.base_url))
        object.__setattr__(self, "token_url", _checked_url("token URL", self.token_url))
        for name in ("requests_per_minute", "units_per_minute"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise InvalidInput(name, f"A limit of {value} a minute is not possible.", "Use a positive number.")

    @classmethod
    def of_deployment(cls, deployment_id: str, name: Optional[str] = None) -> Connection:
        """A connection to a known service with its usual limits.

        Raises:
            InvalidInput: unknown, or a deployment without addresses of its own.
        """
        deployment = find_deployment(deployment_id)
        if deployment.base_url is None or deployment.token_url is None:
            raise InvalidInput("deployment", f"'{deployment.title}' needs URLs of its own.", "Enter them.")
        return cls(
            name or deployment.title,
            deployment.id,
            deployment.base_url,
            deployment.token_url,
            deployment.requests_per_minute,
            deployment.units_per_minute,
        )

    def serving(self, collection: str) -> Connection:
        """This connection, or the same account's at the sibling deployment that serves ``collection``.

        A classic account is good for three hosts, each with collections of its own (deployments, 1.1). Services at
        custom URLs, and collections that no sibling knows, stay where they are.
        """
        home = find_deployment(self.deployment_id)
        if not home.collections or collection in home.collections or self.base_url != home.base_url:
            return self
        for sibling in known_deployments():
            if sibling.token_url == self.token_url and collection in sibling.collections and sibling.base_url:
                return replace(self, deployment_id=sibling.id, base_url=sibling.base_url)
        return self

    def may_serve(self, collection: str) -> bool:
        """False only where the account's deployments are known not to have a known collection.

        Collections of the user's own, services at custom URLs and local hubs are left to the service itself.
        """
        home = find_deployment(self.deployment_id)
        listed = {name for deployment in known_deployments() for name in deployment.collections}
        if not home.collections or self.base_url != home.base_url or collection not in listed:
            return True
        served = self.serving(collection)
        return collection in find_deployment(served.deployment_id).collections

    def url(self, api: str) -> str:
        """The address of an API: ``process``, ``catalog``, ..."""
        return self.base_url + find_deployment(self.deployment_id).paths[api]

    def cache_key_url(self, api: str) -> str:
        """The address of an API as cache keys know it."""
        return (self.cache_url or self.base_url) + find_deployment(self.deployment_id).paths[api]


@dataclass(frozen=True)
class Credentials:
    """An OAuth client. The repr shows neither part of the secret nor its length."""

    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.client_id.strip():
            raise InvalidInput("client id", "The client id is empty.", "Copy it from your account's OAuth clients.")
        if not self.client_secret.strip():
            raise InvalidInput("client secret", "The client secret is empty.", "Copy it from your account.")
