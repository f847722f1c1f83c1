"""Samples of elevation models: cut off at the sea, or above the ellipsoid."""

from __future__ import annotations

from typing import Tuple

import numpy as np

from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.localhub.records import BandFile, HubError, StoredScene
from sentinel_workbench.localhub.sampling import Sampler
from sentinel_workbench.localhub.scene_filter import DEFAULT_MODEL

HEIGHT, GEOID = "DEM", "geoid"


class ElevationSampler(Sampler):
    """``Sampler`` of the collection dem (process-api, 5: clampNegative, egm)."""

    def _read(self, scene: StoredScene, name: str, centres: GridCentres) -> Tuple[np.ndarray, np.ndarray]:
        values, valid = super()._read(scene, name, centres)
        if name != HEIGHT:
            return values, valid
        options, file = self._choice.data.filters, scene.bands[name]
        heights = values.astype("float64") * file.scale + file.offset
        if options.get("clampNegative") and options.get("demInstance", DEFAULT_MODEL) == DEFAULT_MODEL:
            heights = np.maximum(heights, 0.0)
        if options.get("egm"):
            heights, valid = self._above_ellipsoid(scene, centres, heights, valid)
        return np.where(valid, heights, 0.0), valid

    def _in_units(self, name: str, file: BandFile, stored: np.ndarray) -> np.ndarray:
        """Heights come in metres already."""
        return stored.astype("float64") if name == HEIGHT else super()._in_units(name, file, stored)

    def _above_ellipsoid(
        self, scene: StoredScene, centres: GridCentres, heights: np.ndarray, valid: np.ndarray
    ) -> Tuple[np.ndarray, np.ndarray]:
        """Heights above the geoid plus the geoid's own height above the ellipsoid."""
        if GEOID not in scene.bands:
            message = f"Tile '{scene.scene_id}' does not tell the height of the geoid, so `egm` can't be computed."
            raise HubError(400, "RENDERER_EXCEPTION", message)
        undulation, known = super()._read(scene, GEOID, centres)
        file = scene.bands[GEOID]
        return heights + undulation.astype("float64") * file.scale + file.offset, valid & known
