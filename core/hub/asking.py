"""What the service's JSON APIs need of the client: Catalog, Statistics and BYOC ask alike."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Protocol

from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.progress import Progress


class JsonClient(Protocol):
    """Implemented by ``HubClient``; tests may use a fake."""

    @property
    def connection(self) -> Connection:
        """Gives the address."""

    def ask_json(
        self,
        method: str,
        url: str,
        body: Optional[Mapping[str, Any]],
        progress: Progress,
        policy: Optional[RetryPolicy] = None,
        units: float = 0.0,
    ) -> Dict[str, Any]:
        """A JSON object from the service."""


class TellingClient(JsonClient, Protocol):
    """One that also sends what is only answered by 204."""

    def tell(
        self,
        method: str,
        url: str,
        body: Optional[Mapping[str, Any]],
        progress: Progress,
        policy: Optional[RetryPolicy] = None,
        units: float = 0.0,
    ) -> None:
        """Something answered by 204."""
