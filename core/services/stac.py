"""One STAC catalog and all that is done with it: search, footprints, streamed layers, cut-outs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import AuthenticationFailed, PermissionDenied
from sentinel_workbench.core.http.ranges import HttpRanges
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.raster.remote_files import CONNECTIONS
from sentinel_workbench.core.services.clip_order import ClipOrder, ClipResult, find_asset
from sentinel_workbench.core.services.clip_scene import safe_name
from sentinel_workbench.core.services.stac_clip import OnScene, clip_scenes
from sentinel_workbench.core.services.stac_footprints import ItemFootprints, save_items, write_item_footprints
from sentinel_workbench.core.services.stac_search import FoundScenes, SceneSearch, find_scenes
from sentinel_workbench.core.services.streamed import StreamedRaster, stream, true_colour_bands
from sentinel_workbench.core.stac.catalogs import catalog_of
from sentinel_workbench.core.stac.client import StacClient
from sentinel_workbench.core.stac.origin import origin
from sentinel_workbench.core.stac.records import StacCollection, StacConnection, StacItem
from sentinel_workbench.core.stac.s3_access import S3Account, check_payment, file_access, s3_address, storage_of


class CatalogService:
    """Everything of one catalog. Thread-safe; share it, and close it at the end.

    Args:
        connection: which catalog.
        transport: sends requests to the catalog and for its files.
        account: for files in S3 storage, or None.
    """

    def __init__(
        self, connection: StacConnection, transport: RequestsTransport, account: Optional[S3Account] = None
    ) -> None:
        self.connection, self._transport, self._account = connection, transport, account
        self.client = StacClient(connection, transport)
        self._readers: Dict[str, HttpRanges] = {}

    def check(self, progress: Progress = Silent()) -> str:
        """Read the landing page; a sentence about what the catalog can do.

        Raises:
            UnexpectedAnswer: there is no STAC catalog at the address.
            ServiceError, NetworkError, StorageError.
        """
        service = self.client.open(progress)
        if service is None:
            return "These are files; they are searched here."
        able = [name for name in ("query", "filter", "sort", "fields") if service.can(name)]
        return f"{service.title} answers. It understands: {', '.join(able) or 'area, time and ids only'}."

    def collections(self, progress: Progress = Silent()) -> Tuple[StacCollection, ...]:
        """All collections, by their titles."""
        found = self.client.collections(progress)
        return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.collection_id)))

    def queryables(
        self, collection_id: Optional[str] = None, progress: Progress = Silent()
    ) -> Mapping[str, Mapping[str, Any]]:
        """Properties conditions may be about, each as JSON Schema; empty when the catalog lists none."""
        return self.client.queryables(collection_id, progress)

    def search(self, search: SceneSearch, progress: Progress = Silent()) -> FoundScenes:
        """The scenes that meet a search; see ``find_scenes``."""
        return find_scenes(self.client, search, progress)

    def footprints(self, items: Sequence[StacItem], path: Path, progress: Progress = Silent()) -> ItemFootprints:
        """Items as a layer in a GeoPackage; see ``write_item_footprints``."""
        return write_item_footprints(items, path, progress)

    def save(self, items: Sequence[StacItem], path: Path) -> Path:
        """Items as a GeoJSON file without signatures; see ``save_items``."""
        return save_items(items, path)

    def stream(
        self, item: StacItem, bands: Sequence[str], folder: Path, progress: Progress = Silent()
    ) -> StreamedRaster:
        """Bands of an item as a raster that stays on its server, described by a VRT in ``folder``; see ``stream``."""
        self._check_payment(item, bands)
        path = folder / vrt_name(item, bands)
        item = self._with_closed_files(item, bands, progress)
        return stream(item, bands, self.connection, self._ranges(item), path, progress, self._account)

    def stream_true_colour(self, item: StacItem, folder: Path, progress: Progress = Silent()) -> StreamedRaster:
        """An item in true colour, from its reflectance where it has that."""
        return self.stream(item, true_colour_bands(item), folder, progress)

    def clip(
        self,
        order: ClipOrder,
        folder: Path,
        progress: Progress = Silent(),
        on_scene: Optional[OnScene] = None,
    ) -> ClipResult:
        """Cut scenes to an area, as COGs in ``folder``; see ``clip_scenes`` and ``check_payment``."""
        for item in order.items:
            self._check_payment(item, order.bands)
        known = catalog_of(origin(order.items[0], self.connection))
        connections = known.connections if known else CONNECTIONS
        ranges = self._ranges(order.items[0])
        return clip_scenes(order, self.connection, ranges, folder, progress, on_scene, connections)

    def close(self) -> None:
        """Close the network connections."""
        self._transport.close()

    def _check_payment(self, item: StacItem, bands: Sequence[str]) -> None:
        found = (find_asset(item, name)[1] for name in bands)
        check_payment(item, [asset for asset in found if asset is not None], self._account)

    def _with_closed_files(self, item: StacItem, bands: Sequence[str], progress: Progress) -> StacItem:
        """Name https files of the account's storage ``s3://`` where they are closed: those alone need its key."""
        storage = storage_of(origin(item, self.connection), self._account)
        assets = dict(item.assets)
        for asset in (find_asset(item, name)[1] for name in bands):
            if asset is not None and storage.keys and asset.href.startswith("http") \
                    and storage.serves(urlsplit(asset.href).netloc) and not self._is_open(asset.href, progress):
                assets[asset.key] = replace(asset, href=s3_address(asset.href))
        return replace(item, assets=assets)

    def _is_open(self, href: str, progress: Progress) -> bool:
        try:
            HttpRanges(self._transport).fetch(href, 0, 1, progress)
        except (AuthenticationFailed, PermissionDenied):
            return False
        return True

    def _ranges(self, item: StacItem) -> HttpRanges:
        """Signed as the catalog of the item wants it, also when the item comes from a saved file."""
        catalog = origin(item, self.connection)
        if catalog.url not in self._readers:
            self._readers[catalog.url] = HttpRanges(
                self._transport, file_access(catalog, self._transport, self._account)
            )
        return self._readers[catalog.url]


def vrt_name(item: StacItem, bands: Sequence[str]) -> str:
    """A file's name for bands of an item; the same for the same."""
    return f"{safe_name(item.item_id)}_{safe_name('_'.join(bands))}.vrt"
