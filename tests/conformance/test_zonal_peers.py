"""Our counts against ``rasterstats``, each in its own process."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path

import numpy as np
import pytest

from sentinel_workbench.core.model.parcels import Parcel, RasterLayout
from sentinel_workbench.core.raster.zonal import ZonalIndex

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "venv-zonal" / "bin" / "python"
SCRIPT = ROOT / "tests" / "zonal_peer.py"
GEOTRANSFORM = (500000.0, 20.0, 0.0, 5006000.0, 0.0, -20.0)
SIZE = 300


@pytest.fixture(scope="module")
def values(tmp_path_factory):
    """Classes at two dates, with clumps of no data."""
    rng = np.random.default_rng(7)
    dates = rng.integers(0, 12, (2, SIZE, SIZE)).astype(np.uint8)
    dates[:, 100:160, 100:160] = 0
    path = tmp_path_factory.mktemp("zonal") / "dates.npy"
    np.save(path, dates)
    return path, dates


def polygons(count, snapped):
    """Of three to eight corners, in any order, some beyond the raster's edge; corners on pixel edges and centres."""
    rng = np.random.default_rng(11)
    features = []
    for number in range(count):
        corners = int(rng.integers(3, 9))
        angles = rng.uniform(0, 2 * math.pi, corners)
        if rng.random() < 0.7:
            angles.sort()
        radii = rng.uniform(5, 300, corners)
        middle = rng.uniform((499800, 4999800), (506200, 5006200))
        ring = np.stack([middle[0] + radii * np.cos(angles), middle[1] + radii * np.sin(angles)], 1)
        ring = (np.round(ring / 10) * 10 if snapped else ring).tolist()
        shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        features.append({"type": "Feature", "properties": {"id": number}, "geometry": shape})
    return features


def ask_peer(path, features, **task):
    if not PYTHON.exists():
        pytest.skip("the environment of rasterstats is missing; run make setup")
    task = {"pixels": str(path), "geotransform": GEOTRANSFORM, "features": features, "nodata": 0,
            "all_touched": False, "tool": "rasterstats", **task}
    done = subprocess.run(
        [str(PYTHON), "-W", "ignore", str(SCRIPT)], input=json.dumps(task), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)["found"]


def ours(features, all_touched=False):
    parcels = [Parcel(str(n), feature["geometry"], "EPSG:32631") for n, feature in enumerate(features)]
    return ZonalIndex(parcels, all_touched).on(RasterLayout(GEOTRANSFORM, SIZE, SIZE, "EPSG:32631"))


def cut(pixels, values):
    left, top, width, height = pixels.window
    return values[top : top + height, left : left + width]


@pytest.mark.parametrize("snapped, all_touched", [(True, False), (False, False), (False, True)])
def test_class_counts_are_those_of_rasterstats(values, snapped, all_touched):
    """A line through a pixel's very corner touches it or not by GDAL's version, so strict corners are not snapped."""
    path, dates = values
    features = polygons(600, snapped)
    peer = ask_peer(path, features, all_touched=all_touched)
    pixels = ours(features, all_touched)
    for date, told in zip(dates, peer):
        counts = pixels.count_classes(cut(pixels, date), 12)
        found = [{str(k): int(n) for k, n in enumerate(row) if n and k} for row in counts]
        assert found == told


def test_statistics_are_those_of_rasterstats(values):
    path, dates = values
    features = polygons(300, snapped=True)
    (peer,) = ask_peer(path, features, statistics=True)
    pixels = ours(features)
    window = cut(pixels, dates[0])
    found = pixels.describe(window, window != 0)
    names = {"mean": found.mean, "std": found.deviation, "min": found.minimum, "max": found.maximum,
             "percentile_25": found.percentiles[25], "median": found.percentiles[50],
             "percentile_75": found.percentiles[75]}
    assert found.counts.tolist() == [one["count"] for one in peer]
    for name, numbers in names.items():
        told = [math.nan if one[name] is None else one[name] for one in peer]
        np.testing.assert_allclose(numbers, told, rtol=1e-12, err_msg=name)
