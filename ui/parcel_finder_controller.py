"""Finds parcels at a CbM server and puts them on the map: by a click, in a polygon, in the view, by id."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.cbm.records import CbmParcel, ParcelTable
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.cbm_layers import ParcelOrigin, keep_parcels
from sentinel_workbench.core.qgis.geometry import bbox_of, geojson_of
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.map_zoom import zoom_to
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.parcel_drawing import ParcelDrawing
from sentinel_workbench.ui.parcel_extras import ParcelExtras
from sentinel_workbench.ui.parcel_finder import ParcelFinder
from sentinel_workbench.ui.parcel_table_controller import ParcelTableController
from sentinel_workbench.ui.place_tool import PlacePicking
from sentinel_workbench.ui.translation import tr

LayerAdded = Callable[[QgsVectorLayer], None]
Found = Tuple[Sequence[CbmParcel], Sequence[str]]
Ask = Callable[[CbmClient, ParcelTable, Progress], Found]
_LON_LAT = "EPSG:4326"
_MOST_NAMED = 5
_SEEN_SHARE = 0.05


class ParcelFinderController(QObject):
    """The whole box.

    Args:
        box: the widgets.
        backend: asks the servers.
        canvas: the map.
        layer_added: called with a layer of found parcels each time some came; they are selected in it.
    """

    changed = pyqtSignal()

    def __init__(self, box: ParcelFinder, backend: Backend, canvas: QgsMapCanvas, layer_added: LayerAdded) -> None:
        super().__init__(box)
        self._box, self._canvas, self._layer_added = box, canvas, layer_added
        self._tables = ParcelTableController(box, backend)
        self._tables.changed.connect(self.changed)
        self._jobs = PaneJobs(backend.run_cbm, self)
        self._jobs.progressed.connect(box.show_busy)
        self._jobs.failed.connect(self._fail)
        self._jobs.changed.connect(self._follow_job)
        self._drawing = ParcelDrawing(canvas, box.polygon_button, lambda: None, self._take_polygon)
        self._picking = PlacePicking(canvas, box.pick_button, self._take_place)
        self._more = PaneJobs(backend.run_cbm, self)
        self._more.progressed.connect(box.show_busy)
        self._more.failed.connect(self._fail)
        self._more.changed.connect(self._follow_job)
        self._extras = ParcelExtras(box, backend, canvas, self._more, self._tables.need_server)
        box.view_button.clicked.connect(self.find_in_view)
        box.id_asked.connect(self.find_by_id)
        box.stop_button.clicked.connect(self._stop)

    @property
    def server(self) -> Optional[CbmConnection]:
        """The chosen server."""
        return self._tables.server

    @property
    def table(self) -> Optional[ParcelTable]:
        """The chosen parcels, None while they can't be asked for."""
        return self._tables.table

    def use_layer(self, layer: Optional[QgsVectorLayer]) -> None:
        """The parcels somebody works with now; one selected of them can be asked about."""
        self._extras.use_layer(layer)

    def refresh(self) -> None:
        """Servers may have come or gone."""
        self._tables.refresh()

    def shut_down(self) -> None:
        """Stop work, leave the map as it was, close windows."""
        self._drawing.shut_down()
        self._picking.shut_down()
        self._stop()
        self._tables.shut_down()
        self._extras.shut_down()

    def find_by_id(self, pid: str) -> None:
        """The parcel of that id."""
        if not pid:
            self._box.show_message(tr("Type the id of a parcel first."), is_error=True)
            self._box.id_edit.setFocus()
            return

        def ask(client: CbmClient, table: ParcelTable, progress: Progress) -> Found:
            return [client.parcel_by_id(table, pid, progress=progress)], ()

        self._find(tr("Parcel {pid}").format(pid=pid), ask, "")

    def find_at(self, lon: float, lat: float) -> None:
        """The parcels at a place, degrees."""

        def ask(client: CbmClient, table: ParcelTable, progress: Progress) -> Found:
            return client.parcel_at(table, lon, lat, progress=progress), ()

        place = tr("at {lon:.5f}, {lat:.5f}").format(lon=lon, lat=lat)
        self._find(tr("Parcels {place}").format(place=place), ask, place, clicked=True)

    def find_in_view(self) -> None:
        """The parcels the map shows."""
        extent = self._canvas.extent()
        if extent.isEmpty() or not self._canvas.layers():
            self._box.show_message(tr("The map is empty: add a layer and zoom to your parcels."), is_error=True)
            return
        self._find_in(QgsGeometry.fromRect(QgsRectangle(extent)), tr("in the map view"))

    def _take_polygon(self, shape: QgsGeometry) -> None:
        self._box.polygon_button.setChecked(False)
        self._find_in(shape, tr("in the polygon"))

    def _find_in(self, shape: QgsGeometry, place: str) -> None:
        try:
            rings: List[Any] = list(geojson_of(shape, self._drawing.crs, _LON_LAT)["coordinates"])
        except InvalidInput as problem:
            self._box.show_message(str(problem), is_error=True)
            return

        def ask(client: CbmClient, table: ParcelTable, progress: Progress) -> Found:
            return client.parcels_in(table, rings[0], progress=progress)

        self._find(tr("Parcels {place}").format(place=place), ask, place)

    def _take_place(self, point: QgsPointXY) -> None:
        wanted = QgsCoordinateReferenceSystem(_LON_LAT)
        try:
            place = QgsCoordinateTransform(self._drawing.crs, wanted, QgsProject.instance()).transform(point)
        except QgsCsException:
            self._box.show_message(tr("This place has no longitude and latitude in the map's CRS."), is_error=True)
            return
        self.find_at(place.x(), place.y())

    def _find(self, title: str, ask: Ask, place: str, clicked: bool = False) -> None:
        self._box.show_message("")
        try:
            server, table = self._tables.need_server(), self._tables.need_table()
        except InvalidInput as problem:
            self._box.show_message(str(problem), is_error=True)
            return
        self._jobs.start(
            title, server, lambda client, progress, _hear: ask(client, table, progress),
            lambda found: self._take_found(found, ParcelOrigin(server.name, table), place, clicked),
        )

    def _take_found(self, answer: Found, origin: ParcelOrigin, place: str, clicked: bool) -> None:
        found, notes = answer
        table = origin.table
        name = " ".join(part for part in (table.aoi, table.year, table.parcel_type) if part)
        if not found:
            nothing = tr("There is no parcel of {table} {place}.").format(table=name, place=place)
            self._box.show_message(" ".join([nothing, *notes]), is_error=True)
            return
        try:
            layers = keep_parcels(found, origin, tr("Parcels of {table}").format(table=name))
        except InvalidInput as problem:
            self._box.show_message(str(problem), is_error=True)
            return
        self._box.show_message(" ".join([_found_text(found, place), *notes]))
        self._show(layers[0], clicked)

    def _show(self, layer: QgsVectorLayer, clicked: bool) -> None:
        """Zoom to what was found, but let the map alone where a click found a parcel one sees well."""
        self._extras.use_layer(layer)
        extent = layer.boundingBoxOfSelected()
        if not extent.isEmpty() and not (clicked and self._is_well_seen(extent, layer.crs())):
            zoom_to(self._canvas, bbox_of(extent.buffered(max(extent.width(), extent.height())), layer.crs()))
        self._layer_added(layer)

    def _is_well_seen(self, extent: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> bool:
        view = self._canvas.extent()
        try:
            way = QgsCoordinateTransform(crs, self._drawing.crs, QgsProject.instance())
            seen = way.transformBoundingBox(extent)
        except QgsCsException:
            return False
        return view.contains(seen) and max(seen.width(), seen.height()) > max(view.width(), view.height()) * _SEEN_SHARE

    def _stop(self) -> None:
        self._jobs.end()
        self._more.end()
        self._tables.stop()

    def _follow_job(self) -> None:
        if not self._jobs.busy and not self._more.busy:
            self._box.show_busy(None)

    def _fail(self, error: WorkbenchError) -> None:
        self._box.show_message(str(error), is_error=True)


def _found_text(found: Sequence[CbmParcel], place: str) -> str:
    """What was found, so that nobody takes one parcel for another that lies above it."""
    if len(found) == 1:
        parcel = found[0]
        crop = f" ({parcel.crop_name})" if parcel.crop_name else ""
        return tr("Parcel {pid}{crop} is on the map.").format(pid=parcel.pid, crop=crop)
    names = ", ".join(parcel.pid for parcel in found[:_MOST_NAMED]) + ("…" if len(found) > _MOST_NAMED else "")
    return tr("{count} parcels {place} are on the map: {names}.").format(count=len(found), place=place, names=names)
