"""The services of the connections in use, and the units they spent."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Tuple

from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.qgis.spending import Spending, SpendingLedger

Build = Callable[[Connection, Any], Any]
"""Makes the services of a connection with settings."""


class ServiceDesk:
    """Keeps services, so that the orders of a connection share token, pace and kept-alive network connections.

    Args:
        build: makes services; they have a ``client`` with a ``meter``, and ``close()``.
    """

    def __init__(self, build: Build) -> None:
        self._build, self._ledger = build, SpendingLedger()
        self._known: Dict[str, Tuple[object, Any]] = {}

    def services(self, connection: Connection, settings: Any) -> Any:
        """Those made before, unless the connection or its settings are others now."""
        state, known = (connection, settings), self._known.get(connection.name)
        if known and known[0] == state:
            return known[1]
        self.book(connection.name)
        services = self._build(connection, settings)
        self._known[connection.name] = (state, services)
        return services

    def spending(self, name: str) -> Spending:
        """Units spent with a connection so far."""
        self.book(name)
        return self._ledger.of(name)

    def book(self, name: str) -> None:
        """Write down the units spent since the last time."""
        if name in self._known:
            self._ledger.book(name, self._known[name][1].client.meter)

    def drop(self, *names: Optional[str]) -> None:
        """Make new ones the next time; work that runs goes on with the old ones."""
        for name in filter(None, names):
            self.book(name)
            self._known.pop(name, None)

    def close(self) -> None:
        """Write everything down and close all network connections."""
        for name, (_, services) in self._known.items():
            self.book(name)
            services.close()
        self._known.clear()
