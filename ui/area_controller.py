"""Decides where the images lie: reads the chosen kind of area, draws, keeps and forgets."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QInputDialog

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import GEOGRAPHIC, BBox
from sentinel_workbench.core.qgis.saved_areas import SavedAreas
from sentinel_workbench.ui.area_chooser import AreaChooser, AreaKind
from sentinel_workbench.ui.map_area import MapArea, parse_bounds
from sentinel_workbench.ui.translation import tr


class AreaController:
    """Keeps the chooser, the map and the saved areas in step.

    Args:
        chooser: the field of the form.
        canvas: the map.
        changed: called when the area may be another one.
    """

    def __init__(self, chooser: AreaChooser, canvas: QgsMapCanvas, changed: Callable[[], None]) -> None:
        self._chooser, self._changed = chooser, changed
        self._map, self._saved = MapArea(canvas, changed), SavedAreas()
        chooser.draw_asked.connect(lambda: self._map.start_drawing(chooser.kind is AreaKind.POLYGON))
        chooser.save_asked.connect(self._ask_name)
        chooser.delete_asked.connect(self.forget)
        chooser.fill_saved(self._saved.names())

    def areas(self) -> List[Area]:
        """One area, or one for each polygon of a layer.

        Raises:
            InvalidInput: there is none, or it can't be used.
        """
        chooser = self._chooser
        if chooser.kind is AreaKind.MAP:
            return [Area(self._map.view())]
        if chooser.kind in (AreaKind.DRAWN, AreaKind.POLYGON):
            return [self._map.drawn(chooser.kind is AreaKind.POLYGON)]
        if chooser.kind is AreaKind.LAYER:
            return [Area(self._map.layer(chooser.layer_combo.currentLayer()))]
        if chooser.kind is AreaKind.FEATURES:
            return self._map.polygons(chooser.features_combo.currentLayer())
        if chooser.kind is AreaKind.SAVED:
            return [self._find(chooser.saved_combo.currentText())]
        return [Area(parse_bounds(chooser.bounds_edit.text()))]

    def in_view(self) -> BBox:
        """What the map shows; while it is blank, the chosen area, the first of several.

        Raises:
            InvalidInput: there is none, or none that can be expressed.
        """
        return self.areas()[0].bbox if self._map.is_blank else self._map.view()

    def show(self) -> None:
        """Show the drawn shape while it is the area."""
        shown: Optional[bool] = {AreaKind.DRAWN: False, AreaKind.POLYGON: True}.get(self._chooser.kind)
        self._map.show_band(shown)

    def keep(self, name: str) -> None:
        """Save the area as it is now; of several, the first.

        Raises:
            InvalidInput: there is none.
        """
        self._saved.save(name, self.areas()[0])
        self._chooser.fill_saved(self._saved.names(), name)

    def forget(self, name: str) -> None:
        """Delete a saved area."""
        self._saved.delete(name)
        self._chooser.fill_saved(self._saved.names())
        self._changed()

    def propose(self, corners: Tuple[float, float, float, float]) -> None:
        """Fill in an area, such as that of the demo scenes, unless the user has typed one."""
        if not self._chooser.bounds_edit.text().strip():
            self._chooser.type_bounds(", ".join(f"{value:g}" for value in corners))

    def take(self, area: Area) -> None:
        """Use a given area: as coordinates where that says it all, else as a shape on the map."""
        bbox = area.bbox
        if area.geometry is None and bbox.crs in GEOGRAPHIC:
            self._chooser.type_bounds(", ".join(f"{value!r}" for value in bbox.corners))
            return
        polygon = area.geometry is not None
        self._map.take_area(area)
        self._chooser.choose_kind(AreaKind.POLYGON if polygon else AreaKind.DRAWN)
        self._changed()

    def shut_down(self) -> None:
        """Leave the map as it was."""
        self._map.shut_down()

    def _find(self, name: str) -> Area:
        area = self._saved.find(name)
        if area is None:
            raise InvalidInput("area", tr("No area is saved yet."), tr("Choose one another way and press 'Keep…'."))
        return area

    def _ask_name(self) -> None:
        window = self._chooser.window()
        name, given = QInputDialog.getText(window, tr("Keep this area"), tr("Name:"))
        if not given or not name.strip():
            return
        try:
            self.keep(name.strip())
        except InvalidInput:
            self._changed()  # the form says why
