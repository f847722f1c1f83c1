"""The scene classification (SCL) of Sentinel-2 Level-2A (scl-and-zonal, 1)."""

from __future__ import annotations

from typing import NamedTuple, Tuple


class SceneClass(NamedTuple):
    """One class: its value, what it means, and its colour as ``#rrggbb``."""

    value: int
    title: str
    colour: str


NO_DATA = 0
SCENE_CLASSES: Tuple[SceneClass, ...] = (
    SceneClass(0, "No data", "#000000"),
    SceneClass(1, "Saturated or defective", "#ff0000"),
    SceneClass(2, "Dark or topographic shadow", "#2f2f2f"),
    SceneClass(3, "Cloud shadow", "#643200"),
    SceneClass(4, "Vegetation", "#00a000"),
    SceneClass(5, "Not vegetated", "#ffe65a"),
    SceneClass(6, "Water", "#0000ff"),
    SceneClass(7, "Unclassified", "#808080"),
    SceneClass(8, "Cloud, medium probability", "#c0c0c0"),
    SceneClass(9, "Cloud, high probability", "#ffffff"),
    SceneClass(10, "Thin cirrus", "#64c8ff"),
    SceneClass(11, "Snow or ice", "#ff96ff"),
)
CLOUDS: Tuple[int, ...] = (8, 9, 10)
"""Medium and high probability of cloud, and thin cirrus; shadows and snow are none."""
