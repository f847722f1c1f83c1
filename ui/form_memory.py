"""The Imagery form as it was left, in QGIS's settings: no secret, no picture, only what the fields said."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any, Dict, List, Mapping, Optional

from qgis.PyQt.QtWidgets import QComboBox

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import Collection, collection_from_json
from sentinel_workbench.core.model.orders import TileMetadata
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.qgis.json_setting import read_object, write_json
from sentinel_workbench.core.services.fusion import read_further, write_further
from sentinel_workbench.core.services.orders import OWN_PREFIXES
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.imagery_panel import ImageryPanel

_KEY = "sentinel_workbench/imagery_form"
_LONGEST_SCRIPT = 100_000
_REMEMBERED_AREAS = (AreaKind.MAP, AreaKind.TYPED, AreaKind.SAVED)
"""The others hang on shapes and layers that are gone with the project."""


class FormMemory:
    """Reads and writes the fields of a panel. Values nobody knows any more are left as the form has them."""

    def __init__(self, panel: ImageryPanel) -> None:
        self._panel = panel
        self._kept = read_object(_KEY)

    @property
    def collection(self) -> Optional[str]:
        """The collection chosen last."""
        return _text(self._kept.get("collection"))

    @property
    def script_text(self) -> Optional[str]:
        """The text of a script that was chosen last and is neither the library's nor saved."""
        return _text(self._kept.get("script_text"))

    @property
    def script(self) -> Optional[str]:
        """The name of the script chosen last."""
        return _text(self._kept.get("script"))

    def slot_rule(self) -> Optional[SlotRule]:
        """How the period was cut; picked days are not remembered."""
        kept = self._kept.get("slots")
        try:
            rule = SlotRule(SlotKind(kept["kind"]), int(kept["count"]), int(kept["days"]))
        except (TypeError, KeyError, ValueError):
            return None
        return rule if rule.kind is not SlotKind.PICKED and rule.count > 0 and rule.days > 0 else None

    def restore(self) -> None:
        """Fill the panel; collection and script are chosen already."""
        panel, kept = self._panel, self._kept
        for name, combo in self._combos().items():
            _choose(combo, kept.get(name))
        panel.snap_check.setChecked(kept.get("snap") is True)
        _set_number(panel.size.resolution_spin, kept.get("resolution_m"))
        _set_number(panel.cloud_spin, kept.get("max_cloud_percent"))
        _set_number(panel.quality_spin, kept.get("quality"))
        panel.use_period(_day(kept.get("first_day")), _day(kept.get("last_day")))
        panel.folder.setFilePath(_text(kept.get("folder")) or "")
        panel.options.choose(_members(kept.get("filters")), _members(kept.get("processing")))
        self._restore_fusion()
        self._restore_area()

    def own_collections(self) -> Mapping[str, Collection]:
        """The collection chosen last by its type id, where it is one of the user's own; else none."""
        try:
            found = collection_from_json(_members(self._kept.get("own_collection")))
        except (TypeError, KeyError, ValueError, AttributeError):
            return {}
        return {found.collection_id: found} if str(found.collection_id).startswith(OWN_PREFIXES) else {}

    def keep(self, rule: SlotRule, script_text: Optional[str], collection: Collection) -> None:
        """Remember what the fields say, a script's text that is kept nowhere else, a collection of the user's own."""
        value = self._values(rule)
        if collection.collection_id.startswith(OWN_PREFIXES):
            value["own_collection"] = asdict(collection)
        if script_text is not None and len(script_text) <= _LONGEST_SCRIPT:
            value["script_text"] = script_text
        if value != self._kept:
            self._kept = value
            write_json(_KEY, value)

    def _values(self, rule: SlotRule) -> Dict[str, Any]:
        panel = self._panel
        chosen = {name: _plain(combo.currentData()) for name, combo in self._combos().items()}
        return {
            **chosen,
            "collection": panel.collection_combo.currentData(),
            "script": panel.script_combo.currentData(),
            "area": panel.area.kind.value,
            "bounds": panel.area.bounds_edit.text(),
            "saved_area": panel.area.saved_combo.currentText(),
            "snap": panel.snap_check.isChecked(),
            "resolution_m": panel.size.resolution_spin.value(),
            "max_cloud_percent": panel.cloud_spin.value(),
            "quality": panel.quality_spin.value(),
            "first_day": panel.first_day.isoformat(),
            "last_day": panel.last_day.isoformat(),
            "folder": panel.folder.filePath().strip(),
            "filters": panel.options.filters(),
            "processing": panel.options.processing(),
            "source_id": panel.fusion.source_id(),
            "further": write_further(panel.fusion.sources()),
            "slots": {"kind": rule.kind.value, "count": rule.count, "days": rule.days},
        }

    def _combos(self) -> Mapping[str, QComboBox]:
        panel = self._panel
        return {
            "projection": panel.projection_combo, "mosaicking_order": panel.mosaic_combo,
            "tile_metadata": panel.metadata_combo, "format": panel.format_combo,
        }

    def _restore_fusion(self) -> None:
        try:
            further = read_further(_text(self._kept.get("further")) or "")
        except InvalidInput:
            return
        self._panel.fusion.take(_text(self._kept.get("source_id")), further)

    def _restore_area(self) -> None:
        area, kept = self._panel.area, self._kept
        area.bounds_edit.setText(_text(kept.get("bounds")) or "")
        area.saved_combo.setCurrentIndex(max(0, area.saved_combo.findText(_text(kept.get("saved_area")) or "")))
        for kind in _REMEMBERED_AREAS:
            if kind.value == kept.get("area"):
                area.choose_kind(kind)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, TileMetadata) else value


def _choose(combo: QComboBox, kept: Any) -> None:
    """Choose an entry that is there and can be used."""
    rows: List[int] = [row for row in range(combo.count()) if _plain(combo.itemData(row)) == kept]
    if kept is not None and rows and combo.model().item(rows[0]).isEnabled():
        combo.setCurrentIndex(rows[0])


def _set_number(spin: Any, kept: Any) -> None:
    if isinstance(kept, (int, float)) and not isinstance(kept, bool) and spin.minimum() <= kept <= spin.maximum():
        spin.setValue(type(spin.value())(kept))


def _text(kept: Any) -> Optional[str]:
    return kept if isinstance(kept, str) else None


def _day(kept: Any) -> Optional[dt.date]:
    try:
        return dt.date.fromisoformat(kept)
    except (TypeError, ValueError):
        return None


def _members(kept: Any) -> Mapping[str, Any]:
    return kept if isinstance(kept, dict) else {}
