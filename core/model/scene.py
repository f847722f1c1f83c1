"""A satellite scene (tile) as a catalog describes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Mapping, Optional


@dataclass(frozen=True)
class Scene:
    """One acquisition of one tile.

    Attributes:
        scene_id: product id.
        collection: type id.
        date: sensing time, UTC.
        cloud_percent: of the whole tile, 0..100, or None.
        geometry: footprint, GeoJSON in lon/lat.
    """

    scene_id: str
    collection: str
    date: dt.datetime
    cloud_percent: Optional[float]
    geometry: Optional[Mapping[str, Any]]
