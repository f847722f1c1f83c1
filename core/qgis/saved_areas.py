"""Areas the user gave a name, in QGIS's settings."""

from __future__ import annotations

from typing import Any, Optional, Tuple

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.qgis.json_setting import read_object, write_json

_KEY = "sentinel_workbench/saved_areas"


class SavedAreas:
    """Names and places."""

    def names(self) -> Tuple[str, ...]:
        """All names in alphabetical order."""
        return tuple(sorted(read_object(_KEY), key=str.lower))

    def find(self, name: str) -> Optional[Area]:
        """The area of that name, or None."""
        entry = read_object(_KEY).get(name)
        return _area(name, entry) if entry else None

    def save(self, name: str, area: Area) -> None:
        """Add or replace."""
        entry = {"bbox": list(area.bbox.corners), "crs": area.bbox.crs, "geometry": area.geometry}
        write_json(_KEY, {**read_object(_KEY), name: entry})

    def delete(self, name: str) -> None:
        """Forget; an unknown name is ignored."""
        write_json(_KEY, {known: entry for known, entry in read_object(_KEY).items() if known != name})


def _area(name: str, entry: Any) -> Optional[Area]:
    """None where the settings were edited into something else."""
    try:
        west, south, east, north = entry["bbox"]
        return Area(BBox(west, south, east, north, entry["crs"]), entry.get("geometry"), name)
    except (KeyError, TypeError, ValueError, AttributeError, WorkbenchError):
        return None
