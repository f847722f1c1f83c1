"""The local hubs this process started, each with a connection of its own."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.local_scenes import LocalHub


class RunningHubs:
    """Hubs by the name of their connection. ``stop`` ends all."""

    def __init__(self) -> None:
        self._hubs: Dict[str, LocalHub] = {}

    def take(self, hub: LocalHub) -> None:
        """Keep a started hub; an earlier one of the same name ends."""
        if hub.connection is None:
            return
        earlier = self._hubs.pop(hub.connection.name, None)
        self._hubs[hub.connection.name] = hub
        if earlier is not None and earlier is not hub:
            earlier.stop()

    def find(self, name: str) -> Optional[LocalHub]:
        """The running hub behind a connection, or None."""
        hub = self._hubs.get(name)
        return hub if hub is not None and hub.running() else None

    def connections(self) -> Tuple[Connection, ...]:
        """Of all hubs that run."""
        return tuple(hub.connection for hub in self._hubs.values() if hub.running() and hub.connection is not None)

    def credentials(self, name: str) -> Optional[Credentials]:
        """Of the hub behind a connection, or None."""
        hub = self._hubs.get(name)
        return hub.credentials if hub is not None else None

    def serves_parcels(self, name: str) -> bool:
        """Whether the hub behind a connection is a CbM server too."""
        hub = self._hubs.get(name)
        return hub is not None and hub.serves_parcels

    def end(self, name: str) -> None:
        """End the hub behind a connection, if there is one."""
        hub = self._hubs.pop(name, None)
        if hub is not None:
            hub.stop()

    def stop(self) -> None:
        """End all of them."""
        hubs, self._hubs = self._hubs, {}
        for hub in hubs.values():
            hub.stop()
