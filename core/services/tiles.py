"""Tile records: userdata of parts put together, footprints found."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any, List, Optional, Sequence, Tuple

from sentinel_workbench.core.evalscript.instrumentation import is_instrumented, merge_userdata
from sentinel_workbench.core.model.results import TileRecord
from sentinel_workbench.core.model.scene import Scene

_MGRS_IN_PATH = re.compile(r"/(\d{1,2})/([A-Z])/([A-Z]{2})/\d{4}/")
_MGRS_IN_ID = re.compile(r"_T(\d{2}[A-Z]{3})(?:_|$)")
_SAME_INSTANT = dt.timedelta(seconds=1)
_SAME_PASS = dt.timedelta(minutes=30)


def combine_userdata(parts: Sequence[Any]) -> Any:
    """The userdata of a whole image from that of its parts, row by row.

    Recorded tiles are added up pixel by pixel. Data of the user's own stays one value when all parts agree, else it
    becomes the list of the parts' values.
    """
    if all(is_instrumented(part) for part in parts):
        own = combine_userdata([part.get("user") for part in parts])
        return {**merge_userdata(parts), "user": own}
    return parts[0] if all(part == parts[0] for part in parts) else list(parts)


def join_scenes(records: Sequence[TileRecord], scenes: Sequence[Scene]) -> Tuple[TileRecord, ...]:
    """``records`` with product id, footprint and cloud of the scene each comes from, largest share first.

    A scene matches by its id; by the grid square in its path at about the same time; or as the only one sensed within
    a second. A record without a match stays as it is.
    """
    joined = []
    for record in records:
        scene = _find(record, scenes)
        if scene is not None:
            cloud = scene.cloud_percent if record.cloud_percent is None else record.cloud_percent
            record = replace(record, tile_id=scene.scene_id, geometry=scene.geometry, cloud_percent=cloud)
        joined.append(record)
    return tuple(sorted(joined, key=lambda record: (-(record.share or 0.0), record.date)))


def _find(record: TileRecord, scenes: Sequence[Scene]) -> Optional[Scene]:
    for scene in scenes:
        if scene.scene_id == record.tile_id:
            return scene
    square = _square(record.tile_id)
    if square:
        near = [s for s in scenes if _square(s.scene_id) == square and abs(s.date - record.date) <= _SAME_PASS]
        return min(near, key=lambda s: abs(s.date - record.date), default=None)
    return _only([s for s in scenes if abs(s.date - record.date) <= _SAME_INSTANT], record)


def _only(near: List[Scene], record: TileRecord) -> Optional[Scene]:
    """The only one, or the only one with the record's cloud cover."""
    if len(near) > 1 and record.cloud_percent is not None:
        near = [
            scene for scene in near
            if scene.cloud_percent is not None and abs(scene.cloud_percent - record.cloud_percent) < 0.01
        ]
    return near[0] if len(near) == 1 else None


def _square(tile_id: str) -> Optional[str]:
    """The MGRS square, such as ``38LQK``, of a product id or a data path."""
    match = _MGRS_IN_PATH.search(tile_id)
    if match:
        return f"{int(match.group(1)):02d}{match.group(2)}{match.group(3)}"
    match = _MGRS_IN_ID.search(tile_id)
    return match.group(1) if match else None
