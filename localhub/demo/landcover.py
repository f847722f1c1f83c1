"""What lies on the ground on a given day: shares of each surface, by season and tide."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping, Tuple

import numpy as np

from sentinel_workbench.localhub.demo.frame import Frame
from sentinel_workbench.localhub.demo.noise import fractal_noise, ramp
from sentinel_workbench.localhub.demo.spectra import SURFACES
from sentinel_workbench.localhub.demo.terrain import MOUTH_KM, Terrain

FIELD_AXES = (0.9, 0.43)
"""Direction of the fields' longer side, east and north."""
FIELD_KM = (0.42, 0.27)


@dataclass(frozen=True)
class Ground:
    """What never changes: the terrain, shares of the dry-season surfaces, and textures.

    Attributes:
        terrain: of the same frame.
        shares: (surfaces, rows, cols), sum 1, everything dry and above water.
        grain: brightness of the surface, 1 on average.
        drift: slow noise that bends fronts of sediment and of greening.
        swirl: finer noise of the same kind, streaked along the coast.
    """

    terrain: Terrain
    shares: np.ndarray
    grain: np.ndarray
    drift: np.ndarray
    swirl: np.ndarray


def greenness(day_of_year: float) -> float:
    """0 at the end of the dry season (October) .. 1 at the height of the rains (February to March)."""
    return 0.5 + 0.5 * math.cos(2 * math.pi * (day_of_year - 60) / 365.0)


def lay_ground(frame: Frame, terrain: Terrain) -> Ground:
    """Vegetation, soils, salt flats, rice fields and a town by height, wetness and chance."""
    rows, cols = frame.shape
    shares = np.zeros((len(SURFACES), rows, cols), np.float32)
    shares[SURFACES.index("dry grass")] = 1
    for surface, alpha in _dry_cover(frame, terrain).items():
        _cover(shares, surface, alpha)
    grain = 1 + 0.05 * fractal_noise(frame.shape, frame.pixel_m, 61, 2.3, 2500)
    drift = fractal_noise(frame.shape, frame.pixel_m, 62, 3.2, 12000)
    swirl = fractal_noise(frame.shape, frame.pixel_m, 63, 3.5, 9000, (0.9, 2.0))
    return Ground(terrain, shares, grain.astype(np.float32), drift, swirl)


def _dry_cover(frame: Frame, terrain: Terrain) -> Mapping[str, np.ndarray]:
    patches = fractal_noise(frame.shape, frame.pixel_m, 71, 3.0, 5000)
    speckle = fractal_noise(frame.shape, frame.pixel_m, 72, 2.6, 1800)
    upland = ramp(terrain.height, 8, 20)
    tidal = ramp(terrain.height, 4.6, 3.4) * ramp(terrain.shore_km, 1.8, 0.5)
    mangrove = ramp(terrain.height + 0.35 * speckle, 0.9, 1.6) * ramp(terrain.height + 0.3 * patches, 3.6, 2.7)
    salt = tidal * ramp(patches + 0.4 * speckle, -0.2, 0.8) * ramp(terrain.height, 2.2, 2.9)
    valley = ramp(terrain.moisture + 0.12 * speckle, 0.55, 0.95) * (1 - tidal)
    return {
        "red soil": np.clip(0.14 + 0.2 * patches + 0.08 * speckle, 0, 0.7) * (0.35 + 0.65 * upland),
        "bare forest": 0.8 * upland * ramp(0.8 * patches - 0.45 * speckle, 0.5, 1.5),
        "green forest": 0.9 * valley,
        "wet mud": ramp(terrain.height, 1.7, 0.9),
        "salt flat": 0.85 * salt,
        "mangrove": 0.97 * mangrove * ramp(terrain.shore_km, 2.2, 0.9) * ramp(terrain.along_km, 4, 16),
        "rice": _paddies(frame, terrain),
        "town": _town(frame, speckle),
    }


def _paddies(frame: Frame, terrain: Terrain) -> np.ndarray:
    """Rectangular fields on the river flats of the south-east, about 300 m across, each its own green."""
    field = field_number(*field_cells(frame))
    return (field_flats(frame, terrain) * (0.25 + 0.65 * field / 97)).astype(np.float32)


def field_cells(frame: Frame) -> Tuple[np.ndarray, np.ndarray]:
    """Column and row of the field each pixel lies in, int64 (rows, cols); the fields lie askew."""
    along, across = FIELD_AXES
    turned_x = along * frame.x_km + across * frame.y_km
    turned_y = -across * frame.x_km + along * frame.y_km
    return np.floor(turned_x / FIELD_KM[0]).astype(np.int64), np.floor(turned_y / FIELD_KM[1]).astype(np.int64)


def field_number(column: Any, row: Any) -> Any:
    """0..96, by chance: the higher, the more rice grows on the field."""
    return (column * 7919 + row * 104729) % 97


def field_flats(frame: Frame, terrain: Terrain) -> np.ndarray:
    """0..1, where fields can be."""
    flats = ramp(terrain.height, 12.5, 9.5) * ramp(terrain.height, 2.6, 3.2) * ramp(terrain.shore_km, 0.1, 0.35)
    return flats * ramp(frame.y_km, 26, 21) * ramp(frame.x_km, 27, 31)


def _town(frame: Frame, speckle: np.ndarray) -> np.ndarray:
    """The port on the eastern head of the bay."""
    away = np.hypot(frame.x_km - 19.0, (frame.y_km - 55.6) * 1.15)
    return np.clip(ramp(away, 2.3, 0.9) * (0.55 + 0.3 * speckle), 0, 0.85).astype(np.float32)


def _cover(shares: np.ndarray, surface: str, alpha: np.ndarray) -> None:
    shares *= 1 - alpha
    shares[SURFACES.index(surface)] += alpha


def cover_on(ground: Ground, day_of_year: float, tide_m: float) -> np.ndarray:
    """Shares of the surfaces on one day.

    Args:
        ground: from ``lay_ground``.
        day_of_year: 1..366.
        tide_m: water level above mean sea level, metres; mudflats fall dry below about 0.

    Returns:
        float32 array (surfaces, rows, cols); the shares of a pixel sum to 1.
    """
    shares = ground.shares.copy()
    green = greenness(day_of_year)
    local = np.clip(1.25 * green - 0.12 + 0.14 * ground.drift + 0.3 * ground.terrain.moisture * green, 0, 1)
    _turn(shares, "dry grass", "green grass", local)
    _turn(shares, "bare forest", "green forest", ramp(local, 0.05, 0.5))
    _turn(shares, "rice", "wet mud", (0.75 * ramp(np.array(green), 0.5, 0.1)).astype(np.float32))
    _turn(shares, "dry grass", "burnt", _burnt(ground, day_of_year))
    _flood(shares, ground, green, tide_m)
    return shares


def _turn(shares: np.ndarray, source: str, target: str, part: np.ndarray) -> None:
    moved = shares[SURFACES.index(source)] * part
    shares[SURFACES.index(source)] -= moved
    shares[SURFACES.index(target)] += moved


def _burnt(ground: Ground, day_of_year: float) -> np.ndarray:
    """Scars of grass fires, July to November; they spread and then fade."""
    strength = max(0.0, math.sin(math.pi * (day_of_year - 170) / 165)) if 170 < day_of_year < 335 else 0.0
    reach = 1.25 - 0.35 * strength
    return (0.85 * strength * ramp(ground.swirl - 0.6 * ground.drift, reach, reach + 0.25)).astype(np.float32)


def _flood(shares: np.ndarray, ground: Ground, green: float, tide_m: float) -> None:
    """Water over everything below the tide, red where the river brings its mud."""
    terrain = ground.terrain
    river = ramp(terrain.along_km, 22, 12)
    level = tide_m * (1 - river) + (0.1 + 1.1 * green) * river
    water = ramp(terrain.height - level, 0.25, -0.25) * ramp(terrain.shore_km, 0.25, 0.05)
    mud = _suspended(ground, green, tide_m)
    shallow = ramp(terrain.height, -14, -2)
    _cover(shares, "sea", water)
    _turn(shares, "sea", "green water", np.clip(0.35 * shallow + 1.6 * mud, 0, 1))
    _turn(shares, "green water", "red water", ramp(mud, 0.08, 1.0))


def _suspended(ground: Ground, green: float, tide_m: float) -> np.ndarray:
    """Mud in the water, 0..1: full in the river, thinning down the bay and along the plume at sea."""
    along = ground.terrain.along_km + 1.6 * ground.swirl + 2.4 * ground.drift - 3.0 * tide_m
    middle, spread = MOUTH_KM - 13 + 17 * green, 5.0 + 2.0 * green
    plume = 1 / (1 + np.exp((along - middle) / spread))
    return np.clip((0.72 + 0.28 * green) * plume * (1 + 0.08 * ground.swirl), 0, 1)
