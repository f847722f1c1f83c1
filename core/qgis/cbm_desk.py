"""What is needed to ask a CbM server: which there are, how to get there, and who one is."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.hub.running_hubs import RunningHubs
from sentinel_workbench.core.qgis.cbm_servers import CbmServers, patient, read_login
from sentinel_workbench.core.qgis.network import read_network_settings


class CbmDesk:
    """Keeps the clients of the servers in use, so that work at one shares connections and what it told of itself.

    Args:
        hubs: running local hubs; those that know parcels are CbM servers too.
    """

    def __init__(self, hubs: RunningHubs) -> None:
        self._hubs = hubs
        self._known: Dict[str, Tuple[object, CbmClient]] = {}

    def servers(self) -> Tuple[CbmConnection, ...]:
        """Local hubs that serve parcels, then the saved ones."""
        return (*self._local(), *CbmServers().all())

    def client(self, server: CbmConnection, login: Optional[CbmLogin] = None) -> CbmClient:
        """The client of a server. Main thread: reads the auth manager and QGIS's network settings.

        Args:
            server: which.
            login: as whom, instead of the kept one.

        Raises:
            WorkbenchError: there is no login, it stays locked, or a proxy is of an unsupported kind.
        """
        login = login or self._local_login(server) or read_login(server)
        network = patient(read_network_settings(server.url))
        state, known = (server, login, network), self._known.get(server.name)
        if known is None or known[0] != state:
            known = (state, CbmClient(server, login, RequestsTransport(network)))
            self._known[server.name] = known
        return known[1]

    def close(self) -> None:
        """Close all connections."""
        for _, client in self._known.values():
            client.close()
        self._known.clear()

    def _local(self) -> Tuple[CbmConnection, ...]:
        return tuple(
            CbmConnection(connection.name, connection.base_url, generation=4)
            for connection in self._hubs.connections() if self._hubs.serves_parcels(connection.name)
        )

    def _local_login(self, server: CbmConnection) -> Optional[CbmLogin]:
        """The hub's own account, which nobody has to enter."""
        if server not in self._local():
            return None
        account = self._hubs.credentials(server.name)
        return CbmLogin(account.client_id, account.client_secret) if account else None
