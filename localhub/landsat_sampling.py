"""Samples of Landsat collections in physical units."""

from __future__ import annotations

from typing import Tuple

import numpy as np

from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.localhub.landsat import THERMAL, brightness_temperature
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.sampling import Sampler

_TEMPERATURE = "BRIGHTNESS_TEMPERATURE"


class LandsatSampler(Sampler):
    """``Sampler`` of the landsat collections; without data a pixel is not a number."""

    def _read(self, scene: StoredScene, name: str, centres: GridCentres) -> Tuple[np.ndarray, np.ndarray]:
        values, valid = super()._read(scene, name, centres)
        file = scene.bands[name]
        physical = values.astype("float64") * file.scale + file.offset
        constants = (scene.properties.get(THERMAL) or {}).get(name)
        is_radiance = (file.scale, file.offset) != (1.0, 0.0)
        if constants and is_radiance and self._choice.units.get(name) == _TEMPERATURE:
            physical = brightness_temperature(physical, constants)
        return physical, valid

    def _in_units(self, name: str, file: BandFile, stored: np.ndarray) -> np.ndarray:
        """They come in the unit of their band already."""
        return stored
