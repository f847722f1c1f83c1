"""Open catalogs from the console or a script. Calls wait for the end.

    from sentinel_workbench import api

    with api.stac("earth-search") as open_data:
        found = open_data.search(
            ("sentinel-2-c1-l2a",), api.BBox(4.85, 52.32, 4.95, 52.42), "2021", max_cloud_percent=5)
        open_data.add_footprints(found)
        open_data.add_true_colour(found.items[0])
        result = open_data.clip(
            found.items, ("B04", "B08", "SCL"), api.BBox(4.88, 52.36, 4.92, 52.38), "/data/amsterdam")
        open_data.add_clips(result)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional, Sequence, Union

from qgis.core import QgsLayerTreeGroup, QgsProject, QgsRasterLayer, QgsVectorLayer

from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.qgis.catalog_naming import named_catalog
from sentinel_workbench.core.qgis.folders import tables_folder
from sentinel_workbench.core.qgis.footprints import draft_path
from sentinel_workbench.core.qgis.item_layers import (
    add_clips,
    add_streamed,
    measure_clips,
    show_items,
    streams_folder,
)
from sentinel_workbench.core.qgis.keyed_layers import keyed_layers, restore_layers
from sentinel_workbench.core.qgis.network import read_open_network
from sentinel_workbench.core.qgis.open_desk import OpenServices, open_services
from sentinel_workbench.core.services.clip_order import ClipOrder, ClipResult
from sentinel_workbench.core.services.clip_scene import safe_name
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_search import FoundScenes, Place, SceneSearch
from sentinel_workbench.core.stac.records import StacItem
from sentinel_workbench.core.stac.s3_access import storage_of

FOOTPRINTS = "Scenes"


def open_catalog(
    named: str,
    auth_config_id: Optional[str] = None,
    keys_config_id: Optional[str] = None,
    requester_pays: bool = False,
    hosts: Sequence[str] = (),
    storage_url: str = "",
    storage_region: str = "",
) -> OpenServices:
    """The services of the catalog ``named`` means; see ``named_catalog``. Main thread; close the transport at the end.

    Args:
        named: title, key, address or file.
        auth_config_id: login to the catalog in the QGIS authentication database.
        keys_config_id: access key to the storage of its files, there too.
        requester_pays: the owner of the key pays for what is read.
        hosts: addresses of files, when QGIS may have another proxy for them.
        storage_url: ``https://host`` of the storage of its files, when it is not the usual one.
        storage_region: of that storage.

    Raises:
        WorkbenchError: no such catalog, or a login that is not there.
    """
    catalog = named_catalog(named, auth_config_id, keys_config_id, requester_pays, storage_url, storage_region)
    return open_services(catalog.connection(), read_open_network(catalog.url, *hosts), catalog.account())


class OpenData:
    """One catalog; what it finds and cuts can go into the project. Close it at the end.

    Attributes:
        catalog: all that can be done with it, also from other threads.
    """

    def __init__(self, services: OpenServices) -> None:
        self._services = services
        self.catalog: CatalogService = services.catalog

    def search(
        self,
        collections: Union[str, Sequence[str]] = (),
        area: Place = None,
        period: Any = None,
        progress: Progress = Silent(),
        **conditions: Any,
    ) -> FoundScenes:
        """The scenes that meet all conditions; further arguments as of ``SceneSearch``.

        Raises:
            WorkbenchError: a value that can't be used, or a catalog that can't be searched.
        """
        names = (collections,) if isinstance(collections, str) else tuple(collections)
        return self.catalog.search(SceneSearch(names, area, period, **conditions), progress)

    def clip(
        self,
        items: Sequence[StacItem],
        bands: Sequence[str],
        area: Union[Area, BBox],
        folder: Union[str, Path],
        progress: Progress = Silent(),
        **how: Any,
    ) -> ClipResult:
        """Cut bands of scenes to an area, as COGs in ``folder``; further arguments as of ``ClipOrder``.

        Raises:
            WorkbenchError: refused before anything was sent. What a single scene met is told by the result.
        """
        place = area if isinstance(area, Area) else Area(area)
        return self.catalog.clip(ClipOrder(tuple(items), tuple(bands), place, **how), Path(folder), progress)

    def save(self, found: Union[FoundScenes, Sequence[StacItem]], path: Union[str, Path]) -> Path:
        """Scenes as a GeoJSON file that any STAC program reads; no address in it is signed."""
        return self.catalog.save(_items(found), Path(path))

    def add_footprints(
        self,
        found: Union[FoundScenes, Sequence[StacItem]],
        title: str = FOOTPRINTS,
        path: Optional[Union[str, Path]] = None,
        project: Optional[QgsProject] = None,
    ) -> QgsVectorLayer:
        """Scenes as one layer of polygons, in the profile or at ``path``; a layer of the same title is replaced."""
        target = Path(path) if path else tables_folder() / "stac" / f"{safe_name(title)}.gpkg"
        target.parent.mkdir(parents=True, exist_ok=True)
        written = self.catalog.footprints(_items(found), draft_path(target))
        return show_items(written, target, title, project or QgsProject.instance())

    def add_bands(
        self, item: StacItem, bands: Sequence[str], project: Optional[QgsProject] = None
    ) -> QgsRasterLayer:
        """One band or asset, or a composite of several, as a layer whose pixels stay on their server."""
        streamed = self.catalog.stream(item, bands, streams_folder())
        return add_streamed(streamed, project or QgsProject.instance())

    def add_true_colour(self, item: StacItem, project: Optional[QgsProject] = None) -> QgsRasterLayer:
        """A scene in true colour as a layer whose pixels stay on their server."""
        streamed = self.catalog.stream_true_colour(item, streams_folder())
        return add_streamed(streamed, project or QgsProject.instance())

    def restore_layers(self, project: Optional[QgsProject] = None) -> int:
        """Read the project's layers of this catalog with its access key, as after opening the project; how many."""
        connection = self.catalog.connection
        storage = storage_of(connection, self._services.account)
        return restore_layers(keyed_layers(project or QgsProject.instance(), connection.url), storage)

    def add_clips(
        self, result: ClipResult, title: str = "Scenes", project: Optional[QgsProject] = None
    ) -> QgsLayerTreeGroup:
        """Cut-outs as a group of layers that follows the Temporal Controller."""
        return add_clips(result, project or QgsProject.instance(), title, measure_clips(result))

    def close(self) -> None:
        """Close the network connections."""
        self._services.transport.close()

    def __enter__(self) -> OpenData:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def stac(
    catalog: str,
    auth_config_id: Optional[str] = None,
    keys_config_id: Optional[str] = None,
    requester_pays: bool = False,
    storage_url: str = "",
    storage_region: str = "",
) -> OpenData:
    """An open catalog, such as ``earth-search``; arguments as of ``open_catalog``. Main thread."""
    return OpenData(open_catalog(
        catalog, auth_config_id, keys_config_id, requester_pays, (), storage_url, storage_region))


def _items(found: Union[FoundScenes, Sequence[StacItem]]) -> Sequence[StacItem]:
    return found.items if isinstance(found, FoundScenes) else found
