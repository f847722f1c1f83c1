"""Radar maths on arrays: backscatter coefficients, terrain flattening, the Lee filter, orthorectification.

All arrays are (rows, cols); power is linear, angles are degrees.
"""

from __future__ import annotations

from typing import Tuple

import numpy as np

from sentinel_workbench.core.errors import InvalidInput

BETA0, SIGMA0_ELLIPSOID, GAMMA0_ELLIPSOID, GAMMA0_TERRAIN = (
    "BETA0", "SIGMA0_ELLIPSOID", "GAMMA0_ELLIPSOID", "GAMMA0_TERRAIN",
)  # fmt: skip


def calibrated(beta: np.ndarray, coefficient: str, incidence: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Backscatter of radar brightness ``beta`` for a reference area.

    The reference areas are: the slant range plane for BETA0; the ellipsoid for SIGMA0_ELLIPSOID, beta * sin(theta);
    the plane across the beam for GAMMA0_ELLIPSOID, beta * tan(theta); and for GAMMA0_TERRAIN the same divided by
    ``area``, the illuminated area of the real terrain relative to flat ground (radiometric terrain flattening).

    Args:
        beta: power without any normalisation.
        coefficient: one of the four.
        incidence: theta on the ellipsoid, degrees.
        area: 1 on flat ground; used for GAMMA0_TERRAIN only.

    Raises:
        InvalidInput: no such coefficient.
    """
    theta = np.radians(incidence)
    if coefficient == BETA0:
        return beta
    if coefficient == SIGMA0_ELLIPSOID:
        return beta * np.sin(theta)
    if coefficient == GAMMA0_ELLIPSOID:
        return beta * np.tan(theta)
    if coefficient == GAMMA0_TERRAIN:
        return beta * np.tan(theta) / np.maximum(area, 1e-3)
    raise InvalidInput("backCoeff", f"There is no backscatter coefficient '{coefficient}'.")


def lee_filter(power: np.ndarray, valid: np.ndarray, size_x: int, size_y: int, looks: float) -> np.ndarray:
    """Lee's local statistics filter for multiplicative noise.

    Each pixel moves to the mean of its window by as much as the window's variance is explained by speckle alone,
    whose squared coefficient of variation is 1 / ``looks``: even surfaces become the mean, edges and points stay.

    Args:
        power: linear.
        valid: pixels with data; others do not count and come back as they were.
        size_x, size_y: of the window; even sizes reach one pixel further left and up.
        looks: equivalent number of looks.
    """
    weight = valid.astype("float64")
    values = np.where(valid, power, 0.0).astype("float64")
    count = np.maximum(_box_sum(weight, size_x, size_y), 1.0)
    mean = _box_sum(values, size_x, size_y) / count
    variance = np.maximum(_box_sum(values**2, size_x, size_y) / count - mean**2, 0.0)
    noise = 1.0 / looks
    signal = np.maximum(variance - mean**2 * noise, 0.0) / (1.0 + noise)
    gain = np.divide(signal, variance, out=np.zeros_like(variance), where=variance > 0)
    return np.where(valid, mean + gain * (values - mean), power)


def _box_sum(values: np.ndarray, size_x: int, size_y: int) -> np.ndarray:
    """Sums over windows. Shifted copies are added, not running sums: a pixel's sum does not depend on its image."""
    for axis, size in ((0, size_y), (1, size_x)):
        before = size // 2
        widths = [(0, 0), (0, 0)]
        widths[axis] = (before, size - 1 - before)
        padded, length = np.pad(values, widths), values.shape[axis]
        shifted = [np.take(padded, range(start, start + length), axis) for start in range(size)]
        values = np.sum(shifted, axis=0)
    return values


def terrain_positions(
    elevation: np.ndarray, incidence: np.ndarray, look_azimuth: float, pixel_m: Tuple[float, float]
) -> Tuple[np.ndarray, np.ndarray]:
    """The pixels of an image on the ellipsoid where points of the terrain appear.

    A point ``elevation`` metres up is imaged elevation / tan(incidence) nearer to the satellite.

    Args:
        elevation: metres.
        incidence: on the ellipsoid, degrees.
        look_azimuth: direction from the satellite to the ground, degrees from north.
        pixel_m: width and height of a pixel, metres.

    Returns:
        Row and column of every point, whole numbers; they may lie outside the image.
    """
    shift_m = elevation / np.tan(np.radians(incidence))
    east, north = np.sin(np.radians(look_azimuth)), np.cos(np.radians(look_azimuth))
    rows, cols = np.indices(elevation.shape)
    return (
        np.rint(rows + shift_m * north / pixel_m[1]).astype(int),
        np.rint(cols - shift_m * east / pixel_m[0]).astype(int),
    )


def picked(values: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """``values`` at whole positions, and which of these lie inside; 0 elsewhere."""
    inside = (rows >= 0) & (rows < values.shape[0]) & (cols >= 0) & (cols < values.shape[1])
    found = values[np.clip(rows, 0, values.shape[0] - 1), np.clip(cols, 0, values.shape[1] - 1)]
    return np.where(inside, found, np.zeros((), values.dtype)), inside
