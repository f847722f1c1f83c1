"""Decides for the Imagery tab: what fits together, what it costs, whether it can be sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Tuple

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QLocale, QObject, QTimer, pyqtSignal

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.script_library import LibraryScript
from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder, TileMetadata
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.imagery_panel import ImageryPanel
from sentinel_workbench.ui.map_area import MapArea, parse_bounds
from sentinel_workbench.ui.order_form import OrderForm
from sentinel_workbench.ui.script_chooser import ScriptChooser
from sentinel_workbench.ui.slot_rule import SlotKind, SlotRule
from sentinel_workbench.ui.slots_dialog import SlotsDialog
from sentinel_workbench.ui.translation import tr

if TYPE_CHECKING:
    from sentinel_workbench.core.services.plan import OrderPlan

_PREFERRED = "sentinel-2-l2a"
_SETTLE_MS = 150


class ImageryController(QObject):
    """Keeps the panel and the order in step."""

    ordered = pyqtSignal(object, str, object)
    """SeriesOrder, connection name, folder or None."""

    def __init__(self, panel: ImageryPanel, backend: Backend, canvas: QgsMapCanvas) -> None:
        super().__init__(panel)
        self._panel, self._backend = panel, backend
        self._slots = SlotRule()
        self._collections: Dict[str, Collection] = dict(known_collections())
        self._scripts = ScriptChooser(backend, parent=self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self._map = MapArea(canvas, self._settle.start)
        self._connect()
        self._list_collections(_PREFERRED)

    def _connect(self) -> None:
        panel = self._panel
        panel.changed.connect(self._settle.start)
        panel.collection_chosen.connect(self._take_collection)
        panel.script_chosen.connect(self._take_script)
        panel.edit_script_asked.connect(self._edit_script)
        panel.slots_asked.connect(self._edit_slots)
        panel.get_asked.connect(self._order)
        panel.area.draw_asked.connect(self._map.start_drawing)

    def shut_down(self) -> None:
        """Leave the map as it was."""
        self._settle.stop()
        self._map.shut_down()

    def form(self) -> OrderForm:
        """What the panel says now.

        Raises:
            InvalidInput: the area is not possible.
        """
        panel, script = self._panel, self._script()
        folder = panel.folder.filePath().strip()
        return OrderForm(
            collection=self._collection(),
            script_title=script.title,
            evalscript=script.text,
            area=self._area(),
            resolution_m=panel.resolution_spin.value(),
            projection=panel.projection_combo.currentData(),
            first_day=panel.first_day,
            last_day=panel.last_day,
            slots=self._slots,
            mosaicking_order=panel.mosaic_combo.currentData(),
            max_cloud_percent=panel.cloud_spin.value(),
            tile_metadata=panel.metadata_combo.currentData(),
            filters=panel.options.filters(),
            processing=panel.options.processing(),
            mime=panel.format_combo.currentData(),
            folder=Path(folder) if folder else None,
        )

    def refresh(self) -> None:
        """Show size, cost, and why not."""
        self._map.show_band(self._panel.area.kind is AreaKind.DRAWN)
        self._show_slots()
        size = ""
        try:
            form = self.form()
            grid = form.grid()
            size = tr("{width} × {height} px").format(width=_number(grid.width), height=_number(grid.height))
            order = form.series()
            plan = self._backend.plan(order)
        except InvalidInput as problem:
            self._panel.metadata_note.hide()
            self._panel.show_plan(size, "", self._why_not() or str(problem), False)
            return
        size = tr("{size}, {area} km²").format(size=size, area=_number(plan.area_km2))
        cost = tr("Requests: {count}\nProcessing units: about {units}").format(
            count=_number(plan.requests), units=_number(plan.processing_units, 1)
        )
        warnings = self._show_metadata_cost(order, plan)
        reason = self._why_not()
        self._panel.show_plan(size, cost, reason or " ".join(warnings), not reason)

    def _why_not(self) -> str:
        if self._backend.current_connection() is None:
            return tr("No connection yet: start the local hub or connect above.")
        folder = self._panel.folder.filePath().strip()
        if folder and not Path(folder).expanduser().is_absolute():
            return tr("The folder to save to is not a full path.")
        return ""

    def _show_metadata_cost(self, order: SeriesOrder, plan: OrderPlan) -> Tuple[str, ...]:
        """Says what the tile table costs; returns the plan's warnings about other things."""
        mode, warnings = order.image.tile_metadata, plan.warnings
        if mode is TileMetadata.EXACT:
            plain = self._backend.plan(replace(order, image=replace(order.image, tile_metadata=TileMetadata.NONE)))
            warnings = tuple(warning for warning in plan.warnings if warning in plain.warnings)
            text = tr("Runs the script tile by tile: about {units} units instead of {without}.").format(
                units=_number(plan.processing_units, 1), without=_number(plain.processing_units, 1)
            )
        elif mode is TileMetadata.CANDIDATES:
            text = tr("Lists the tiles that may have been used, from the catalog. Costs nothing.")
        else:
            text = tr("No table of the satellite tiles behind each image.")
        self._panel.metadata_note.setText(text)
        self._panel.metadata_note.show()
        return warnings

    def _area(self) -> BBox:
        chooser = self._panel.area
        if chooser.kind is AreaKind.MAP:
            return self._map.view()
        if chooser.kind is AreaKind.DRAWN:
            return self._map.drawn()
        if chooser.kind is AreaKind.LAYER:
            return self._map.layer(chooser.layer_combo.currentLayer())
        return parse_bounds(chooser.bounds_edit.text())

    def _list_collections(self, wanted: str) -> None:
        self._panel.fill_collections([(c.collection_id, c.title) for c in self._collections.values()], wanted)
        self._take_collection(wanted)

    def use_collection(self, collection: Collection) -> None:
        """Choose a collection, also one of the user's own that no list has yet."""
        self._collections[collection.collection_id] = collection
        self._list_collections(collection.collection_id)

    def _take_collection(self, collection_id: str) -> None:
        collection = self._collections[collection_id]
        self._panel.options.show_collection(collection)
        self._panel.show_cloud_fields(collection.has_cloud_cover)
        self._panel.show_time_fields(not collection.timeless)
        self._panel.show_metadata_choices(collection.tells_exact_tiles)
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

    def _edit_script(self) -> None:
        mime, window = self._panel.format_combo.currentData(), self._panel.window()
        text = self._scripts.edit(self._script(), self._collection(), mime, self._order_with, window)
        if text is not None:
            self.use_own_script(text)

    def _order_with(self, text: str) -> ImageOrder:
        """The first image of the form with another script."""
        return replace(self.form(), evalscript=text).series().orders()[0]

    def use_own_script(self, text: str) -> None:
        """Choose the script with this text; one nobody knows is the user's own."""
        self._fill_scripts(self._scripts.take_text(text, self._panel.collection_combo.currentData()))
        self.refresh()

    def _edit_slots(self) -> None:
        dialog = SlotsDialog(self._slots, self._panel.first_day, self._panel.last_day, self._panel.window())
        if dialog.exec() == SlotsDialog.DialogCode.Accepted:
            self.use_slots(dialog.rule())
        dialog.deleteLater()

    def use_slots(self, rule: SlotRule) -> None:
        """Cut the period another way."""
        self._slots = rule
        self.refresh()

    def _show_slots(self) -> None:
        try:
            count = len(self._slots.cut(self._panel.first_day, self._panel.last_day))
        except InvalidInput as problem:
            self._panel.slots_label.setText(problem.message)
            return
        self._panel.slots_label.setText(_slots_text(self._slots, count))

    def _order(self) -> None:
        self.refresh()
        connection = self._backend.current_connection()
        if not self._panel.get_button.isEnabled() or connection is None:
            return
        form = self.form()
        self.ordered.emit(form.series(), connection.name, form.folder)

    def propose_area(self, corners: Tuple[float, float, float, float]) -> None:
        """Fill in an area, such as that of the demo scenes, unless the user has typed one."""
        if not self._panel.area.bounds_edit.text().strip():
            self._panel.area.type_bounds(", ".join(f"{value:g}" for value in corners))


def _slots_text(rule: SlotRule, count: int) -> str:
    text = {
        SlotKind.MONTHS: tr("Slots: {count}, calendar months"),
        SlotKind.EQUAL: tr("Slots: {count}, equal parts"),
        SlotKind.DAYS: tr("Slots: {count}, every {days} days"),
        SlotKind.WHOLE: tr("One slot: the whole period"),
    }[rule.kind]
    return text.format(count=count, days=rule.days)


def _number(value: float, decimals: int = 0) -> str:
    return QLocale().toString(float(value), "f", decimals)
