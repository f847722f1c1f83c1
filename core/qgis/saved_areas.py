"""Areas the user gave a name, in QGIS's settings."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, Optional, Tuple

from qgis.core import QgsSettings

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox

_KEY = "sentinel_workbench/saved_areas"


class SavedAreas:
    """Names and places."""

    def names(self) -> Tuple[str, ...]:
        """All names in alphabetical order."""
        return tuple(sorted(_read(), key=str.lower))

    def find(self, name: str) -> Optional[Area]:
        """The area of that name, or None."""
        entry = _read().get(name)
        return _area(name, entry) if entry else None

    def save(self, name: str, area: Area) -> None:
        """Add or replace."""
        entry = {"bbox": list(area.bbox.corners), "crs": area.bbox.crs, "geometry": area.geometry}
        _write({**_read(), name: entry})

    def delete(self, name: str) -> None:
        """Forget; an unknown name is ignored."""
        _write({known: entry for known, entry in _read().items() if known != name})


def _area(name: str, entry: Any) -> Optional[Area]:
    """None where the settings were edited into something else."""
    try:
        west, south, east, north = entry["bbox"]
        return Area(BBox(west, south, east, north, entry["crs"]), entry.get("geometry"), name)
    except (KeyError, TypeError, ValueError, AttributeError, WorkbenchError):
        return None


def _read() -> Dict[str, Any]:
    try:
        found = json.loads(QgsSettings().value(_KEY, "{}"))
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(entries: Mapping[str, Any]) -> None:
    QgsSettings().setValue(_KEY, json.dumps(entries))
