"""The settings a collection knows besides time and cloud, each shown only where it applies."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QWidget

from sentinel_workbench.core.model.collection import Collection, Option
from sentinel_workbench.core.model.collection_options import SPECKLE_WINDOWS, options_of
from sentinel_workbench.ui.form_rows import roomy_combo
from sentinel_workbench.ui.translation import tr

Read, Write = Callable[[], Any], Callable[[Any], None]


class OptionsForm(QWidget):
    """A row for each setting. What is left at the service's choice is not sent."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._rows: List[Tuple[Option, Read, Write]] = []

    def show_collection(self, collection: Collection) -> None:
        """Offer the settings of another collection; choices of the same name are kept."""
        offered = options_of(collection)
        if offered == tuple(option for option, _, _ in self._rows):
            return
        kept = {(option.where, option.name): value for option, value in self._chosen()}
        self._rows.clear()
        while self._form.rowCount():
            self._form.removeRow(0)
        before: QWidget = self
        for option in offered:
            field, read, write = _MAKERS[option.kind](option, self.changed.emit)
            field.setObjectName(f"option_{option.where}_{option.name}")
            if (option.where, option.name) in kept:
                write(kept[option.where, option.name])
            self._form.addRow(_title(option), field)
            QWidget.setTabOrder(before, field)
            before = field
            self._rows.append((option, read, write))

    def filters(self) -> Dict[str, Any]:
        """Members of ``dataFilter``."""
        return {option.name: value for option, value in self._chosen() if option.where == "dataFilter"}

    def processing(self) -> Dict[str, Any]:
        """Members of ``processing``."""
        return {option.name: value for option, value in self._chosen() if option.where == "processing"}

    def choose(self, filters: Mapping[str, Any], processing: Mapping[str, Any]) -> None:
        """Choose these values, and the service's choice for everything else; unknown ones are left out."""
        wanted = {"dataFilter": filters, "processing": processing}
        for option, _, write in self._rows:
            write(wanted[option.where].get(option.name, _unset(option)))

    def _chosen(self) -> List[Tuple[Option, Any]]:
        values = [(option, read()) for option, read, _ in self._rows]
        return [(option, value) for option, value in values if value is not None]


def _unset(option: Option) -> Any:
    """What a field shows when its setting is left to the service."""
    return {"flag": bool(option.default), "integer": option.low - 1}.get(option.kind)


def _title(option: Option) -> str:
    if (option.where, option.name) == ("dataFilter", "view"):
        return tr("View, as a filter")
    return _titles().get(option.name, option.name)


def _titles() -> Mapping[str, str]:
    return {
        "previewMode": tr("Preview mode"),
        "resolution": tr("Product resolution"),
        "acquisitionMode": tr("Acquisition mode"),
        "polarization": tr("Polarisation"),
        "orbitDirection": tr("Orbit direction"),
        "timeliness": tr("Timeliness"),
        "backCoeff": tr("Back-scatter"),
        "orthorectify": tr("Orthorectify"),
        "demInstance": tr("Elevation model"),
        "radiometricTerrainOversampling": tr("Terrain oversampling"),
        "speckleFilter": tr("Speckle filter"),
        "clampNegative": tr("No heights below 0"),
        "egm": tr("Ellipsoidal heights"),
        "tiers": tr("Tiers"),
        "constellation": tr("Constellation"),
        "view": tr("View"),
        "minQa": tr("Minimum quality"),
        "upsampling": tr("Upsampling"),
        "downsampling": tr("Downsampling"),
        "harmonizeValues": tr("Harmonise values"),
    }


def _usual_words() -> Mapping[str, str]:
    return {"the latest processed": tr("the latest processed"), "50, for NO2 75": tr("50, for NO2 75")}


def _service_choice(option: Option) -> str:
    if option.usual:
        return tr("{value} (usual)").format(value=_usual_words().get(option.usual, option.usual))
    if option.default is None:
        return tr("any")
    return tr("{value} (usual)").format(value=option.default)


def _make_choice(option: Option, changed: Callable[[], None]) -> Tuple[QWidget, Read, Write]:
    combo = roomy_combo("")
    combo.addItem(_service_choice(option), None)
    for value in option.choices:
        if value != option.default:
            combo.addItem(value, value)
    return _watched(combo, changed)


def _make_speckle(option: Option, changed: Callable[[], None]) -> Tuple[QWidget, Read, Write]:
    combo = roomy_combo("")
    combo.addItem(tr("none (usual)"), None)
    for size in SPECKLE_WINDOWS:
        combo.addItem(tr("Lee, {size} × {size} px").format(size=size),
                      {"type": "LEE", "windowSizeX": size, "windowSizeY": size})
    return _watched(combo, changed)


def _watched(combo: QComboBox, changed: Callable[[], None]) -> Tuple[QWidget, Read, Write]:
    combo.currentIndexChanged.connect(lambda _index: changed())
    return combo, combo.currentData, lambda value: combo.setCurrentIndex(max(0, combo.findData(value)))


def _make_flag(option: Option, changed: Callable[[], None]) -> Tuple[QWidget, Read, Write]:
    box = QCheckBox()
    box.setChecked(bool(option.default))
    box.toggled.connect(lambda _on: changed())
    return box, lambda: None if box.isChecked() == bool(option.default) else box.isChecked(), box.setChecked


def _make_integer(option: Option, changed: Callable[[], None]) -> Tuple[QWidget, Read, Write]:
    """One below the smallest value stands for the service's choice."""
    spin = QSpinBox()
    spin.setRange(option.low - 1, option.high)
    spin.setSpecialValueText(_service_choice(option))
    spin.setValue(option.low - 1)
    spin.valueChanged.connect(lambda _value: changed())
    return spin, lambda: None if spin.value() < option.low else spin.value(), spin.setValue


_MAKERS = {"choice": _make_choice, "flag": _make_flag, "integer": _make_integer, "speckle_filter": _make_speckle}
