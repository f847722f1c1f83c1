"""The search as it was last time, in QGIS's settings."""

from __future__ import annotations

from typing import Any, Dict

from qgis.PyQt.QtCore import QDate, Qt

from sentinel_workbench.core.qgis.json_setting import read_object, write_json
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.search_form import SearchForm

_KEY = "sentinel_workbench/search"
_KEPT_KINDS = (AreaKind.MAP, AreaKind.TYPED, AreaKind.SAVED, AreaKind.POINT, AreaKind.ANYWHERE)


def remember(form: SearchForm) -> None:
    """Keep what the form says; ids are not kept, they belong to one search."""
    values: Dict[str, Any] = {
        "collections": {**recalled().get("collections", {}), form.catalog_combo.currentText(): form.collection_id()},
        "area": form.area.kind.value, "bounds": form.area.bounds_edit.text(), "point": form.area.point_edit.text(),
        "any_time": form.any_time_check.isChecked(), "cloud": form.cloud_spin.value(),
        "first": form.first_edit.date().toString(Qt.DateFormat.ISODate),
        "last": form.last_edit.date().toString(Qt.DateFormat.ISODate),
        "conditions": form.conditions.texts(), "sort": form.sort_combo.currentData(),
        "fold": form.fold_check.isChecked(), "maximum": form.maximum_spin.value(), "page": form.page_spin.value(),
    }
    write_json(_KEY, values)


def recalled() -> Dict[str, Any]:
    """What was kept; empty when nothing, or nothing readable, was."""
    return read_object(_KEY)


def recalled_collection(catalog: str) -> str:
    """The collection chosen last in a catalog, ``""`` for none."""
    known = recalled().get("collections")
    chosen = known.get(catalog) if isinstance(known, dict) else None
    return chosen if isinstance(chosen, str) else ""


def recall(form: SearchForm) -> None:
    """Fill the form as it was; what can't be read stays as it is."""
    values = recalled()
    form.area.bounds_edit.setText(_text(values, "bounds"))
    form.area.point_edit.setText(_text(values, "point"))
    kind = next((kind for kind in _KEPT_KINDS if kind.value == values.get("area")), None)
    if kind is not None:
        form.area.choose_kind(kind)
    for name, edit in (("first", form.first_edit), ("last", form.last_edit)):
        day = QDate.fromString(_text(values, name), Qt.DateFormat.ISODate)
        if day.isValid():
            edit.setDate(day)
    for name, check in (("any_time", form.any_time_check), ("fold", form.fold_check)):
        if isinstance(values.get(name), bool):
            check.setChecked(values[name])
    for name, spin in (("cloud", form.cloud_spin), ("maximum", form.maximum_spin), ("page", form.page_spin)):
        if isinstance(values.get(name), int):
            spin.setValue(values[name])
    form.sort_combo.setCurrentIndex(max(0, form.sort_combo.findData(values.get("sort"))))
    _recall_conditions(form, values.get("conditions"))


def _recall_conditions(form: SearchForm, rows: Any) -> None:
    form.conditions.clear()
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, list) and len(row) == 3 and all(isinstance(part, str) for part in row):
            form.conditions.add(*row)
    if form.conditions.texts():
        form.more_box.setCollapsed(False)


def _text(values: Dict[str, Any], name: str) -> str:
    return values[name] if isinstance(values.get(name), str) else ""
