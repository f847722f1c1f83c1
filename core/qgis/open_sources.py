"""Collections of open catalogs as connections: remembered in QGIS's settings, served by a local hub when wanted."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.qgis.catalog_naming import named_catalog
from sentinel_workbench.core.qgis.folders import profile_folder
from sentinel_workbench.core.qgis.json_setting import read_list, write_json
from sentinel_workbench.core.qgis.network import read_open_network
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.s3_access import S3Account

_LIST = "sentinel_workbench/open_sources"
_KEPT = 6
OPEN_PREFIX = "stac:"


@dataclass(frozen=True)
class OpenSource:
    """A collection of a catalog that images can be ordered from.

    Attributes:
        catalog: title of the catalog.
        collection_id: as the catalog names it.
        title: of the collection, for people.
    """

    catalog: str
    collection_id: str
    title: str = ""

    @property
    def name(self) -> str:
        """Of its connection."""
        return f"Open data: {self.title or self.collection_id}, {self.catalog}"


class OpenSourceStore:
    """The sources used last, the newest first."""

    def all(self) -> Tuple[OpenSource, ...]:
        """Those whose catalog is still known."""
        titles = {catalog.title for catalog in CatalogStore().all()}
        return tuple(source for source in _read() if source.catalog in titles)

    def find(self, name: str) -> Optional[OpenSource]:
        """The source whose connection has this name, or None."""
        return next((source for source in self.all() if source.name == name), None)

    def remember(self, source: OpenSource) -> None:
        """Put it first; what was not used for long is forgotten."""
        _write([source, *(other for other in _read() if other.name != source.name)][:_KEPT])

    def forget(self, name: str) -> None:
        """Drop a source; an unknown name is ignored."""
        _write([source for source in _read() if source.name != name])


def prepare_open_hub(source: OpenSource) -> LocalHub:
    """A local hub that serves the source, not started yet. Main thread: signs in and reads the network settings.

    Raises:
        WorkbenchError: a catalog or login that is not there, a proxy of an unsupported kind.
    """
    catalog = CatalogStore().find(source.catalog)
    if catalog is None:
        raise WorkbenchError(f"The catalog '{source.catalog}' is not there any more.", "Choose another one.")
    return hub_of_catalog(catalog, source.collection_id, source.name)


def hub_of_catalog(catalog: SavedCatalog, collection_id: str, name: str = "") -> LocalHub:
    """A local hub on a collection of a catalog, not started yet. Main thread: signs in and reads the network settings.

    Args:
        catalog: which.
        collection_id: as the catalog names it.
        name: of the connection; the usual one of such a source when empty.

    Raises:
        WorkbenchError: a login or key that is not there, a proxy of an unsupported kind.
    """
    connection = catalog.connection()
    return LocalHub(
        profile_folder() / "open-data",
        with_demo_scenes=False,
        arguments=("--stac", connection.preset or connection.url, "--collection", collection_id, "--screen",
                   "--way-on-stdin"),
        name=name or OpenSource(catalog.title, collection_id).name,
        source=f"stac|{connection.url.rstrip('/')}|{collection_id}",
        told=_way(connection, read_open_network(catalog.url), catalog.account()),
    )


def named_open_hub(named: str) -> Optional[LocalHub]:
    """The hub behind the name of a connection to open data, not started yet; None for other names. Main thread.

    Args:
        named: ``stac:CATALOG#COLLECTION``, such as ``stac:earth-search#sentinel-2-c1-l2a``, where the catalog may be
            an address or a file too; or the name of a collection the dock served lately.

    Raises:
        InvalidInput: no such catalog, or no collection is named.
        WorkbenchError: as ``hub_of_catalog``.
    """
    source = OpenSourceStore().find(named)
    if source is not None:
        return prepare_open_hub(source)
    if not named.startswith(OPEN_PREFIX):
        return None
    catalog, _, collection_id = named[len(OPEN_PREFIX):].rpartition("#")
    if not catalog or not collection_id:
        raise InvalidInput("connection", f"'{named}' names no collection of a catalog.",
                           f"Write it as {OPEN_PREFIX}earth-search#sentinel-2-c1-l2a.")
    return hub_of_catalog(named_catalog(catalog), collection_id)


def _way(connection: StacConnection, network: NetworkSettings, account: Optional[S3Account]) -> str:
    """As ``localhub.catalog_way`` reads it."""
    told: Dict[str, Any] = {
        "headers": dict(connection.headers), "proxies": dict(network.proxies), "no_proxy": list(network.no_proxy),
        "verify": network.verify, "read_timeout_s": network.read_timeout_s, "user_agent": network.user_agent,
    }
    if account is not None:
        told["storage"] = {
            "endpoint": account.endpoint, "region": account.region, "requester_pays": account.requester_pays,
            **(dataclasses.asdict(account.keys) if account.keys else {}),
        }
    return json.dumps(told)


def _read() -> List[OpenSource]:
    return [source for source in map(_source, read_list(_LIST)) if source]


def _source(entry: Any) -> Optional[OpenSource]:
    if not isinstance(entry, Mapping):
        return None
    values = [entry.get(name) for name in ("catalog", "collection_id", "title")]
    return OpenSource(*values) if all(isinstance(value, str) for value in values) else None  # type: ignore[arg-type]


def _write(sources: List[OpenSource]) -> None:
    write_json(_LIST, [dataclasses.asdict(source) for source in sources])
