"""A quick look: the map's view at low resolution as one layer, following the map where the user wants it."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Optional, Tuple

from qgis.core import QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.qgis.pictures import MeasuredImage, measure_image
from sentinel_workbench.core.qgis.preview_layer import PreviewLayer
from sentinel_workbench.core.services.checks import outline_of
from sentinel_workbench.core.services.plan import plan_order
from sentinel_workbench.core.services.preview import preview_order
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.one_at_a_time import Asked, OneAtATime
from sentinel_workbench.ui.order_footer import OrderFooter
from sentinel_workbench.ui.order_form import OrderForm
from sentinel_workbench.ui.plan_texts import units_text
from sentinel_workbench.ui.translation import tr

MAP_PX = 512
"""Longest side: at most one processing unit where three bands are read."""
_SETTLE_MS = 600


class PreviewController(QObject):
    """Never more than one request under way; one that is not wanted any more is cancelled first.

    Args:
        footer: has the button and the sentence beside it.
        backend: runs the request.
        canvas: the map.
        view: what is to be seen; raises ``InvalidInput`` while that is nothing.
        form_at: what the form says, for another area; raises ``InvalidInput`` while it says nothing.
    """

    def __init__(
        self,
        footer: OrderFooter,
        backend: Backend,
        canvas: QgsMapCanvas,
        view: Callable[[], BBox],
        form_at: Callable[[Area], OrderForm],
    ) -> None:
        super().__init__(footer)
        self._footer, self._backend, self._canvas = footer, backend, canvas
        self._view, self._form_at = view, form_at
        self._layer = PreviewLayer(QgsProject.instance(), tr("Preview"))
        self._shown: Optional[Tuple[str, ImageOrder]] = None
        self._requests = OneAtATime(backend, self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._follow)
        footer.preview_button.clicked.connect(lambda _checked=False: self.show())
        footer.follow_action.toggled.connect(self._pin)
        canvas.extentsChanged.connect(self._moved)

    def shut_down(self) -> None:
        """Ask no more, and take the layer away."""
        self._canvas.extentsChanged.disconnect(self._moved)
        self._settle.stop()
        self._requests.stop()
        self._layer.remove()

    def tell_estimate(self) -> None:
        """Say on the button what a preview would cost now, or why there can be none."""
        try:
            connection, order = self._wanted()
        except InvalidInput as problem:
            self._footer.preview_button.setToolTip(_reason(problem))
            return
        text = tr("Shows the map's view, or on a blank map the chosen area, at low resolution, {size} px: {cost}.")
        cost = tr("free") if connection.deployment_id == LOCAL else tr("about {units} units").format(
            units=units_text(plan_order(order).processing_units))
        size = f"{order.grid.width} × {order.grid.height}"
        self._footer.preview_button.setToolTip(text.format(size=size, cost=cost))

    def show(self) -> None:
        """Render what the map shows now."""
        self._settle.stop()
        try:
            connection, order = self._wanted()
        except InvalidInput as problem:
            self._requests.stop()
            self._footer.tell_preview(_reason(problem))
            return
        self._footer.tell_preview(tr("Preview: rendering…"))
        self._requests.start(Asked(
            tr("Preview"), connection.name,
            lambda services, progress: measure_image(services.image.fetch(order, progress)),
            lambda measured: self._take(connection, order, measured), self._fail,
        ))

    def _pin(self, pinned: bool) -> None:
        if pinned:
            self._follow()
        else:
            self._settle.stop()

    def _moved(self) -> None:
        if self._footer.follow_action.isChecked():
            self._settle.start()

    def _follow(self) -> None:
        """The map rests: a new preview, unless the layer shows just this."""
        try:
            connection, order = self._wanted()
        except InvalidInput as problem:
            self._footer.tell_preview(_reason(problem))
            return
        if self._requests.busy or self._layer.find() is None or self._shown != (connection.name, order):
            self.show()

    def _wanted(self) -> Tuple[Connection, ImageOrder]:
        """The order for the view: the whole period, or the first slot where the script reads every scene of it."""
        connection = self._backend.current_connection()
        if connection is None:
            raise InvalidInput("connection", tr("No connection yet: start the local hub or connect above."))
        bbox = self._view()
        form = self._form_at(Area(bbox))
        slots = SlotRule(SlotKind.WHOLE) if outline_of(form.evalscript).mosaicking == "SIMPLE" else form.slots
        wide = bbox.width >= bbox.height
        small = replace(
            form, projection=bbox.crs, snap=False, slots=slots, width_px=MAP_PX if wide else None,
            height_px=None if wide else MAP_PX,
        )
        order = preview_order(small.series().orders()[0], MAP_PX)
        plan_order(order)
        return connection, order

    def _take(self, connection: Connection, order: ImageOrder, measured: MeasuredImage) -> None:
        image = measured.image
        if image.notes:
            self._layer.remove()
            self._footer.tell_preview(" ".join(image.notes))
            return
        try:
            self._layer.show(measured)
        except WorkbenchError as error:
            self._fail(error)
            return
        self._shown = (connection.name, order)
        period = image.time_range.label() if image.time_range else tr("timeless")
        self._footer.tell_preview(tr("Preview of {period}: {cost}").format(
            period=period, cost=_cost(image.processing_units, image.from_cache, connection)))

    def _fail(self, error: WorkbenchError) -> None:
        self._footer.tell_preview(str(error))


def _cost(units: Optional[float], from_cache: bool, connection: Connection) -> str:
    if connection.deployment_id == LOCAL:
        return tr("free")
    if from_cache:
        return tr("from the cache")
    return tr("{units} units").format(units=units_text(units)) if units is not None else tr("units not told")


def _reason(problem: InvalidInput) -> str:
    """One sentence; of an extent that is too large, what to do about it in terms of the map."""
    if problem.field == "resolution":
        return tr("No preview: {reason} Zoom in.").format(reason=problem.message)
    return tr("No preview: {reason}").format(reason=problem)
