"""What comes back to the radar: backscatter of every surface, wind on the water, ships, speckle."""

from __future__ import annotations

from typing import Dict, Union

import numpy as np

from sentinel_workbench.localhub.demo.frame import Frame
from sentinel_workbench.localhub.demo.landcover import Ground, cover_on, greenness
from sentinel_workbench.localhub.demo.noise import fractal_noise
from sentinel_workbench.localhub.demo.radar_passes import RadarPass
from sentinel_workbench.localhub.demo.radar_view import RadarView
from sentinel_workbench.localhub.demo.spectra import SURFACES

LOOKS = 12
"""Equivalent number of looks of the demo's pixels: the variance of the speckle is 1 / LOOKS of the squared power."""
POLARISATIONS = ("VV", "VH")
_STEP_DB = 1.2
_WATER = ("sea", "green water", "red water")
# Gamma nought in decibels, VV and VH, dry; and by how much rain raises both.
_SURFACES = {
    "wet mud": (-15.5, -26.0, 0.5),
    "salt flat": (-17.0, -26.5, 3.0),
    "mangrove": (-7.6, -13.6, 0.0),
    "green grass": (-10.2, -16.4, 1.0),
    "dry grass": (-12.4, -19.6, 2.0),
    "red soil": (-13.2, -22.0, 3.0),
    "green forest": (-8.2, -13.8, 0.2),
    "bare forest": (-9.4, -15.4, 0.8),
    "burnt": (-13.0, -21.0, 2.5),
    "rice": (-9.6, -17.0, 0.5),
    "town": (-1.0, -9.5, 0.0),
}


class RadarScene:
    """The ground and what all passes share (textures, ships' harbour)."""

    def __init__(self, frame: Frame, ground: Ground) -> None:
        self._frame, self._ground = frame, ground
        self._texture = 0.9 * fractal_noise(frame.shape, frame.pixel_m, 91, 2.4, 1500)
        self._streaks = fractal_noise(frame.shape, frame.pixel_m, 92, 3.2, 9000, (0.7, 2.2))
        corners = np.random.Generator(np.random.PCG64(93)).standard_gamma(0.35, frame.shape)
        self._corners = np.clip(corners / 0.35, 0.05, 12).astype(np.float32)

    def beta_nought(self, moment: RadarPass, view: RadarView) -> Dict[str, np.ndarray]:
        """Linear power without terrain correction, speckled, for each of ``POLARISATIONS``; float32 (rows, cols)."""
        chance = np.random.Generator(np.random.PCG64(moment.seed))
        shares = cover_on(self._ground, moment.day_of_year, moment.tide_m)
        slant = view.scattering_area / np.tan(np.radians(view.incidence))
        ships = self._ships(shares, chance)
        images = {}
        for channel, name in enumerate(POLARISATIONS):
            gamma = self._gamma_nought(shares, moment, view, channel) + ships * (1.0, 0.16)[channel]
            smooth = (gamma * slant)[view.rows, view.cols]
            speckle = chance.standard_gamma(LOOKS, self._frame.shape).astype(np.float32) / LOOKS
            images[name] = smooth * speckle
        return images

    def _gamma_nought(self, shares: np.ndarray, moment: RadarPass, view: RadarView, channel: int) -> np.ndarray:
        wetness = moment.rain + 0.3 * greenness(moment.day_of_year)
        land = np.zeros(self._frame.shape, np.float32)
        for name, entry in _SURFACES.items():
            power = shares[SURFACES.index(name)] * np.float32(_power(entry[channel] + entry[2] * wetness))
            land += power * self._corners if name == "town" else power
        water = sum(shares[SURFACES.index(name)] for name in _WATER)
        return land * _power(self._texture) + water * self._water(moment, view, channel)

    def _water(self, moment: RadarPass, view: RadarView, channel: int) -> np.ndarray:
        """Ripples that the wind raises: rougher with its speed, darker away from the vertical, calm near the shore."""
        drift = np.random.Generator(np.random.PCG64(moment.seed + 1)).integers(0, 100_000, 2)
        gusts = np.roll(self._streaks, (int(drift[0]), int(drift[1])), (0, 1))
        shelter = np.clip(-self._ground.terrain.shore_km / 6.0, 0, 1)
        wind = np.maximum(moment.wind_ms * (0.45 + 0.55 * shelter) * (1 + 0.16 * gusts), 0.4)
        steepness = -0.32 * (view.incidence - 36.0)
        if channel == 0:
            return _power(-27.5 + 15.0 * np.log10(wind) + steepness)
        return _power(-30.5 + 6.0 * np.log10(wind) + 0.3 * steepness)

    def _ships(self, shares: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """A few bright points on open water."""
        water = sum(shares[SURFACES.index(name)] for name in _WATER)
        deep = np.flatnonzero((water > 0.99) & (self._ground.terrain.height < -3))
        points = np.zeros(self._frame.shape, np.float32)
        if deep.size:
            count = max(1, points.size // 70_000)
            points.ravel()[chance.choice(deep, count)] = chance.uniform(0.6, 4.0, count)
        return points


def _power(decibels: Union[float, np.ndarray]) -> np.ndarray:
    return np.power(10.0, np.asarray(decibels) / 10).astype(np.float32)


def amplitude_numbers(power: np.ndarray, scale: float) -> np.ndarray:
    """Amplitudes as whole numbers 1..255 of ``scale``, as a ground range product has them; 0 means no data.

    They are rounded to steps of 1.2 decibels, below the speckle: files a third smaller.
    """
    steps = np.rint(10 * np.log10(np.maximum(power, 1e-6)) / _STEP_DB) * _STEP_DB
    return np.clip(np.rint(np.sqrt(_power(steps)) / scale), 1, 255).astype(np.uint8)
