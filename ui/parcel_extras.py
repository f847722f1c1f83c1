"""What else a CbM server knows of one parcel: peers, time series, a map around it, image chips."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, List, Optional, Sequence, Tuple

from qgis.core import (
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, QObject
from qgis.PyQt.QtWidgets import QDialog, QFileDialog

from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.cbm.peers import Peer, fetch_peers
from sentinel_workbench.core.cbm.records import LARGEST_CHIP_M, SeriesRow
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.hub.local_scenes import DEMO_YEAR
from sentinel_workbench.core.model.chips import ChipSeries
from sentinel_workbench.core.qgis.cbm_layers import add_background, add_peers, origin_of
from sentinel_workbench.core.qgis.chip_layers import add_chips, measure_chips
from sentinel_workbench.core.qgis.season_folders import season_folder
from sentinel_workbench.core.services.chip_files import safe_stem
from sentinel_workbench.core.services.chips_place import fetch_background, fetch_place_chips
from sentinel_workbench.core.services.server_series import write_server_series
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.chosen_parcel import ChosenParcel, chosen_parcel, place_in_degrees
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.parcel_finder import ParcelFinder
from sentinel_workbench.ui.peers_dialog import PeersDialog
from sentinel_workbench.ui.place_chips_dialog import PlaceChipsDialog, PlaceChipsOrder
from sentinel_workbench.ui.server_series_window import ServerSeriesWindow
from sentinel_workbench.ui.translation import tr

_MAP_PX, _LEAST_MAP_M, _LEAST_CHIP_M = 512, 256.0, 640


class ParcelExtras(QObject):
    """The lower rows of the box.

    Args:
        box: the widgets.
        backend: asks the servers.
        canvas: the map.
        jobs: does one thing at a time, with the box's bar.
        need_server: the chosen server, or ``InvalidInput``.
    """

    def __init__(
        self, box: ParcelFinder, backend: Backend, canvas: QgsMapCanvas, jobs: PaneJobs,
        need_server: Callable[[], CbmConnection],
    ) -> None:
        super().__init__(box)
        self._box, self._backend, self._canvas, self._jobs, self._need_server = box, backend, canvas, jobs, need_server
        self._layer: Optional[QgsVectorLayer] = None
        self._parcel: Optional[ChosenParcel] = None
        self.windows: List[ServerSeriesWindow] = []
        box.peers_button.clicked.connect(self.ask_peers)
        box.series_asked.connect(self.ask_series)
        box.background_asked.connect(self.ask_background)
        box.chips_button.clicked.connect(self.ask_chips)

    def use_layer(self, layer: Optional[QgsVectorLayer]) -> None:
        """Follow the selection of this layer."""
        if layer is self._layer:
            self._follow_selection()
            return
        self._leave()
        if isinstance(layer, QgsVectorLayer) and origin_of(layer) is not None:
            self._layer = layer
            layer.selectionChanged.connect(self._follow_selection)
            layer.willBeDeleted.connect(self._forget)
        self._follow_selection()

    def shut_down(self) -> None:
        """Leave the layer, close the windows."""
        self._leave()
        for window in tuple(self.windows):
            window.close()

    def ask_peers(self) -> None:
        """Parcels near by with the same crop, as a layer."""
        parcel = self._parcel
        if parcel is None:
            return
        dialog = PeersDialog(parcel.pid, self._box.window())
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        (distance, most), table = dialog.wanted, parcel.origin.table
        dialog.deleteLater()
        if accepted:
            self._start(
                tr("Peers of parcel {pid}").format(pid=parcel.pid), parcel.origin.server,
                lambda client, progress, _hear: fetch_peers(client, table, parcel.pid, distance, most, progress),
                lambda peers: self._show_peers(parcel, peers),
            )

    def ask_series(self, kind: str) -> None:
        """What the server measured, in a window."""
        parcel = self._parcel
        if parcel is not None:
            self._start(
                tr("Time series of parcel {pid}").format(pid=parcel.pid), parcel.origin.server,
                lambda client, progress, _hear: client.time_series(
                    parcel.origin.table, parcel.pid, kind, with_classes=kind in ("s2", "scl"), progress=progress),
                lambda rows: self._show_series(parcel, kind, rows),
            )

    def ask_background(self, name: str) -> None:
        """A map around the parcel as a layer."""
        parcel = self._parcel
        if parcel is None:
            return
        extent = max(_LEAST_MAP_M, round(parcel.side_m * 1.5))
        path = season_folder(f"{name} {parcel.pid}") / f"{safe_stem(name)}_{safe_stem(parcel.pid)}.tif"

        def work(client: Any, progress: Any, _hear: Any) -> Path:
            return fetch_background(client, parcel.lon, parcel.lat, path, extent, _MAP_PX, name, progress)

        title = tr("{name} around {pid}").format(name=name, pid=parcel.pid)
        self._start(title, parcel.origin.server, work, lambda found: self._show_background(found, title))

    def ask_chips(self) -> None:
        """Chips around the parcel, or around the middle of the map."""
        try:
            server = self._parcel.origin.server if self._parcel else self._need_server().name
            place, size = self._place()
        except InvalidInput as problem:
            self._box.show_message(str(problem), is_error=True)
            return
        dialog = PlaceChipsDialog(place, self._days(), size, self._box.window())
        dialog.exec()
        order = dialog.order
        dialog.deleteLater()
        if order is not None:
            self.fetch_chips(order, server)

    def fetch_chips(self, order: PlaceChipsOrder, server: str) -> None:
        """Fetch chips in the background and add them as a group."""
        chips = order.chips
        title = tr("Chips {bands} at {lon:.5f}, {lat:.5f}").format(
            bands=" ".join(chips.bands), lon=chips.lon, lat=chips.lat)
        folder = season_folder(title, order.folder)

        def work(client: Any, progress: Any, _hear: Any) -> Any:
            series = fetch_place_chips(client, chips, folder, progress, order.as_pictures)
            return series, measure_chips(series.chips)

        self._start(title, server, work, lambda made: self._show_chips(title, *made))

    def _start(self, title: str, server_name: str, work: Any, then: Callable[[Any], None]) -> None:
        server = next((one for one in self._backend.cbm_servers() if one.name == server_name), None)
        if server is None:
            self._box.show_message(
                tr("The server '{name}' is not there any more.").format(name=server_name), is_error=True)
            return
        self._box.show_message("")
        self._jobs.start(title, server, work, then)

    def _show_peers(self, parcel: ChosenParcel, peers: Sequence[Peer]) -> None:
        if not peers:
            self._box.show_message(tr("No parcel with the same crop is that near."), is_error=True)
            return
        try:
            add_peers(peers, parcel.origin, tr("Peers of {pid}").format(pid=parcel.pid))
        except InvalidInput as problem:
            self._box.show_message(str(problem), is_error=True)
            return
        self._box.show_message(tr("{count} peers are on the map, {near:.0f} to {far:.0f} m away.").format(
            count=len(peers), near=peers[0].distance_m, far=peers[-1].distance_m))

    def _show_series(self, parcel: ChosenParcel, kind: str, rows: Sequence[SeriesRow]) -> None:
        if not rows:
            self._box.show_message(tr("The server has no such time series of parcel {pid}.").format(pid=parcel.pid),
                                   is_error=True)
            return
        title = tr("Parcel {pid}, {server}").format(pid=parcel.pid, server=parcel.origin.server)
        window = ServerSeriesWindow(title, kind, rows, parcel.pid, self._box.window())
        window.csv_asked.connect(lambda: self._save_csv(window))
        window.destroyed.connect(lambda *_: self.windows.remove(window) if window in self.windows else None)
        self.windows.append(window)
        window.show()

    def _save_csv(self, window: ServerSeriesWindow) -> None:
        path, _ = QFileDialog.getSaveFileName(
            window, tr("Save CSV"), f"{safe_stem(window.pid)}_{window.kind}.csv", tr("CSV (*.csv)"))
        if not path:
            return
        try:
            count = write_server_series(window.rows, window.pid, window.kind, window.rule, csv_file=Path(path))
        except WorkbenchError as problem:
            window.note.setText(str(problem))
            return
        window.note.setText(tr("{count} rows are in {path}.").format(count=count, path=path))

    def _show_background(self, path: Path, title: str) -> None:
        try:
            add_background(path, title)
        except WorkbenchError as problem:
            self._box.show_message(str(problem), is_error=True)
            return
        self._box.show_message(tr("The map is the lowest layer of the project."))

    def _show_chips(self, title: str, series: ChipSeries, stretches: Any) -> None:
        if not series.chips:
            reason = series.failures[0].sentence if series.failures else tr(
                "There is no image of this place in these days.")
            self._box.show_message(reason, is_error=True)
            return
        try:
            add_chips(series, QgsProject.instance(), title, stretches)
        except WorkbenchError as problem:
            self._box.show_message(str(problem), is_error=True)
            return
        told = [tr("{count} chips of {dates} dates are a group that follows the time.").format(
            count=len(series.chips), dates=len(series.dates))]
        if series.failures:
            told.append(tr("{count} are missing: {reason}").format(
                count=len(series.failures), reason=series.failures[0].sentence))
        self._box.show_message(" ".join([*told, *series.notes]), is_error=bool(series.failures))

    def _place(self) -> Tuple[Tuple[float, float], int]:
        """Where chips are proposed, and how large."""
        if self._parcel is not None:
            side = min(max(_LEAST_CHIP_M, round(self._parcel.side_m * 1.5 / 20) * 20), LARGEST_CHIP_M)
            return (self._parcel.lon, self._parcel.lat), side
        crs = self._canvas.mapSettings().destinationCrs()
        if self._canvas.extent().isEmpty() or not crs.isValid():
            raise InvalidInput("place", tr("The map is empty."), tr("Add a layer and zoom to a place."))
        middle = QgsGeometry.fromPointXY(self._canvas.extent().center())
        lon, lat = place_in_degrees(middle, crs)
        return (lon, lat), 1280

    def _days(self) -> Tuple[QDate, QDate]:
        """The summer of the parcels' year."""
        year = int(self._parcel.origin.table.year) if self._parcel else DEMO_YEAR
        return QDate(year, 5, 1), QDate(year, 6, 30)

    def _follow_selection(self, *_: Any) -> None:
        self._parcel = chosen_parcel(self._layer)
        self._box.show_parcel(self._parcel.text if self._parcel else "")

    def _leave(self) -> None:
        if self._layer is not None:
            self._layer.selectionChanged.disconnect(self._follow_selection)
            self._layer.willBeDeleted.disconnect(self._forget)
        self._layer = None

    def _forget(self) -> None:
        """The layer is about to go; its signals go with it."""
        self._layer = None
        self._follow_selection()
