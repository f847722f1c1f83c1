"""The demo's elevation: one scene for each model a request may name."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List

import numpy as np

from sentinel_workbench.core.progress import Progress
from sentinel_workbench.localhub.demo.footprint import tile_footprint
from sentinel_workbench.localhub.demo.frame import COARSE, MEDIUM, Frame, shrink
from sentinel_workbench.localhub.demo.products import Product, Scenery
from sentinel_workbench.localhub.demo.scene_files import SceneEntry, whole_frame, write_products

DEM = "dem"
_NO_HEIGHT = -32768


def make_height_scenes(work: Path, scenery: Scenery, progress: Progress) -> List[SceneEntry]:
    """Write the elevation models into ``work``; what the list says of them.

    ``MAPZEN`` has the sea floor, the ``COPERNICUS`` models have 0 on water and the 90 m one is coarser than the 30 m
    one, as the real ones do.
    """
    progress.report(0.0, "Elevation")
    height = scenery.ground.terrain.height
    models = {
        "demo_elevation": ("COPERNICUS_30", _heights(np.maximum(height, 0), MEDIUM)),
        "demo_elevation_90": ("COPERNICUS_90", _heights(np.maximum(height, 0), COARSE)),
        "demo_elevation_mapzen": ("MAPZEN", _heights(height, MEDIUM)),
    }
    return [
        _make_scene(work, scenery.frame, name, instance, product) for name, (instance, product) in models.items()
    ]


def _heights(height: np.ndarray, factor: int) -> Product:
    return Product(np.rint(shrink(height, factor)).astype(np.int16)[None], ("DEM",), factor, _NO_HEIGHT)


def _geoid(frame: Frame) -> Product:
    """Height of the geoid above the ellipsoid: negative all over the western Indian Ocean. The slope is made up."""
    rows, cols = (side // COARSE for side in frame.shape)
    down, right = np.mgrid[0:rows, 0:cols] / max(rows, cols)
    decimetres = np.rint(10 * (-19.0 - 1.2 * right + 0.8 * down))
    return Product(decimetres.astype(np.int16)[None], ("geoid",), COARSE, _NO_HEIGHT, scale=0.1)


def _make_scene(work: Path, frame: Frame, name: str, instance: str, heights: Product) -> SceneEntry:
    whole = whole_frame(frame, name)
    bands: Dict[str, object] = {}
    bands.update(write_products(work, Path(name), {"dem": heights, "geoid": _geoid(frame)}, frame, whole))
    return {
        "scene_id": name, "collection": DEM, "date": "2015-01-01T00:00:00+00:00", "cloud_percent": None,
        "footprint": tile_footprint(frame, whole, None), "bands": bands, "properties": {"demInstance": instance},
    }  # fmt: skip
