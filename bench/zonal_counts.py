"""Scene classification histograms of 1,000 parcels at 20 dates, against the two tools people use for it."""

from __future__ import annotations

import math
import time
import tracemalloc
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
from peer import ZONAL_SCRIPT, ZONAL_VENV, ZONAL_VERSIONS, ensure_zonal_peers, run_peer
from report import Case, judge

from sentinel_workbench.core.model.parcels import Parcel, RasterLayout
from sentinel_workbench.core.raster.zonal import ZonalIndex

PARCELS, DATES, SIZE = 1000, 20, 1000
GEOTRANSFORM = (500000.0, 20.0, 0.0, 5020000.0, 0.0, -20.0)


def zonal_counts(work: Path) -> List[Case]:
    """Seconds for all dates, the pixel indices included; peers are called once a date, as their users do."""
    ensure_zonal_peers()
    values = _dates()
    path = work / "dates.npy"
    np.save(path, values)
    features = _fields()
    seconds, counts = min((_ours(features, values) for _ in range(3)), key=lambda pair: pair[0])
    peers = {}
    for tool in ZONAL_VERSIONS:
        task = {"pixels": str(path), "geotransform": GEOTRANSFORM, "features": features, "nodata": 0,
                "all_touched": False, "tool": tool, "folder": str(work / tool)}
        peers[tool] = run_peer(task, ZONAL_VENV, ZONAL_SCRIPT)
    _check(counts, peers["rasterstats"]["found"])
    name = f"{PARCELS} parcels x {DATES} dates: class histograms"
    names = [f"{tool} {version}" for tool, version in ZONAL_VERSIONS.items()]
    few, many = (_peak_mb(features, values, dates) for dates in (2, DATES))
    return [
        judge(name, "s", seconds, peers["rasterstats"]["seconds"], names[0], times_peer=25),
        judge(name, "s", seconds, peers["exactextract"]["seconds"], names[1], times_peer=1.05),
        judge(f"Memory for {DATES} dates, one read at a time (floor: 2 dates)", "MB", many, floor=few, times_floor=1.1),
    ]


def _dates() -> np.ndarray:
    """Clumpy classes, a corner without data; uint8 (dates, rows, cols)."""
    rng = np.random.default_rng(2)
    coarse = rng.integers(1, 12, (DATES, SIZE // 20, SIZE // 20)).astype(np.uint8)
    values = np.kron(coarse, np.ones((1, 20, 20), np.uint8))
    values[:, :100, :100] = 0
    return values


def _fields() -> List[Dict[str, Any]]:
    """Rectangles of 1 to 16 hectares at any angle."""
    rng = np.random.default_rng(3)
    features = []
    for number in range(PARCELS):
        middle = rng.uniform((500300, 5000300), (519700, 5019700))
        length, breadth, angle = rng.uniform(100, 400), rng.uniform(100, 400), rng.uniform(0, math.pi)
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * (length / 2, breadth / 2) @ turn + middle
        shape = {"type": "Polygon", "coordinates": [corners.tolist()]}
        features.append({"type": "Feature", "properties": {"id": number}, "geometry": shape})
    return features


def _ours(features: List[Dict[str, Any]], values: np.ndarray) -> Tuple[float, List[np.ndarray]]:
    parcels = [Parcel(str(n), feature["geometry"], "EPSG:32631") for n, feature in enumerate(features)]
    begun = time.perf_counter()
    pixels = ZonalIndex(parcels).on(RasterLayout(GEOTRANSFORM, SIZE, SIZE, "EPSG:32631"))
    left, top, width, height = pixels.window
    counts = [pixels.count_classes(date[top : top + height, left : left + width], 12) for date in values]
    return time.perf_counter() - begun, counts


def _check(counts: List[np.ndarray], told: List[List[Dict[str, int]]]) -> None:
    for date, peer in zip(counts, told):
        found = [{str(k): int(n) for k, n in enumerate(row) if n and k} for row in date]
        if found != peer:
            raise RuntimeError("our counts differ from those of rasterstats")


def _peak_mb(features: List[Dict[str, Any]], values: np.ndarray, dates: int) -> float:
    parcels = [Parcel(str(n), feature["geometry"], "EPSG:32631") for n, feature in enumerate(features)]
    tracemalloc.start()
    try:
        pixels = ZonalIndex(parcels).on(RasterLayout(GEOTRANSFORM, SIZE, SIZE, "EPSG:32631"))
        left, top, width, height = pixels.window
        for number in range(dates):
            one = values[number].copy()  # as read from a file
            pixels.count_classes(one[top : top + height, left : left + width], 12)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
