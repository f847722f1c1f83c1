"""What a catalog's scenes become on the map: footprints, streamed rasters, cut-outs as a series. Main thread only."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from osgeo import gdal
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsDataProvider,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLayerTreeGroup,
    QgsProject,
    QgsRasterLayer,
    QgsRendererRange,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.folders import profile_folder
from sentinel_workbench.core.qgis.footprints import show_polygons
from sentinel_workbench.core.qgis.keyed_layers import mark_keyed
from sentinel_workbench.core.qgis.styles import Stretch, apply_stretch, measure_stretch
from sentinel_workbench.core.qgis.temporal import give_project_time, give_time, give_time_field
from sentinel_workbench.core.services.clip_order import ClippedFile, ClippedScene, ClipResult
from sentinel_workbench.core.services.stac_clip import done_scenes
from sentinel_workbench.core.services.stac_footprints import TABLE, ItemFootprints
from sentinel_workbench.core.services.stac_search import CLOUD
from sentinel_workbench.core.services.streamed import StreamedRaster

SEARCH_PROPERTY, ITEM_PROPERTY = "sentinelworkbench/stac_search", "sentinelworkbench/stac_item"
_CLOUD_STEPS = ((0.0, 5.0, "#1a9850"), (5.0, 20.0, "#91cf60"), (20.0, 50.0, "#fee08b"), (50.0, 90.0, "#bdbdbd"),
                (90.0, 100.0, "#757575"))  # fmt: skip
_PLAIN = "#1f78b4"
MAX_STREAMED = 30
"""At once; each is a file on a server that QGIS keeps open."""
_FILL_ALPHA = 30
Stretches = Mapping[Tuple[str, ...], Stretch]
"""How to draw the files of the same bands."""


def streams_folder() -> Path:
    """Where the VRTs of streamed rasters lie in the user's profile: projects refer to them."""
    return profile_folder() / "streamed"


def show_items(written: ItemFootprints, path: Path, title: str, project: QgsProject) -> QgsVectorLayer:
    """Put the footprints at ``written.path`` at ``path`` and on the map; a layer of the same title shows them instead.

    Raises:
        StorageError: the earlier file can't be replaced.
        DamagedFile: the file does not open.
    """
    found = find_items(project, title)
    layer = show_polygons(found, written.path, path, TABLE, project, lambda source: open_items(source, title))
    dress_items(layer, written)
    return layer


def find_items(project: QgsProject, title: str) -> Optional[QgsVectorLayer]:
    """The layer of a search in ``project``, or None."""
    for layer in project.mapLayers().values():
        if layer.customProperty(SEARCH_PROPERTY) == title and isinstance(layer, QgsVectorLayer):
            return layer
    return None


def open_items(source: str, title: str) -> QgsVectorLayer:
    """The layer, in no project yet."""
    layer = QgsVectorLayer(source, title, "ogr")
    layer.setCustomProperty(SEARCH_PROPERTY, title)
    return layer


def dress_items(layer: QgsVectorLayer, written: ItemFootprints) -> None:
    """Colour by cloud cover where it is known, a picture in the tip on the map, and time."""
    clouds = written.fields.get(CLOUD)
    layer.setRenderer(_by_cloud(clouds) if clouds else QgsSingleSymbolRenderer(_symbol(_PLAIN)))
    layer.setDisplayExpression('"item_id"')
    cloud = f"<br>[% coalesce(round(\"{clouds}\", 1) || ' % cloud', '') %]" if clouds else ""
    layer.setMapTipTemplate(
        "<b>[% \"item_id\" %]</b><br>[% coalesce(format_date(\"datetime\", 'yyyy-MM-dd HH:mm'), 'no time') %]"
        f"{cloud}<br>[% CASE WHEN \"thumbnail\" LIKE 'http%' "
        "THEN '<img width=\"200\" src=\"' || \"thumbnail\" || '\">' ELSE '' END %]"
    )
    layer.setReadOnly(True)
    give_time_field(layer, "datetime", written.first is not None)


def open_streamed(streamed: StreamedRaster) -> QgsRasterLayer:
    """A streamed raster as a styled, time-aware layer, in no project yet. Asks no server.

    Raises:
        DamagedFile: it does not open.
    """
    layer = _open_unread(streamed)
    classes = tuple(range(len(SCENE_CLASSES))) if streamed.is_classes else ()
    if any(limit is not None for limit in streamed.limits) or classes or len(streamed.bands) >= 3:
        apply_stretch(layer, Stretch(streamed.bands, streamed.limits, classes))
    if streamed.time_range:
        give_time(layer, streamed.time_range)
    mark_keyed(layer, streamed.keys_of)
    return layer


def add_streamed(streamed: StreamedRaster, project: QgsProject) -> QgsRasterLayer:
    """The same on top of ``project``'s layers."""
    layer = open_streamed(streamed)
    project.addMapLayer(layer)
    return layer


def measure_clips(result: ClipResult) -> Stretches:
    """One stretch for all files of the same bands. Reads pixels: call it in a worker thread."""
    paths: Dict[Tuple[str, ...], List[Path]] = {}
    for scene in done_scenes(result):
        for file in scene.files:
            if not file.empty:
                paths.setdefault(file.bands, []).append(file.path)
    measured = {bands: measure_stretch(files) for bands, files in paths.items()}
    return {bands: stretch for bands, stretch in measured.items() if stretch}


def add_clips(result: ClipResult, project: QgsProject, title: str, stretches: Stretches) -> QgsLayerTreeGroup:
    """Add all cut-outs that are done as one group of time-aware layers on top of ``project``'s layers.

    Raises:
        DamagedFile: a file does not open; nothing of the series stays in the project.
    """
    steps = ClipLayering(result, project, title, stretches)
    for _ in steps.run():
        pass
    return steps.group


class ClipLayering:
    """The adding of cut-outs in small steps, so that a window can stay alive in between."""

    def __init__(self, result: ClipResult, project: QgsProject, title: str, stretches: Stretches) -> None:
        self._scenes = done_scenes(result)
        self._project, self._title, self._stretches = project, title, stretches
        self._added: List[str] = []
        self.group = QgsLayerTreeGroup()

    def run(self) -> Iterator[None]:
        """Do one step for each ``next``: the group, each file, the project's time."""
        self.group = self._project.layerTreeRoot().insertGroup(0, self._title)
        try:
            yield
            for scene in self._scenes:
                for file in scene.files:
                    layer = open_clip(scene, file, self._stretches.get(file.bands))
                    self._project.addMapLayer(layer, False)
                    self._added.append(layer.id())
                    self.group.addLayer(layer).setExpanded(False)
                    yield
            slots = days_of(self._scenes)
            if slots:
                give_project_time(self._project, slots)
        except DamagedFile:
            self._project.removeMapLayers(self._added)
            self._project.layerTreeRoot().removeChildNode(self.group)
            raise


def open_clip(scene: ClippedScene, file: ClippedFile, stretch: Optional[Stretch]) -> QgsRasterLayer:
    """A cut-out as a styled, time-aware layer, in no project yet.

    Raises:
        DamagedFile: the file does not open.
    """
    layer = _open_raster(file.path, clip_name(scene, file))
    dress_clip(layer, scene, stretch)
    return layer


def dress_clip(layer: QgsRasterLayer, scene: ClippedScene, stretch: Optional[Stretch]) -> None:
    """Give an open cut-out its style, time and the mark of its scene."""
    if stretch:
        apply_stretch(layer, stretch)
    if scene.time_range:
        give_time(layer, scene.time_range)
    layer.setCustomProperty(ITEM_PROPERTY, scene.item.item_id)


def clip_name(scene: ClippedScene, file: ClippedFile) -> str:
    """``2020-06-01 B04 (S2A_..., 3 % cloud)``."""
    day = f"{scene.item.date:%Y-%m-%d} " if scene.item.date else ""
    cloud = "" if scene.item.cloud_percent is None else f", {scene.item.cloud_percent:.0f} % cloud"
    return f"{day}{' '.join(file.bands[:4])}{' ...' if len(file.bands) > 4 else ''} ({scene.item.item_id}{cloud})"


def days_of(scenes: Sequence[ClippedScene]) -> List[TimeRange]:
    """The days of scenes that have one, in order."""
    return sorted({scene.time_range for scene in scenes if scene.time_range}, key=lambda day: day.start)


def _open_raster(path: Path, name: str) -> QgsRasterLayer:
    options = QgsRasterLayer.LayerOptions(False, QgsCoordinateTransformContext())
    options.skipCrsValidation = True
    layer = QgsRasterLayer(str(path), name, "gdal", options)
    if not layer.isValid():
        raise DamagedFile(f"The raster {path} can't be opened.", "Make it again.")
    return layer


def _open_unread(streamed: StreamedRaster) -> QgsRasterLayer:
    """A new layer looks at its pixels to choose a stretch, one that changes its source keeps its own.

    So it begins with a pixel in memory.
    """
    stand_in = f"/vsimem/{uuid.uuid4().hex}.tif"
    count = len(streamed.bands)
    gdal.GetDriverByName("GTiff").Create(stand_in, 1, 1, count, gdal.GDT_Float32).FlushCache()
    try:
        layer = _open_raster(Path(stand_in), streamed.title)
        layer.setDataSource(str(streamed.path), streamed.title, "gdal", QgsDataProvider.ProviderOptions(), False)
    finally:
        gdal.Unlink(stand_in)
    if not layer.isValid():
        raise DamagedFile(f"The raster {streamed.path} can't be opened.", "Make it again.")
    return layer


def _by_cloud(field: str) -> QgsGraduatedSymbolRenderer:
    ranges = [
        QgsRendererRange(low, high, _symbol(colour), f"{low:g} to {high:g} % cloud")
        for low, high, colour in _CLOUD_STEPS
    ]
    return QgsGraduatedSymbolRenderer(f'"{field}"', ranges)


def _symbol(colour: str) -> QgsFillSymbol:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return QgsFillSymbol.createSimple(
        {"color": f"{red},{green},{blue},{_FILL_ALPHA}", "outline_color": colour, "outline_width": "0.3"}
    )
