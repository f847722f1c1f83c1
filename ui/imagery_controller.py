"""Decides for the Imagery tab: what fits together, what it costs, whether it can be sent."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.reading import ScriptProblem
from sentinel_workbench.core.evalscript.script_library import LibraryScript
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.model.timerange import ANY_TIME, TimeRange
from sentinel_workbench.core.services.byoc_use import OwnSource
from sentinel_workbench.core.services.fusion import begin_script
from sentinel_workbench.core.services.orders import are_timeless
from sentinel_workbench.ui.area_controller import AreaController
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.collection_choice import show_served, why_no_order
from sentinel_workbench.ui.costs import CostGuard
from sentinel_workbench.ui.dates_controller import DatesController, Question
from sentinel_workbench.ui.form_filling import check_form_can_say, collection_for, fill_panel
from sentinel_workbench.ui.form_memory import FormMemory
from sentinel_workbench.ui.imagery_panel import ImageryPanel
from sentinel_workbench.ui.order_form import OrderForm
from sentinel_workbench.ui.plan_texts import cost_text, metadata_text, pixels_text, size_text, without_tiles
from sentinel_workbench.ui.preview_controller import PreviewController
from sentinel_workbench.ui.request_controller import RequestController
from sentinel_workbench.ui.script_chooser import ScriptChooser
from sentinel_workbench.ui.slots_controller import SlotsController

_PREFERRED = "sentinel-2-l2a"
_SETTLE_MS = 150


class ImageryController(QObject):
    """Keeps the panel and the order in step."""

    ordered = pyqtSignal(object, str, object)
    """SeriesOrder, connection name, folder or None."""
    message = pyqtSignal(str, bool)

    def __init__(self, panel: ImageryPanel, backend: Backend, canvas: QgsMapCanvas) -> None:
        super().__init__(panel)
        self._panel, self._backend = panel, backend
        self._collections: Dict[str, Collection] = dict(known_collections())
        self._scripts = ScriptChooser(backend, parent=self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self.area = AreaController(panel.area, canvas, self._settle.start)
        self._slots = SlotsController(panel, self.refresh)
        self.use_slots = self._slots.use
        self._dates = DatesController(
            panel.dates, backend, self._question, panel.cloud_spin.value,
            (panel.first_edit.calendarWidget(), panel.last_edit.calendarWidget()), self._slots.take_picked,
        )
        self.requests = RequestController(
            panel.order_button, backend, self._order_or_none, self.use_order,
            lambda order, _name: self._send([(order, None)]), lambda text: self.message.emit(text, True),
        )
        self.preview = PreviewController(panel.footer, backend, canvas, self.area.in_view, self.form_at)
        self._guard = CostGuard(backend)
        self._memory = FormMemory(panel)
        panel.fusion.know(self._collections)
        self._restore()
        self._connect()

    def _connect(self) -> None:
        panel = self._panel
        panel.changed.connect(self._settle.start)
        panel.collection_chosen.connect(self._take_collection)
        panel.script_chosen.connect(self._take_script)
        panel.edit_script_asked.connect(lambda: self._edit_script())
        panel.fusion.script_asked.connect(self._begin_fusion)
        panel.get_asked.connect(self._order)
        panel.order_button.setMenu(self.requests.menu())

    def _restore(self) -> None:
        """The form as it was left in an earlier session."""
        remembered = self._memory.collection
        self._collections.update(self._memory.own_collections())
        self._list_collections(remembered if remembered in self._collections else _PREFERRED)
        if self._memory.script_text:
            self._scripts.take_text(self._memory.script_text, self._panel.collection_combo.currentData())
        self._fill_scripts(self._memory.script or "")
        self._memory.restore()
        self._slots.rule = self._memory.slot_rule() or self._slots.rule

    def _keep_form(self) -> None:
        text = self._scripts.unsaved_text(self._panel.script_combo.currentData())
        self._memory.keep(self._slots.rule, text, self._collection())

    def shut_down(self) -> None:
        """Leave the map as it was."""
        self._keep_form()
        self.preview.shut_down()
        self._settle.stop()
        self._dates.shut_down()
        self.area.shut_down()

    def form(self) -> OrderForm:
        """What the panel says now; of several areas, the first. Raises as ``forms``."""
        return self.forms()[0]

    def forms(self) -> List[OrderForm]:
        """What the panel says now, a form for each area.

        Raises:
            InvalidInput: an area is not possible.
        """
        areas = self.area.areas()
        first = self.form_at(areas[0])
        return [replace(first, area=area) for area in areas]

    def form_at(self, area: Area) -> OrderForm:
        """What the panel says now, for an area."""
        panel, script = self._panel, self._script()
        return OrderForm(
            collection=self._collection(),
            script_title=script.title,
            evalscript=script.text,
            area=area,
            resolution_m=panel.size.resolution_m,
            projection=panel.projection_combo.currentData(),
            first_day=panel.first_day,
            last_day=panel.last_day,
            width_px=panel.size.width_px,
            height_px=panel.size.height_px,
            snap=panel.projection.snaps,
            slots=self._slots.rule,
            mosaicking_order=panel.mosaic_combo.currentData(),
            max_cloud_percent=panel.cloud_spin.value(),
            tile_metadata=panel.metadata_combo.currentData(),
            filters=panel.options.filters(),
            processing=panel.options.processing(),
            mime=panel.format_combo.currentData(),
            quality=panel.quality_spin.value(),
            folder=panel.folder_path,
            source_id=panel.fusion.source_id(),
            further=panel.fusion.sources(),
        )

    def refresh(self) -> None:
        """Show size, cost, and why not."""
        self.area.show()
        self._dates.refresh()
        self.preview.tell_estimate()
        collection, further = self._collection(), self._panel.fusion.sources()
        self._panel.show_metadata_choices(collection.tells_exact_tiles and not further)
        self._slots.show(not (collection.timeless and are_timeless(further)))
        show_served(self._panel, collection, self._backend.current_connection())
        size = ""
        try:
            forms = self.forms()
            grid = forms[0].grid()
            self._panel.size.show_grid(grid)
            size = pixels_text(grid)
            orders = [form.series() for form in forms]
            plans = [self._backend.plan(order) for order in orders]
        except InvalidInput as problem:
            self._panel.metadata_note.hide()
            self._panel.show_plan(size, "", self._why_not() or str(problem), False)
            return
        plain = self._backend.plan(without_tiles(orders[0]))
        self._panel.metadata_note.setText(metadata_text(orders[0].image.tile_metadata, plans[0], plain))
        self._panel.metadata_note.show()
        reason = self._why_not()
        warnings = [warning for warning in plans[0].warnings if warning in plain.warnings]
        self._panel.show_plan(size_text(grid, plans), cost_text(plans), reason or " ".join(warnings), not reason)

    def _why_not(self) -> str:
        read = [source.collection for source in self._panel.fusion.inputs_with(self._collection().collection_id)]
        return why_no_order(read, self._panel.folder_path, self._backend.current_connection())

    def _list_collections(self, wanted: str) -> None:
        self._panel.fill_collections([(c.collection_id, c.title) for c in self._collections.values()], wanted)
        self._take_collection(wanted)

    def use_collection(self, collection: Collection) -> None:
        """Choose a collection, also one of the user's own that no list has yet."""
        self._collections[collection.collection_id] = collection
        self._list_collections(collection.collection_id)

    def use_source(self, source: OwnSource) -> None:
        """Fill in a collection of the user's own: its bands as a script, its area, resolution and time."""
        self.use_collection(source.collection)
        self.use_own_script(source.evalscript)
        if source.corners is not None:
            self._panel.area.type_bounds(", ".join(f"{value:.6g}" for value in source.corners))
        self._panel.size.resolution_spin.setValue(source.resolution_m)
        self._panel.use_period(source.first_day, source.last_day)
        self.refresh()

    def _take_collection(self, collection_id: str) -> None:
        collection = self._collections[collection_id]
        self._panel.show_cloud_fields(collection.has_cloud_cover)
        self._fill_scripts(self._panel.script_combo.currentData() or "")
        self.refresh()

    def _fill_scripts(self, wanted: str) -> None:
        offered = self._scripts.offered(self._panel.collection_combo.currentData())
        names = [script.name for script in offered]
        current = wanted if wanted in names else names[0] if names else ""
        self._panel.fill_scripts([(script.name, script.title) for script in offered], current)
        self._take_script(current)

    def _take_script(self, _name: str) -> None:
        self._panel.script_note.setText(self._script().about)
        self._settle.start()

    def _collection(self) -> Collection:
        return self._collections[self._panel.collection_combo.currentData()]

    def _script(self) -> LibraryScript:
        return self._scripts.find(self._panel.script_combo.currentData(), self._panel.collection_combo.currentData())

    def mend_script(self, order: ImageOrder, problem: ScriptProblem) -> None:
        """Show what the service said of an order's script; the form is filled with the order."""
        self.requests.edit_order(order)
        self._edit_script(problem)

    def _edit_script(self, problem: Optional[ScriptProblem] = None) -> None:
        panel, collection = self._panel, self._collection()
        mime = panel.format_combo.currentData()
        inputs = panel.fusion.inputs_with(collection.collection_id, panel.options)
        text = self._scripts.edit(self._script(), collection, inputs, mime, self._order_with, panel.window(), problem)
        if text is not None:
            self.use_own_script(text)

    def _order_with(self, text: str) -> ImageOrder:
        """The form's image of the whole period with another script; a slot may have no scene within the limit."""
        return replace(self.form(), evalscript=text, slots=SlotRule(SlotKind.WHOLE)).series().orders()[0]

    def _begin_fusion(self) -> None:
        self.use_own_script(begin_script(self._panel.fusion.inputs_with(self._collection().collection_id)))

    def use_own_script(self, text: str) -> None:
        """Choose the script with this text; one nobody knows is the user's own."""
        self._fill_scripts(self._scripts.take_text(text, self._panel.collection_combo.currentData()))
        self.refresh()

    def use_order(self, order: ImageOrder) -> None:
        """Fill the form with an order, as far as it has a field for it. A size may differ by a pixel.

        Raises:
            InvalidInput: the form can't say what the order says; it is left as it was.
        """
        check_form_can_say(order)
        found = collection_for(order)
        self.use_collection(self._collections.get(found.collection_id, found))
        self.use_own_script(order.evalscript)
        self.area.take(Area(order.grid.bbox, order.geometry))
        fill_panel(self._panel, order)
        span = next((source.time_range for source in order.sources if source.time_range), None)
        if span is not None:
            last = (span.end - dt.timedelta(seconds=1)).date()
            self._panel.use_period(span.start.date(), last)
            self._slots.rule = SlotRule(SlotKind.WHOLE)
        self.refresh()

    def _order_or_none(self) -> Optional[ImageOrder]:
        """The first image of the form; the form itself says why there is none."""
        with suppress(InvalidInput):
            return self.form().series().orders()[0]
        return None

    def _question(self) -> Question:
        connection = self._backend.current_connection()
        if connection is None:
            raise InvalidInput("connection", self._why_not())
        form = self.form()
        period = ANY_TIME if form.is_timeless() else TimeRange.of_days(form.first_day, form.last_day)
        return connection.name, form.series().image, period

    def _order(self) -> None:
        self.refresh()
        if self._panel.get_button.isEnabled():
            self._send([(form.series(), form.folder) for form in self.forms()])

    def _send(self, orders: Sequence[Tuple[SeriesOrder, Optional[Path]]]) -> None:
        """Hand orders on, once the user agrees where they cost much."""
        connection = self._backend.current_connection()
        if connection is None or not self._guard.allows(self._panel, [order for order, _ in orders], connection):
            return
        self._keep_form()
        for order, folder in orders:
            self.ordered.emit(order, connection.name, folder)
