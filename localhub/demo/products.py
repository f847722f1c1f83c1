"""The arrays of one pass over the whole frame: reflectances, classes, masks, angles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence, Tuple

import numpy as np

from sentinel_workbench.localhub.demo.atmosphere import (
    CloudFields,
    Sky,
    gather_clouds,
    make_sky,
    surface_seen,
    top_of_atmosphere,
)
from sentinel_workbench.localhub.demo.frame import ANGLES, COARSE, MEDIUM, Frame, shrink
from sentinel_workbench.localhub.demo.landcover import Ground, cover_on, lay_ground
from sentinel_workbench.localhub.demo.passes import Pass
from sentinel_workbench.localhub.demo.spectra import (
    BANDS,
    COARSE_BANDS,
    FINE_BANDS,
    MEDIUM_BANDS,
    REFLECTANCE,
    SURFACES,
    band_indices,
)
from sentinel_workbench.localhub.demo.terrain import shape_terrain

_STEP_DN, _BRIGHT_STEP_DN, _CLOUD_STEP_DN = 32, 64, 128
"""Reflectances are rounded to so many digital numbers, bands beyond red and clouds more: files a third the size."""
_WATER = [SURFACES.index(name) for name in ("sea", "green water", "red water")]
_GREEN = [SURFACES.index(name) for name in ("mangrove", "green grass", "green forest", "rice")]
NO_MASK = 255
NO_ANGLE = 65535


@dataclass(frozen=True)
class Product:
    """One raster file: bands of equal pixel size.

    Attributes:
        pixels: (bands, rows, cols).
        names: of the bands.
        factor: edge of a pixel in pixels of the frame.
        nodata: value of pixels the satellite did not see.
        scale: stored value times this is the physical digital number.
        classes: True when values can't be averaged.
        grainy: True for noise, which neither predictors nor means serve.
    """

    pixels: np.ndarray
    names: Tuple[str, ...]
    factor: int
    nodata: int
    scale: float = 1.0
    classes: bool = False
    grainy: bool = False


class Scenery:
    """Everything passes have in common, made once (about 3 s)."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.ground: Ground = lay_ground(frame, shape_terrain(frame))
        self._clouds: CloudFields = gather_clouds(frame)

    def photograph(self, moment: Pass) -> Photograph:
        """The area as this pass saw it."""
        sky = make_sky(
            self._clouds, self.frame, moment.number, moment.cover, moment.deck, moment.cirrus, moment.sun
        )
        shares = cover_on(self.ground, moment.day_of_year, moment.tide_m)
        wet = shares[_WATER].sum(axis=0)
        lit = self.ground.grain * self.ground.terrain.shade
        light = lit + wet * (0.8 + 0.2 * self.ground.grain - lit)
        return Photograph(self.frame, moment, sky, shares, light)


class Photograph:
    """One pass; ``products`` are computed when asked for."""

    def __init__(self, frame: Frame, moment: Pass, sky: Sky, shares: np.ndarray, light: np.ndarray) -> None:
        self._frame, self.moment = frame, moment
        self._sky, self._shares, self._light = {1: sky}, {1: shares}, {1: light}
        self._seen = {1: _swath(frame, moment.edge)}

    def products(self, collection: str) -> Mapping[str, Product]:
        """File name stem to product, for ``sentinel-2-l1c`` or ``sentinel-2-l2a``."""
        surface = collection == "sentinel-2-l2a"
        coarse = COARSE_BANDS[:2] if surface else COARSE_BANDS
        files = {
            "fine": self._reflectance(FINE_BANDS, 1, surface),
            "medium": self._reflectance(MEDIUM_BANDS, MEDIUM, surface),
            "coarse": self._reflectance(coarse, COARSE, surface),
        }
        if surface:
            files["aerosol"] = self._aerosol()
            files["classes"], files["probabilities"] = self._classes(), self._probabilities()
        return files

    def shared_products(self) -> Mapping[str, Product]:
        """Cloud masks and angles, the same for both collections."""
        return {"clouds": self._cloud_masks(), "angles": self._angles()}

    def seen(self, factor: int) -> np.ndarray:
        """True where the satellite saw the whole pixel."""
        if factor not in self._seen:
            self._seen[factor] = shrink(self._seen[1].astype(np.float32), factor) > 0.999
        return self._seen[factor]

    def _at(self, factor: int) -> Tuple[Sky, np.ndarray, np.ndarray]:
        if factor not in self._sky:
            sky = self._sky[1]
            fields = (sky.cloud, sky.brightness, sky.shadow, sky.cirrus)
            self._sky[factor] = Sky(*(shrink(field, factor) for field in fields))
            self._shares[factor] = shrink(self._shares[1], factor)
            self._light[factor] = shrink(self._light[1], factor)
        return self._sky[factor], self._shares[factor], self._light[factor]

    def _reflectance(self, names: Sequence[str], factor: int, surface: bool) -> Product:
        sky, shares, light = self._at(factor)
        bands = band_indices(names)
        ground = np.tensordot(REFLECTANCE[:, bands].T, shares, 1) * light
        seen = surface_seen(ground, sky, bands)
        if not surface:
            seen = top_of_atmosphere(seen, sky, bands, self.moment.haze)
        step = np.where(bands > BANDS.index("B04"), _BRIGHT_STEP_DN, _STEP_DN).astype(np.float32)[:, None, None]
        step[bands == BANDS.index("B10")] = 1
        step = np.where(seen > 0.35, np.float32(_CLOUD_STEP_DN), step)
        digital = np.clip(np.rint(seen * (10_000 / step)) * step, 4, 20_000)
        return Product(np.where(self.seen(factor), digital, 0).astype(np.uint16), tuple(names), factor, 0)

    def _aerosol(self) -> Product:
        sky, _, _ = self._at(COARSE)
        depth = np.rint(90 * self.moment.haze + 60 * sky.cirrus)
        return Product(np.where(self.seen(COARSE), depth, 0).astype(np.uint16)[None], ("AOT",), COARSE, 0)

    def _classes(self) -> Product:
        sky, shares, _ = self._at(MEDIUM)
        scene = np.full(sky.cloud.shape, 5, np.uint8)
        scene[shares[_GREEN].sum(axis=0) > 0.5] = 4
        scene[shares[_WATER].sum(axis=0) > 0.5] = 6
        scene[shares[SURFACES.index("burnt")] > 0.5] = 2
        scene[(sky.shadow > 0.5) & (sky.cloud < 0.3)] = 3
        scene[sky.cirrus > 0.25] = 10
        scene[sky.cloud > 0.3] = 8
        scene[sky.cloud > 0.65] = 9
        scene[~self.seen(MEDIUM)] = 0
        return Product(scene[None], ("SCL",), MEDIUM, 0, classes=True)

    def _probabilities(self) -> Product:
        sky, _, _ = self._at(MEDIUM)
        cloud = np.rint(100 * np.maximum(sky.cloud, 0.5 * sky.cirrus))
        layers = np.stack([cloud, np.zeros_like(cloud)]).astype(np.uint8)
        layers = np.where(self.seen(MEDIUM), layers, np.uint8(NO_MASK))
        return Product(layers, ("CLD", "SNW"), MEDIUM, NO_MASK, classes=True)

    def _cloud_masks(self) -> Product:
        sky, _, _ = self._at(COARSE)
        probability = np.rint(254 * np.maximum(sky.cloud, 0.4 * sky.cirrus))
        layers = np.stack([sky.cloud > 0.4, probability]).astype(np.uint8)
        layers = np.where(self.seen(COARSE), layers, np.uint8(NO_MASK))
        return Product(layers, ("CLM", "CLP"), COARSE, NO_MASK, classes=True)

    def _angles(self) -> Product:
        rows, cols = (-(-side // ANGLES) for side in self._frame.shape)
        down, right = np.mgrid[0:rows, 0:cols] / max(rows, cols)
        azimuth, zenith = self.moment.sun
        side = -1 if self.moment.satellite == "S2A" else 1
        layers = [azimuth - right, zenith + 0.3 * down, 104.0 + 3 * down + (180 if side > 0 else 0), 4.0 + 3.5 * right]
        names = ("sunAzimuthAngles", "sunZenithAngles", "viewAzimuthMean", "viewZenithMean")
        return Product(np.rint(np.stack(layers) * 100).astype(np.uint16), names, ANGLES, NO_ANGLE, scale=0.01)


def _swath(frame: Frame, edge: Optional[Tuple[int, float]]) -> np.ndarray:
    """True where the satellite saw the frame: on one side of a line that leans as the orbit does."""
    if edge is None:
        return np.ones(frame.shape, bool)
    side, at_km = edge
    return side * (frame.x_km - SWATH_LEAN * (frame.y_km - 36.0) - at_km) > 0


SWATH_LEAN = 0.22
"""Kilometres east for each kilometre north along the edge of the swath."""


def cloud_percent(mask: np.ndarray) -> float:
    """Percent of cloud in a CLM array (1 cloud, 0 clear, 255 unseen), two digits; 0 when nothing was seen."""
    seen = mask != NO_MASK
    return round(100 * float((mask[seen] == 1).mean()), 2) if seen.any() else 0.0
