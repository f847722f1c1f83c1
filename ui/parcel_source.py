"""Where a season's chips come from, as the tab knows it: three ways to ask for the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable, Optional, Protocol, Tuple

from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.cbm.records import CHIP_BANDS
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
from sentinel_workbench.core.services.chips_cbm import CbmChips
from sentinel_workbench.core.services.chips_hub import HubChips
from sentinel_workbench.core.services.chips_stac import StacChips
from sentinel_workbench.core.services.parcel_chips import ChipSource
from sentinel_workbench.core.stac.catalogs import band_assets
from sentinel_workbench.ui.backend import Backend, RunningWork

ChipWork = Callable[[ChipSource, Progress], Any]
Done = Callable[[Any], None]
Fail = Callable[[WorkbenchError], None]
Hear = Callable[[float, str], None]
SENTINEL2 = "sentinel-2-l2a"


class SourceKind(Enum):
    """Where chips come from."""

    CONNECTION = "connection"
    CATALOG = "catalog"
    SERVER = "server"


class ParcelSource(Protocol):
    """One of the three."""

    @property
    def title(self) -> str:
        """Its name, for the season's title."""

    @property
    def bands(self) -> Tuple[str, ...]:
        """Reflectance bands it has chips of."""

    def run(
        self, backend: Backend, title: str, work: ChipWork, on_done: Done, on_error: Fail, on_progress: Optional[Hear]
    ) -> RunningWork:
        """Run ``work(chips, progress)`` in a ``QgsTask``, the chips made of services that are fresh now."""


@dataclass(frozen=True)
class HubSource:
    """A Sentinel Hub connection, or a local hub.

    Attributes:
        connection_name: of the connection.
        collection: served there.
    """

    connection_name: str
    collection: Collection

    @property
    def title(self) -> str:
        return self.connection_name

    @property
    def bands(self) -> Tuple[str, ...]:
        return reflectance_bands(self.collection)

    def run(
        self, backend: Backend, title: str, work: ChipWork, on_done: Done, on_error: Fail, on_progress: Optional[Hear]
    ) -> RunningWork:
        name = self.collection.collection_id

        def with_services(services: Any, progress: Progress) -> Any:
            return work(HubChips(services.series, services.availability, name), progress)

        return backend.run(title, self.connection_name, with_services, on_done, on_error, on_progress)


@dataclass(frozen=True)
class CatalogSource:
    """A collection of a STAC catalog."""

    catalog: SavedCatalog
    collection_id: str

    @property
    def title(self) -> str:
        return self.catalog.title

    @property
    def bands(self) -> Tuple[str, ...]:
        assets = band_assets().get(SENTINEL2, {})
        return tuple(band for band in reflectance_bands(known_collections()[SENTINEL2]) if band in assets)

    def run(
        self, backend: Backend, title: str, work: ChipWork, on_done: Done, on_error: Fail, on_progress: Optional[Hear]
    ) -> RunningWork:
        def with_services(services: Any, progress: Progress) -> Any:
            return work(StacChips(services.catalog, self.collection_id), progress)

        return backend.run_open(title, self.catalog, with_services, on_done, on_error, on_progress)


@dataclass(frozen=True)
class ServerSource:
    """A CbM server."""

    server: CbmConnection

    @property
    def title(self) -> str:
        return self.server.name

    @property
    def bands(self) -> Tuple[str, ...]:
        return tuple(band for band in CHIP_BANDS if band.startswith("B"))

    def run(
        self, backend: Backend, title: str, work: ChipWork, on_done: Done, on_error: Fail, on_progress: Optional[Hear]
    ) -> RunningWork:
        def with_client(client: Any, progress: Progress) -> Any:
            return work(CbmChips(client), progress)

        return backend.run_cbm(title, self.server, with_client, on_done, on_error, on_progress)


def reflectance_bands(collection: Collection) -> Tuple[str, ...]:
    """Bands that are measured light, not classes, angles or probabilities."""
    return tuple(band.name for band in collection.bands if "REFLECTANCE" in band.units)
