"""Scenes looked at before they are read: their classes over the area alone, coarsely, from an overview.

A catalog tells the cloud of a whole tile. Over a small area that says little, so scenes that are all cloud there are
read for nothing. A look at the scene classification costs a few kilobytes a scene; where the bands of many scenes
would be read, that saves most of them.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

import numpy as np

from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.scene_classes import CLOUDS
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.reading import NEAREST, OpenBands
from sentinel_workbench.localhub.records import InputData, StoredScene
from sentinel_workbench.localhub.sampling import inside_mask

CLASSES = "SCL"
SIDE_PX = 64
WORTH_FACTOR = 4
"""Screening reads up to ``SIDE_PX`` squared pixels a scene; the bands must be so many times as much."""
_NOTHING = -1.0


def is_worth_screening(scenes: Sequence[StoredScene], data: InputData, bands: int, grid: PixelGrid) -> bool:
    """Whether a look at the classes can spare more than it costs.

    Args:
        scenes: in mosaicking order.
        data: the request's limits and order.
        bands: read of each scene.
        grid: of the image.
    """
    matters = data.mosaicking_order == "leastCC" or data.max_cloud_percent < 100
    return matters and len(scenes) > 1 and bands * grid.width * grid.height >= WORTH_FACTOR * SIDE_PX**2


def screen_scenes(
    scenes: Sequence[StoredScene],
    data: InputData,
    grid: PixelGrid,
    geometry: Optional[Mapping[str, Any]],
    files: OpenBands,
) -> List[StoredScene]:
    """The scenes that have something to show over the area, the clearest first for ``leastCC``.

    Scenes without any pixel there are left out, and those with more cloud there than the request allows. A scene
    whose classes can't be read stays, with the cloud of its tile: reading it will tell what is wrong.
    """
    coarse = PixelGrid(grid.bbox, min(SIDE_PX, grid.width), min(SIDE_PX, grid.height))
    shares = _cloud_shares(scenes, coarse, inside_mask(geometry, coarse), files)
    known = [
        (shares.get(scene.scene_id, 100.0 if scene.cloud_percent is None else scene.cloud_percent), scene)
        for scene in scenes
    ]
    kept = [(share, scene) for share, scene in known if share != _NOTHING and share <= data.max_cloud_percent]
    if data.mosaicking_order == "leastCC":
        kept.sort(key=lambda pair: pair[0])
    return [scene for _, scene in kept]


def _cloud_shares(
    scenes: Sequence[StoredScene], grid: PixelGrid, inside: np.ndarray, files: OpenBands
) -> Dict[str, float]:
    """Percent of cloud by scene id; ``_NOTHING`` where the scene has no pixel."""
    classes = {scene.scene_id: scene.bands[CLASSES] for scene in scenes if CLASSES in scene.bands}
    failed = set(files.open_all([file.path for file in classes.values()]))
    centres = GridCentres(grid)
    readable = {name: file for name, file in classes.items() if file.path not in failed}
    failed |= set(files.prepare(
        [(file.path, file.band_index, file.nodata, NEAREST) for file in readable.values()], centres
    ))
    shares = {}
    for name, file in readable.items():
        if file.path not in failed:
            values, valid = files.reader(file.path, file.band_index, file.nodata).read(centres, NEAREST)
            seen = values[valid & inside]
            shares[name] = 100.0 * float(np.isin(seen, CLOUDS).mean()) if seen.size else _NOTHING
    return shares
