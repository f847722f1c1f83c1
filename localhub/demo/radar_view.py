"""How a side-looking radar sees the terrain: incidence angles, illuminated area, foreshortening.

The local incidence angle lies between the surface normal and the direction to the satellite; the projection angle
between the surface normal and the normal of the image plane. A facet of the ground that the radar sees as area 1 has
the area 1 / cos(projection angle), and cos(local incidence) / cos(projection angle) in the plane across the beam.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sentinel_workbench.localhub.demo.frame import Frame
from sentinel_workbench.localhub.demo.radar_passes import Track

DEGREES_PER_KM = 0.068
"""How fast the incidence angle grows away from a satellite 693 km up."""


@dataclass(frozen=True)
class RadarView:
    """Arrays of the frame's shape, float32.

    Attributes:
        incidence: on the ellipsoid, degrees.
        local_incidence: on the terrain, degrees.
        scattering_area: illuminated area across the beam, 1 on flat ground, more on slopes that face the radar.
        shadow: True where the radar can't see.
        rows, cols: the pixel of the ground under each pixel of an image that was not terrain corrected.
    """

    incidence: np.ndarray
    local_incidence: np.ndarray
    scattering_area: np.ndarray
    shadow: np.ndarray
    rows: np.ndarray
    cols: np.ndarray


def view_from(track: Track, frame: Frame, height: np.ndarray) -> RadarView:
    """The terrain ``height`` (metres, water 0) as ``track`` sees it."""
    east, north = _look(track)
    incidence = _ellipsoid_incidence(track, frame, east, north)
    theta = np.radians(incidence)
    south, eastward = np.gradient(height, frame.pixel_m)
    slope = np.sqrt(eastward**2 + south**2 + 1)
    along_look = -eastward * east + south * north
    cos_local = (np.cos(theta) - np.sin(theta) * along_look) / slope
    cos_projection = (np.sin(theta) + np.cos(theta) * along_look) / slope
    area = cos_local / np.maximum(cos_projection, 0.05) * np.tan(theta)
    rows, cols = _ground_pixels(frame, height, theta, east, north)
    local = np.degrees(np.arccos(np.clip(cos_local, -1, 1)))
    return RadarView(
        incidence.astype(np.float32), local.astype(np.float32), np.clip(area, 0.05, 20).astype(np.float32),
        cos_local <= 0, rows, cols,
    )  # fmt: skip


def _look(track: Track) -> tuple:
    angle = np.radians(track.look_degrees)
    return float(np.sin(angle)), float(np.cos(angle))


def _ellipsoid_incidence(track: Track, frame: Frame, east: float, north: float) -> np.ndarray:
    across = frame.x_km * east + frame.y_km * north
    return track.near_degrees + DEGREES_PER_KM * (across - across.min())


def _ground_pixels(frame: Frame, height: np.ndarray, theta: np.ndarray, east: float, north: float) -> tuple:
    """A point of height h appears h / tan(incidence) nearer to the satellite; solved by iteration for the point."""
    shape = frame.shape
    row, col = np.mgrid[0:shape[0], 0:shape[1]].astype(np.float32)
    rows, cols = row, col
    for _ in range(4):
        at = np.clip(np.rint(rows), 0, shape[0] - 1).astype(int), np.clip(np.rint(cols), 0, shape[1] - 1).astype(int)
        shift = np.maximum(height[at], 0) / np.tan(theta[at]) / frame.pixel_m
        rows, cols = row - shift * north, col + shift * east
    limits = ((rows, shape[0]), (cols, shape[1]))
    return tuple(np.clip(np.rint(place), 0, size - 1).astype(np.int32) for place, size in limits)
