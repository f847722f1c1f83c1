"""The land: a funnel-shaped estuary with a braided delta, a coast, and hills cut by branching valleys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

import numpy as np

from sentinel_workbench.localhub.demo.drainage import drained_area
from sentinel_workbench.localhub.demo.frame import Frame
from sentinel_workbench.localhub.demo.noise import fractal_noise, ramp, sample_noise

# Centre line of the river from the south-east to the sea: east km, north km, half width km.
_RIVER = np.array(
    [
        (53.0, -3.0, 0.8), (47.5, 0.5, 0.8), (42.0, 3.5, 0.9), (38.5, 8.5, 1.1), (38.8, 14.5, 1.6),
        (35.0, 19.5, 2.6), (29.5, 24.5, 4.2), (25.0, 31.5, 5.4), (23.5, 39.0, 5.6), (20.0, 46.5, 5.2),
        (15.8, 52.0, 3.4), (14.2, 56.5, 2.7), (11.5, 61.0, 4.5), (8.0, 68.0, 8.0), (4.0, 78.0, 12.0),
    ]
)  # fmt: skip
MOUTH_KM = 70.0
"""Distance along the river, from the south-east, where the bay meets the sea."""


@dataclass(frozen=True)
class Terrain:
    """Arrays of the frame's shape, float32.

    Attributes:
        height: metres above mean sea level, negative under water.
        shade: 0..1.6, brightness of the slope in the morning sun, 1 on flat ground.
        moisture: 0 dry .. 1 wet ground: valley floors and river flats.
        along_km: kilometres along the river, from the south-east.
        shore_km: kilometres outside (positive) the estuary or the sea, negative on water.
        flat: 0 in the hills .. 1 on the tidal and river plain.
    """

    height: np.ndarray
    shade: np.ndarray
    moisture: np.ndarray
    along_km: np.ndarray
    shore_km: np.ndarray
    flat: np.ndarray


def shape_terrain(frame: Frame) -> Terrain:
    """The terrain of ``frame``; the same every time."""
    along, across, half_width = _river_coordinates(frame)
    ragged = 0.45 * fractal_noise(frame.shape, frame.pixel_m, 12, 3.3, 4000)
    estuary = np.abs(across) - half_width - ragged * ramp(half_width, 0.8, 3.0)
    coast = _coast_distance(frame)
    shore = np.minimum(np.maximum(estuary, -9.0), coast).astype(np.float32)
    bed = _estuary_bed(along, across, half_width)
    hills, drained = _hills(frame, shore)
    flat = 1 - ramp(hills, 7, 18)
    sea = 2 * coast - 1.5
    height = np.where(estuary < 0, np.minimum(bed, np.maximum(sea + 4, -25) + 4 * ramp(coast, -3, 1)), hills)
    height = np.where(coast < 0, np.minimum(height, np.maximum(sea, -30)), height).astype(np.float32)
    moisture = np.clip(ramp(drained, 2.0, 6.5) + 0.5 * flat * ramp(hills, 8, 2.5), 0, 1)
    return Terrain(height, _shade(hills, frame.pixel_m), moisture, along, shore, flat.astype(np.float32))


def _warp(frame: Frame, seed: int, outer_m: float, reach_km: float, slope: float) -> Tuple[np.ndarray, np.ndarray]:
    """Pixel coordinates in km, bent by noise so that no edge is straight."""
    bend_x = fractal_noise(frame.shape, frame.pixel_m, seed, slope, outer_m)
    bend_y = fractal_noise(frame.shape, frame.pixel_m, seed + 1, slope, outer_m)
    return frame.x_km + reach_km * bend_x, frame.y_km + reach_km * bend_y


def _river_coordinates(frame: Frame) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Along, across and half width of the river in km, each pixel seen from the nearest leg of the centre line."""
    x, y = _warp(frame, 11, 6000, 0.7, 5.0)
    best = np.full(frame.shape, np.inf, np.float32)
    along, across, half_width = (np.zeros(frame.shape, np.float32) for _ in range(3))
    travelled = 0.0
    line = _smooth_line(_RIVER, 6)
    for (x0, y0, w0), (x1, y1, w1) in zip(line, line[1:]):
        length = float(np.hypot(x1 - x0, y1 - y0))
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        t = np.clip((x - x0) * ux + (y - y0) * uy, 0, length)
        away = np.hypot(x - x0 - t * ux, y - y0 - t * uy)
        near = away < best
        side = np.sign((x - x0) * uy - (y - y0) * ux)
        best = np.where(near, away, best)
        along = np.where(near, travelled + t, along)
        across = np.where(near, side * away, across)
        half_width = np.where(near, w0 + (w1 - w0) * t / length, half_width)
        travelled += length
    return along, across, half_width


def _smooth_line(points: np.ndarray, parts: int) -> np.ndarray:
    """A Catmull-Rom curve through ``points`` (without its two ends), ``parts`` legs between each pair."""
    curve = []
    for i in range(1, len(points) - 2):
        a, b, c, d = points[i - 1], points[i], points[i + 1], points[i + 2]
        for t in np.arange(parts) / parts:
            curve.append(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            )
    return np.array(curve)


def _coast_distance(frame: Frame) -> np.ndarray:
    """Kilometres inland of the sea coast (negative at sea)."""
    x, y = _warp(frame, 21, 9000, 0.75, 4.0)
    line = 56.0 + np.where(x > 14, 0.42, 0.18) * (x - 14)
    return ((line - y) * 0.92).astype(np.float32)


def _estuary_bed(along: np.ndarray, across: np.ndarray, half_width: np.ndarray) -> np.ndarray:
    """Height of channels, bars, mudflats and islands, metres."""
    relative = across / half_width
    delta = ramp(along, 66, 50) * ramp(along, -2, 26)
    broad = _streamlines(along / 8.0, across / 2.0, 31)
    fine = _streamlines(along / 4.0, across / 0.95, 32)
    creek = _streamlines(along / 1.6, across / 0.8, 33)
    channel = np.maximum(1 - np.abs(broad) / 0.34, 1.0 - np.abs(fine) / 0.26 - 0.2 * relative**2)
    islands = 3.1 + 0.5 * broad - 7.5 * ramp(channel, -1.0, 0.75) - 1.6 * ramp(np.abs(creek), 0.16, 0.0)
    bars = -2.2 + 1.3 * fine + 0.9 * broad + 0.4 * creek
    bed = delta * islands + (1 - delta) * bars
    bed = bed - 5.5 * ramp(along, 56, 72) * (1 - 0.8 * relative**2) - 1.5 * ramp(np.abs(relative), 0.6, 0.0) * delta
    return bed + 2.4 * ramp(np.abs(relative), 0.80, 1.0)


def _streamlines(rows: np.ndarray, cols: np.ndarray, seed: int) -> np.ndarray:
    """Noise whose features are one unit of (rows, cols) long and wide."""
    texture = fractal_noise((512, 512), 1.0, seed, 5.0, 20.0)
    return sample_noise(texture, rows * 16.0, cols * 16.0)


def _hills(frame: Frame, shore: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Height in metres as if there were no estuary, and the logarithm of the drained area."""
    inland = np.maximum(shore, 0)
    rough = fractal_noise(frame.shape, frame.pixel_m, 41, 3.8, 16000)
    ridges = 1 - np.abs(fractal_noise(frame.shape, frame.pixel_m, 42, 3.7, 7000))
    upland = 70 * ramp(rough, -1.2, 2.0) + 45 * ramp(ridges, -0.6, 1.0) * ramp(rough, -1.4, 0.6)
    height = 2.6 + 1.6 * np.minimum(inland, 4) + ramp(inland + 0.8 * rough, 0.4, 8.0) * upland
    drained = np.log(_drained(height, shore, frame))
    carved = np.minimum((height - 2.6) * 0.5, 5.0 * np.maximum(drained - 1.0, 0))
    return height - carved, drained


def _drained(height: np.ndarray, shore: np.ndarray, frame: Frame) -> np.ndarray:
    """Drained area at full size, in cells of 120 m, from a model of about that pixel."""
    step = max(1, round(120 / frame.pixel_m))
    coarse = np.where(shore < 0, -5, height)[::step, ::step]
    log_area = _widen(np.log(drained_area(coarse)))
    rows = (np.arange(height.shape[0]) - (step - 1) / 2)[:, None] / step
    cols = (np.arange(height.shape[1]) - (step - 1) / 2)[None, :] / step
    rows, cols = (np.broadcast_to(np.clip(at, 0, None), height.shape) for at in (rows, cols))
    return np.exp(sample_noise(log_area, rows, cols))


def _widen(log_area: np.ndarray) -> np.ndarray:
    """Streams with soft banks: half of each cell, half of the wettest of its four neighbours."""
    padded = np.pad(log_area, 1, mode="edge")
    beside = [padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]]
    return 0.5 * log_area + 0.5 * np.maximum.reduce([log_area, *beside])


def _shade(height: np.ndarray, pixel_m: float) -> np.ndarray:
    """Lambert shading, sun in the north-east at 50 degrees, slopes steepened twofold."""
    south, east = np.gradient(height * 2.0, pixel_m)
    light = np.array([0.45, 0.45, 0.77])  # east, north, up
    shade = (-east * light[0] + south * light[1] + light[2]) / np.sqrt(east**2 + south**2 + 1) / light[2]
    return np.clip(shade, 0.25, 1.6).astype(np.float32)
