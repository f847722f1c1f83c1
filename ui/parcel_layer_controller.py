"""Decides which parcels are looked at: a layer, its selection, its ids, and what is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, List, Optional

from qgis.core import QgsCsException, QgsGeometry, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.folders import demo_parcels
from sentinel_workbench.core.qgis.geometry import bbox_of
from sentinel_workbench.core.qgis.own_parcels import add_drawn, demo_layer, drawn_layer
from sentinel_workbench.core.qgis.parcel_layers import id_field_of
from sentinel_workbench.core.services.season_plan import SeasonPlan, plan_season
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.map_zoom import zoom_to
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.parcel_drawing import ParcelDrawing
from sentinel_workbench.ui.parcel_reading import LayerReading, ReadParcels
from sentinel_workbench.ui.parcel_source import SourceKind
from sentinel_workbench.ui.parcel_texts import count_text, notes_text, parcels_text
from sentinel_workbench.ui.parcels_form import ParcelsForm
from sentinel_workbench.ui.translation import tr

_SETTLE_MS = 250


@dataclass(frozen=True)
class _Known:
    read: ReadParcels
    plan: SeasonPlan


class ParcelLayerController(QObject):
    """Keeps the parcel rows in step with the project. A layer is read only while ``watching``.

    Attributes:
        problem: why no look is possible, ``""`` when one is, or may be.
        plan: what the parcels will take, None until they are read.
        wanted_id: the id field chosen last, tried on each layer.
    """

    changed = pyqtSignal()

    def __init__(self, form: ParcelsForm, backend: Backend, canvas: QgsMapCanvas, watching: Callable[[], bool]) -> None:
        super().__init__(form)
        self._form, self._backend, self._canvas, self._watching = form, backend, canvas, watching
        self.problem, self.wanted_id = "", ""
        self.plan: Optional[SeasonPlan] = None
        self._layer: Optional[QgsVectorLayer] = None
        self._jobs = PaneJobs(self._run_alone, self)
        self._jobs.failed.connect(self._fail)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.read)
        self.drawing = ParcelDrawing(canvas, form.draw_button, self._begin_drawing, self._take_drawn)
        form.layer_combo.layerChanged.connect(self._take_layer)
        form.source_combo.currentIndexChanged.connect(self._follow_kind)
        form.id_combo.activated.connect(self._take_id)
        form.selected_check.toggled.connect(lambda _on: self.refresh())
        form.demo_button.clicked.connect(self.take_demo)
        self._take_layer(form.layer_combo.currentLayer())

    def shut_down(self) -> None:
        """Stop reading, leave layer and map."""
        self._settle.stop()
        self._jobs.end()
        self.drawing.shut_down()
        self._leave_layer()

    @property
    def name(self) -> str:
        """Of the layer."""
        return self._layer.name() if self._layer is not None else ""

    def reading(self) -> LayerReading:
        """What to read for a look.

        Raises:
            InvalidInput: there is nothing that could be read.
        """
        if self._layer is None:
            at_server = self._form.kind is SourceKind.SERVER
            raise InvalidInput(
                "parcels", tr("The project has no polygon layer."),
                tr("Find parcels at the server, add a layer, or draw one on the map.") if at_server
                else tr("Add one, or draw a parcel on the map."),
            )
        return LayerReading(self._layer, self._form.id_combo.currentData(), self._form.selected_check.isChecked())

    def choose(self, layer: QgsVectorLayer) -> None:
        """Take the parcels of a layer of the project, all of them; some may just have come to it."""
        self._form.selected_check.setChecked(False)
        self._form.layer_combo.setLayer(layer)
        self.read()

    def refresh(self) -> None:
        """Something may be other now: read again in a moment. What was known counts until then."""
        self._settle.start()

    def read(self) -> None:
        """Read the layer in the background, and tell."""
        self._settle.stop()
        self.follow_hub()
        self.plan = None
        if not self._watching():
            return
        try:
            reading = self.reading()
        except InvalidInput as problem:
            self._jobs.end()
            self._tell(str(problem), problem=True)
            return
        self._tell(tr("Reading {parcels}…").format(parcels=count_text(reading.count)))

        def work(_services: Any, progress: Progress, _hear: Any) -> _Known:
            read = reading.read(progress)
            return _Known(read, plan_season(read.parcels))

        self._jobs.start(tr("Reading parcels"), None, work, self._take_known)

    def follow_hub(self) -> None:
        """Offer the demo's fields while the local hub runs and there is no other layer."""
        empty = self._form.layer_combo.count() == 0
        possible = empty and self._backend.local_hub_running() and demo_parcels().is_file()
        self._form.demo_button.setVisible(possible)

    def take_demo(self) -> None:
        """Put the demo's fields on the map and choose them."""
        try:
            layer = demo_layer(tr("Demo parcels"), demo_parcels())
        except WorkbenchError as error:
            self._tell(str(error), problem=True)
            return
        self.choose(layer)
        zoom_to(self._canvas, bbox_of(layer.extent(), layer.crs()))

    def _run_alone(self, title: str, _place: Any, work: Any, done: Any, fail: Any, _hear: Any) -> Any:
        return self._backend.run_alone(title, lambda progress: work(None, progress), done, fail)

    def _take_layer(self, layer: Any) -> None:
        self._leave_layer()
        self._layer = layer if isinstance(layer, QgsVectorLayer) else None
        if self._layer is not None:
            for signal in self._signals():
                signal.connect(self.refresh)
            self._layer.willBeDeleted.connect(self._forget_layer)
            self._layer.updatedFields.connect(self._fill_ids)
        self._fill_ids()
        self.read()

    def _leave_layer(self) -> None:
        if self._layer is not None:
            for signal in self._signals():
                signal.disconnect(self.refresh)
            self._layer.willBeDeleted.disconnect(self._forget_layer)
            self._layer.updatedFields.disconnect(self._fill_ids)
        self._layer = None

    def _follow_kind(self) -> None:
        """Without a layer, what helps depends on where images come from."""
        if self._layer is None:
            self.read()

    def _forget_layer(self) -> None:
        """It is about to go; its signals go with it."""
        self._jobs.end()
        self._layer = None

    def _signals(self) -> List[Any]:
        layer = self._layer
        return [layer.selectionChanged, layer.featureAdded, layer.featureDeleted, layer.geometryChanged,
                layer.attributeValueChanged, layer.afterRollBack, layer.crsChanged, layer.subsetStringChanged,
                layer.dataChanged]  # fmt: skip

    def _fill_ids(self) -> None:
        names = self._layer.fields().names() if self._layer is not None else []
        wanted = self.wanted_id if self.wanted_id in names else id_field_of(names)
        self._form.fill_ids(names, wanted)

    def _take_id(self, _index: int) -> None:
        self.wanted_id = self._form.id_combo.currentData() or ""
        self.refresh()

    def _take_known(self, known: _Known) -> None:
        self.plan = known.plan
        self._tell(parcels_text(known.read), tip="\n".join(notes_text(known.read.notes)))

    def _fail(self, error: WorkbenchError) -> None:
        self._tell(str(error), problem=True)

    def _tell(self, text: str, problem: bool = False, tip: str = "") -> None:
        self.problem = text if problem else ""
        self._form.parcels_note.setText(text)
        self._form.parcels_note.setToolTip(tip)
        self.changed.emit()

    def _begin_drawing(self) -> None:
        """On a blank map there is nothing to draw on: go to the demo scenes while they are what is looked at."""
        blank = not self._canvas.layers()
        layer = drawn_layer(tr("My parcels"), self.drawing.crs)
        self.choose(layer)
        corners = self._backend.demo_area() if self._backend.local_hub_running() else None
        if blank and corners is not None:
            # QGIS brings the map to the first layer of a project in a queued call; this comes after it.
            QTimer.singleShot(0, lambda: zoom_to(self._canvas, BBox(*corners)))

    def _take_drawn(self, shape: QgsGeometry) -> None:
        layer = drawn_layer(tr("My parcels"), self.drawing.crs)
        try:
            add_drawn(layer, shape, self.drawing.crs)
        except QgsCsException:
            self._tell(tr("This outline can't be expressed in the CRS of the layer 'My parcels'."), problem=True)
            return
        self.choose(layer)
