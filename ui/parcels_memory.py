"""The Parcels tab as it was last time, in QGIS's settings."""

from __future__ import annotations

from typing import Any, Dict

from qgis.PyQt.QtCore import QDate, Qt

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.json_setting import read_object, write_json
from sentinel_workbench.core.services.scl_histogram import ClearRule
from sentinel_workbench.ui.parcel_layer_controller import ParcelLayerController
from sentinel_workbench.ui.parcel_source import SourceKind
from sentinel_workbench.ui.parcel_source_controller import ParcelSourceController
from sentinel_workbench.ui.parcels_form import ParcelsForm

_KEY = "sentinel_workbench/parcels_form"


def remember(form: ParcelsForm, source: ParcelSourceController, layers: ParcelLayerController) -> None:
    """Keep what the form says; layers and selections belong to projects and are not kept."""
    rule = form.rule_box.rule()
    first, last = (day.toString(Qt.DateFormat.ISODate) for day in form.days)
    write_json(_KEY, {
        "source": form.kind.value, "catalog": form.catalog_combo.currentText(), "collections": source.collections,
        "id_field": layers.wanted_id, "first": first, "last": last,
        "bad": sorted(rule.bad_classes), "bad_share": rule.max_bad_share, "coverage": rule.min_coverage,
        "strict": rule.all_touched, "folder": form.folder.filePath().strip(),
    })


def recall(form: ParcelsForm, source: ParcelSourceController, layers: ParcelLayerController) -> bool:
    """Fill the form as it was; whether a period was among it. What can't be read stays as it is."""
    kept = read_object(_KEY)
    known = kept.get("collections")
    source.collections.update(
        {key: value for key, value in (known.items() if isinstance(known, dict) else ()) if isinstance(value, str)}
    )
    source.choose_catalog(_text(kept, "catalog"))
    for kind in SourceKind:
        if kind.value == kept.get("source"):
            form.source_combo.setCurrentIndex(form.source_combo.findData(kind))
    layers.wanted_id = _text(kept, "id_field")
    form.folder.setFilePath(_text(kept, "folder"))
    form.rule_box.show_rule(_rule(kept))
    days = [QDate.fromString(_text(kept, name), Qt.DateFormat.ISODate) for name in ("first", "last")]
    if not all(day.isValid() for day in days):
        return False
    form.show_days(*days)
    return True


def _rule(kept: Dict[str, Any]) -> ClearRule:
    try:
        return ClearRule(
            frozenset(int(one) for one in kept["bad"]), float(kept["bad_share"]), float(kept["coverage"]),
            kept["strict"] is True,
        )
    except (KeyError, TypeError, ValueError, InvalidInput):
        return ClearRule()


def _text(kept: Dict[str, Any], name: str) -> str:
    return kept[name] if isinstance(kept.get(name), str) else ""
