"""Clouds that drift, their shadows, cirrus, and the light a satellite sees through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

import numpy as np

from sentinel_workbench.localhub.demo.frame import Frame
from sentinel_workbench.localhub.demo.noise import fractal_noise, ramp
from sentinel_workbench.localhub.demo.spectra import CIRRUS, CLOUD, HAZE, TRANSMITTANCE

CLOUD_HEIGHT_M = 1800.0


@dataclass(frozen=True)
class CloudFields:
    """Periodic noise from which every sky is cut."""

    puffs: np.ndarray
    decks: np.ndarray
    streaks: np.ndarray
    texture: np.ndarray


@dataclass(frozen=True)
class Sky:
    """One acquisition's sky, each array of the frame's shape, 0..1: cloud opacity, brightness, shadow, cirrus."""

    cloud: np.ndarray
    brightness: np.ndarray
    shadow: np.ndarray
    cirrus: np.ndarray


def gather_clouds(frame: Frame) -> CloudFields:
    """The noise all skies share."""
    shape, pixel_m = frame.shape, frame.pixel_m
    return CloudFields(
        fractal_noise(shape, pixel_m, 81, 2.7, 5000),
        fractal_noise(shape, pixel_m, 82, 3.5, 26000, (1.0, 1.6)),
        fractal_noise(shape, pixel_m, 83, 3.6, 24000, (0.8, 3.0)),
        fractal_noise(shape, pixel_m, 84, 3.4, 3000),
    )


def make_sky(
    fields: CloudFields, frame: Frame, seed: int, cover: float, deck: float, cirrus: float, sun: Tuple[float, float]
) -> Sky:
    """A sky of which about ``cover`` (0..1) is cloud.

    Args:
        fields: from ``gather_clouds``.
        frame: the same frame.
        seed: of the acquisition; the fields drift to a place of its own.
        cover: share of cloud, 0..1.
        deck: 0 scattered cumulus .. 1 closed decks.
        cirrus: thickness of high ice cloud, 0..1.
        sun: azimuth and zenith angle, degrees.
    """
    drift = np.random.Generator(np.random.PCG64(seed)).integers(0, 100_000, 8)

    def drifted(field: np.ndarray, which: int) -> np.ndarray:
        return np.roll(field, (int(drift[which]), int(drift[which + 1])), (0, 1))

    field = (1 - deck) * drifted(fields.puffs, 0) + (0.25 + deck) * drifted(fields.decks, 2)
    threshold = np.quantile(field[::4, ::4], np.clip(1 - cover, 0, 1)) if cover > 0 else np.inf
    soft = 0.42 * float(field.std())
    start = threshold - soft - (0.5 if cover >= 1 else 0)
    cloud = ramp(field, start, start + 2 * soft) if cover > 0 else np.zeros_like(field)
    depth = ramp(field - start, 0.5 * soft, 5 * soft)
    brightness = 0.42 + 0.50 * depth + (0.03 + 0.03 * depth) * drifted(fields.texture, 4)
    veil = cirrus * ramp(drifted(fields.streaks, 6), -0.6, 2.2)
    return Sky(cloud.astype(np.float32), brightness.astype(np.float32), _shadow(cloud, frame, sun), veil)


def _shadow(cloud: np.ndarray, frame: Frame, sun: Tuple[float, float]) -> np.ndarray:
    """Cloud shifted away from the sun; rolled, since the fields are periodic."""
    azimuth, zenith = np.radians(sun)
    reach = CLOUD_HEIGHT_M * np.tan(zenith) / frame.pixel_m
    rows, cols = int(round(reach * np.cos(azimuth))), int(round(-reach * np.sin(azimuth)))
    return np.roll(cloud, (rows, cols), (0, 1)).astype(np.float32)


def surface_seen(surface: np.ndarray, sky: Sky, bands: np.ndarray) -> np.ndarray:
    """Surface reflectance as an L2A product has it, clouds included; shapes (bands, rows, cols)."""
    lit = surface * (1 - 0.62 * sky.shadow * (1 - sky.cloud))
    white = CLOUD[bands][:, None, None] * sky.brightness
    seen = lit + (white - lit) * sky.cloud
    return seen + CIRRUS[bands][:, None, None] * sky.cirrus


def top_of_atmosphere(seen: np.ndarray, sky: Sky, bands: np.ndarray, haze: float) -> np.ndarray:
    """L1C reflectance from L2A: bluish path light added, the ground dimmed; ``haze`` 1 is a clean sky."""
    path = HAZE[bands][:, None, None] * haze * (1 - 0.7 * sky.cloud)
    through = TRANSMITTANCE[bands][:, None, None] * (1 - 0.04 * (haze - 1))
    high = np.array(CIRRUS[bands] * (1 - TRANSMITTANCE[bands]))[:, None, None] * sky.cirrus
    return path + through * seen + high + (0.9 - through).clip(0, 0.2) * seen * sky.cloud
