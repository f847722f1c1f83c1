"""Scene classification histograms of 1,000 parcels at 20 dates, against the two tools people use for it."""

from __future__ import annotations

import datetime as dt
import math
import time
import tracemalloc
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
from osgeo import gdal, gdal_array
from peer import ZONAL_SCRIPT, ZONAL_VENV, ZONAL_VERSIONS, ensure_zonal_peers, run_peer
from report import Case, judge

from sentinel_workbench.core.model.chips import STAC, Chip
from sentinel_workbench.core.model.parcels import Parcel, RasterLayout
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.zonal import ZonalIndex
from sentinel_workbench.core.services.scl_histogram import HistogramRun

PARCELS, DATES, SIZE = 1000, 20, 1000
CRS, FIRST = "EPSG:32631", dt.datetime(2020, 4, 1, 10, 50, tzinfo=dt.timezone.utc)
GEOTRANSFORM = (500000.0, 20.0, 0.0, 5020000.0, 0.0, -20.0)


def zonal_counts(work: Path) -> List[Case]:
    """Seconds for all dates, the pixel indices included; peers are called once a date, as their users do.

    Counts are in the arrays first, as the peers have them, then from files to judged rows, as a season does.
    """
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
    parcels, chips = _parcels(features), _chips(values, work)
    whole = min(_judged_seconds(parcels, chips, counts) for _ in range(3))
    few, many = (_peak_mb(parcels, chips[:dates]) for dates in (2, DATES))
    return [
        judge(name, "s", seconds, peers["rasterstats"]["seconds"], names[0], times_peer=25),
        judge(name, "s", seconds, peers["exactextract"]["seconds"], names[1], times_peer=1.05),
        judge(f"The same from {DATES} files to rows with verdicts (peer: arrays to counts)", "s", whole,
              peers["rasterstats"]["seconds"], names[0], times_peer=25),
        judge(f"Memory for {DATES} dates from files (floor: 2 dates)", "MB", many, floor=few, times_floor=1.1),
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
    parcels = _parcels(features)
    begun = time.perf_counter()
    pixels = ZonalIndex(parcels).on(RasterLayout(GEOTRANSFORM, SIZE, SIZE, CRS))
    left, top, width, height = pixels.window
    counts = [pixels.count_classes(date[top : top + height, left : left + width], 12) for date in values]
    return time.perf_counter() - begun, counts


def _check(counts: List[np.ndarray], told: List[List[Dict[str, int]]]) -> None:
    for date, peer in zip(counts, told):
        found = [{str(k): int(n) for k, n in enumerate(row) if n and k} for row in date]
        if found != peer:
            raise RuntimeError("our counts differ from those of rasterstats")


def _parcels(features: List[Dict[str, Any]]) -> List[Parcel]:
    return [Parcel(str(n), feature["geometry"], CRS) for n, feature in enumerate(features)]


def _chips(values: np.ndarray, work: Path) -> List[Chip]:
    """A GeoTIFF for each date."""
    chips = []
    for number, date in enumerate(values):
        path = work / f"{number}.tif"
        source = gdal_array.OpenArray(date)
        source.SetGeoTransform(GEOTRANSFORM)
        source.SetSpatialRef(spatial_reference(CRS))
        gdal.GetDriverByName("COG").CreateCopy(str(path), source, options=["COMPRESS=DEFLATE"])
        when = FIRST + number * dt.timedelta(days=5)
        chips.append(Chip(path, ("SCL",), when, "", tuple(range(PARCELS)), STAC))
    return chips


def _judged_seconds(parcels: List[Parcel], chips: List[Chip], counts: List[np.ndarray]) -> float:
    begun = time.perf_counter()
    rows = HistogramRun(parcels, chips).rows()
    seconds = time.perf_counter() - begun
    if [row.counts[1:] for row in rows] != [tuple(one[1:].tolist()) for date in counts for one in date]:
        raise RuntimeError("the rows hold other counts")
    return seconds


def _peak_mb(parcels: List[Parcel], chips: List[Chip]) -> float:
    tracemalloc.start()
    try:
        for _ in HistogramRun(parcels, chips).dates():
            pass
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
