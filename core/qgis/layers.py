"""A series as one group of time-aware raster layers with its tables. Main thread only; reads no pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Mapping, Optional, Tuple

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsDataProvider,
    QgsLayerTreeGroup,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt import sip

from sentinel_workbench.core.errors import DamagedFile, StorageError
from sentinel_workbench.core.evalscript.legend import read_legends
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.model.timerange import ANY_TIME
from sentinel_workbench.core.qgis.metadata import describe_image, give_metadata, order_hash
from sentinel_workbench.core.qgis.order_property import remember_order
from sentinel_workbench.core.qgis.styles import Stretch, apply_legend, apply_stretch, measure_stretch
from sentinel_workbench.core.qgis.tables import add_tables
from sentinel_workbench.core.qgis.temporal import give_project_time, give_time
from sentinel_workbench.core.raster.opacity import with_opacity

ORDER_PROPERTY = "sentinelworkbench/order"
SLOT_PROPERTY = "sentinelworkbench/slot"
Stretches = Mapping[str, Stretch]


def measure_series(result: SeriesResult) -> Stretches:
    """One stretch for each output identifier of the series. Reads pixels: call it in a worker thread."""
    found = {}
    for identifier in _identifiers(result):
        paths = [image.rasters[identifier] for image in result.in_state(State.DONE) if identifier in image.rasters]
        stretch = measure_stretch(paths)
        if stretch:
            found[identifier] = stretch
    return found


def add_series(
    result: SeriesResult,
    project: QgsProject,
    tables_path: Optional[Path] = None,
    stretches: Optional[Stretches] = None,
) -> QgsLayerTreeGroup:
    """Add all images that are done, and the tables, as one group on top of ``project``'s layers.

    Args:
        result: rasters as files.
        project: its temporal range is set to the series' slots.
        tables_path: GeoPackage with ``images`` and ``tiles``, or None.
        stretches: of ``measure_series``; measured here when None, which reads pixels.

    Raises:
        DamagedFile: a raster or table does not open; nothing of the series stays in the project.
    """
    steps = SeriesLayering(result, project, tables_path, measure_series(result) if stretches is None else stretches)
    for _ in steps.run():
        pass
    return steps.group


class SeriesLayering:
    """The adding of a series in small steps, so that a window can stay alive in between."""

    def __init__(
        self, result: SeriesResult, project: QgsProject, tables_path: Optional[Path], stretches: Stretches
    ) -> None:
        self._result, self._project, self._tables_path, self._stretches = result, project, tables_path, stretches
        self._added: List[str] = []
        self.group = QgsLayerTreeGroup()

    def run(self) -> Iterator[None]:
        """Do one step for each ``next``: the group, each raster, the tables and the project's time.

        It ends when the group is gone: another project was opened meanwhile, or the user removed it.
        """
        self.group = self._project.layerTreeRoot().insertGroup(0, self._result.order.title)
        images = [(slot, image) for slot, image in enumerate(self._result.images) if image.state is State.DONE]
        try:
            for slot, image in images:
                yield
                if sip.isdeleted(self.group):
                    return
                self._add_image(slot, image)
            yield
            if sip.isdeleted(self.group):
                return
            if self._tables_path:
                tables = add_tables(self._project, self.group, self._tables_path)
                self._added += [layer.id() for layer in tables if layer is not None]
            if self._result.order.slots != (ANY_TIME,):
                give_project_time(self._project, self._result.order.slots)
        except DamagedFile:
            self._take_back()
            raise

    def _add_image(self, slot: int, image: ImageResult) -> None:
        for identifier in image.rasters:
            name = layer_name(image, identifier)
            layer = open_raster(image, identifier, name, self._stretches.get(identifier))
            layer.setCustomProperty(SLOT_PROPERTY, slot)
            self._project.addMapLayer(layer, False)
            self._added.append(layer.id())
            self.group.addLayer(layer).setExpanded(False)

    def _take_back(self) -> None:
        self._project.removeMapLayers(self._added)
        self._project.layerTreeRoot().removeChildNode(self.group)


def open_raster(image: ImageResult, identifier: str, name: str, stretch: Optional[Stretch]) -> QgsRasterLayer:
    """The raster ``identifier`` of ``image`` as a styled, time-aware layer with metadata, in no project yet.

    Raises:
        DamagedFile: the file does not open.
    """
    path = image.rasters[identifier]
    options = QgsRasterLayer.LayerOptions(False, QgsCoordinateTransformContext())
    options.skipCrsValidation = True
    layer = QgsRasterLayer(str(path), name, "gdal", options)
    if not layer.isValid():
        raise DamagedFile(f"The image {path} can't be opened.", "Run the order again.")
    dress_raster(layer, image, identifier, stretch)
    return layer


def dress_raster(layer: QgsRasterLayer, image: ImageResult, identifier: str, stretch: Optional[Stretch]) -> None:
    """Give an open raster its style, time, metadata and the mark of its order."""
    if stretch is not None and stretch.wide_alpha:
        _give_opacity(layer)
    legend = read_legends(image.order.evalscript).get(identifier)
    value_bands = len(stretch.colour_bands) if stretch else layer.bandCount()
    if legend and value_bands == 1:
        apply_legend(layer, legend, stretch.alpha_band if stretch else None)
    elif stretch:
        apply_stretch(layer, stretch)
    if image.time_range:
        give_time(layer, image.time_range)
    give_metadata(layer, describe_image(image, identifier, layer.name()))
    layer.setCustomProperty(ORDER_PROPERTY, order_hash(image.order))
    remember_order(layer, image.order)


def _give_opacity(layer: QgsRasterLayer) -> None:
    """Let QGIS have 16-bit opacity; where no file can be written, the image stays either clear or opaque."""
    path = layer.source()
    try:
        drawn = with_opacity(Path(path))
    except (StorageError, DamagedFile):
        return
    layer.setDataSource(str(drawn), layer.name(), "gdal", QgsDataProvider.ProviderOptions())
    if not layer.isValid():
        layer.setDataSource(path, layer.name(), "gdal", QgsDataProvider.ProviderOptions())


def layer_name(image: ImageResult, identifier: str = "default") -> str:
    """``2019-01 (12 Jan, 3 % cloud)``: the slot, the tile most of it is made of, and the cloud over it."""
    label = slot_label(image)
    known = caption_parts(image)
    suffix = f" ({', '.join(known)})" if known else ""
    output = "" if identifier == "default" else f" {identifier}"
    return f"{label}{output}{suffix}"


def slot_label(image: ImageResult) -> str:
    """The slot in few words: a month, its first and last day, or the collection where there is no time."""
    slot = image.time_range
    if slot is None:
        names = [source.collection for source in image.order.sources]
        known = known_collections()
        return ", ".join(known[name].title.split(" (")[0] if name in known else name for name in names)
    following = (slot.start.year + slot.start.month // 12, slot.start.month % 12 + 1)
    if slot.start.day == slot.end.day == 1 and (slot.end.year, slot.end.month) == following:
        return f"{slot.start:%Y-%m}"
    return slot.label()


def caption_parts(image: ImageResult) -> Tuple[str, ...]:
    """Day of the main tile and cloud percent, as far as known; cloud over the area beats cloud of the tile."""
    main = max(image.tiles, key=lambda tile: tile.share or 0.0, default=None)
    parts = []
    if main is not None and main.share is not None:
        parts.append(f"{main.date.day} {main.date:%b}")
    cloud = image.area_cloud_percent
    if cloud is None and main is not None and main.share is not None:
        cloud = main.cloud_percent
    if cloud is not None:
        parts.append(f"{cloud:.0f} % cloud")
    return tuple(parts)


def _identifiers(result: SeriesResult) -> Tuple[str, ...]:
    found: List[str] = []
    for image in result.images:
        found += [identifier for identifier in image.rasters if identifier not in found]
    return tuple(found)
