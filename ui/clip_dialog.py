"""What to cut out of the selected scenes, how, and where to save it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence, Tuple

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.services.clip_order import NATIVE, SHARED, ClipOrder
from sentinel_workbench.core.stac.records import StacItem
from sentinel_workbench.ui.bands_list import BandsList
from sentinel_workbench.ui.form_rows import FormGrid, beside, quiet_label
from sentinel_workbench.ui.translation import tr

_COLOUR_FIRST = ("B04", "B03", "B02")


@dataclass(frozen=True)
class ClipChoice:
    """What the dialog says.

    Attributes:
        bands: to cut, red, green and blue first where all three are chosen.
        grid: ``native`` or ``shared``.
        resolution: of a shared grid, None for the finest.
        apply_offset, inside_only, smooth: as ``ClipOrder``.
        folder: for the files.
        to_map: add what was cut, as a series in time.
    """

    bands: Tuple[str, ...]
    grid: str
    resolution: Optional[float]
    apply_offset: bool
    inside_only: bool
    smooth: bool
    folder: Path
    to_map: bool

    def order(self, items: Sequence[StacItem], area: Area) -> ClipOrder:
        """For one area.

        Raises:
            InvalidInput: it can't be cut so.
        """
        return ClipOrder(
            tuple(items), self.bands, area, self.grid, self.resolution, self.apply_offset,
            self.inside_only and area.geometry is not None, self.smooth,
        )


class ClipDialog(QDialog):
    """Made for the bands all selected scenes have.

    Args:
        names: bands and files on offer.
        titles: of them, in the same order.
        scenes: how many scenes are selected.
        area: in words.
        is_polygon: pixels outside of it can be left out.
        folder: proposed.
        parent: window.
    """

    def __init__(
        self, names: Sequence[str], titles: Sequence[str], scenes: int, area: str, is_polygon: bool, folder: str,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("clip_dialog")
        self.setWindowTitle(tr("Clip to the area"))
        self.resize(440, 560)
        self._scenes = scenes
        self.list = BandsList("clip_bands_list")
        ticked = _COLOUR_FIRST if set(_COLOUR_FIRST) <= set(names) else tuple(names[:1])
        self.list.fill(names, titles, ticked)
        self.native_radio = QRadioButton(tr("&A file for each band, pixels as they are"))
        self.native_radio.setObjectName("native_radio")
        self.shared_radio = QRadioButton(tr("&One file a scene, all bands on the same pixels"))
        self.shared_radio.setObjectName("shared_radio")
        self.shared_radio.setChecked(True)
        self._make_options(is_polygon)
        self.folder = QgsFileWidget()
        self.folder.setObjectName("clip_folder_widget")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Where to save the files"))
        self.folder.setFilePath(folder)
        self.note = quiet_label()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("&Clip"))
        self._build(area)
        self._connect()
        self._follow()

    def _make_options(self, is_polygon: bool) -> None:
        self.resolution_spin = QDoubleSpinBox()
        self.resolution_spin.setObjectName("clip_resolution_spin")
        self.resolution_spin.setRange(0.0, 100_000.0)
        self.resolution_spin.setDecimals(2)
        self.resolution_spin.setSpecialValueText(tr("finest of the bands"))
        self.resolution_spin.setToolTip(tr("Pixel size in units of the scene's CRS, which are metres for Sentinel-2."))
        self.smooth_check = _check("clip_smooth_check", tr("Interpolate &coarser bands; classes never"))
        self.offset_check = _check("clip_offset_check", tr("Apply the o&ffset of Sentinel-2 since 2022"))
        self.offset_check.setToolTip(tr("Numbers become 10000 times reflectance for all dates, so that they can be "
                                        "compared; where the catalog did so already, nothing is changed."))
        self.inside_check = _check("clip_inside_check", tr("Pixels outside the polygon become &no data"))
        self.inside_check.setEnabled(is_polygon)
        self.inside_check.setToolTip("" if is_polygon else tr("The area is a rectangle."))
        self.map_check = _check("clip_map_check", tr("Add the files to the &map as a series in time"), True)
        self.map_check.setToolTip(tr("The Temporal Controller steps from day to day."))

    def _build(self, area: str) -> None:
        grid = FormGrid()
        grid.add_wide(self.native_radio)
        grid.add_wide(self.shared_radio)
        grid.add_field(tr("&Pixel size"), beside(self.resolution_spin, stretch=-1), self.resolution_spin)
        for check in (self.smooth_check, self.offset_check, self.inside_check):
            grid.add_note(check)
        grid.add_rule()
        grid.add_field(tr("Save &to"), self.folder, self.folder.lineEdit())
        grid.add_note(self.map_check)
        layout = QVBoxLayout(self)
        where = QLabel(area)
        where.setWordWrap(True)
        layout.addWidget(where)
        layout.addWidget(self.list, 1)
        layout.addLayout(grid)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.list.itemChanged.connect(lambda *_: self._follow())
        self.native_radio.toggled.connect(lambda *_: self._follow())
        self.folder.fileChanged.connect(lambda *_: self._follow())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def choice(self) -> ClipChoice:
        """As chosen."""
        bands, shared = self.list.ticked(), self.shared_radio.isChecked()
        if set(_COLOUR_FIRST) <= set(bands):
            bands = (*_COLOUR_FIRST, *(band for band in bands if band not in _COLOUR_FIRST))
        return ClipChoice(
            bands, SHARED if shared else NATIVE, (self.resolution_spin.value() or None) if shared else None,
            self.offset_check.isChecked(), self.inside_check.isChecked(), shared and self.smooth_check.isChecked(),
            Path(self.folder.filePath().strip()).expanduser(), self.map_check.isChecked(),
        )

    def _follow(self) -> None:
        shared, bands = self.shared_radio.isChecked(), self.list.ticked()
        for widget in (self.resolution_spin, self.smooth_check):
            widget.setEnabled(shared)
        folder = self.folder.filePath().strip()
        problem = ""
        if not bands:
            problem = tr("Tick the bands to cut.")
        elif not folder or not Path(folder).expanduser().is_absolute():
            problem = tr("Choose the folder to save to.")
        files = self._scenes * (1 if shared else len(bands))
        self.note.setText(problem or tr("Files: {count}.").format(count=f"{files:n}"))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)


def _check(name: str, text: str, checked: bool = False) -> QCheckBox:
    check = QCheckBox(text)
    check.setObjectName(name)
    check.setChecked(checked)
    return check
