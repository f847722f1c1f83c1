"""What is needed to ask a catalog of open data: how to get there, who one is, and what was learnt of it before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import NotThere, StorageError
from sentinel_workbench.core.http.complaints import shown_url
from sentinel_workbench.core.http.ranges import Access
from sentinel_workbench.core.http.transport import HttpRequest, NetworkSettings, RequestsTransport
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.network import read_open_network
from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
from sentinel_workbench.core.services.given_keys import renew_keys
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.stac.item_reading import local_path
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.s3_access import S3Account, file_access, storage_of


@dataclass(frozen=True)
class OpenServices:
    """The services of one catalog. Thread-safe.

    Attributes:
        catalog: searches, streams and cuts.
        transport: sends; knows proxy and certificates.
        access: gives the right to read files, with the signatures got so far.
        account: of the storage of the catalog's files, or None.
    """

    catalog: CatalogService
    transport: RequestsTransport
    access: Access
    account: Optional[S3Account] = None

    def picture(self, address: str, progress: Progress) -> bytes:
        """The content of a small file, such as a thumbnail: of a server, or of a folder.

        Raises:
            WorkbenchError: it can't be fetched.
            Cancelled: on request.
        """
        if not address.startswith(("http://", "https://")):
            path = Path(local_path(address))
            try:
                return path.read_bytes()
            except OSError as error:
                raise StorageError(f"{path} can't be read: {error.strerror}.", "Check the path.") from error
        signed, headers = self.access.address(address, progress)
        answer = self.transport.send(HttpRequest("GET", signed, headers), progress)
        if answer.status != 200:
            raise NotThere(f"There is no picture at {shown_url(address)}.", "", status=answer.status)
        return answer.content


def open_services(
    connection: StacConnection, network: NetworkSettings, account: Optional[S3Account] = None
) -> OpenServices:
    """The one place where they are put together. Touches neither network nor QGIS."""
    transport = RequestsTransport(network)
    service = CatalogService(connection, transport, account)
    return OpenServices(service, transport, file_access(connection, transport, account), account)


class OpenDesk:
    """Keeps the services of the catalogs in use, so that work on one shares connections and signatures."""

    def __init__(self) -> None:
        self._known: Dict[str, Tuple[object, OpenServices]] = {}

    def services(self, catalog: SavedCatalog, hosts: Sequence[str] = ()) -> OpenServices:
        """The services of a catalog. Main thread: reads QGIS's network settings and the auth manager.

        Args:
            catalog: which.
            hosts: addresses of files that will be read, for QGIS may have another proxy for each.

        Raises:
            WorkbenchError: a login that is not there, a proxy of an unsupported kind.
        """
        connection, account = catalog.connection(), catalog.account()
        network = read_open_network(catalog.url, *hosts)
        state = (connection, account, network)
        known = self._known.get(catalog.title)
        if known is not None and known[1].account != account:
            renew_keys(connection.url, storage_of(connection, account))
        if known is None or known[0] != state:
            known = self._known[catalog.title] = (state, open_services(connection, network, account))
        return known[1]

    def forget(self, title: Optional[str] = None) -> None:
        """Drop what is kept of one catalog, or of all; work that runs with it goes on."""
        if title is None:
            self._known.clear()
        else:
            self._known.pop(title, None)

    def close(self) -> None:
        """Close all connections."""
        for _, services in self._known.values():
            services.transport.close()
        self._known.clear()
