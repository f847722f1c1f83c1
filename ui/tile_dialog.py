"""Change sensing time and cover of tiles; nothing else of a tile can be changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Sequence

from qgis.core import QgsMapLayerProxyModel, QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime
from qgis.PyQt.QtWidgets import QComboBox, QDateTimeEdit, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.core.qgis.geometry import geojson_of, service_crs
from sentinel_workbench.core.services.byoc_covers import Cover, make_cover
from sentinel_workbench.core.services.byoc_drafts import changed_tile
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label
from sentinel_workbench.ui.translation import tr

KEEP, SET, REMOVE = "keep", "set", "remove"


@dataclass(frozen=True)
class TileChange:
    """What to change; a missing key is kept.

    Attributes:
        values: ``sensing_time`` and ``cover`` of ``changed_tile``.
    """

    values: Mapping[str, Any]

    def of(self, tile: ByocTile) -> ByocTile:
        """``tile`` changed."""
        return changed_tile(tile, **self.values)


class TileDialog(QDialog):
    """For one tile or many alike."""

    def __init__(self, tiles: Sequence[ByocTile], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self.setObjectName("tile_dialog")
        self.setWindowTitle(tr("Edit {count} tiles").format(count=len(tiles)) if len(tiles) > 1 else tr("Edit tile"))
        self._make_time()
        self._make_cover()
        self._build()
        for combo in (self.time_combo, self.cover_combo):
            combo.currentIndexChanged.connect(self._refresh)
        self.layer_combo.layerChanged.connect(self._refresh)
        self._refresh()

    def _make_time(self) -> None:
        self.time_combo = _choice("tile_time_choice", tr("Keep as it is"), tr("Set to"), tr("Take away"))
        moment = next((tile.sensing_time for tile in self._tiles if tile.sensing_time), None)
        moment = moment or dt.datetime.now(dt.timezone.utc).replace(microsecond=0)
        self.time_edit = QDateTimeEdit()
        self.time_edit.setObjectName("tile_time_value")
        self.time_edit.setTimeSpec(Qt.TimeSpec.UTC)
        self.time_edit.setDisplayFormat("yyyy-MM-dd HH:mm:ss 'UTC'")
        self.time_edit.setCalendarPopup(True)
        self.time_edit.setDateTime(
            QDateTime(
                QDate(moment.year, moment.month, moment.day), QTime(moment.hour, moment.minute, moment.second),
                Qt.TimeSpec.UTC,
            )
        )

    def _make_cover(self) -> None:
        self.cover_combo = _choice(
            "tile_cover_choice", tr("Keep as it is"), tr("Take the selected feature of"),
            tr("Take away: the whole tile"),
        )
        self.layer_combo = QgsMapLayerComboBox()
        self.layer_combo.setObjectName("tile_cover_layer")
        self.layer_combo.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.note = quiet_label()
        self.note.setObjectName("tile_cover_note")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.ok_button = self.buttons.button(standard.Ok)
        self.ok_button.setText(tr("&Save"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _build(self) -> None:
        grid = FormGrid()
        title = self._tiles[0].path if len(self._tiles) == 1 else tr("{count} tiles").format(count=len(self._tiles))
        grid.add_field(tr("Path"), quiet_label(title))
        grid.add_field(tr("Sensing &time"), self.time_combo)
        grid.add_note(self.time_edit)
        grid.add_field(tr("&Cover"), self.cover_combo)
        grid.add_note(self.layer_combo)
        grid.add_note(self.note)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumSize(440, 300)

    def change(self) -> TileChange:
        """What was chosen.

        Raises:
            InvalidInput: no feature, or one that can't be a cover.
        """
        values: Dict[str, Any] = {}
        if self.time_combo.currentData() != KEEP:
            values["sensing_time"] = self._moment() if self.time_combo.currentData() == SET else None
        if self.cover_combo.currentData() != KEEP:
            chosen = self.cover_combo.currentData() == SET
            values["cover"] = cover_of_selection(self.layer_combo.currentLayer()).geometry if chosen else None
        return TileChange(values)

    def _moment(self) -> dt.datetime:
        value = self.time_edit.dateTime()
        return dt.datetime.fromtimestamp(value.toSecsSinceEpoch(), dt.timezone.utc)

    def _refresh(self) -> None:
        self.time_edit.setVisible(self.time_combo.currentData() == SET)
        wants_layer = self.cover_combo.currentData() == SET
        self.layer_combo.setVisible(wants_layer)
        text, possible = "", True
        if wants_layer:
            try:
                cover = cover_of_selection(self.layer_combo.currentLayer())
                text = cover.note or tr("{count} points.").format(count=cover.points)
            except InvalidInput as problem:
                text, possible = str(problem), False
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.layout().activate()
        self.resize(self.width(), max(self.height(), self.layout().totalHeightForWidth(self.width())))
        changes = self.time_combo.currentData() != KEEP or self.cover_combo.currentData() != KEEP
        self.ok_button.setEnabled(possible and changes)


def cover_of_selection(layer: Optional[QgsVectorLayer]) -> Cover:
    """The one selected polygon of ``layer`` as a cover of at most 100 points.

    Raises:
        InvalidInput: none or several are selected, or it can't be a cover.
    """
    if layer is None:
        raise InvalidInput("cover", tr("The project has no polygon layer."), tr("Add one."))
    features = layer.selectedFeatures()
    if len(features) != 1:
        raise InvalidInput(
            "cover", tr("{count} features of '{layer}' are selected.").format(count=len(features), layer=layer.name()),
            tr("Select one."),
        )
    target = service_crs(layer.crs())
    return make_cover(geojson_of(features[0].geometry(), layer.crs(), target), target)


def _choice(name: str, keep: str, put: str, remove: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    for text, value in ((keep, KEEP), (put, SET), (remove, REMOVE)):
        combo.addItem(text, value)
    return combo
