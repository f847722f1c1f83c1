"""The Python door: everything the dock does, from the console or a script.

    from sentinel_workbench import api

    year = api.TimeRange.of_days("2019-01-01", "2019-12-31")
    with api.connect_local() as wb:
        order = api.series_order(
            api.BBox(46.16, -16.15, 46.51, -15.58), 60, "sentinel-2-l2a", api.library_script("true_colour"),
            api.calendar_months(year), title="True colour, Betsiboka, 2019",
        )
        result = wb.series(order, folder="/data/betsiboka")
        wb.add_to_project(result)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional, Sequence, Union

from qgis.core import QgsLayerTreeGroup, QgsProject, QgsVectorLayer

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.cbm.peers import fetch_peers
from sentinel_workbench.core.cbm.records import ParcelTable
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.script_library import library_script
from sentinel_workbench.core.http.transport import NetworkSettings, RequestsTransport
from sentinel_workbench.core.hub.byoc import ByocClient
from sentinel_workbench.core.hub.byoc_bodies import renamed_band
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.byoc import ByocBand, ByocCollection, ByocTile
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State, TileRecord
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.model.statistics import Histogram
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months, equal_slots, every_n_days
from sentinel_workbench.core.progress import Progress, Silent, Watched
from sentinel_workbench.core.qgis.cbm_console import cbm
from sentinel_workbench.core.qgis.chip_layers import add_chips
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.qgis.credentials import CredentialStore
from sentinel_workbench.core.qgis.folders import cache_folder, converted_folder, demo_folder, tables_folder
from sentinel_workbench.core.qgis.footprints import draft_path, footprints_path, show_footprints
from sentinel_workbench.core.qgis.layers import add_series
from sentinel_workbench.core.qgis.metadata import order_hash
from sentinel_workbench.core.qgis.network import read_network_settings
from sentinel_workbench.core.qgis.open_data import OpenData, stac
from sentinel_workbench.core.qgis.open_sources import named_open_hub
from sentinel_workbench.core.qgis.parcel_data import cbm_season, parcels_of, stac_season
from sentinel_workbench.core.qgis.parcel_layers import add_parcels
from sentinel_workbench.core.qgis.spending import SpendingLedger
from sentinel_workbench.core.raster.cog_check import CogProblem, CogReport, check_cog
from sentinel_workbench.core.raster.cog_making import CogOptions, make_band_cogs, make_cog
from sentinel_workbench.core.services.area_statistics import AreaStatistics, make_statistical_order, measure_areas
from sentinel_workbench.core.services.availability import AvailabilityService
from sentinel_workbench.core.services.byoc import ByocService
from sentinel_workbench.core.services.byoc_covers import make_cover
from sentinel_workbench.core.services.byoc_drafts import changed_tile, new_tile
from sentinel_workbench.core.services.chips_hub import HubChips
from sentinel_workbench.core.services.chips_place import PlaceChips, fetch_background, fetch_place_chips
from sentinel_workbench.core.services.clip_order import ClipOrder, ClipResult
from sentinel_workbench.core.services.dates import AvailableDay, days_of, measure_area_cloud, with_area_cloud
from sentinel_workbench.core.services.delivery import deliver
from sentinel_workbench.core.services.file_check import CheckedFiles, Finding, check_chosen, mend_files
from sentinel_workbench.core.services.folder_bucket import FolderBucket
from sentinel_workbench.core.services.image import ImageService
from sentinel_workbench.core.services.index_scripts import read_index
from sentinel_workbench.core.services.order_copies import copy_order
from sentinel_workbench.core.services.orders import Place, data_source, image_order, place_of, series_order
from sentinel_workbench.core.services.ordertext import read_order
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.plan import OrderPlan, check_cost, plan_order
from sentinel_workbench.core.services.preview import PREVIEW_PX, preview_order
from sentinel_workbench.core.services.scl_histogram import ClearRule
from sentinel_workbench.core.services.series import SeriesService
from sentinel_workbench.core.services.server_series import write_server_series
from sentinel_workbench.core.services.stac_search import FoundScenes, SceneSearch
from sentinel_workbench.core.services.storage import Storage, StorageKeys, list_objects
from sentinel_workbench.core.services.storage_bucket import StorageBucket, upload_files
from sentinel_workbench.core.services.tables import write_tables
from sentinel_workbench.core.services.tile_discovery import discover_tiles
from sentinel_workbench.core.services.upload import Bucket, UploadFile
from sentinel_workbench.core.services.upload_flow import FolderOrder, TakenFolder, take_folder
from sentinel_workbench.core.services.upload_plan import plan_upload
from sentinel_workbench.core.services.userdata import write_userdata

__all__ = [
    "Area", "AreaStatistics", "AvailableDay", "BBox", "ByocBand", "ByocCollection", "ByocService", "ByocTile",
    "Connection", "Credentials", "DataSource", "Histogram", "ImageOrder", "ImageResult", "OrderPlan", "PixelGrid",
    "Response", "Scene", "SeriesOrder", "SeriesResult", "ServiceSettings", "Services", "SlotKind", "SlotRule",
    "State", "TileMetadata", "TileRecord", "TimeRange", "Watched", "Workbench", "build_services", "calendar_months",
    "changed_tile", "CogOptions", "CogProblem", "CogReport", "Storage", "StorageKeys", "UploadFile", "check_cog",
    "discover_tiles", "list_objects", "make_band_cogs", "make_cog", "plan_upload", "upload_files",
    "connect", "connect_local", "data_source", "equal_slots", "every_n_days", "image_order",
    "ClipOrder", "ClipResult", "FoundScenes", "OpenData", "SceneSearch", "stac",
    "ParcelTable", "PlaceChips", "add_parcels", "cbm", "fetch_background", "fetch_peers", "fetch_place_chips",
    "write_server_series",
    "ClearRule", "Parcel", "ParcelSeason", "add_chips", "cbm_season", "parcels_of", "read_index", "stac_season",
    "CheckedFiles", "Finding", "TakenFolder", "check_chosen", "mend_files",
    "library_script", "make_cover", "new_tile", "read_order", "renamed_band", "series_order",
    "write_userdata",
]

TABLES_NAME = "tables.gpkg"


@dataclass(frozen=True)
class ServiceSettings:
    """What services need beside a connection: plain values, read on the main thread.

    Attributes:
        cache_folder: of responses and layer-ready rasters.
        network: proxy, certificates, time-outs.
        max_parallel: images fetched at once.
    """

    cache_folder: Path
    network: NetworkSettings = field(default_factory=NetworkSettings)
    max_parallel: int = 4


@dataclass(frozen=True)
class Services:
    """The services of one connection. Thread-safe; share them, and close them at the end."""

    client: HubClient
    cache: ResponseCache
    image: ImageService
    series: SeriesService
    availability: AvailabilityService
    byoc: ByocService
    transport: RequestsTransport

    def close(self) -> None:
        """Close the network connections."""
        self.transport.close()


def build_services(connection: Connection, credentials: Credentials, settings: ServiceSettings) -> Services:
    """The one place where services are put together, for all three doors. Touches neither network nor QGIS."""
    transport = RequestsTransport(settings.network)
    client = HubClient(connection, credentials, transport)
    cache = ResponseCache(settings.cache_folder)
    image = ImageService(client, cache)
    series = SeriesService(image, settings.max_parallel)
    byoc = ByocService(ByocClient(client))
    return Services(client, cache, image, series, AvailabilityService(client), byoc, transport)


def settings_for(connection: Connection) -> ServiceSettings:
    """QGIS's network settings and the profile's cache folder. Main thread.

    Raises:
        InvalidInput: a proxy of an unsupported kind.
    """
    return ServiceSettings(cache_folder(), read_network_settings(connection.base_url, connection.token_url))


class Workbench:
    """Orders in, results out. Calls wait for the end; use the dock or the algorithms where a window must stay alive.

    Attributes:
        most_units: an order that is estimated to cost more is refused; None for no limit.
    """

    most_units: Optional[float] = None

    def __init__(
        self,
        connection: Connection,
        credentials: Credentials,
        cache_dir: Optional[Union[str, Path]] = None,
        network: Optional[NetworkSettings] = None,
        hub: Optional[LocalHub] = None,
    ) -> None:
        chosen_network = network or read_network_settings(connection.base_url, connection.token_url)
        settings = ServiceSettings(Path(cache_dir) if cache_dir else cache_folder(), chosen_network)
        self.connection = connection
        self.services = build_services(connection, credentials, settings)
        self._hub = hub

    def plan(self, order: Union[ImageOrder, SeriesOrder]) -> OrderPlan:
        """Requests, units and size of an order, without asking anyone."""
        return plan_order(order)

    def image(self, order: ImageOrder, progress: Progress = Silent()) -> ImageResult:
        """One image.

        Raises:
            WorkbenchError: refused, failed, or no usable answer.
        """
        check_cost([plan_order(order)], self.most_units)
        try:
            return self.services.image.fetch(order, progress)
        finally:
            self._book()

    def copy(self, order: ImageOrder, form: str = "json") -> str:
        """An order as ``json``, ``curl`` or ``python`` for elsewhere; ``read_order`` reads any of them back."""
        return copy_order(order, form, self.connection)

    def series(
        self, order: SeriesOrder, folder: Optional[Union[str, Path]] = None, progress: Progress = Silent()
    ) -> SeriesResult:
        """All images of a series; with ``folder``, the files and ``tables.gpkg`` lie there, else in the cache."""
        check_cost([plan_order(order)], self.most_units)
        try:
            result = self.services.series.fetch(order, progress)
        finally:
            self._book()
        if folder and result.in_state(State.DONE):
            result = deliver(result, Path(folder), progress)
            write_tables(result, Path(folder) / TABLES_NAME)
        return result

    def preview(self, order: ImageOrder, longest_px: int = PREVIEW_PX, progress: Progress = Silent()) -> ImageResult:
        """The first output of an order, small, for a hundredth of the units or so."""
        return self.image(preview_order(order, longest_px), progress)

    def scenes(
        self,
        collection: str,
        area: Place,
        period: TimeRange,
        max_cloud: Optional[float] = None,
        progress: Progress = Silent(),
    ) -> Sequence[Scene]:
        """The scenes of a collection that touch the rectangle of ``area``, oldest first, from the Catalog."""
        return self.services.availability.scenes(collection, place_of(area).bbox, period, max_cloud, progress)

    def days(
        self, order: ImageOrder, period: TimeRange, measure: bool = False, progress: Progress = Silent()
    ) -> Sequence[AvailableDay]:
        """The days with scenes of the order's first collection.

        Args:
            order: its area and filters count.
            period: to look at.
            measure: ask the Statistical API for the cloud over the area itself, too.
            progress: of the whole.
        """
        source = order.sources[0]
        days = days_of(self.scenes(source.collection, order.grid.bbox, period, None, progress))
        measured = measure_area_cloud(self.services.client, order, period, progress) if measure and days else {}
        return with_area_cloud(days, measured)

    def statistics(
        self,
        areas: Sequence[Place],
        resolution_m: float,
        collection: str,
        evalscript: str,
        period: TimeRange,
        interval: str = "P1D",
        percentiles: Sequence[float] = (),
        histogram: Optional[Histogram] = None,
        progress: Progress = Silent(),
        **more: Any,
    ) -> Sequence[AreaStatistics]:
        """Statistics of each area, interval by interval; further arguments as of ``image_order``."""
        images = [image_order(area, resolution_m, collection, evalscript, **more) for area in areas]
        orders = [make_statistical_order(one, period, interval, percentiles, histogram) for one in images]
        return measure_areas(self.services.client, [place_of(area) for area in areas], orders, progress)

    def parcels(
        self, parcels: Sequence[Parcel], period: TimeRange, folder: Union[str, Path],
        collection: str = "sentinel-2-l2a",
    ) -> ParcelSeason:
        """Parcels through a period: ``.look()`` for clear dates, then ``.chips(...)`` and ``.measure(...)``."""
        source = HubChips(self.services.series, self.services.availability, collection)
        return ParcelSeason(source, parcels, period, Path(folder))

    @property
    def byoc(self) -> ByocService:
        """Your own collections of COGs: ``wb.byoc.collections()``, ``.create(...)``, ``.create_tiles(...)``, ..."""
        return self.services.byoc

    def take_folder(
        self,
        folder: Union[str, Path],
        collection: str,
        bucket: str = "",
        storage: Optional[Storage] = None,
        keys: Optional[StorageKeys] = None,
        convert: bool = True,
        progress: Progress = Silent(),
        **more: str,
    ) -> TakenFolder:
        """From a folder of rasters to tiles of a collection, in one call; call it again after a stop.

        Args:
            folder: of rasters.
            collection: name or id; made when there is none.
            bucket: of a new collection; that of ``storage`` when empty.
            storage: where the files go, with its ``keys``; None with a local hub, whose folder of buckets it is then.
            keys: to the storage.
            convert: files that break a rule are converted first, else their tiles are left out.
            progress: of the whole.
            **more: ``template``, ``time_pattern`` and ``prefix`` as ``plan_upload``.
        """
        def open_bucket(name: str) -> Bucket:
            if storage is not None and keys is not None:
                return StorageBucket(replace(storage, bucket=name), keys)
            if self._hub is None:
                raise InvalidInput("storage", "The files need a storage and its keys.", "Give storage and keys.")
            return FolderBucket(self._hub.buckets, name)

        named = bucket or (storage.bucket if storage else "")
        order = FolderOrder(Path(folder), collection, bucket=named, convert=convert, create=True, **more)
        return take_folder(self.byoc, order, open_bucket, converted_folder(), progress)

    def add_footprints(
        self,
        collection: Union[str, ByocCollection],
        project: Optional[QgsProject] = None,
        progress: Progress = Silent(),
    ) -> QgsVectorLayer:
        """Fetch all tiles of a collection (record, name or id) and show them as one layer. Main thread."""
        found = self.byoc.find(collection, progress) if isinstance(collection, str) else collection
        path = footprints_path(found.collection_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        written = self.byoc.footprints(found.collection_id, draft_path(path), progress=progress)
        return show_footprints(written, path, found, project or QgsProject.instance())

    def add_to_project(
        self,
        result: SeriesResult,
        tables: Optional[Union[str, Path]] = None,
        project: Optional[QgsProject] = None,
    ) -> QgsLayerTreeGroup:
        """Add a series to the project as one group; ``tables`` are written to the profile when None. Main thread."""
        path = Path(tables) if tables else tables_folder() / f"{order_hash(result.order.image)}.gpkg"
        if not tables:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_tables(result, path)
        return add_series(result, project or QgsProject.instance(), path)

    def close(self) -> None:
        """Close connections and end the local hub, when it was started for this; write down the units spent."""
        self._book()
        self.services.close()
        if self._hub:
            self._hub.stop()

    def _book(self) -> None:
        SpendingLedger().book(self.connection.name, self.services.client.meter)

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(name: str) -> Workbench:
    """The Workbench of a saved connection, or of open data: ``stac:earth-search#sentinel-2-c1-l2a``.

    Raises:
        InvalidInput: no such connection.
        WorkbenchError: it has no credentials, or the collection can't be served.
    """
    connection = ConnectionStore().find(name)
    if connection is not None:
        return Workbench(connection, CredentialStore().find(name, connection.auth_config_id))
    hub = named_open_hub(name)
    if hub is None:
        saved = ", ".join(c.name for c in ConnectionStore().all()) or "none"
        raise InvalidInput("connection", f"There is no connection '{name}'.", f"Saved ones: {saved}.")
    return _of_hub(hub)


def connect_local(
    data: Optional[Union[str, Path]] = None,
    cache_dir: Optional[Union[str, Path]] = None,
    progress: Progress = Silent(),
) -> Workbench:
    """The Workbench of a local hub of its own, on the demo scenes or on the folder ``data``; close it at the end.

    Raises:
        LocalHubError: it did not start.
    """
    return _of_hub(LocalHub(Path(data) if data else demo_folder(), with_demo_scenes=data is None), cache_dir, progress)


def _of_hub(
    hub: LocalHub, cache_dir: Optional[Union[str, Path]] = None, progress: Progress = Silent()
) -> Workbench:
    connection = hub.start(progress)
    return Workbench(connection, hub.credentials, cache_dir, NetworkSettings(), hub)
